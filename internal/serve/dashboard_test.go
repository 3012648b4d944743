package serve_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/auth"
)

// dashboards are those of project: a tile for each thing that may be closed to a caller.
func dashboards() []archwire.Dashboard {
	rows := func(fields []string, sort string, filter map[string]string) archwire.Tile {
		return archwire.Tile{Kind: archwire.TileTable, Title: "Patients", Metrics: []string{}, Dataset: "patients", Fields: fields, Sort: sort, Filter: filter, Width: 12}
	}
	return []archwire.Dashboard{
		{
			Name: "overview", Title: "Overview", Position: 1, Filters: []string{"payer_kind", "bucket", "wait_days", "extra"},
			Tiles: []archwire.Tile{
				{Kind: archwire.TileNumber, Metrics: []string{"net_collections"}, Target: "1000.50", Width: 3},
				{Kind: archwire.TileBar, Metrics: []string{"receivables"}, By: []string{"bucket"}, Order: []string{"current", "late"}, Filter: map[string]string{"bucket": "ne:old"}, Width: 3},
				{Kind: archwire.TileTable, Metrics: []string{"net_collections", "wait"}, Width: 3},
				rows([]string{"patient_id", "wait_days"}, "-wait_days, added_on", map[string]string{"wait_days": "gt:1"}),
			},
		},
		{
			Name: "people", Title: "People", Description: "Whom to call.", Position: 2, Filters: []string{"full_name"},
			Tiles: []archwire.Tile{
				rows([]string{"patient_id", "full_name"}, "", nil),
				rows([]string{"patient_id"}, "-extra", nil),
				rows([]string{"patient_id"}, "", map[string]string{"full_name": "null:false"}),
				{Kind: archwire.TileNumber, Metrics: []string{"named"}, Width: 3},
			},
		},
	}
}

// pagesOf are the dashboards of an answer in short: the name, the filters, and of each tile
// its kind, metrics and dataset.
func pagesOf(t *testing.T, r reply) (out []string) {
	t.Helper()
	var answer struct {
		Data []struct {
			Dashboard string
			Filters   []string
			Tiles     []struct {
				Tile, Dataset   string
				Metrics, Fields []string
			}
		}
	}
	must(t, json.Unmarshal([]byte(r.text), &answer))
	for _, d := range answer.Data {
		out = append(out, fmt.Sprint(d.Dashboard, d.Filters))
		for _, tile := range d.Tiles {
			out = append(out, strings.TrimSpace(fmt.Sprint(tile.Tile, tile.Metrics, " ", tile.Dataset, tile.Fields)))
		}
	}
	return out
}

