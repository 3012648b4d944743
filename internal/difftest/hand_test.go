package difftest

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/demo"
	"archwire/internal/testdb"
)

// handmade is what practice 1 of testdata/hand_rcm.sql and hand_pms.sql amounts
// to, worked out by hand: by the first day of the month, and by member of a
// dimension where named.
var handmade = map[string]map[string]map[string]string{
	"new_patient_adds": {
		"":                  {"2026-01-01": "1"},
		"referral_category": {"2026-01-01 dentist": "1"},
	},
	"exams_kept": {"": {"2025-06-01": "2", "2025-11-01": "1", "2026-01-01": "2", "2026-02-01": "1"}},
	"starts": {
		"": {"2021-06-01": "2", "2022-02-01": "1", "2025-06-01": "2", "2025-07-01": "2", "2026-01-01": "1", "2026-02-01": "2"},
		"category": {
			"2021-06-01 phase1": "2", "2022-02-01 phase1": "1", "2025-06-01 phase2": "2", "2025-07-01 phase1": "1", "2025-07-01 aligner": "1",
			"2026-01-01 phase2": "1", "2026-02-01 full": "1", "2026-02-01 aligner": "1",
		},
	},
	"contracts_entered": {"": {"2026-02-01": "2", "2026-03-01": "2"}},
	"case_acceptance": {"": {
		"2021-06-01": "2 of 0", "2022-02-01": "1 of 0", "2025-06-01": "0 of 2", "2025-07-01": "2 of 0",
		"2025-11-01": "0 of 1", "2026-01-01": "0 of 2", "2026-02-01": "2 of 1",
	}},
	"treatment_conversion_45d": {"": {"2026-01-01": "0 of 2", "2026-02-01": "1 of 2", "2026-03-01": "1 of 2"}},
	"same_day_starts":          {"": {"2026-02-01": "1"}},
	"same_day_start_rate_of_exams": {
		"": {"2025-06-01": "0 of 2", "2025-11-01": "0 of 1", "2026-01-01": "0 of 2", "2026-02-01": "1 of 1"},
	},
	"same_day_start_rate_of_starts": {"": {
		"2021-06-01": "0 of 2", "2022-02-01": "0 of 1", "2025-06-01": "0 of 2", "2025-07-01": "0 of 2", "2026-01-01": "0 of 1", "2026-02-01": "1 of 2",
	}},
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
	"gross_collections": {"": {"2026-01-01": "47", "2026-02-01": "60", "2026-03-01": "160"}},
	"net_collections":   {"": {"2026-01-01": "40", "2026-02-01": "0", "2026-03-01": "156"}},
	"collection_rate":   {"": {"2026-01-01": "40 of 800", "2026-02-01": "0 of -15", "2026-03-01": "156 of -70"}},
	"instalment_collection_rate": {
		"":           {"2026-01-01": "33 of 100", "2026-02-01": "38 of 250", "2026-03-01": "0 of 10"},
		"payer_kind": {"2026-01-01 responsible_party": "33 of 100", "2026-02-01 responsible_party": "38 of 50", "2026-02-01 insurance": "0 of 200", "2026-03-01 responsible_party": "0 of 10"},
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
	"no_show_rate": {"": {
		"2025-07-01": "0 of 1", "2025-08-01": "0 of 1", "2025-09-01": "1 of 1", "2025-10-01": "0 of 2", "2025-12-01": "0 of 1", "2026-02-01": "1 of 2", "2026-03-01": "0 of 1",
	}},
	"active_patients": {"": {"2026-01-01": "2", "2026-02-01": "3", "2026-03-01": "3"}},
	"debonds":         {"": {"2022-06-01": "2", "2023-03-01": "1", "2025-10-01": "2", "2026-02-01": "1"}},
	"over_edc_rate":   {"": {"2026-01-01": "0 of 1", "2026-02-01": "1 of 2", "2026-03-01": "2 of 2"}},
}

// workedAt is the practice whose figures of a metric were worked out by hand.
func workedAt(metric string) string {
	if cohortsByHand[metric] {
		return "5"
	}
	return "1"
}

// workedOut is what a metric amounts to by hand.
func workedOut(metric string) map[string]map[string]string {
	for _, part := range []map[string]map[string]map[string]string{handmadeFlow, handmadeMoney, handmadeClosing, handmadeClaims, handmadeDifferences} {
		if worked, ok := part[metric]; ok {
			return worked
		}
	}
	return handmade[metric]
}

// quarterly is what the first quarter of 2026 amounts to, for one metric of
// each additivity.
var quarterly = map[string]string{
	"gross_collections":        "267",        // the months' sum
	"past_due":                 "283",        // the last month's
	"collection_rate":          "196 of 715", // sums apart
	"patient_delinquency_rate": "65 of 195",  // the last month's
	"days_to_payment_median":   "29 of 3",    // over 22, 29 and 31 days
	"days_to_payment_p90":      "30.6 of 3",
}

func TestHandMadeRowsCountAsOneCountsThemByHand(t *testing.T) {
	t.Parallel()
	p, y := newProduct(t), newYardstick(t)
	testdb.Exec(t, p.rcm, demo.RCMSchema, giveDefaults, readFile(t, "testdata/hand_rcm.sql"))
	p.createPMS(t)
	p.inPMS(t, giveDefaults, readFile(t, "testdata/hand_pms.sql"))
	p.dropChecks(t)
	y.fill(t, p.rcm, p.pms)
	practices := y.practices(t)
	p.publish(t, practices)
	t.Run("reconcile", func(t *testing.T) { p.reconciles(t, y, practices) })
	for _, metric := range metrics(t) {
		t.Run(metric, func(t *testing.T) {
			dimensions := y.count(t, metric)
			if len(workedOut(metric)) == 0 {
				t.Error("nothing was worked out by hand")
			}
			var c comparison
			for _, q := range y.questions(t, metric, dimensions) {
				p.compare(t, y, &c, q, y.additivity(metric), practices)
				by, worked := workedOut(metric)[q.Dimension]
				if q.Grain == "quarter" {
					by, worked = map[string]string{"2026-01-01": quarterly[metric]}, quarterly[metric] != ""
				}
				if q.Grain == "week" || q.Grain == "year" || !worked {
					continue
				}
				at := workedAt(metric)
				want := byHand(at, by)
				got := only(y.answers(t, q), at)
				if q.Grain == "quarter" {
					maps.DeleteFunc(got, func(c cell, _ answer) bool { return c.Period != "2026-01-01" })
					q.From, q.To = "2026-01-01", "2026-03-31"
				}
				if diff := cmp.Diff(texts(want), texts(got)); diff != "" {
					t.Errorf("%s by %q (-by hand, +SQL):\n%s", q.Grain, q.Dimension, diff)
				}
				c.hold(q, y.additivity(metric), want, p.ask(t, p.own[at], at, q))
			}
			c.report(t)
		})
	}
}

// byHand reads answers for a practice from the tables.
func byHand(practice string, worked map[string]string) map[cell]answer {
	want := map[cell]answer{}
	for at, text := range worked {
		period, member, _ := strings.Cut(at, " ")
		numerator, denominator, ratio := strings.Cut(text, " of ")
		a := answer{Numerator: rat(&numerator)}
		if ratio {
			a.Denominator = rat(&denominator)
		}
		want[cell{Practice: practice, Period: period, Member: member}] = a
	}
	return want
}

func texts(answers map[cell]answer) map[cell]string {
	out := map[cell]string{}
	for c, a := range answers {
		out[c] = a.String()
	}
	return out
}

// giveDefaults lets rows name only the columns that matter.
const giveDefaults = `do $$ declare c record; begin
	for c in select attrelid::regclass as tab, attname, format_type(atttypid, atttypmod) as typ,
			case typcategory when 'N' then '0' when 'B' then 'false' when 'D' then '2000-01-01' when 'S' then ''
				when 'E' then (select min(enumlabel) from pg_enum e where e.enumtypid = atttypid)
				else case typname when 'uuid' then '00000000-0000-0000-0000-000000000000' else '{}' end end as def
		from pg_attribute join pg_class k on k.oid = attrelid join pg_type y on y.oid = atttypid
		where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and attnotnull
	loop execute format('alter table %s alter column %I set default %L::%s', c.tab, c.attname, c.def, c.typ); end loop; end $$`
