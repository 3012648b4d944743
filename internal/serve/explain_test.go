package serve_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
)

func TestExplainTellsWhichRowsChangedAFigure(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	second := b.published(t, map[string]string{"mart.patients": strings.NewReplacer(
		"('p1', 2, '2026-10-02', 8,", "('p1', 2, '2026-11-02', 8,", "('p1', 3, '2026-10-03', 5,", "('p1', 3, '2026-10-03', 7,",
		"('p2', 1,", "('p1', 5, '2026-10-09', null, 'E', null, null), ('p2', 1,").Replace(data()["mart.patients"])})
	key := b.keys.Open(t, archwire.Pseudonymous, "p1")
	r := b.get(t, "/v1/metrics/wait/explain?period=2026-10-15", key).want(t, 200)
	// The medians of 3, 8, 5; of 3, 5; of 3, 7; of 3, 7 and nothing.
	want := `{"data":{"from":{"publication":"` + string(first.ID) + `","as_of":"2026-11-20","period":"2026-10-01","value":5.0,"count":3,"definition":"Median days from call to exam.","version":1},` +
		`"to":{"publication":"` + string(second.ID) + `","as_of":"2026-11-20","period":"2026-10-01","value":5.0,"count":2,"definition":"Median days from call to exam.","version":1},` +
		`"difference":0.0,"parts":[{"part":"left","rows":1,"change":-1.0,"value":4.0,"count":2},{"part":"changed","rows":1,"change":1.0,"value":5.0,"count":2},` +
		`{"part":"entered","rows":1,"change":0.0,"value":5.0,"count":2},{"part":"definition","rows":0,"change":0.0,"value":5.0,"count":2}],` +
		`"rows":[{"part":"left","old":{"patient_id":2,"added_on":"2026-10-02","wait_days":8},"new":null},` +
		`{"part":"changed","old":{"patient_id":3,"added_on":"2026-10-03","wait_days":5},"new":{"patient_id":3,"added_on":"2026-10-03","wait_days":7}},` +
		`{"part":"entered","old":null,"new":{"patient_id":5,"added_on":"2026-10-09","wait_days":null}}]},"meta"`
	if !strings.HasPrefix(r.text, want) {
		t.Errorf("got  %s\nwant %s", r.text, want)
	}
	got := b.disclosed(t, ledger.Filter{})
	if len(got) != 1 || got[0].Resource != "explain" || got[0].Name != "wait" || got[0].Publication != second.ID || len(got[0].Parts) != 1 {
		t.Fatalf("entries %+v", got)
	}
	part := got[0].Parts[0]
	if part.Tenant != "p1" || part.Rows != 3 || part.Keys != keyed("\x00\x00\x00\x012\x00\x00\x00\x013\x00\x00\x00\x015") || !part.Subjects.Has(person("2")) || part.Subjects.Has(person("1")) {
		t.Errorf("part %+v", part)
	}
	// A grant for the metric shows the parts and not the rows.
	metric := b.keys.Mint(t, auth.Key{}, auth.Grant{Tenant: "p1", Metrics: []string{"wait"}, Profile: archwire.Pseudonymous})
	wider := b.keys.Mint(t, auth.Key{}, auth.Grant{Tenant: "p1", Metrics: []string{"wait"}, Profile: archwire.Identified},
		auth.Grant{Tenant: "p1", Datasets: []string{"patients"}, Profile: archwire.Pseudonymous})
	for _, key := range []string{metric, wider} {
		r = b.get(t, "/v1/metrics/wait/explain?period=2026-10-15", key).want(t, 200)
		if r.at(t, "data.rows") != nil || r.at(t, "data.parts.0.rows") != json.Number("1") {
			t.Errorf("the figure alone shows %s", r.text)
		}
	}
	if r = b.get(t, "/v1/metrics/wait/explain?period=2026-10-15&limit=1", key); len(r.at(t, "data.rows").([]any)) != 1 {
		t.Errorf("one row: %s", r.text)
	}
}

