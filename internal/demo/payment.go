package demo

// How people pay. Failures and lateness are calibrated to the share of
// receivables that is more than 30 days past due.
const (
	cardFailure    = 0.06
	achFailure     = 0.02
	returnRate     = 0.008 // of checks and ACH debits
	chargebackRate = 0.0006
	mistakeRate    = 0.0015
	doubleRate     = 0.0015 // keyed twice, the second deleted
	backdatedRate  = 0.018
	closedMonth    = 0.002 // back-dated into a closed month
	overpaidRate   = 0.09  // of accounts
)

// payPatient pays the lines of a patient's account, then ends what was
// waived or written off.
func (l *life) payPatient(a *account) {
	l.extras(a)
	for i := 0; i < len(a.lines); i++ { // fees for returned payments add lines
		l.settle(a, i)
	}
	l.overpay(a)
	if a.stop != never {
		l.waive(a)
	}
	if a.writeOff != never {
		l.writeOff(a)
	}
	l.adjust(a)
}

// payable says whether a payment of a line on a day still happens.
func (a *account) payable(ln *line, on day) bool {
	if a.writeOff != never && on >= a.writeOff {
		return false
	}
	return a.stop == never || ln.kind == "misc" || ln.due <= a.stop || on < a.stop
}

// settle pays one line, on time or not, in one or several attempts.
func (l *life) settle(a *account, i int) {
	ln, r := &a.lines[i], l.money
	if ln.ended != never || ln.amount <= ln.paid {
		return
	}
	due := ln.due.business()
	if a.live(ln.due) >= 0 {
		due = ln.due // drafts run on weekends too
	}
	switch {
	case ln.kind == "initial":
		method := l.deskMethod()
		if a.c.arrangement == "third_party" {
			method = "finance"
		}
		l.collect(a, i, ln.amount-ln.paid, due, method, -1, 1)
		return
	case a.distress != never && ln.due >= a.distress && a.recovered == never:
		l.decline(a, ln, due, 1)
		return
	case a.distress != never && ln.due >= a.distress && ln.due < a.recovered:
		l.decline(a, ln, due, 1)
		l.collect(a, i, ln.amount-ln.paid, a.recovered, l.deskMethod(), -1, 2)
		return
	}
	if ln.kind == "periodic" && r.chance(0.0015) && ln.scheduled < due-10 && ln.amount > 5000 && a.payable(ln, due.business()) {
		on := due.business()
		id := l.post(a, posting{kind: courtesyCredit, code: "COURTESY", amount: -2000, posted: on, service: on, entered: on})
		l.allocate(a, ln, id, 2000, on, on)
	}
	if k := a.live(due); k >= 0 && ln.kind != "misc" {
		l.draft(a, i, k, due)
		return
	}
	l.visitDesk(a, i, due)
}

// draft debits the stored means of payment on the due date and, if that
// fails, again; what fails for good is paid at the desk in the end.
func (l *life) draft(a *account, i, k int, due day) {
	ln, r := &a.lines[i], l.money
	method, failure := a.profiles[k].method, cardFailure
	if method == "ach" {
		failure = achFailure
	}
	if !r.chance(failure) {
		l.collect(a, i, ln.amount-ln.paid, due, method, k, 1)
		return
	}
	l.decline(a, ln, due, 1)
	switch r.pick(65, 20, 15) {
	case 0:
		l.collect(a, i, ln.amount-ln.paid, (due + day(r.between(2, 6))).business(), method, k, 2)
	case 1:
		l.decline(a, ln, (due + 3).business(), 2)
		l.collect(a, i, ln.amount-ln.paid, (due + day(r.between(8, 29))).business(), method, k, 3)
	default:
		l.decline(a, ln, (due + 3).business(), 2)
		l.decline(a, ln, (due + 10).business(), 3)
		l.collect(a, i, ln.amount-ln.paid, (due + day(min(r.lognormal(55, 0.4), 160))).business(), l.deskMethod(), -1, 4)
	}
}

// visitDesk pays without a stored means: some days early, on time, or late.
func (l *life) visitDesk(a *account, i int, due day) {
	ln, r := &a.lines[i], l.money
	var on day
	switch r.pick(88, 8, 4) {
	case 0:
		on = max(due+day(r.between(-5, 4)), ln.scheduled)
	case 1:
		on = due + day(r.between(6, 27))
	default:
		on = due + day(r.between(31, 120))
	}
	rest := ln.amount - ln.paid
	if r.chance(0.02) && rest > 4000 {
		half := rest / 200 * 100
		l.collect(a, i, half, on.business(), l.deskMethod(), -1, 1)
		ln = &a.lines[i]
		on += day(r.between(6, 25))
		rest = ln.amount - ln.paid
	}
	kind := ln.kind
	l.collect(a, i, rest, on.business(), l.deskMethod(), -1, 1)
	if fee := due + 30; l.p.lateFee && kind == "periodic" && on > fee && fee >= l.p.goLive {
		l.charge(a, posting{kind: miscCharge, code: "LATEFEE", amount: 1500, posted: fee.business()}, 1)
	}
}

