package serve_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

func TestRowsAreExact(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified)
	r := b.get(t, "/v1/datasets/patients/rows?practice=p1&practice=p3", key).want(t, 200)
	want := `[{"practice_id":"p1","patient_id":1,"added_on":"2026-10-01","wait_days":3,"full_name":"Ada \"A\" L\\ovelace","seen_at":"2026-10-04T12:00:00.5Z","extra":{"a":[1,2]}},` +
		`{"practice_id":"p1","patient_id":2,"added_on":"2026-10-02","wait_days":8,"full_name":null,"seen_at":null,"extra":null},` +
		`{"practice_id":"p1","patient_id":3,"added_on":"2026-10-03","wait_days":5,"full_name":"Zoë","seen_at":"2026-10-08T00:00:00Z","extra":[]},` +
		`{"practice_id":"p3","patient_id":9007199254740993,"added_on":"2026-10-01","wait_days":1,"full_name":"Lin","seen_at":"2026-10-02T00:00:00Z","extra":{}}]`
	if !strings.HasPrefix(r.text, `{"data":`+want+`,"meta":`) {
		t.Errorf("got  %s\nwant %s", r.text, want)
	}
	r = b.get(t, "/v1/datasets/collections/rows?practice=p3", key).want(t, 200)
	if got := r.at(t, "data.0.amount"); got != json.Number("123456789012345678901234567890123456.78") {
		t.Errorf("38 digits leave as %v", got)
	}
}

func TestFieldsAndFilters(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	for _, c := range []struct{ ask, want string }{
		{"collections/rows?fields=amount&filter[payer_kind]=patient", `[{"practice_id":"p1","amount":100.00},{"practice_id":"p1","amount":-0.05},{"practice_id":"p1","amount":10.10}]`},
		{"collections/rows?fields=practice_id,amount&filter[payer_kind]=patient&filter[amount]=gte:10.1&filter[amount]=lt:100", `[{"practice_id":"p1","amount":10.10}]`},
		{"collections/rows?fields=payments&filter[payments]=3&filter[payments]=7&filter[payments]=4", `[{"practice_id":"p1","payments":4},{"practice_id":"p1","payments":7},{"practice_id":"p1","payments":3}]`},
		{"collections/rows?fields=payments&filter[business_date]=gt:2026-10-01&filter[payer_kind]=ne:insurance", `[{"practice_id":"p1","payments":2},{"practice_id":"p1","payments":3}]`},
		{"patients/rows?fields=patient_id&filter[full_name]=null:true", `[{"practice_id":"p1","patient_id":2}]`},
		{"patients/rows?fields=patient_id&filter[full_name]=null:false&filter[seen_at]=lte:2026-10-04T12:00:00.5Z", `[{"practice_id":"p1","patient_id":1}]`},
		{"patients/rows?fields=patient_id&filter[seen_at]=2026-10-04T06:00:00.5-06:00", `[{"practice_id":"p1","patient_id":1}]`},
		{"patients/rows?fields=patient_id&filter[full_name]=Zo%C3%AB", `[{"practice_id":"p1","patient_id":3}]`},
		{"patients/rows?fields=patient_id&filter[full_name]='+or+1=1+--", `[]`},
		{"collections/rows?fields=practice_id&filter[payments]=7", `[{"practice_id":"p1"}]`},
	} {
		r := b.get(t, "/v1/datasets/"+strings.NewReplacer("[", "%5B", "]", "%5D").Replace(c.ask), key).want(t, 200)
		if !strings.HasPrefix(r.text, `{"data":`+c.want+`,"meta"`) {
			t.Errorf("%s\ngot  %s\nwant %s", c.ask, r.text, c.want)
		}
	}
}

// pages follows cursors to the end and returns all rows, as text, in order.
func (b *bundle) pages(t *testing.T, path, key string, limit int) (rows []string, n int) {
	t.Helper()
	cursor := ""
	for {
		ask := fmt.Sprintf("%s?limit=%d", path, limit)
		if cursor != "" {
			ask += "&cursor=" + url.QueryEscape(cursor)
		}
		var page struct {
			Data []json.RawMessage
			Page struct{ Next *string }
		}
		r := b.get(t, ask, key).want(t, 200)
		must(t, json.Unmarshal([]byte(r.text), &page))
		for _, row := range page.Data {
			rows = append(rows, string(row))
		}
		n++
		if last := page.Page.Next == nil; len(page.Data) > limit || !last && len(page.Data) < limit {
			t.Fatalf("a page of %d rows has %d", limit, len(page.Data))
		} else if last {
			return rows, n
		}
		cursor = *page.Page.Next
	}
}