func TestDashboardsHaveTheTilesThatOpen(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	numbers := []string{"overview[payer_kind bucket]", "number[net_collections] []", "bar[receivables] []"}
	facts := []string{
		"overview[payer_kind bucket wait_days]", "number[net_collections] []", "bar[receivables] []", "table[net_collections wait] []", "table[] patients[patient_id wait_days]",
	}
	facts = append(facts, "people[]", "table[] patients[patient_id]") // the key, without the name
	all := append(slices.Clone(facts[:5]), "people[full_name]",
		"table[] patients[patient_id full_name]", "table[] patients[patient_id]", "table[] patients[patient_id]", "number[named] []")
	all[0] = "overview[payer_kind bucket wait_days extra]"
	of := func(metrics, datasets []string) string {
		return b.keys.Mint(t, auth.Key{}, auth.Grant{Tenant: "p1", Profile: archwire.Identified, Metrics: metrics, Datasets: datasets})
	}
	several := mixed(t, b)
	for name, c := range map[string]struct {
		key, query string
		want       []string
	}{
		"aggregate":               {b.keys.Open(t, archwire.Aggregate), "", numbers},
		"pseudonymous":            {b.keys.Open(t, archwire.Pseudonymous), "", facts},
		"identified":              {b.keys.Open(t, archwire.Identified), "", all},
		"no profile":              {b.keys.Open(t, "owner"), "", nil},
		"some practices":          {several, "", all},
		"p2 of them":              {several, "?practice=p2", numbers},
		"p3 of them":              {several, "?practice=p3", facts},
		"a metric":                {of([]string{"net_collections"}, nil), "", []string{"overview[payer_kind]", "number[net_collections] []"}},
		"the metric of rows":      {of([]string{"named"}, nil), "", []string{"people[]", "number[named] []"}},
		"a dataset, with metrics": {of(nil, []string{"balances"}), "", []string{"overview[bucket]", "bar[receivables] []"}},
	} {
		if diff := cmp.Diff(c.want, pagesOf(t, b.get(t, "/v1/dashboards"+c.query, c.key).want(t, 200))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	b.get(t, "/v1/dashboards?practice=p9", several).want(t, 404)
	b.get(t, "/v1/dashboards?x=1", several).want(t, 400)
}

func TestATileIsToldAsItWasWritten(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	got := b.get(t, "/v1/dashboards", b.keys.Open(t, archwire.Pseudonymous)).want(t, 200).text
	const want = `{"data":[{"dashboard":"overview","title":"Overview","position":1,"filters":["payer_kind","bucket","wait_days"],"tiles":[` +
		`{"tile":"number","metrics":["net_collections"],"target":"1000.50","width":3},` +
		`{"tile":"bar","metrics":["receivables"],"by":["bucket"],"order":["current","late"],"filter":{"bucket":"ne:old"},"width":3},` +
		`{"tile":"table","metrics":["net_collections","wait"],"width":3},` +
		`{"tile":"table","title":"Patients","metrics":[],"dataset":"patients","fields":["patient_id","wait_days"],` +
		`"order_by":"-wait_days, added_on","filter":{"wait_days":"gt:1"},"width":12}]},` +
		`{"dashboard":"people","title":"People","description":"Whom to call.","position":2,"filters":[],"tiles":[` +
		`{"tile":"table","title":"Patients","metrics":[],"dataset":"patients","fields":["patient_id"],"width":12}]}],"meta":`
	if !strings.HasPrefix(got, want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}

func TestATileNamesTheContractThatItIsMadeFor(t *testing.T) {
	b := setup(t)
	b.input.Dashboards = []archwire.Dashboard{{Name: "money", Title: "Money", Position: 1, Filters: []string{}, Tiles: []archwire.Tile{
		{Kind: archwire.TileTable, Metrics: []string{}, Dataset: "collections", Fields: []string{"net"}, Width: 6},
		{Kind: archwire.TileTable, Metrics: []string{}, Dataset: "collections@1", Fields: []string{"amount"}, Width: 6},
	}}}
	b.input.Metrics = slices.DeleteFunc(slices.Clone(b.input.Metrics), func(m archwire.Metric) bool { return m.Dataset == "collections" })
	b.input.Metrics[0].Rows = &archwire.Behind{Dataset: "collections"}
	raised(t, b, "2027-06-30")
	key := b.keys.Open(t, archwire.Aggregate)
	want := []string{"money[]", "table[] collections@2[net]", "table[] collections[amount]"} // the name alone is the oldest that is served
	if diff := cmp.Diff(want, pagesOf(t, b.get(t, "/v1/dashboards", key).want(t, 200))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := b.get(t, "/v1/metrics", key).want(t, 200).text; !strings.Contains(got, `"rows":{"dataset":"collections@2"}`) {
		t.Errorf("the rows behind a metric: %s", got)
	}
}

func TestRowsBehindAMetricAreToldWhereTheyOpen(t *testing.T) {
	b := setup(t)
	b.input.Metrics = slices.Clone(b.input.Metrics)
	const told = `"rows":{"dataset":"patients","date":"added_on","filter":{"wait_days":"gt:1"}}`
	for _, filter := range []struct {
		conditions map[string]string
		aggregate  bool
		facts, all bool
	}{
		{map[string]string{"wait_days": "gt:1"}, false, true, true},
		{map[string]string{"wait_days": "gt:1", "full_name": "null:false"}, false, false, true},
	} {
		b.input.Metrics[0].Rows = &archwire.Behind{Dataset: "patients", Date: "added_on", Filter: filter.conditions}
		b.published(t, nil)
		for profile, want := range map[archwire.Profile]bool{
			archwire.Aggregate: filter.aggregate, archwire.Pseudonymous: filter.facts, archwire.Identified: filter.all,
		} {
			key := b.keys.Open(t, profile)
			for _, path := range []string{"/v1/metrics", "/openapi.json"} {
				text := b.get(t, path, key).want(t, 200).text
				if got := strings.Contains(text, `"rows":{"dataset":"patients"`); path == "/v1/metrics" && got != want {
					t.Errorf("%s with %v: told is %t: %s", profile, filter.conditions, got, text)
				}
				if !want && (strings.Contains(text, `"dataset":"patients","date"`) || strings.Contains(text, "null:false")) {
					t.Errorf("%s %s tells of rows that are closed: %s", profile, path, text)
				}
			}
			if text := b.get(t, "/v1/metrics", key).text; want && len(filter.conditions) == 1 && !strings.Contains(text, told) {
				t.Errorf("%s: no %s in %s", profile, told, text)
			}
		}
	}
}
