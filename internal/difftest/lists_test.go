package difftest

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// listsOfTheSources compares the lists that people work by with SQL, row by row and
// column by column, and what is past due with the metrics that it stands behind.
func (p *product) listsOfTheSources(t *testing.T, y *yardstick) {
	exercised := map[string]bool{}
	for _, practice := range y.practices(t) {
		for _, list := range lists(t) {
			want := y.listed(t, list, practice)
			like := map[string]string{}
			if len(want) > 0 {
				like, exercised[list] = want[0], true
			}
			if diff := gocmp.Diff(want, p.list(t, p.key, list, practice, like)); diff != "" {
				t.Errorf("%s of practice %s (-SQL, +API):\n%s", list, practice, diff)
			}
		}
		got := p.list(t, p.key, "past_due_list", practice, map[string]string{"past_due": ""})
		past := p.ask(t, p.key, practice, question{Metric: "past_due", Grain: "month", From: "2026-11-01", To: "2026-11-20"})
		sum := rat(new("0"))
		for _, row := range got {
			sum.Add(sum, rat(new(row["past_due"])))
		}
		if metric := past[cell{Practice: practice, Period: "2026-11-01"}]; !same(sum, metric.Numerator) {
			t.Errorf("practice %s: the list adds up to %s, the metric is %v", practice, show(sum), metric)
		}
		for _, metric := range counted {
			p.countsItsRows(t, p.key, practice, metric, question{Grain: "month", From: "2026-11-01", To: "2026-11-20"})
		}
	}
	for _, list := range lists(t) {
		if !exercised[list] {
			t.Errorf("no practice has a row in %s: the rows do not exercise the list", list)
		}
	}
}

// listed is a list of one practice by SQL.
func (y *yardstick) listed(t *testing.T, list, practice string) []map[string]string {
	t.Helper()
	sql := strings.NewReplacer("$1::date", "date '"+y.asOf+"'", ":practice", practice).Replace(readFile(t, filepath.Join("testdata/lists", list+".sql")))
	var rows []map[string]string
	for _, text := range y.list(t, "select to_jsonb(r)::text from ("+sql+") r") {
		var row map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, plain(row))
	}
	return rows
}

// list is the rows of a dataset, by its key, with the columns of another row; of a row
// without columns there is nothing but the number of rows.
func (p *product) list(t *testing.T, key, dataset, practice string, like map[string]string) []map[string]string {
	t.Helper()
	var fields []string
	for name := range like {
		fields = append(fields, name)
	}
	slices.Sort(fields)
	v := url.Values{"practice": {practice}, "limit": {"10000"}}
	if len(fields) > 0 {
		v.Set("fields", strings.Join(fields, ","))
	}
	var body struct {
		Data []map[string]json.RawMessage
		Page struct{ Next *string }
	}
	p.get(t, key, "/v1/datasets/"+dataset+"/rows?"+v.Encode(), &body)
	if body.Page.Next != nil {
		t.Fatalf("%s: the answer has a second page", dataset)
	}
	var rows []map[string]string
	for _, row := range body.Data {
		for name := range row {
			if _, asked := like[name]; !asked {
				delete(row, name)
			}
		}
		rows = append(rows, plain(row))
	}
	return rows
}

// plain writes each value in one way: numbers without needless digits, all else
// as it stands in JSON.
func plain(row map[string]json.RawMessage) map[string]string {
	out := map[string]string{}
	for name, raw := range row {
		out[name] = string(raw)
		var n json.Number
		if raw[0] != '"' && json.Unmarshal(raw, &n) == nil && n != "" {
			out[name] = strings.TrimSuffix(strings.TrimRight(rat(new(n.String())).FloatString(4), "0"), ".")
		}
	}
	return out
}