// mixedSQL is the rows of publishMixed.
const mixedSQL = `select distinct on (practice_id, d, m, s, z, u, b) * from (
		select 'p' || (1 + i % 3) as practice_id,
		case when i % 11 = 0 then 'infinity'::date else date '2026-01-01' + (i % 5)::integer end as d,
		((i % 7) - 3)::decimal(20,4) / 4 as m, (['', 'a', 'A', 'é', '''', 'zz', '😀'])[1 + i % 7] as s,
		timestamptz '2026-01-01 00:00:00.000001+00' + to_microseconds(i % 4) as z,
		('0b1f6b3e-5c0e-4f5b-9d0a-' || lpad((i % 13)::varchar, 12, 'f'))::uuid as u, i % 2 = 0 as b, i::bigint as n
		from range(700) r(i))`

// publishMixed publishes a dataset whose key has columns of several types, with
// every kind of tie in the first ones.
func (b *bundle) publishMixed(t *testing.T) {
	t.Helper()
	b.input.Datasets = []archwire.Dataset{{
		Name: "mixed", From: "mart.mixed", Tenant: "practice_id", Contract: 1, Description: "Mixed.",
		Key: []string{"d", "m", "s", "z", "u", "b"},
		Columns: []archwire.DatasetColumn{
			{Name: "d", Type: "date", Class: archwire.ClassPublic},
			{Name: "m", Type: "decimal(20,4)", Class: archwire.ClassPublic},
			{Name: "s", Type: "text", Class: archwire.ClassPublic},
			{Name: "z", Type: "timestamptz", Class: archwire.ClassPublic},
			{Name: "u", Type: "uuid", Class: archwire.ClassPublic},
			{Name: "b", Type: "bool", Class: archwire.ClassPublic},
			{Name: "n", Type: "int64", Class: archwire.ClassPublic},
		},
	}}
	b.input.Metrics = nil
	b.published(t, map[string]string{"mart.mixed": mixedSQL})
}

func TestPagesVisitEachRowOnce(t *testing.T) {
	b := setup(t)
	key := b.keys.Open(t, archwire.Identified)
	b.publishMixed(t)
	whole, _ := b.pages(t, "/v1/datasets/mixed/rows", key, 10_000)
	if len(whole) < 600 {
		t.Fatalf("only %d rows", len(whole))
	}
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(100, 1000).Draw(rt, "limit") // small ones take long and say no more than 7 does
		rows, n := b.pages(t, "/v1/datasets/mixed/rows", key, limit)
		if d := cmp.Diff(whole, rows); d != "" {
			rt.Fatalf("limit %d: %s", limit, d)
		}
		if want := (len(whole) + limit - 1) / limit; n != want {
			rt.Fatalf("limit %d takes %d pages, want %d", limit, n, want)
		}
	})
	few, _ := b.pages(t, "/v1/datasets/mixed/rows", key, 7)
	if d := cmp.Diff(whole, few); d != "" {
		t.Errorf("limit 7: %s", d)
	}
}

func TestOneRowATenantHasPagesToo(t *testing.T) {
	b := setup(t)
	b.input.Datasets[0] = archwire.Dataset{
		Name: "practice_facts", From: "mart.facts", Tenant: "practice_id", Contract: 1, Description: "One row each.",
		Columns: []archwire.DatasetColumn{{Name: "chairs", Type: "int32", Class: archwire.ClassPublic}},
	}
	b.input.Metrics = b.input.Metrics[2:]
	b.published(t, map[string]string{"mart.facts": "select * from (values ('p1', 1::integer), ('p2', 2), ('p3', 3)) v(practice_id, chairs)"})
	rows, n := b.pages(t, "/v1/datasets/practice_facts/rows", b.keys.Open(t, archwire.Aggregate), 1)
	want := []string{`{"practice_id":"p1","chairs":1}`, `{"practice_id":"p2","chairs":2}`, `{"practice_id":"p3","chairs":3}`}
	if d := cmp.Diff(want, rows); d != "" || n != 3 {
		t.Errorf("%d pages: %s", n, d)
	}
}

