package demo_test

import (
	"testing"
	"time"
)

// invariants count what must not exist.
var invariants = []struct{ name, database, sql string }{
	{"an account's balance is the sum of its transactions", "rcm", `select count(*) from contract_account left join (select account_id, sum(amount) as total from ledger_transaction group by 1) l using (account_id) where balance <> coalesce(total, 0)`},
	{"account shares add up to the contract's net fee", "rcm", `select count(*) from contract left join (select contract_id, sum(share_amount) as total from contract_account group by 1) a using (contract_id) where superseded_by is null and activated_on is not null and net_fee <> coalesce(total, 0)`},
	{"instalments add up to the share", "rcm", `select count(*) from contract_account left join (select account_id, sum(amount) as total from instalment where kind <> 'misc' and end_reason is distinct from 'rescheduled' group by 1) i using (account_id) where share_amount <> coalesce(total, 0)`},
	{"net fee is gross fee less discounts", "rcm", `select count(*) from contract where net_fee <> gross_fee - discount_pif - discount_family - discount_other`},
	{"what was paid is the sum of allocations", "rcm", `select count(*) from instalment left join (select instalment_id, sum(amount) as total from allocation group by 1) a using (instalment_id) where paid_amount <> coalesce(total, 0)`},
	{"no line is paid twice", "rcm", `select count(*) from instalment where paid_amount > amount or paid_amount < 0 or amount <= 0`},
	{"the two halves of a transfer add up to zero", "rcm", `select count(*) from ledger_transaction a left join ledger_transaction b on b.txn_id = a.pair_txn_id where a.txn_type in ('transfer', 'balance_transfer') and (a.amount + b.amount is distinct from 0 or b.pair_txn_id <> a.txn_id)`},
	{"a reversal takes back what was there, and no more", "rcm", `select count(*) from (select r.reverses_id from ledger_transaction r left join ledger_transaction p on p.txn_id = r.reverses_id where r.reverses_id is not null group by 1 having sum(r.amount) > coalesce(max(-p.amount), 0)) x`},
	{"a remittance is the sum of its lines", "rcm", `select count(*) from remittance left join (select remittance_id, sum(paid) as total from remittance_line group by 1) l using (remittance_id) where amount <> coalesce(total, 0)`},
	{"a paid remittance line is in the ledger", "rcm", `select count(*) from remittance_line r left join ledger_transaction l using (txn_id) where r.paid <> 0 and r.paid is distinct from -l.amount`},
	{"no transaction is from before go-live", "rcm", `select count(*) from ledger_transaction join practice using (practice_id) where posting_date < go_live_date`},
	{"ended lines say why", "rcm", `select count(*) from instalment where (ended_on is null) <> (end_reason is null)`},
	{"nothing happened after the last day", "rcm", `select (select count(*) from ledger_transaction, demo_clock where posting_date > as_of) + (select count(*) from claim_event, demo_clock where event_date > as_of) + (select count(*) from instalment i, demo_clock where i.updated_at > as_of + interval '30 hours')`},
	{"appointments in the future are not over", "pms", `select count(*) from appointment where updated_at < booked_at or scheduled_start > (select max(updated_at) from appointment) and status in ('completed', 'walk_in', 'no_show')`},
	{"status history has neither gaps nor overlaps", "pms", `select count(*) from (select to_date, lead(from_date) over (partition by patient_id order by from_date) as next from status_history) x where to_date is distinct from next`},
	{"a patient's status is the newest one", "pms", `select count(*) from patient left join status_history h using (patient_id) where h.to_date is null and (h.status <> patient.status or h.status is null)`},
	{"active patients are those in treatment", "pms", `select count(*) from (select patient_id from status_history where to_date is null and status = 'active') a full join (select distinct patient_id from treatment where start_date is not null and end_date is null) t using (patient_id) where a.patient_id is null or t.patient_id is null`},
	{"the current estimate is the last revision", "pms", `select count(*) from treatment t join (select distinct on (treatment_id) treatment_id, edc from treatment_edc_revision order by treatment_id, revised_on desc, revision_id desc) r using (treatment_id) where t.edc is distinct from r.edc`},
	{"a phase-2 start follows an exam of its own", "pms", `select count(*) from treatment t left join exam e using (exam_id) where t.category = 'phase2' and t.start_date > '2026-10-01' and e.exam_type is distinct from 'phase_2'`},
	{"every visit has a kept appointment", "pms", `select count(*) from visit v left join appointment a using (appointment_id) where a.status is null or a.status not in ('completed', 'walk_in')`},
}

func testInvariants(t *testing.T, b *bundle) {
	for _, v := range invariants {
		if got := number(t, b.of(v.database), v.sql); got != 0 {
			t.Errorf("%s: got %v exceptions, want none", v.name, got)
		}
	}
	for _, asOf := range []string{"2025-12-31", "2026-02-28", "2026-07-31", "2026-11-20"} {
		balancingWorksheet(t, b, day(t, asOf))
	}
}

// balancingWorksheet compares the balances of all accounts at the end of a
// day with their aged receivables less unallocated credit.
func balancingWorksheet(t *testing.T, b *bundle, asOf time.Time) {
	t.Helper()
	const sql = `
	with balance as (select account_id, sum(amount) as total from ledger_transaction where posting_date <= $1 group by 1),
	applied as (select instalment_id, sum(amount) as total from allocation where posted_on <= $1 group by 1),
	aged as (
		select account_id, sum(amount - coalesce(total, 0)) as total from instalment left join applied using (instalment_id)
		where scheduled_on <= $1 and (ended_on is null or ended_on > $1) group by 1),
	used as (select txn_id, sum(amount) as total from allocation where posted_on <= $1 group by 1),
	credit as (
		select account_id, sum(-amount - coalesce(total, 0)) as total from ledger_transaction left join used using (txn_id)
		where posting_date <= $1 and (affects_collections or txn_type = 'transfer' or total is not null or code = 'FEECRED' or memo = 'recovered') group by 1)
	select account_id, coalesce(balance.total, 0)::text, coalesce(aged.total, 0)::text, coalesce(credit.total, 0)::text
	from balance full join aged using (account_id) full join credit using (account_id)
	where coalesce(balance.total, 0) <> coalesce(aged.total, 0) - coalesce(credit.total, 0) or credit.total < 0 limit 3`
	rows, err := b.rcm.Query(t.Context(), sql, asOf)
	if err != nil {
		t.Fatalf("balancing %s: %v", asOf.Format(time.DateOnly), err)
	}
	defer rows.Close()
	for rows.Next() {
		var account int64
		var balance, aged, credit string
		if err := rows.Scan(&account, &balance, &aged, &credit); err != nil {
			t.Fatal(err)
		}
		t.Errorf("account %d at the end of %s: balance %s, aged receivables %s, credit %s: want balance = receivables - credit, credit not negative",
			account, asOf.Format(time.DateOnly), balance, aged, credit)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