// A row that became another person's shows both of them.
func TestTheLedgerNamesThePersonsOfBothSidesOfAChangedRow(t *testing.T) {
	b := setup(t)
	at := slices.IndexFunc(b.input.Datasets, func(d archwire.Dataset) bool { return d.Name == "patients" })
	b.input.Datasets[at].Person = "wait_days" // stands for a person's key: the metric reads it
	b.published(t, nil)
	b.published(t, map[string]string{"mart.patients": strings.ReplaceAll(data()["mart.patients"], "('p1', 3, '2026-10-03', 5,", "('p1', 3, '2026-10-03', 7,")})
	key := b.keys.Open(t, archwire.Pseudonymous, "p1")
	r := b.get(t, "/v1/metrics/wait/explain?period=2026-10-15", key).want(t, 200)
	if r.at(t, "data.rows.0.part") != "changed" || r.at(t, "data.rows.0.old.wait_days") != json.Number("5") || r.at(t, "data.rows.0.new.wait_days") != json.Number("7") {
		t.Fatalf("the rows are %s", r.text)
	}
	part := b.disclosed(t, ledger.Filter{})[0].Parts[0]
	if !part.Subjects.Has(person("5")) || !part.Subjects.Has(person("7")) || len(part.Subjects) != 2 || part.Rows != 1 || part.Keys != keyed("\x00\x00\x00\x013") {
		t.Errorf("the ledger has %+v", part)
	}
}

