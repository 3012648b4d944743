package demo_test

import "testing"

// structures are things that happen in the field and that numbers come out
// wrong by; each must occur. A query counts its occurrences.
var structures = []struct{ name, database, sql string }{
	{"siblings share a guarantor", "rcm", `select count(*) from (select responsible_party_id from contract_account where responsible_party_id is not null group by 1 having count(distinct patient_id) > 1) x`},
	{"separated parents have an account each", "rcm", `select count(*) from (select contract_id from contract_account where payer_kind = 'responsible_party' group by 1 having count(distinct responsible_party_id) > 1) x`},
	{"renegotiated contracts", "rcm", `select count(*) from contract a join contract b on b.contract_id = a.superseded_by where b.version = a.version + 1 and a.ended_on = b.activated_on`},
	{"renegotiated with another fee", "rcm", `select count(*) from contract a join contract b on b.contract_id = a.superseded_by where b.net_fee <> a.net_fee`},
	{"transfers in", "pms", `select count(*) from treatment where transfer_in and months_remaining > 0`},
	{"phase 2 after phase 1", "pms", `select count(*) from treatment a join treatment b using (patient_id) where a.phase = 1 and b.phase = 2 and b.start_date > a.debond_date and b.start_origin = 'phase_1'`},
	{"retreats", "pms", `select count(*) from treatment where start_origin = 'retreat'`},
	{"$0 contracts", "rcm", `select count(*) from contract where gross_fee = 0 and status = 'active'`},
	{"proposals", "rcm", `select count(*) from contract where status = 'proposal' and signed_at is null`},
	{"contracts entered in the month after the start", "rcm", `select count(*) from ledger_transaction where txn_type = 'contract_fee' and date_trunc('month', posting_date) > date_trunc('month', service_date)`},
	{"split contracts", "rcm", `select count(*) from (select treatment_id from contract where superseded_by is null and net_fee > 0 group by 1 having count(*) > 1) x`},
	{"partial debonds", "pms", `select count(*) from treatment where partial_debond_on is not null and debond_date is null`},
	{"early ends", "pms", `select count(distinct end_reason) - 3 from treatment`},
	{"back-dated postings", "rcm", `select count(*) from ledger_transaction where entered_at::date > posting_date + 7`},
	{"back-dated into a closed month", "rcm", `select count(*) from ledger_transaction l join day_close d on d.location_id = l.location_id and d.business_date = l.posting_date
		where l.entered_at > d.closed_at and date_trunc('month', l.entered_at) > date_trunc('month', l.posting_date)`},
	{"production back-dated into a closed month", "rcm", `select count(*) from ledger_transaction l join day_close d on d.location_id = l.location_id and d.business_date = l.posting_date
		where l.entered_at > d.closed_at and date_trunc('month', l.entered_at) > date_trunc('month', l.posting_date) and l.affects_production`},
	{"returned payments", "rcm", `select count(*) from ledger_transaction r join ledger_transaction p on p.txn_id = r.reverses_id where r.txn_type = 'nsf_return' and p.amount = -r.amount`},
	{"fees for returned payments", "rcm", `select count(*) from ledger_transaction where code = 'NSFFEE'`},
	{"payments taken back, then paid again", "rcm", `select count(*) from instalment i join (select instalment_id from allocation group by 1 having count(*) filter (where amount < 0) > 0 and count(*) filter (where amount > 0) > 1) a using (instalment_id) where i.status = 'paid'`},
	{"chargebacks", "rcm", `select count(*) from ledger_transaction where txn_type = 'chargeback'`},
	{"credit balances", "rcm", `select count(*) from contract_account where balance < 0`},
	{"refunds", "rcm", `select count(*) from ledger_transaction where txn_type = 'refund'`},
	{"transfers between parents", "rcm", `select count(*) from ledger_transaction where txn_type = 'transfer'`},
	{"bad debts", "rcm", `select count(*) from ledger_transaction where txn_type = 'bad_debt_write_off'`},
	{"agency receipts", "rcm", `select count(*) from ledger_transaction where txn_type = 'agency_receipt'`},
	{"late remittances", "rcm", `select count(*) from remittance where received_on - paid_on > 14`},
	{"claim reversals", "rcm", `select count(*) from remittance_line where clp02 = '22' and paid < 0 and txn_id is not null`},
	{"corrected claims", "rcm", `select count(*) from claim c join claim o on o.claim_id = c.original_claim_id where c.frequency_code = '7' and o.status in ('corrected', 'reversed')`},
	{"rejected and resubmitted claims", "rcm", `select count(*) from claim_event where source = '837D' and submission_no > 1`},
	{"predeterminations", "rcm", `select count(*) from claim where kind = 'predetermination' and account_id is null`},
	{"payments without a claim", "rcm", `select count(*) from remittance_line where claim_id is null and paid > 0`},
	{"insurance instalments that silently stopped", "rcm", `select count(*) from instalment i join contract_account a using (account_id) where a.payer_kind = 'insurance' and i.ended_on is null and i.paid_amount = 0 and i.due_date < date '2026-11-20' - 60`},
	{"cover lost and found elsewhere", "rcm", `select count(*) from policy a join policy b using (patient_id, priority) where a.effective_to < b.effective_from`},
	{"insurance balances moved to the patient", "rcm", `select count(*) from instalment where kind = 'misc' and charge_txn_id in (select txn_id from ledger_transaction where txn_type = 'balance_transfer')`},
	{"deleted patients", "pms", `select count(*) from patient where deleted_at is not null and merged_into is null`},
	{"merged patients", "pms", `select count(*) from patient a join patient b on b.patient_id = a.merged_into where a.deleted_at is not null`},
	{"renamed codes, older rows under the old one", "rcm", `select count(*) from transaction_code c join transaction_code o on o.practice_id = c.practice_id and o.code = c.renamed_from
		where o.retired_on is not null and exists (select from ledger_transaction l where l.practice_id = c.practice_id and l.code = o.code) and exists (select from ledger_transaction l where l.practice_id = c.practice_id and l.code = c.code)`},
	{"codes of one location, mapped for it alone", "rcm", `select count(*) from code_mapping m where location_id is not null
		and exists (select from ledger_transaction l where l.practice_id = m.practice_id and l.location_id = m.location_id and l.code = m.code)`},
	{"codes that are listed and mapped by nobody", "rcm", `select count(distinct l.code) from ledger_transaction l join transaction_code c using (practice_id, code)
		where code = 'RTN-9' and not exists (select from code_mapping m where m.practice_id = l.practice_id and m.code = l.code)`},
	{"codes that were retired, older rows under them", "rcm", `select count(*) from transaction_code c where c.code = 'PROMO' and c.retired_on is not null
		and exists (select from ledger_transaction l where l.practice_id = c.practice_id and l.code = c.code)
		and not exists (select from ledger_transaction l where l.practice_id = c.practice_id and l.code = c.code and l.posting_date >= c.retired_on)`},
	{"codes that were deleted although rows hold them", "rcm", `select count(*) from ledger_transaction l where not exists (select from transaction_code c where c.practice_id = l.practice_id and c.code = l.code)`},
	{"a conversion without original fees", "rcm", `select count(*) from contract join practice using (practice_id) where converted_on is not null and not original_fee_known`},
	{"lost completion dates", "pms", `select count(*) from treatment where original_edc is null and edc is not null`},
	{"unset dates as 0001-01-01", "pms", `select count(*) from treatment where debond_date = '0001-01-01' or band_date = '0001-01-01'`},
	{"unknown dates as 1900-01-01", "pms", `select count(*) from person where birth_date = '1900-01-01'`},
	{"four zones and Arizona", "rcm", `select count(distinct time_zone) - 4 from location`},
	{"rows on days when clocks change", "rcm", `select count(*) from payment_attempt where attempted_at::date in ('2025-11-02', '2026-03-08', '2026-11-01')`},
	{"a leap day", "rcm", `select count(*) from instalment where due_date = '2028-02-29'`},
	{"due days at the end of the month", "rcm", `select count(*) from contract_account a join instalment i using (account_id) where a.due_day = 31 and i.kind = 'periodic' and extract(day from i.due_date) between 28 and 30`},
	{"duplicate appointments", "pms", `select count(*) from (select from appointment group by patient_id, scheduled_start, appt_type having count(*) > 1) x`},
	{"a practice that never writes off", "rcm", `select count(*) from practice where write_off_day is null`},
	{"a Medicaid practice", "rcm", `select count(*) from contract where payment_arrangement = 'insurance'`},
	{"practices that joined later", "rcm", `select count(distinct go_live_date) - 1 from practice`},
	{"patients and guarantors in one person", "rcm", `select count(*) from responsible_party where relationship = 'self'`},
	{"exams that nobody closed", "pms", `select count(*) from exam where outcome = 'recommended' and closed_on is null and recommended_on < date '2026-11-20' - 180`},
	{"days closed late", "rcm", `select count(*) from day_close where closed_at::date > business_date + 1`},
}

func testStructures(t *testing.T, b *bundle) {
	for _, s := range structures {
		if got := number(t, b.of(s.database), s.sql); got < 1 {
			t.Errorf("%s: got %v occurrences, want at least one", s.name, got)
		}
	}
}
