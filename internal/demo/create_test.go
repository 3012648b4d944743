package demo_test

import (
	"testing"

	"archwire/internal/demo"
)

// TestCreate makes one history large enough for shares to settle, and asks it
// for the figures, structures and invariants of the field.
func TestCreate(t *testing.T) {
	size := demo.DefaultSize()
	size.Practices, size.Months = 16, 14
	b := setup(t, size)
	t.Run("Figures", func(t *testing.T) { testFigures(t, b) })
	t.Run("Structures", func(t *testing.T) { testStructures(t, b) })
	t.Run("Invariants", func(t *testing.T) { testInvariants(t, b) })
}

func TestCreateRefuses(t *testing.T) {
	for name, change := range map[string]func(*demo.Size){
		"NoPractices": func(s *demo.Size) { s.Practices = 0 },
		"NoMonths":    func(s *demo.Size) { s.Months = 0 },
		"AWeekend":    func(s *demo.Size) { s.AsOf = s.AsOf.AddDate(0, 0, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			size := demo.DefaultSize()
			change(&size)
			// Nothing listens there: the size is looked at first.
			const nowhere = "postgres://127.0.0.1:1/none"
			if s, err := demo.Create(t.Context(), nowhere, nowhere, size, nil); err == nil {
				t.Errorf("creating %+v: got %+v, want an error", size, s)
			}
		})
	}
}

// figure is one number that generated data must show, within bounds.
type figure struct {
	name, database, sql string
	low, high           float64
}

// lastYear is what the figures of a period are taken over.
const lastYear = "> date '2026-11-20' - 365"

var figures = []figure{
	{"K04 adds to exams", "pms", `select (select count(*) from exam where exam_type in ('new_child', 'new_adult') and kept_on ` + lastYear + `)::float
		/ (select count(*) from lead where has_name and has_contact and referral_source_id is not null and created_on ` + lastYear + `)`, 0.78, 0.82},
	{"K11 case acceptance", "pms", `select (select count(*) from treatment where category <> 'phase2' and start_date ` + lastYear + `)::float
		/ (select count(*) from exam where exam_type in ('new_child', 'new_adult') and kept_on ` + lastYear + `)`, 0.58, 0.68},
	{"K12 - K11: conversion counts phase 2 too", "pms", `select count(*)::float from treatment where category = 'phase2' and start_date ` + lastYear, 1, 1e6},
	{"K17 starts from observation", "pms", `select avg((start_origin = 'observation')::int)::float from treatment where start_date ` + lastYear, 0.18, 0.24},
	{"K26 collections of production", "rcm", `select (-sum(amount) filter (where affects_collections) / sum(amount) filter (where affects_production))::float
		from ledger_transaction where posting_date ` + lastYear, 0.93, 1.02},
	{"K28 average contract fee", "rcm", `select avg(gross_fee)::float from contract where superseded_by is null and net_fee > 0 and entered_on ` + lastYear, 4900, 5300},
	{"K31 paid in full", "rcm", `select avg((payment_arrangement = 'pif')::int)::float from contract where superseded_by is null and net_fee > 0 and entered_on ` + lastYear, 0.19, 0.25},
	{"K43 patient delinquency", "rcm", unpaid + `select (sum(rest) filter (where due_date < date '2026-11-20' - 30) / sum(rest))::float from unpaid where payer_kind = 'responsible_party'`, 0.013, 0.025},
	{"not yet due of patient receivables", "rcm", unpaid + `select (sum(rest) filter (where due_date > date '2026-11-20') / sum(rest))::float from unpaid where payer_kind = 'responsible_party'`, 0.90, 1},
	{"K62 clean claims", "rcm", `with first as (
			select distinct on (claim_id) claim_id, paid > 0 as paid from remittance_line where claim_id is not null order by claim_id, posted_on, remittance_line_id)
		select avg((coalesce(f.paid, false) and e.claim_id is null and k.original_claim_id is null)::int)::float
		from claim c left join first f using (claim_id)
		left join (select distinct claim_id from claim_event where category_code in ('A3', 'A6', 'A7', 'A8', 'P3', 'R')) e using (claim_id)
		left join (select distinct original_claim_id from claim) k on k.original_claim_id = c.claim_id
		where kind <> 'predetermination' and frequency_code = '1' and submitted_on between date '2026-11-20' - 425 and date '2026-11-20' - 60`, 0.85, 0.92},
	{"K63 denials", "rcm", `select avg((paid = 0 and group_code <> 'PR')::int)::float from remittance_line where claim_id is not null and clp02 in ('1', '2', '4')`, 0.05, 0.11},
	{"K64 days to payment", "rcm", `select percentile_cont(0.5) within group (order by first_paid_on - submitted_on) from claim where first_paid_on is not null`, 25, 33},
	{"K80 no-shows", "pms", `select (count(*) filter (where status = 'no_show'))::float / count(*) filter (where status in ('no_show', 'completed', 'walk_in')) from appointment`, 0.06, 0.10},
	{"K86 over the estimated completion", "pms", `with now as (select distinct on (treatment_id) treatment_id, edc from treatment_edc_revision order by treatment_id, revised_on desc, revision_id desc)
		select avg((now.edc < date '2026-11-20')::int)::float from treatment join now using (treatment_id) where start_date is not null and end_date is null`, 0.10, 0.18},
	{"credit balances", "rcm", `select avg((balance < 0)::int)::float from contract_account where payer_kind = 'responsible_party'`, 0.01, 0.035},
	{"insurance share of fees", "rcm", `select (sum(est_insurance) / sum(net_fee))::float from contract where superseded_by is null and entered_on ` + lastYear, 0.12, 0.25},
	{"rows of the one very large tenant", "rcm", `select avg((practice_id = 2)::int)::float from ledger_transaction`, 0.15, 0.25},
}

// unpaid lists what is open on every live line at the end of the history.
const unpaid = `with unpaid as (select a.payer_kind, i.due_date, i.amount - i.paid_amount as rest
	from instalment i join contract_account a using (account_id) where i.ended_on is null and i.paid_amount < i.amount) `

func testFigures(t *testing.T, b *bundle) {
	for _, f := range figures {
		got := number(t, b.of(f.database), f.sql)
		t.Logf("%s: %.4f", f.name, got)
		if got < f.low || got > f.high {
			t.Errorf("%s: got %.4f, want %g to %g", f.name, got, f.low, f.high)
		}
	}
}
