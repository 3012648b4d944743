package serve_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"archwire"
)

// ordersSQL has many rows of p1 that are alike in what they are sorted by.
const ordersSQL = `select 'p1' as practice_id, i::bigint as id, case when i % 5 = 0 then null else (i % 3)::decimal(6,2) / 4 end as d,
	case when i % 7 = 0 then null else (['', 'a', 'A', 'é', '😀'])[1 + i % 5] end as s,
	case i % 9 when 0 then null when 1 then 'nan'::double when 2 then 'inf'::double when 3 then '-inf'::double when 4 then 0.1 else i % 2 end as f,
	case when i % 4 = 0 then null else date '2026-01-01' + (i % 6)::integer end as day,
	case when i % 6 = 0 then null else timestamptz '2026-01-01 00:00:00.000001+00' + to_microseconds(i % 4) end as z,
	case when i % 3 = 0 then null else i % 2 = 0 end as b, (i % 4)::float / 10 as r,
	case when i % 8 = 0 then null else ('0b1f6b3e-5c0e-4f5b-9d0a-' || lpad((i % 5)::varchar, 12, 'f'))::uuid end as u, '{}'::json as j, 'x' as y
	from range(120) t(i)`

func (b *bundle) publishOrders(t *testing.T) {
	t.Helper()
	d := archwire.Dataset{Name: "orders", From: "mart.orders", Tenant: "practice_id", Contract: 1, Description: "Orders.", Key: []string{"id"}}
	for _, c := range [][2]string{
		{"id", "int64"}, {"d", "decimal(6,2)"}, {"s", "text"}, {"f", "float64"}, {"day", "date"}, {"z", "timestamptz"}, {"b", "bool"}, {"r", "float32"}, {"u", "uuid"}, {"j", "json"},
	} {
		d.Columns = append(d.Columns, archwire.DatasetColumn{Name: c[0], Type: c[1], Class: archwire.ClassPublic})
	}
	d.Columns = append(d.Columns, archwire.DatasetColumn{Name: "y", Type: "text", Class: archwire.ClassIdentified})
	b.input.Datasets, b.input.Metrics = []archwire.Dataset{d}, nil
	b.published(t, map[string]string{"mart.orders": ordersSQL})
}

// idsBy are the ids in an order, by SQL of the test's own.
func (b *bundle) idsBy(t *testing.T, order string) (ids []string) {
	t.Helper()
	for batch, err := range b.warehouse.Query(t.Context(), archwire.Query{SQL: "select id from mart.orders order by " + order}) {
		must(t, err)
		for i := range int(batch.NumRows()) {
			ids = append(ids, fmt.Sprint(batch.Column(0).(*array.Int64).Value(i)))
		}
	}
	return ids
}

func idsOf(t *testing.T, rows []string) (ids []string) {
	t.Helper()
	for _, row := range rows {
		var r struct{ ID json.Number }
		must(t, json.Unmarshal([]byte(row), &r))
		ids = append(ids, r.ID.String())
	}
	return ids
}

// Pages in any order visit each row once, and exports have it, too.
func TestRowsInOrder(t *testing.T) {
	b := setup(t)
	b.publishOrders(t)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	random := rand.New(rand.NewPCG(1, 2))
	columns := []string{"d", "s", "f", "day", "z", "b", "r", "u", "id"}
	for i := range 30 {
		random.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
		var asked, sql []string
		for _, c := range columns[:1+i%3] {
			down := random.IntN(2) == 0
			asked, sql = append(asked, map[bool]string{true: "-", false: ""}[down]+c), append(sql, c+map[bool]string{true: " desc", false: " asc"}[down]+" nulls last")
		}
		order := strings.Join(asked, ",")
		want := b.idsBy(t, strings.Join(sql, ", ")+", id")
		var got []string
		for cursor := ""; ; {
			ask := fmt.Sprintf("/v1/datasets/orders/rows?fields=id&limit=%d&order=%s", 7+random.IntN(40), order)
			if cursor != "" {
				ask += "&cursor=" + url.QueryEscape(cursor)
			}
			p, status := b.page(t, ask, key)
			if status != 200 {
				t.Fatalf("%s: %d", ask, status)
			}
			for _, row := range p.Data {
				got = append(got, string(row))
			}
			if p.Page.Next == nil {
				break
			}
			cursor = *p.Page.Next
		}
		if diff := cmp.Diff(want, idsOf(t, got)); diff != "" {
			t.Fatalf("by %s (-SQL +pages):\n%s", order, diff)
		}
		if i%10 == 0 {
			export := b.get(t, "/v1/datasets/orders/export.ndjson?fields=id&order="+order, key).want(t, 200).text
			if !slices.Equal(want, idsOf(t, strings.Split(strings.TrimSpace(export), "\n"))) {
				t.Errorf("by %s the export is %s", order, export)
			}
		}
	}
}

func TestOrdersThatThereAreNot(t *testing.T) {
	b := setup(t)
	b.publishOrders(t)
	key, all := b.keys.Open(t, archwire.Aggregate, "p1"), b.keys.Open(t, archwire.Aggregate)
	path := "/v1/datasets/orders/rows?order="
	for order, hint := range map[string]string{"j": "", "dd": "Did you mean", "d,-d": "Name it once", "+d": "", "d;drop": "", "practice_id": "", "--d": ""} {
		r := b.get(t, path+url.QueryEscape(order), key).want(t, 400)
		if r.at(t, "field") != "order" || !strings.Contains(r.text, hint) {
			t.Errorf("%s: %s", order, r.text)
		}
	}
	hidden, missing := b.get(t, path+"-y", key).want(t, 400), b.get(t, path+"-q", key).want(t, 400)
	if cutID(hidden.text) != cutID(strings.ReplaceAll(missing.text, "column q", "column y")) {
		t.Errorf("a column outside the profile: %s\none that there is not: %s", hidden.text, missing.text)
	}
	if r := b.get(t, path+"d", all).want(t, 400); !strings.Contains(r.text, "practice=ID") {
		t.Errorf("of several: %s", r.text)
	}
	b.get(t, path+"d&practice=p1", all).want(t, 200)
	first := b.get(t, path+"d&limit=5", key).want(t, 200)
	cursor := "&limit=5&cursor=" + first.at(t, "page.next").(string)
	b.get(t, path+"d"+cursor, key).want(t, 200)
	b.get(t, path+"-d"+cursor, key).want(t, 400)
	b.get(t, "/v1/datasets/orders/rows?practice=p1"+cursor, key).want(t, 400)
}
