package difftest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"archwire/internal/demo"
)

// sane is what the metrics of generated data must lie between, all practices
// together: over the year that ends on the business date or, of a state, on
// that date. Where the field has a figure it is the field's.
var sane = map[string]struct{ low, high float64 }{
	"clean_claim_rate":             {0.85, 0.92},
	"adds_to_exams":                {0.78, 0.82},
	"case_acceptance":              {0.58, 0.68},
	"starts_from_observation_rate": {0.18, 0.24},
	"over_edc_rate":                {0.10, 0.18},
	"repair_visit_rate":            {0.045, 0.075},
	"paid_in_full_rate":            {0.20, 0.24},
	"average_contract_fee_gross":   {4900, 5300},
	"collection_rate":              {0.93, 1.02},
	"patient_delinquency_rate":     {0.013, 0.025},
	"patient_not_yet_due_share":    {0.90, 1},

	// No figure of the field, but where nobody or everybody is forgotten a list
	// of the forgotten shows nothing.
	"active_without_next_appointment_rate": {0.02, 0.12},
	"active_not_seen_12_weeks_rate":        {0.01, 0.06},
}

// ordered are pairs of metrics of which the first is the smaller one.
var ordered = [][2]string{{"case_acceptance", "conversion_rate"}}

func TestGeneratedDataAreLikeTheFields(t *testing.T) {
	t.Parallel()
	p, y := newProduct(t), newYardstick(t)
	p.fill(t, demo.DefaultSize())
	y.since = "2026-11-20" // of a state its last day counts
	y.fill(t, p.rcm, p.pms)
	for _, metric := range slices.Sorted(maps.Keys(sane)) {
		got := y.lastYear(t, metric)
		t.Logf("%s: %.4f", metric, got)
		if bounds := sane[metric]; got < bounds.low || got > bounds.high {
			t.Errorf("%s: got %.4f, want %g to %g", metric, got, bounds.low, bounds.high)
		}
	}
	for _, pair := range ordered {
		if small, large := y.lastYear(t, pair[0]), y.lastYear(t, pair[1]); small >= large {
			t.Errorf("%s is %.4f and %s is %.4f: want the first smaller", pair[0], small, pair[1], large)
		}
	}
}

// lastYear is a metric of all practices together, as the SQL counts it.
func (y *yardstick) lastYear(t *testing.T, metric string) float64 {
	t.Helper()
	y.count(t, metric)
	how := methodOf(metric)
	value := "sum(numerator) / coalesce(sum(denominator), 1)"
	if how.percentile != "" {
		value = fmt.Sprintf("percentile_cont(%s) within group (order by numerator)", how.percentile)
	}
	days := fmt.Sprintf("day > date '%s' - 365 and day <= '%[1]s'", y.asOf)
	if how.snapshot {
		days = fmt.Sprintf("day = date '%s'", y.asOf)
	}
	var got *float64
	if err := y.conn.QueryRow(t.Context(), "select ("+value+")::float8 from fact where "+days).Scan(&got); err != nil || got == nil {
		t.Fatalf("%s over the last year: %v, %v", metric, got, err)
	}
	return *got
}
