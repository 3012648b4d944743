package serve_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
)

// The parts come to the difference to the last digit whatever the definition was and
// became, and each step is what SQL says of the same rows.
func TestExplainedPartsComeToTheDifferenceOfDefinitions(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	b := setup(t)
	d, metrics := cases()
	drawn := func() archwire.Metric {
		m := metrics[2] // computed from the rows
		all := []string{"sum(v)", "sum(v) * 2", "count(*)", "count(distinct c)", "sum(v) filter (where kind = 'a')", "median(v)", "max(k)", "count(w) - count(v)", "count(s) filter (where s <> '')"}
		m.Numerator = all[random.IntN(len(all))]
		return m
	}
	now, rows := drawn(), randomCases(random)
	b.input.Datasets, b.input.Metrics = []archwire.Dataset{d}, []archwire.Metric{now}
	b.published(t, map[string]string{"mart.cases": rows})
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	for range 12 {
		was, old := now, rows
		now, rows = drawn(), randomCases(random)
		b.input.Metrics = []archwire.Metric{now}
		b.published(t, map[string]string{"mart.cases": rows, "mart.old_cases": old, "mart.new_cases": rows})
		r := b.get(t, "/v1/metrics/people/explain?period=2026-10-09", key).want(t, 200)
		steps, last := b.figures(t, was, ""), b.figures(t, now, "")[3][0]
		sum := new(big.Rat)
		for i, at := range []string{"data.from.", "data.parts.0.", "data.parts.1.", "data.parts.2.", "data.parts.3."} {
			want := last
			if i < len(steps) {
				want = steps[i][0]
			}
			if got := ratOf(t, r.at(t, at+"value")); orZero(got).Cmp(orZero(want)) != 0 {
				t.Errorf("%s became %s, step %d: %v, SQL says %v: %s", was.Numerator, now.Numerator, i, got, want, r.text)
			}
			if i > 0 {
				sum.Add(sum, ratOf(t, r.at(t, at+"change")))
			}
		}
		difference := new(big.Rat).Sub(orZero(last), orZero(steps[0][0]))
		if sum.Cmp(difference) != 0 || ratOf(t, r.at(t, "data.difference")).Cmp(difference) != 0 {
			t.Errorf("%s became %s: the parts come to %v, the difference is %v: %s", was.Numerator, now.Numerator, sum, difference, r.text)
		}
	}
}

// Rows are shown with what both definitions are computed from, as far as both
// publications show it.
func TestExplainedRowsHaveTheColumnsOfBothDefinitions(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	wait := &b.input.Metrics[4]
	wait.Numerator, wait.Denominator, wait.Version = "count(seen_at)", "", 2
	second := b.published(t, map[string]string{"mart.patients": strings.Replace(data()["mart.patients"], "('p1', 3, '2026-10-03', 5,", "('p1', 3, '2026-10-03', 7,", 1)})
	key := b.keys.Open(t, archwire.Pseudonymous, "p1")
	shown := func(r reply) string {
		_, rows, _ := strings.Cut(r.want(t, 200).text, `"rows":[`)
		rows, _, _ = strings.Cut(rows, `]},"meta"`)
		return rows
	}
	want := `{"part":"changed","old":{"patient_id":3,"added_on":"2026-10-03","wait_days":5,"seen_at":"2026-10-08T00:00:00Z"},` +
		`"new":{"patient_id":3,"added_on":"2026-10-03","wait_days":7,"seen_at":"2026-10-08T00:00:00Z"}}`
	if got := shown(b.get(t, "/v1/metrics/wait/explain?period=2026-10-01", key)); got != want {
		t.Errorf("rows %s\nwant %s", got, want)
	}

	// What one of the publications hides is not shown of the other.
	patients := &b.input.Datasets[2]
	patients.Columns = slices.Clone(patients.Columns)
	i := slices.IndexFunc(patients.Columns, func(c archwire.DatasetColumn) bool { return c.Name == "full_name" })
	patients.Columns[i].Class = archwire.ClassPseudonymous
	wait.Numerator, wait.Version = "count(full_name)", 3
	b.published(t, nil)
	got := shown(b.get(t, "/v1/metrics/wait/explain?period=2026-10-01&from="+string(second.ID), key))
	if strings.Contains(got, "full_name") || strings.Contains(got, "Zoë") {
		t.Errorf("hidden then, shown now: %s", got)
	}
}

// Of a column that is given as pseudonyms nothing else is told, also where only the old
// definition is computed from it.
func TestExplainTellsPseudonymsToEveryDefinition(t *testing.T) {
	b := setup(t)
	b.input.Datasets[2].Columns[0].Pseudonym = "patient"
	wait := &b.input.Metrics[4]
	wait.Numerator, wait.Denominator = "max(try_cast(patient_id as bigint))", ""
	first := b.published(t, nil)
	wait.Numerator = "count(wait_days)"
	second := b.published(t, map[string]string{"mart.patients": strings.Replace(data()["mart.patients"], "'Lin'", "'Lyn'", 1)})
	key := b.keys.Mint(t, auth.Key{Client: "partner"}, auth.Grant{Tenant: "p3", Metrics: []string{"wait"}, Profile: archwire.Pseudonymous})
	for _, way := range [][2]archwire.PublicationID{{first.ID, second.ID}, {second.ID, first.ID}} {
		r := b.get(t, fmt.Sprintf("/v1/metrics/wait/explain?period=2026-10-01&from=%s&to=%s", way[0], way[1]), key).want(t, 200)
		if strings.Contains(r.text, "9007199254740993") {
			t.Errorf("the id itself is told: %s", r.text)
		}
		for i := range 3 {
			if n := r.at(t, fmt.Sprintf("data.parts.%d.rows", i)); fmt.Sprint(n) != "0" {
				t.Errorf("rows that did not change are told apart: %s", r.text)
			}
		}
	}
}
