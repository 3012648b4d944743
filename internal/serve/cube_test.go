package serve_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// metricsOfEvents are metrics that cubes are made for, but for the last two.
func metricsOfEvents() []archwire.Metric {
	metric := func(name, numerator, denominator string, a archwire.Additivity, b archwire.Basis) archwire.Metric {
		return archwire.Metric{
			Name: name, Label: name, Dataset: "events", Numerator: numerator, Denominator: denominator, Additivity: a, Basis: b, Date: "day",
			Dimensions: []string{"place", "kind", "open", "since"}, Unit: "usd", Better: "up", Definition: name, Version: 1,
		}
	}
	return []archwire.Metric{
		metric("total", "sum(amount)", "", archwire.Additive, archwire.BasisEvent),
		metric("counted", "count(amount)", "", archwire.Additive, archwire.BasisEvent),
		metric("events", "count(*)", "", archwire.Additive, archwire.BasisEvent),
		metric("smallest", "min(points)", "count(points)", archwire.NonAdditive, archwire.BasisEvent),
		metric("largest", "max(amount)", "", archwire.NonAdditive, archwire.BasisEvent),
		metric("share", "sum(case when open then amount else 0 end)", "sum(amount + points)", archwire.Ratio, archwire.BasisEvent),
		metric("state", "sum(amount)", "", archwire.Semi, archwire.BasisSnapshot),
		metric("share_of_state", "sum(case when kind = 'a)' then amount end)", "sum(amount)", archwire.Ratio, archwire.BasisSnapshot),
		metric("large", "sum(huge)", "", archwire.Additive, archwire.BasisEvent),
		metric("middle", "median(points)", "count(*)", archwire.NonAdditive, archwire.BasisEvent),
	}
}

// publishEvents publishes rows of p1, two thousand days of them with gaps, and
// none of p3. There is NULL in every column but the tenant's, dates that are
// infinite, and sums that 64 bits do not hold.
func (b *bundle) publishEvents(t *testing.T) {
	t.Helper()
	column := func(name, kind string) archwire.DatasetColumn {
		return archwire.DatasetColumn{Name: name, Type: kind, Class: archwire.ClassPublic}
	}
	b.input.Datasets = []archwire.Dataset{{
		Name: "events", From: "mart.events", Tenant: "practice_id", Contract: 1, Description: "Events.", Key: []string{"event"},
		Columns: []archwire.DatasetColumn{
			column("event", "int64"), column("day", "date"), column("place", "int64"), column("kind", "text"), column("open", "bool"), column("since", "date"),
			column("amount", "decimal(12,2)"), column("points", "int32"), column("huge", "decimal(38,2)"),
		},
	}}
	b.input.Metrics = metricsOfEvents()
	b.published(t, map[string]string{"mart.events": `select 'p1' as practice_id, i::bigint as event,
		case i % 97 when 0 then null when 1 then 'infinity'::date when 2 then '-infinity'::date
			else date '2021-11-01' + (i * i % 1999)::integer end as day,
		case when i % 5 > 0 then (i % 5 - 3)::bigint end as place,
		(['', 'a)', 'A', 'é', '''', null, '😀'])[1 + i % 7] as kind, case when i % 3 > 0 then i % 3 = 1 end as open,
		case i % 4 when 0 then null when 1 then 'infinity'::date else date '2020-01-01' + (i % 4)::integer end as since,
		case when i % 6 > 0 then (i * 7919 % 200003 - 100000) / 100 end::decimal(12,2) as amount,
		case when i % 8 > 0 then (i % 41 - 20) end::integer as points,
		case when i % 2 = 0 then 92233720368547758.07 else 0.01 end::decimal(38,2) as huge
		from range(3000) r(i)`})
}

