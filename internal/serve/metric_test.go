package serve_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"archwire"
)

// points spells the rows of a metric's answer, one a line.
func points(t *testing.T, r reply) string {
	t.Helper()
	rows, ok := r.want(t, 200).at(t, "data").([]any)
	if !ok {
		t.Fatalf("no rows in %s", r.text)
	}
	var lines []string
	for _, row := range rows {
		m := row.(map[string]any)
		var words []string
		for _, name := range []string{"period", "practice", "payer_kind", "bucket", "value", "numerator", "denominator", "count"} {
			if v, ok := m[name]; ok {
				words = append(words, fmt.Sprint(v))
			}
		}
		if m["complete"] == false {
			words = append(words, "so far")
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return strings.Join(lines, "\n")
}

// Expected values are worked out by hand from the rows in data.
func TestMetrics(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	all := b.keys.Open(t, archwire.Identified)
	for _, c := range []struct{ name, ask, want string }{
		{"AdditiveOfOneByMonth", "net_collections?practice=p1&from=2026-09-15&to=2026-11-20", `
			2026-09-01 100.00
			2026-10-01 1284.45
			2026-11-01 10.10 so far`},
		{"EveryPeriodIsThere", "net_collections?practice=p1&from=2026-07-01&to=2026-09-01", `
			2026-07-01 0.00
			2026-08-01 0.00
			2026-09-01 100.00`},
		{"ExactTo38Digits", "net_collections?from=2026-10-01&to=2026-10-31", `
			2026-10-01 123456789012345678901234567898902518.99`},
		{"ByTenantNamesEachOne", "net_collections?by=practice&from=2026-09-01&to=2026-09-30", `
			2026-09-01 p1 100.00
			2026-09-01 p2 0.00
			2026-09-01 p3 0.00`},
		{"ByTwo", "net_collections?practice=p1&practice=p3&by=practice,payer_kind&from=2026-10-01&to=2026-10-31", `
			2026-10-01 p1 insurance 1284.50
			2026-10-01 p1 patient -0.05
			2026-10-01 p3 patient 123456789012345678901234567890123456.78`},
		{"Filtered", "net_collections?practice=p1&filter[payer_kind]=patient&grain=quarter&from=2026-07-01&to=2026-12-31", `
			2026-07-01 100.00
			2026-10-01 10.05 so far`},
		{"ByWeekFromMonday", "net_collections?practice=p1&grain=week&from=2026-10-28&to=2026-11-02", `
			2026-10-26 -0.05
			2026-11-02 10.10`},
		{"ByYear", "net_collections?practice=p1&grain=year&from=2025-01-01&to=2026-01-01", `
			2025-01-01 0.10
			2026-01-01 1394.55 so far`},
		{"RatioCarriesItsParts", "average_payment?practice=p1&from=2026-08-01&to=2026-10-31", `
			2026-08-01 <nil> 0.00 0
			2026-09-01 25.000000 100.00 4
			2026-10-01 142.716667 1284.45 9`},
		{"SemiIsTheLastSnapshotOfEachTenant", "receivables?from=2026-08-01&to=2026-10-31", `
			2026-08-01 <nil>
			2026-09-01 23.00
			2026-10-01 4372.42`},
		{"SemiIsNeverSummedOverTime", "receivables?practice=p1&grain=year&from=2026-01-01&to=2026-12-31", `
			2026-01-01 30.00 so far`},
		{"SemiTakesOneSnapshotForAllDimensions", "receivables?practice=p1&by=bucket&from=2026-09-01&to=2026-10-31", `
			2026-09-01 current 20.00
			2026-10-01 current 30.00
			2026-09-01 late 3.00
			2026-10-01 late 0.00`},
		{"SemiFilteredTakesTheSameSnapshot", "receivables?practice=p1&filter[bucket]=late&from=2026-08-01&to=2026-10-31", `
			2026-08-01 <nil>
			2026-09-01 3.00
			2026-10-01 0.00`},
		{"SemiByTenant", "receivables?by=practice&from=2026-09-01&to=2026-10-31", `
			2026-09-01 p1 23.00
			2026-10-01 p1 30.00
			2026-09-01 p2 <nil>
			2026-10-01 p2 4242.42
			2026-09-01 p3 <nil>
			2026-10-01 p3 100.00`},
		{"SemiByDay", "receivables?practice=p1&grain=day&from=2026-09-28&to=2026-09-30", `
			2026-09-28 <nil>
			2026-09-29 10.00
			2026-09-30 23.00`},
		{"RatioOfSnapshots", "past_due_share?from=2026-08-01&to=2026-10-31", `
			2026-08-01 <nil> <nil> <nil>
			2026-09-01 0.347826 8.00 23.00
			2026-10-01 0.023424 102.42 4372.42`},
		{"MedianWithItsCount", "wait?from=2026-09-01&to=2026-10-31", `
			2026-09-01 <nil> 0
			2026-10-01 5.0 5`},
		{"MedianOfOne", "wait?practice=p1&from=2026-10-01&to=2026-10-31", `
			2026-10-01 5.0 3`},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.TrimSpace(strings.ReplaceAll(c.want, "\n\t\t\t", "\n"))
			if got := points(t, b.get(t, "/v1/metrics/"+c.ask, all)); got != want {
				t.Errorf("%s\ngot\n%s\nwant\n%s", c.ask, got, want)
			}
		})
	}
}

