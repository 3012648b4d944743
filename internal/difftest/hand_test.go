package difftest

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// handmade is what practice 1 of testdata/hand.sql amounts to, worked out by
// hand: by the first day of the month, and by member of a dimension where
// named.
var handmade = map[string]map[string]map[string]string{
	"new_patient_adds": {
		"":                  {"2026-01-01": "1"},
		"referral_category": {"2026-01-01 dentist": "1"},
	},
	"exams_kept": {"": {"2025-11-01": "1", "2026-01-01": "2", "2026-02-01": "1"}},
	"starts": {
		"":         {"2026-01-01": "1", "2026-02-01": "2"},
		"category": {"2026-01-01 phase2": "1", "2026-02-01 full": "1", "2026-02-01 aligner": "1"},
	},
	"contracts_entered":        {"": {"2026-02-01": "2", "2026-03-01": "2"}},
	"case_acceptance":          {"": {"2025-11-01": "0 of 1", "2026-01-01": "0 of 2", "2026-02-01": "2 of 1"}},
	"treatment_conversion_45d": {"": {"2026-01-01": "0 of 2", "2026-02-01": "1 of 2", "2026-03-01": "1 of 2"}},
	"same_day_starts":          {"": {"2026-02-01": "1"}},
	"same_day_start_rate_of_exams": {
		"": {"2025-11-01": "0 of 1", "2026-01-01": "0 of 2", "2026-02-01": "1 of 1"},
	},
	"same_day_start_rate_of_starts": {"": {"2026-01-01": "0 of 1", "2026-02-01": "1 of 2"}},
	"pending_patients": {
		"":        {"2026-01-01": "2", "2026-02-01": "1", "2026-03-01": "1"},
		"waiting": {"2026-01-01 0-30": "1", "2026-01-01 91-180": "1", "2026-02-01 91-180": "1", "2026-03-01 0-30": "1"},
	},
	"gross_production": {"": {"2026-01-01": "800", "2026-02-01": "5"}},
	"production_adjustments": {
		"": {"2026-02-01": "-20", "2026-03-01": "-70"},
		"adjustment_class": {
			"2026-02-01 discount": "-20", "2026-03-01 contractual": "-100", "2026-03-01 fee_change": "30",
		},
	},
	"net_production":    {"": {"2026-01-01": "800", "2026-02-01": "-15", "2026-03-01": "-70"}},
	"gross_collections": {"": {"2026-01-01": "40", "2026-02-01": "60", "2026-03-01": "160"}},
	"net_collections":   {"": {"2026-01-01": "40", "2026-02-01": "0", "2026-03-01": "156"}},
	"collection_rate":   {"": {"2026-01-01": "40 of 800", "2026-02-01": "0 of -15", "2026-03-01": "156 of -70"}},
	"instalment_collection_rate": {
		"":           {"2026-01-01": "40 of 100", "2026-02-01": "50 of 250", "2026-03-01": "0 of 10"},
		"payer_kind": {"2026-01-01 responsible_party": "40 of 100", "2026-02-01 responsible_party": "50 of 50", "2026-02-01 insurance": "0 of 200", "2026-03-01 responsible_party": "0 of 10"},
	},
	"average_contract_fee_gross": {"": {"2026-02-01": "9000 of 2"}},
	"average_contract_fee_net":   {"": {"2026-02-01": "8300 of 2"}},
	"paid_in_full_rate":          {"": {"2026-02-01": "1 of 2", "2026-03-01": "1 of 2"}},
	"contract_receivables":       {"": {"2026-01-01": "760", "2026-02-01": "745", "2026-03-01": "595"}},
	"contract_credits": {
		"":            {"2026-03-01": "-89"},
		"location_id": {"2026-03-01 101": "-89"},
	},
	"not_yet_due": {"": {"2026-01-01": "629.1", "2026-02-01": "379.1", "2026-03-01": "504.43"}},
	"past_due": {
		"": {"2026-01-01": "60", "2026-02-01": "315", "2026-03-01": "283"},
		"ageing": {
			"2026-01-01 1-30": "60", "2026-02-01 due today": "50", "2026-02-01 1-30": "200", "2026-02-01 31-60": "65",
			"2026-03-01 due today": "10", "2026-03-01 1-30": "208", "2026-03-01 31-60": "65",
		},
	},
	"patient_delinquency_rate": {"": {"2026-01-01": "0 of 260", "2026-02-01": "65 of 245", "2026-03-01": "65 of 195"}},
	"insurance_past_expected":  {"": {"2026-02-01": "200", "2026-03-01": "208"}},
	"claims_submitted":         {"": {"2026-01-01": "2", "2026-02-01": "1"}},
	"claims_submitted_amount":  {"": {"2026-01-01": "1001", "2026-02-01": "250.5"}},
	"denial_rate":              {"": {"2026-02-01": "1 of 4", "2026-03-01": "0 of 2"}},
	"denial_rate_amount":       {"": {"2026-02-01": "1000 of 2251.5", "2026-03-01": "0 of 1250.5"}},
	"days_to_payment_median": {
		"":         {"2026-02-01": "26.5 of 2", "2026-03-01": "29 of 1"},
		"payer_id": {"2026-02-01 7": "26.5 of 2", "2026-03-01 8": "29 of 1"},
	},
	"days_to_payment_p90": {"": {"2026-02-01": "30.1 of 2", "2026-03-01": "29 of 1"}},
	"cash_scheduled":      {"": {"2026-04-01": "170.1", "2026-06-01": "300", "2028-03-01": "33.33"}},
	"cash_forecast":       {"": {"2026-04-01": "144.565", "2026-06-01": "291", "2028-03-01": "21.6645"}},
	"no_show_rate":        {"": {"2026-02-01": "1 of 3", "2026-03-01": "0 of 1"}},
	"active_patients":     {"": {"2026-01-01": "1", "2026-02-01": "2", "2026-03-01": "2"}},
	"debonds":             {"": {"2026-02-01": "1"}},
	"over_edc_rate":       {"": {"2026-01-01": "0 of 1", "2026-02-01": "1 of 2", "2026-03-01": "2 of 2"}},
}