func TestCursorsAreBound(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key, same := b.keys.Open(t, archwire.Identified), b.keys.Open(t, archwire.Identified)
	first := b.get(t, "/v1/datasets/patients/rows?limit=2", key).want(t, 200)
	word := first.at(t, "page.next").(string)
	for name, c := range map[string]struct {
		path, key string
		status    int
	}{
		"TheRequest":      {"patients/rows?limit=2", key, 200},
		"AnotherLimit":    {"patients/rows?limit=3", key, 200},
		"AnotherKey":      {"patients/rows?limit=2", same, 400},
		"AnotherDataset":  {"collections/rows?limit=2", key, 400},
		"AnotherPractice": {"patients/rows?limit=2&practice=p1", key, 400},
		"OtherFields":     {"patients/rows?limit=2&fields=patient_id", key, 400},
		"AnotherFilter":   {"patients/rows?limit=2&filter[patient_id]=1", key, 400},
		"TwoCursors":      {"patients/rows?limit=2&cursor=x", key, 400},
	} {
		t.Run(name, func(t *testing.T) {
			b.get(t, "/v1/datasets/"+c.path+"&cursor="+word, c.key).want(t, c.status)
		})
	}
}

func TestCursorsReadOnInTheirPublication(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	page := b.get(t, "/v1/datasets/patients/rows?limit=2", key).want(t, 200)
	next := "/v1/datasets/patients/rows?limit=2&cursor=" + page.at(t, "page.next").(string)
	second := b.published(t, map[string]string{"mart.patients": strings.ReplaceAll(data()["mart.patients"], "Zoë", "Renamed")})
	r := b.get(t, next, key).want(t, 200)
	if r.at(t, "meta.publication") != string(first.ID) || r.at(t, "data.0.full_name") != "Zoë" {
		t.Errorf("the second page comes from %s: %s", r.at(t, "meta.publication"), r.text)
	}
	if r := b.get(t, "/v1/datasets/patients/rows?limit=3", key); r.at(t, "meta.publication") != string(second.ID) || !strings.Contains(r.text, "Renamed") {
		t.Errorf("a new first page is %s", r.text)
	}
	for range 12 { // more than are open at once
		b.published(t, nil)
		b.get(t, "/v1", key).want(t, 200)
	}
	b.get(t, next, key).want(t, 200)
	for range 2 { // which only notices what is to be collected
		_, err := b.publisher.Collect(t.Context(), 1, 0)
		must(t, err)
	}
	r = b.get(t, next, key).want(t, 410)
	if r.at(t, "field") != "cursor" || r.at(t, "type") != "/docs#problem-cursor-expired" {
		t.Errorf("the problem is %s", r.text)
	}
}

func TestCursorsOfCollectedSlicesHaveExpired(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	page := b.get(t, "/v1/datasets/patients/rows?limit=2", key).want(t, 200)
	first, err := b.reader.Current(t.Context())
	must(t, err)
	b.published(t, map[string]string{"mart.patients": strings.ReplaceAll(data()["mart.patients"], "Zoë", "Renamed")})
	b.remove(t, first, key, "patients", "p1")
	b.get(t, "/v1/datasets/patients/rows?limit=2&cursor="+page.at(t, "page.next").(string), key).want(t, 410)
	b.get(t, "/v1/datasets/patients/rows?limit=2", key).want(t, 200)
}

func TestALostSliceIsAFaultOfOursAndOfItsPracticeOnly(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified)
	current, err := b.reader.Current(t.Context())
	must(t, err)
	b.remove(t, current, key, "patients", "p1")
	r := b.get(t, "/v1/datasets/patients/rows?practice=p1", key).want(t, 500)
	if strings.Contains(r.text, "slice") || strings.Contains(r.text, "/") && strings.Contains(r.text, ".parquet") {
		t.Errorf("the problem is %s", r.text)
	}
	b.get(t, "/v1/datasets/patients/rows?practice=p3", key).want(t, 200)
	b.get(t, "/v1/datasets/collections/rows?practice=p1", key).want(t, 200)
}