func TestMetricIsHeldAgainstOtherPeriods(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	r := b.get(t, "/v1/metrics/net_collections?from=2026-10-01&to=2026-10-31&compare=previous_period,previous_year", key).want(t, 200)
	for path, want := range map[string]string{
		"data.0.value":                                "1284.45",
		"data.0.compare.previous_period.period":       "2026-09-01",
		"data.0.compare.previous_period.value":        "100.00",
		"data.0.compare.previous_period.change":       "1184.45",
		"data.0.compare.previous_period.change_ratio": "11.844500",
		"data.0.compare.previous_year.period":         "2025-10-01",
		"data.0.compare.previous_year.value":          "0.10",
		"data.0.compare.previous_year.change":         "1284.35",
		"data.0.compare.previous_year.change_ratio":   "12843.500000",
		"meta.metric.definition":                      "Payments received.",
		"meta.metric.version":                         "1",
		"meta.metric.unit":                            "usd",
		"meta.metric.from":                            "2026-10-01",
		"meta.metric.to":                              "2026-10-31",
		"meta.as_of":                                  "2026-11-20",
		"meta.verified.tables":                        "2",
		"meta.verified.rows":                          "<nil>", // of all practices together: nobody's business
		"meta.contract":                               "1",
	} {
		if got := fmt.Sprint(r.at(t, path)); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	r = b.get(t, "/v1/metrics/average_payment?from=2026-10-01&to=2026-10-31&compare=previous_period", key).want(t, 200)
	before := r.at(t, "data.0.compare.previous_period").(map[string]any)
	for name, want := range map[string]json.Number{"value": "25.000000", "numerator": "100.00", "denominator": "4", "change": "117.716667", "change_ratio": "4.708667"} {
		if before[name] != want {
			t.Errorf("%s of the ratio before is %v, want %s", name, before[name], want)
		}
	}
	r = b.get(t, "/v1/metrics/receivables?from=2026-09-01&to=2026-09-30&compare=previous_period", key).want(t, 200)
	if got := fmt.Sprint(r.at(t, "data.0.compare.previous_period")); got != "map[change:<nil> change_ratio:<nil> period:2026-08-01 value:<nil>]" {
		t.Errorf("against nothing: %s", got)
	}
}

func TestSeriesThatEndedIsStillCompared(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	r := b.get(t, "/v1/metrics/net_collections?by=payer_kind&from=2026-11-01&to=2026-11-30&compare=previous_period", key).want(t, 200)
	if r.at(t, "data.0.payer_kind") != "insurance" || r.at(t, "data.0.value") != json.Number("0.00") ||
		r.at(t, "data.0.compare.previous_period.change") != json.Number("-1284.50") {
		t.Errorf("insurance in November against October: %s", r.text)
	}
}

func TestMetricWithoutRowsInScope(t *testing.T) {
	b := setup(t)
	b.published(t, map[string]string{"mart.collections": data()["mart.collections"] + " where practice_id = 'p1'"})
	key := b.keys.Open(t, archwire.Aggregate, "p3", "gone")
	if got := points(t, b.get(t, "/v1/metrics/net_collections?from=2026-10-01&to=2026-10-31", key)); got != "2026-10-01 0" && got != "2026-10-01 0.00" {
		t.Errorf("without rows: %s", got)
	}
	nobody := b.keys.Open(t, archwire.Aggregate, "gone")
	b.get(t, "/v1/metrics/net_collections?from=2026-10-01&to=2026-10-31", nobody).want(t, 404)
}