// quarterly is what the first quarter of 2026 amounts to, for one metric of
// each additivity.
var quarterly = map[string]string{
	"gross_collections":        "260",        // the months' sum
	"past_due":                 "283",        // the last month's
	"collection_rate":          "196 of 715", // sums apart
	"patient_delinquency_rate": "65 of 195",  // the last month's
	"days_to_payment_median":   "29 of 3",    // over 22, 29 and 31 days
	"days_to_payment_p90":      "30.6 of 3",
}

func TestTheSQLCountsHandMadeRowsAsOneDoesByHand(t *testing.T) {
	y := newYardstick(t)
	y.exec(t, dropNotNull)
	y.exec(t, readFile(t, "testdata/hand.sql"))
	y.asOf = "2026-03-15"
	for _, metric := range metrics(t) {
		y.count(t, metric)
		if len(handmade[metric]) == 0 {
			t.Errorf("%s: nothing was worked out by hand", metric)
		}
		for dimension, want := range handmade[metric] {
			got := y.practiceOne(t, question{Metric: metric, Grain: "month", Dimension: dimension, From: "2025-01-01", To: "2029-12-31"})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s by %q (-by hand, +SQL):\n%s", metric, dimension, diff)
			}
		}
		if want, ok := quarterly[metric]; ok {
			got := y.practiceOne(t, question{Metric: metric, Grain: "quarter", From: "2026-01-01", To: "2026-03-31"})
			if diff := cmp.Diff(map[string]string{"2026-01-01": want}, got); diff != "" {
				t.Errorf("%s by quarter (-by hand, +SQL):\n%s", metric, diff)
			}
		}
	}
}

// practiceOne gives the answers of practice 1 as text.
func (y *yardstick) practiceOne(t *testing.T, q question) map[string]string {
	t.Helper()
	got := map[string]string{}
	for c, a := range maps.All(y.answers(t, q)) {
		switch {
		case c.Practice != "1":
		case q.Dimension == "":
			got[c.Period] = a.String()
		default:
			got[c.Period+" "+c.Member] = a.String()
		}
	}
	return got
}

// dropNotNull lets rows of testdata/hand.sql name only the columns that matter.
const dropNotNull = `do $$ declare c record; begin
	for c in select attrelid::regclass as tab, attname from pg_attribute join pg_class k on k.oid = attrelid
		where relnamespace in ('rcm'::regnamespace, 'pms'::regnamespace) and relkind = 'r' and attnum > 0 and attnotnull
			and not exists (select from pg_index i where i.indrelid = attrelid and i.indisprimary and attnum = any (i.indkey))
	loop execute format('alter table %s alter column %I drop not null', c.tab, c.attname); end loop; end $$`
