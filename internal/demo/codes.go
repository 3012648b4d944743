package demo

import "slices"

// txnType is what a ledger transaction is; the names are those of the ledger.
type txnType string

const (
	contractFee         txnType = "contract_fee"
	contractCharge      txnType = "contract_charge"
	miscCharge          txnType = "misc_charge"
	feeAdjustment       txnType = "fee_adjustment"
	discount            txnType = "discount"
	contractualWriteOff txnType = "contractual_write_off"
	badDebtWriteOff     txnType = "bad_debt_write_off"
	patientPayment      txnType = "patient_payment"
	insurancePayment    txnType = "insurance_payment"
	agencyReceipt       txnType = "agency_receipt"
	refund              txnType = "refund"
	nsfReturn           txnType = "nsf_return"
	chargeback          txnType = "chargeback"
	paymentCorrection   txnType = "payment_correction"
	transfer            txnType = "transfer"
	courtesyCredit      txnType = "courtesy_credit"
	balanceTransfer     txnType = "balance_transfer"
	balanceForward      txnType = "balance_forward"
)

// collects says whether a type counts in net collections.
func (t txnType) collects() bool {
	return slices.Contains([]txnType{patientPayment, insurancePayment, agencyReceipt, refund, nsfReturn, chargeback, paymentCorrection}, t)
}

// codes are the ledger codes every practice starts with. The production flag
// is that of charges and adjustments whose type alone does not say it.
var codes = [...]struct {
	code, label string
	kind        txnType
	production  bool
}{
	{"TXFEE", "Treatment fee", contractFee, true},
	{"INST", "Instalment due", contractCharge, false},
	{"RETAINER", "Replacement retainer", miscCharge, true},
	{"REPAIR", "Repair", miscCharge, true},
	{"LATEFEE", "Late fee", miscCharge, false},
	{"NSFFEE", "Returned payment fee", miscCharge, false},
	{"FEEADJ", "Fee adjustment", feeAdjustment, true},
	{"FEECRED", "Fee adjustment after payment", feeAdjustment, true},
	{"DISCPIF", "Discount paid in full", discount, true},
	{"DISCFAM", "Family discount", discount, true},
	{"DISCOTH", "Other discount", discount, true},
	{"INSWO", "Insurance write-off", contractualWriteOff, true},
	{"BADDEBT", "Bad debt", badDebtWriteOff, false},
	{"PMTCC", "Card payment", patientPayment, false},
	{"PMTACH", "ACH payment", patientPayment, false},
	{"PMTCHK", "Check payment", patientPayment, false},
	{"PMTCASH", "Cash payment", patientPayment, false},
	{"PMTFIN", "Third-party finance", patientPayment, false},
	{"INSPMT", "Insurance payment", insurancePayment, false},
	{"AGENCY", "Agency receipt", agencyReceipt, false},
	{"REFUND", "Refund", refund, false},
	{"NSF", "Returned payment", nsfReturn, false},
	{"CHGBK", "Chargeback", chargeback, false},
	{"PMTCORR", "Payment correction", paymentCorrection, false},
	{"XFER", "Account transfer", transfer, false},
	{"COURTESY", "Courtesy credit", courtesyCredit, false},
	{"INS2PT", "Insurance balance to patient", balanceTransfer, false},
	{"BALFWD", "Balance forward", balanceForward, false},
}

// Practices that rename a code rename this one; older rows keep it.
const (
	cardCode    = "PMTCC"
	newCardCode = "CC-PAY"
)

func (p *practice) emitCodes() {
	for i, c := range codes {
		retired, label := never, c.label
		if c.code == cardCode && p.seen(p.renamed) {
			retired, label = p.renamed, "z"+c.label
		}
		p.emitCode(p.goLive, c.code, label, c.kind, "", retired, int64(i))
	}
	if p.seen(p.renamed) {
		p.emitCode(p.renamed, newCardCode, "Card payment", patientPayment, cardCode, never, int64(len(codes)))
	}
	p.emitLocalCodes()
}

func (p *practice) emitCode(created day, code, label string, kind txnType, from string, retired day, n int64) {
	changed := p.latest(created, retired)
	if b := p.out.row(tCode, created, changed); b != nil {
		b.bigint(p.id).text(code).text(label).text(string(kind)).word(from).date(retired)
		p.stamp(p.stamp(b, created, n), changed, n).end()
	}
}