func TestExplainTellsDefinitions(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	b.input.Metrics[0].Numerator, b.input.Metrics[0].Definition, b.input.Metrics[0].Version = "sum(amount) * 2", "Twice.", 2
	second := b.published(t, map[string]string{"mart.collections": strings.ReplaceAll(data()["mart.collections"], "'-0.05'", "'-0.10'")})
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	path := "/v1/metrics/net_collections/explain?period=2026-10-15"
	parts := func(path string) (out []string) {
		r := b.get(t, path, key).want(t, 200)
		for _, p := range r.at(t, "data.parts").([]any) {
			part := p.(map[string]any)
			out = append(out, fmt.Sprint(part["part"], " ", part["rows"], " ", part["change"]))
		}
		return append(out, fmt.Sprint(r.at(t, "data.difference"), " ", r.at(t, "data.from.definition"), r.at(t, "data.from.version"), " ", r.at(t, "data.to.definition"), r.at(t, "data.to.version")))
	}
	// 1284.45 became 1284.40, which is then counted twice.
	want := []string{"left 0 0.00", "changed 1 -0.05", "entered 0 0.00", "definition 0 1284.40", "1284.35 Payments received.1 Twice.2"}
	if diff := cmp.Diff(want, parts(path)); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	back := parts(path + "&from=" + string(second.ID) + "&to=" + string(first.ID))
	if back[4] != "-1284.35 Twice.2 Payments received.1" || back[1] != "changed 1 0.10" || back[3] != "definition 0 -1284.45" {
		t.Errorf("backwards: %v", back)
	}
	// Without its column the old definition says nothing of the new rows.
	b.input.Datasets[0].Columns[2].Name, b.input.Metrics[0].Numerator = "received", "sum(received)"
	b.input.Metrics[1].Numerator = "sum(received)"
	b.published(t, map[string]string{"mart.collections": "select practice_id, business_date, payer_kind, amount as received, payments from (" + data()["mart.collections"] + ")"})
	if diff := cmp.Diff([]string{"definition 0 0.00", "0.00 Payments received.1 Twice.2"}, parts(path+"&from="+string(first.ID))); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

func TestExplainRefuses(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1", "p3")
	path := "/v1/metrics/net_collections/explain"
	for _, c := range []struct {
		ask, field string
		status     int
	}{
		{"?practice=p1&period=2026-10-01", "from", 404}, // the first publication
		{"?practice=p1&period=2026-10-01&from=20200101T000000Z-0000", "from", 404},
		{"?practice=p1&period=2026-10-01&to=20200101T000000Z-0000", "to", 404},
		{"?practice=p1&period=2026-10-01&from=yesterday", "from", 400},
		{"?practice=p1&from=" + string(first.ID), "period", 400},
		{"?practice=p1&period=soon&from=" + string(first.ID), "period", 400},
		{"?period=2026-10-01&from=" + string(first.ID), "practice", 400},
		{"?practice=p1&practice=p3&period=2026-10-01&from=" + string(first.ID), "practice", 400},
		{"?practice=p2&period=2026-10-01&from=" + string(first.ID), "practice", 404},
		{"?practice=p1&period=2026-10-01&grain=eon&from=" + string(first.ID), "grain", 400},
		{"?practice=p1&period=2026-10-01&limit=-1&from=" + string(first.ID), "limit", 400},
		{"?practice=p1&period=2026-10-01&filter[amount]=1&from=" + string(first.ID), "filter[amount]", 400},
	} {
		if r := b.get(t, path+c.ask, key); r.status != c.status || r.at(t, "field") != c.field {
			t.Errorf("%s: %d %s", c.ask, r.status, r.text)
		}
	}
	hidden := b.get(t, "/v1/metrics/wait/explain?period=2026-10-01&from="+string(first.ID), key).want(t, 404)
	missing := b.get(t, "/v1/metrics/waix/explain?period=2026-10-01&from="+string(first.ID), key).want(t, 404)
	if cutID(hidden.text) != cutID(strings.ReplaceAll(missing.text, "waix", "wait")) {
		t.Errorf("%s\n%s", hidden.text, missing.text)
	}
}

// cases is a dataset with metrics of every kind.
func cases() (archwire.Dataset, []archwire.Metric) {
	d := archwire.Dataset{Name: "cases", From: "mart.cases", Tenant: "practice_id", Contract: 1, Description: "Cases.", Key: []string{"k", "s"}}
	for name, typ := range map[string]string{"k": "int64", "s": "text", "day": "date", "kind": "text", "v": "decimal(12,2)", "w": "float64", "c": "text"} {
		d.Columns = append(d.Columns, archwire.DatasetColumn{Name: name, Type: typ, Class: archwire.ClassPublic})
	}
	slices.SortFunc(d.Columns, func(a, b archwire.DatasetColumn) int { return strings.Compare(a.Name, b.Name) })
	metric := func(name, numerator, denominator string, a archwire.Additivity, basis archwire.Basis) archwire.Metric {
		return archwire.Metric{
			Name: name, Label: name, Dataset: "cases", Numerator: numerator, Denominator: denominator, Additivity: a, Basis: basis, Date: "day",
			Dimensions: []string{"kind"}, Unit: "usd", Better: "up", Definition: name, Version: 1,
		}
	}
	return d, []archwire.Metric{
		metric("total", "sum(v)", "", archwire.Additive, archwire.BasisEvent),
		metric("floats", "sum(w)", "", archwire.Additive, archwire.BasisEvent),
		metric("people", "count(distinct c)", "", archwire.NonAdditive, archwire.BasisEvent),
		metric("middle", "median(v)", "count(v)", archwire.NonAdditive, archwire.BasisEvent),
		metric("share", "sum(v)", "count(c)", archwire.Ratio, archwire.BasisEvent),
		metric("mean", "avg(w)", "", archwire.NonAdditive, archwire.BasisEvent),
		metric("state", "sum(v)", "", archwire.Semi, archwire.BasisSnapshot),
	}
}

// randomCases are rows of p1, and some of p2 that must not matter.
func randomCases(r *rand.Rand) string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	lines := []string{"('p2', 1, '', '2026-10-01', 'a', '7777777.77', '1e9', 'CANARY')"}
	for k := range 6 {
		for _, s := range []string{"", "é"} {
			if r.IntN(3) > 0 {
				lines = append(lines, fmt.Sprintf("('p1', %d, '%s', %s, %s, %s, %s, %s)", k, s, one("'2026-10-01'", "'2026-10-01'", "'2026-10-20'", "'2026-11-01'", "null"),
					one("'a'", "'a'", "'b'", "''", "null"), one("'1.00'", "'-2.50'", "'0.10'", "null"), one("'0.25'", "'-1.5'", "'1e15'", "null"), one("'x'", "'y'", "''", "null")))
			}
		}
	}
	return `select practice_id, k::bigint as k, s::varchar as s, day::date as day, kind::varchar as kind, v::decimal(12,2) as v, w::double as w, c::varchar as c
		from (values ` + strings.Join(lines, ", ") + `) t(practice_id, k, s, day, kind, v, w, c)`
}

// figures are numerator and denominator by SQL of the test's own, over the rows of
// p1: of the old ones, without those that left, with those that changed, of the new.
func (b *bundle) figures(t *testing.T, m archwire.Metric, where string) (out [4][2]*big.Rat) {
	t.Helper()
	cell := func(table string) string {
		counted := "practice_id = 'p1' and day between '2026-10-01' and '2026-10-31'"
		last := ""
		if m.Additivity == archwire.Semi {
			last = " and day = (select max(day) from " + table + " where " + counted + ")"
		}
		return "(select * from " + table + " where " + counted + last + where + ")"
	}
	old, now := cell("mart.old_cases"), cell("mart.new_cases")
	for i, from := range []string{
		old, "(select o.* from " + old + " o semi join " + now + " n using (k, s))", "(select n.* from " + now + " n semi join " + old + " o using (k, s))", now,
	} {
		denominator := m.Denominator
		if denominator == "" {
			denominator = "0"
		}
		query := archwire.Query{SQL: "select cast(" + m.Numerator + " as varchar), cast(" + denominator + " as varchar) from " + from + " x"}
		for batch, err := range b.warehouse.Query(t.Context(), query) {
			must(t, err)
			for j := range 2 {
				if texts := batch.Column(j).(*array.String); !texts.IsNull(0) {
					r, ok := new(big.Rat).SetString(texts.Value(0))
					if !ok {
						t.Fatalf("SQL says %q", texts.Value(0))
					}
					out[i][j] = r
				}
			}
		}
	}
	return out
}

