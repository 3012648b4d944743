package fill

import (
	"context"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/web/tile"
)

func TestBothFiltersHold(t *testing.T) {
	for _, test := range []struct {
		page []string
		own  string
		want []string
		ok   bool
	}{
		{nil, "insurance", []string{"insurance"}, true},
		{[]string{"insurance", "other"}, "insurance", []string{"insurance"}, true},
		{[]string{"eq:insurance"}, "insurance", []string{"insurance"}, true},
		{[]string{"insurance"}, "patient", []string{"patient"}, false},
		{[]string{"7"}, "gt:5", []string{"7", "gt:5"}, true},
		{[]string{"ne:to"}, "ne:to", []string{"ne:to"}, true},
		{[]string{"gt:5"}, "7", []string{"7", "gt:5"}, true},
	} {
		got, ok := Both(test.page, test.own)
		if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
			t.Errorf("%v and %s: %t, %s", test.page, test.own, ok, diff)
		}
	}
}

// A filter of the page that a tile cannot keep is told, or the tile shows nothing; no
// tile adds up what has one id in several practices.
func TestATileSaysWhatItDoesNotFollow(t *testing.T) {
	accounts := Dataset{Name: "accounts", Columns: []Column{{Name: "patient_id"}, {Name: "payer_kind"}}}
	rows := archwire.Tile{Kind: archwire.TileTable, Dataset: "accounts"}
	own := archwire.Tile{Kind: archwire.TileTable, Dataset: "accounts", Filter: map[string]string{"payer_kind": "responsible_party"}}
	split := archwire.Tile{Kind: archwire.TileTable, Metrics: []string{"collected"}, By: []string{"location_id"}}
	for _, test := range []struct {
		query string
		spec  archwire.Tile
		state tile.State
		note  string
	}{
		{"practice=1&filter[location_id]=3", rows, tile.Partial, "not kept by location, so it is for all of them"},
		{"practice=1&filter[payer_kind]=insurance", rows, tile.Ready, ""},
		{"practice=1&filter[payer_kind]=insurance", own, tile.Barred, "it is about payer kind responsible party only, and the page about another"},
		{"practice=1&period=last_month", split, tile.Ready, ""},
		{"period=last_month", split, tile.Barred, "choose one of the practices above: one id is another thing in each"},
	} {
		b := boardOf(t, test.query, collected)
		b.Catalogue.Datasets = []Dataset{accounts}
		if got := b.Fill(context.Background(), 1, test.spec); got.State != test.state || got.Note != test.note {
			t.Errorf("%s: %q %q, want %q %q", test.query, got.State, got.Note, test.state, test.note)
		}
	}
}

// A drill keeps every filter, also those that the rows do not know, and tells of which day
// a state was.
func TestADrillKeepsFilters(t *testing.T) {
	pastDue := Metric{Name: "past_due", Additivity: archwire.Semi, Basis: archwire.BasisSnapshot, Rows: &Behind{Dataset: "accounts", Filter: map[string]string{"days": "gt:0"}}}
	for query, of := range map[string]string{"period=custom&from=2026-08": "2026-08-31", "period=this_month": ""} {
		b := boardOf(t, "practice=1&filter[location_id]=3&filter[days]=lt:90&"+query, pastDue)
		b.Catalogue.Datasets = []Dataset{{Name: "accounts", Columns: []Column{{Name: "days"}}}}
		u, err := url.Parse(b.RowsLink(pastDue, nil))
		if err != nil {
			t.Fatal(err)
		}
		want := url.Values{"practice": {"1"}, "metric": {"past_due"}, "filter[location_id]": {"3"}, "filter[days]": {"lt:90", "gt:0"}}
		if of != "" {
			want.Set("of", of)
		}
		if diff := cmp.Diff(want, u.Query()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}