// extras charges what is not in the fee: broken appliances and, after
// treatment, lost retainers.
func (l *life) extras(a *account) {
	r, t := l.money, a.c.treatment
	end := t.end
	if a.party == 0 || end == never || end <= t.start {
		return
	}
	if r.chance(0.12) {
		if on := (t.start + day(r.IntN(int(end-t.start)))).business(); on >= max(l.p.goLive, a.c.activated) {
			l.charge(a, posting{kind: miscCharge, code: "REPAIR", amount: int64(500 * r.between(8, 20)), posted: on}, 1)
		}
	}
	if t.debond != never && r.chance(0.08) {
		if on := (t.debond + day(r.between(20, 400))).business(); on >= l.p.goLive {
			l.charge(a, posting{kind: miscCharge, code: "RETAINER", amount: int64(500 * r.between(25, 60)), posted: on}, 1)
		}
	}
}

func (l *life) deskMethod() string {
	return []string{"card", "check", "cash", "ach"}[l.money.pick(62, 26, 6, 6)]
}

// entered returns when a payment posted on a day was keyed. Days that end
// the account are not crossed, so that nothing is waived that was paid.
func (l *life) entered(a *account, posted day) day {
	r := l.money
	on := posted
	switch r.pick(backdatedRate, closedMonth, 1-backdatedRate-closedMonth) {
	case 0:
		on = (posted + day(r.between(8, 16))).business()
	case 1:
		on = posted.addMonths(1, r.between(2, 9)).business()
	}
	for _, end := range [...]day{a.stop, a.writeOff} {
		if end != never && posted < end && on >= end {
			return posted
		}
	}
	if posted < l.p.goLive {
		return posted
	}
	return on
}

// paymentCode returns the ledger code of a means of payment; cards' was
// renamed in some practices.
func (p *practice) paymentCode(method string, entered day) string {
	switch method {
	case "ach":
		return "PMTACH"
	case "check":
		return "PMTCHK"
	case "cash":
		return "PMTCASH"
	case "finance":
		return "PMTFIN"
	}
	if p.renamed != never && entered >= p.renamed {
		return newCardCode
	}
	return cardCode
}

// collect takes a payment for a line, with everything that can go wrong
// afterwards: returned, charged back, keyed wrongly, keyed twice.
func (l *life) collect(a *account, i int, amount int64, on day, method string, profile, attempt int) {
	ln, r, p := &a.lines[i], l.money, l.p
	if amount <= 0 || !a.payable(ln, on) {
		return
	}
	entered := l.entered(a, on)
	x := posting{kind: patientPayment, code: p.paymentCode(method, entered), amount: -amount, posted: on, service: on, entered: entered, method: method}
	txn := l.post(a, x)
	l.allocate(a, ln, txn, amount, on, entered)
	if on < p.goLive {
		return
	}
	back, kind := l.takenBack(a, entered, method)
	l.attempt(a, ln, attempt, on, entered, method, amount, profile, txn, back, kind)
	if r.chance(doubleRate) {
		again := x
		again.deleted = (entered + day(r.between(1, 3))).business()
		if again.deleted == entered {
			again.deleted = entered.nextBusiness()
		}
		again.memo = "keyed twice"
		l.post(a, again)
	}
	if back == never {
		return
	}
	rev := posting{kind: kind, amount: amount, posted: back, service: on, entered: back, reverses: txn, method: method}
	rev.code = map[txnType]string{nsfReturn: "NSF", chargeback: "CHGBK", paymentCorrection: "PMTCORR"}[kind]
	l.allocate(a, ln, l.post(a, rev), -amount, back, back)
	again := back
	switch kind { //nolint:exhaustive // a correction is paid the same day; others do not occur
	case nsfReturn:
		if p.lateFee {
			l.charge(a, posting{kind: miscCharge, code: "NSFFEE", amount: 3500, posted: back}, 1)
		}
		again = (back + day(r.between(4, 18))).business()
	case chargeback:
		again = (back + day(r.between(10, 50))).business()
	}
	l.collect(a, i, amount, again, l.deskMethod(), -1, attempt+1)
}

// takenBack draws whether and when a payment is taken back, and how.
func (l *life) takenBack(a *account, entered day, method string) (day, txnType) {
	r := l.money
	back, kind := never, txnType("")
	switch {
	case (method == "ach" || method == "check") && r.chance(returnRate):
		back, kind = (entered + day(r.between(3, 6))).business(), nsfReturn
	case method == "card" && r.chance(chargebackRate):
		back, kind = (entered + day(r.between(20, 60))).business(), chargeback
	case r.chance(mistakeRate):
		back, kind = (entered + day(r.between(1, 12))).business(), paymentCorrection
	}
	for _, end := range [...]day{a.stop, a.writeOff} {
		if back != never && end != never && back >= end-60 {
			return never, ""
		}
	}
	return back, kind
}