func ratOf(t *testing.T, v any) *big.Rat {
	t.Helper()
	if v == nil {
		return nil
	}
	r, ok := new(big.Rat).SetString(v.(json.Number).String())
	if !ok {
		t.Fatalf("%v is no number", v)
	}
	return r
}

func orZero(r *big.Rat) *big.Rat {
	if r == nil {
		return new(big.Rat)
	}
	return r
}

// The parts come to the difference to the last digit, and each step is what SQL
// says of the same rows.
func TestExplainedPartsComeToTheDifference(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	b := setup(t)
	d, metrics := cases()
	b.input.Datasets, b.input.Metrics = []archwire.Dataset{d}, metrics
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	now := randomCases(random)
	b.published(t, map[string]string{"mart.cases": now})
	for range 5 {
		old := now
		now = randomCases(random)
		b.published(t, map[string]string{"mart.cases": now, "mart.old_cases": old, "mart.new_cases": now})
		for _, m := range metrics {
			for filter, where := range map[string]string{"": "", "&filter[kind]=a": " and kind = 'a'", "&filter[kind]=null:true": " and kind is null"} {
				r := b.get(t, "/v1/metrics/"+m.Name+"/explain?period=2026-10-09"+filter, key).want(t, 200)
				from, sum := orZero(ratOf(t, r.at(t, "data.from.value"))), new(big.Rat)
				for i, want := range b.figures(t, m, where) {
					at := fmt.Sprintf("data.parts.%d.", i-1)
					if i == 0 {
						at = "data.from."
					} else {
						sum.Add(sum, ratOf(t, r.at(t, at+"change")))
					}
					value := "value"
					if m.Additivity == archwire.Ratio {
						value = "numerator"
						if got := ratOf(t, r.at(t, at+"denominator")); got.Cmp(want[1]) != 0 {
							t.Errorf("%s%s: denominator %v, SQL says %v: %s", m.Name, filter, got, want[1], r.text)
						}
						checkRatio(t, ratOf(t, r.at(t, at+"value")), want[0], want[1])
					}
					if got := ratOf(t, r.at(t, at+value)); orZero(got).Cmp(orZero(want[0])) != 0 {
						t.Errorf("%s%s, step %d: %s %v, SQL says %v: %s", m.Name, filter, i, value, got, want[0], r.text)
					}
				}
				sum.Add(sum, ratOf(t, r.at(t, "data.parts.3.change")))
				difference := ratOf(t, r.at(t, "data.difference"))
				if sum.Cmp(difference) != 0 || sum.Add(sum, from).Cmp(orZero(ratOf(t, r.at(t, "data.to.value")))) != 0 {
					t.Errorf("%s%s: the parts do not come to the difference: %s", m.Name, filter, r.text)
				}
				if served := b.get(t, "/v1/metrics/"+m.Name+"?from=2026-10-01&to=2026-10-31"+filter, key); served.at(t, "data.0.value") != r.at(t, "data.to.value") {
					t.Errorf("%s%s: the metric is %s, explained is %s", m.Name, filter, served.text, r.text)
				}
			}
		}
	}
}

// checkRatio wants the ratio rounded to 6 digits.
func checkRatio(t *testing.T, got, numerator, denominator *big.Rat) {
	t.Helper()
	if denominator.Sign() == 0 {
		if got != nil {
			t.Errorf("%v over nothing is %v", numerator, got)
		}
		return
	}
	off := new(big.Rat).Sub(orZero(got), new(big.Rat).Quo(orZero(numerator), denominator))
	if off.Abs(off).Cmp(big.NewRat(1, 2_000_000)) > 0 {
		t.Errorf("%v over %v is %v", numerator, denominator, got)
	}
}