// Of one practice a question is answered from a cube, of two by a query. Where
// the second practice has no rows, both must say the same.
func TestCubesSayWhatQueriesSay(t *testing.T) {
	b := setup(t)
	b.publishEvents(t)
	one, two := b.keys.Open(t, archwire.Aggregate, "p1"), b.keys.Open(t, archwire.Aggregate, "p1", "p3")
	rapid.Check(t, func(rt *rapid.T) {
		path := question(rt)
		cube, query := b.get(t, path, one), b.get(t, path, two)
		if cube.status != 200 || query.status != 200 {
			rt.Fatalf("%s: %d %s %d %s", path, cube.status, cube.text, query.status, query.text)
		}
		if d := cmp.Diff(rowsOfP1(t, query.text), rowsOfP1(t, cube.text)); d != "" {
			rt.Fatalf("%s: %s", path, d)
		}
	})
}

// filterWords are what filters of the events are made of.
func filterWords() (operators []string, values map[string][]string) {
	return []string{"", "eq:", "ne:", "lt:", "lte:", "gt:", "gte:"}, map[string][]string{
		"place": {"-2", "-1", "0", "1", "9223372036854775807"}, "kind": {"", "a)", "A", "a", "é", "'", "😀", "zz"},
		"open": {"true", "false"}, "since": {"2020-01-02", "2020-01-03", "infinity", "-infinity"},
	}
}

func TestCubesFilterAsQueriesDo(t *testing.T) {
	b := setup(t)
	b.publishEvents(t)
	one, two := b.keys.Open(t, archwire.Aggregate, "p1"), b.keys.Open(t, archwire.Aggregate, "p1", "p3")
	operators, values := filterWords()
	for name, values := range values {
		for _, value := range values {
			for _, operator := range operators {
				v := url.Values{"by": {name}, "grain": {"year"}, "from": {"2021-01-01"}, "to": {"2026-12-31"}, "filter[" + name + "]": {operator + value}}
				path := "/v1/metrics/total?" + v.Encode()
				if d := cmp.Diff(rowsOfP1(t, b.get(t, path, two).want(t, 200).text), rowsOfP1(t, b.get(t, path, one).want(t, 200).text)); d != "" {
					t.Errorf("%s: %s", path, d)
				}
			}
		}
	}
}

// question draws a question about a metric of the events.
func question(rt *rapid.T) string {
	var names []string
	for _, m := range metricsOfEvents() {
		names = append(names, m.Name)
	}
	from := time.Date(2021, 9, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 2200).Draw(rt, "from"))
	to := from.AddDate(0, 0, rapid.SampledFrom([]int{0, 6, 40, 500}).Draw(rt, "days"))
	v := url.Values{
		"from": {from.Format(time.DateOnly)}, "to": {to.Format(time.DateOnly)},
		"grain":   {rapid.SampledFrom([]string{"day", "week", "month", "quarter", "year"}).Draw(rt, "grain")},
		"compare": {rapid.SampledFrom([]string{"none", "previous_period", "previous_year", "previous_period,previous_year"}).Draw(rt, "compare")},
	}
	by := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"place", "kind", "open", "since", "practice"}), 0, 3, rapid.ID).Draw(rt, "by")
	if len(by) > 0 {
		v.Set("by", strings.Join(by, ","))
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"place", "kind", "open", "since"}), 0, 2, rapid.ID).Draw(rt, "filters") {
		for range rapid.IntRange(1, 2).Draw(rt, "values") {
			v.Add("filter["+name+"]", rapid.OneOf(rapid.SampledFrom([]string{"null:true", "null:false"}), rapid.Custom(func(rt *rapid.T) string {
				operators, values := filterWords()
				return rapid.SampledFrom(operators).Draw(rt, "operator") + rapid.SampledFrom(values[name]).Draw(rt, "value")
			})).Draw(rt, "test"))
		}
	}
	return fmt.Sprintf("/v1/metrics/%s?%s", rapid.SampledFrom(names).Draw(rt, "metric"), v.Encode())
}

// rowsOfP1 are the rows of an answer, as they are written, that are not p3's.
func rowsOfP1(t *testing.T, text string) []string {
	t.Helper()
	var answer struct{ Data []json.RawMessage }
	must(t, json.Unmarshal([]byte(text), &answer))
	var rows []string
	for _, row := range answer.Data {
		rows = append(rows, string(row))
	}
	return slices.DeleteFunc(rows, func(row string) bool { return strings.Contains(row, `"practice":"p3"`) })
}
