package fill

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// daily answers of a metric that was 10 a day at location 3 and 1 a day where none is
// known until October, and is 8 and 2 a day from November 1 to 20.
func daily(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	from, _ := time.Parse(time.DateOnly, q.Get("from"))
	to, _ := time.Parse(time.DateOnly, q.Get("to"))
	of := func(day time.Time) [2]int {
		switch {
		case day.After(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)):
			return [2]int{}
		case day.Month() == time.November:
			return [2]int{8, 2}
		}
		return [2]int{10, 1}
	}
	var rows []string
	for start := from; !start.After(to); {
		next := start.AddDate(0, 0, 1)
		switch q.Get("grain") {
		case "month":
			next = start.AddDate(0, 1, 0)
		case "quarter": // the one that holds the day
			start = time.Date(start.Year(), start.Month()-(start.Month()-1)%3, 1, 0, 0, 0, 0, time.UTC)
			next = start.AddDate(0, 3, 0)
		}
		var sums [2]int
		for day := start; day.Before(next); day = day.AddDate(0, 0, 1) {
			sums[0], sums[1] = sums[0]+of(day)[0], sums[1]+of(day)[1]
		}
		if q.Has("by") {
			rows = append(rows, fmt.Sprintf(`{"period":%q,"location_id":3,"value":%d.00},{"period":%[1]q,"location_id":null,"value":%[3]d.00}`, start.Format(time.DateOnly), sums[0], sums[1]))
		} else {
			rows = append(rows, fmt.Sprintf(`{"period":%q,"value":%d.00}`, start.Format(time.DateOnly), sums[0]+sums[1]))
		}
		start = next
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(rows, ","))
}

func boardOf(t *testing.T, query string, metrics ...Metric) *Board {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return &Board{
		Ask: ask.For(http.HandlerFunc(daily), httptest.NewRequest(http.MethodGet, "/", nil), "test"), Catalogue: Catalogue{Metrics: metrics}, View: view.Of(q, "practice"),
		AsOf: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), Plural: "practices", Self: "/dashboards/overview",
	}
}

var collected = Metric{Name: "collected", Label: "Collected", Unit: "usd", Additivity: archwire.Additive, Basis: archwire.BasisPosting, Dimensions: []string{"location_id"}}

// By hand: 20 days of October are 220, of which 200 at location 3; those of November are
// 200, of which 160. The number, the table and the reasons tell one and the same change.
func TestAPartOfAMonthIsHeldAgainstAsManyDays(t *testing.T) {
	b := boardOf(t, "practice=1", collected)
	october := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	got := b.Fill(context.Background(), 1, archwire.Tile{Kind: archwire.TileNumber, Metrics: []string{"collected"}})
	want := &tile.Compare{Start: october, Value: "220.00", Change: "-20.00", Ratio: "-0.090909", SameDays: true}
	if diff := cmp.Diff(want, got.Series[0].Values[got.Now].Compare); diff != "" {
		t.Errorf("the number (-want +got):\n%s", diff)
	}
	got = b.Fill(context.Background(), 1, archwire.Tile{Kind: archwire.TileTable, Metrics: []string{"collected"}})
	if diff := cmp.Diff(want, got.Series[0].Values[0].Compare); diff != "" {
		t.Errorf("the table (-want +got):\n%s", diff)
	}
	now := b.View.Span(b.AsOf)
	against, _ := b.View.Against(now)
	why, err := b.Contribute(context.Background(), collected, "location_id", now, against)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, c := range why.List {
		parts = append(parts, c.Name+" "+c.Before+" "+c.Now+" "+c.Change)
	}
	if diff := cmp.Diff([]string{"Location 3 200.00 160.00 -40.00", "Not known 20.00 40.00 20.00"}, parts); diff != "" {
		t.Errorf("the reasons (-want +got):\n%s", diff)
	}
}

// A table has the whole's own value at its foot, and what is not known as a row.
func TestATableAsksForItsTotal(t *testing.T) {
	median := Metric{Name: "median", Additivity: archwire.NonAdditive, Basis: archwire.BasisEvent, Dimensions: []string{"location_id"}}
	got := boardOf(t, "practice=1", collected, median).Fill(context.Background(), 1, archwire.Tile{Kind: archwire.TileTable, Metrics: []string{"collected", "median"}, By: []string{"location_id"}})
	var rows []string
	for _, s := range got.Series {
		rows = append(rows, fmt.Sprintf("%d %q %t %s", s.Metric, s.Key, s.Total, s.Values[0].Value))
	}
	want := []string{`0 "" true 200.00`, `0 "3" false 160.00`, `0 "" false 40.00`, `1 "3" false 160.00`, `1 "" false 40.00`}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is not of days is held against nothing while its month is not over, and says so;
// of a month that is over it is held against the one before.
func TestWhatIsNotOfDaysIsNotCompared(t *testing.T) {
	for _, m := range []Metric{
		{Name: "m", Additivity: archwire.NonAdditive, Basis: archwire.BasisEvent},
		{Name: "m", Additivity: archwire.Ratio, Basis: archwire.BasisCohort},
		{Name: "m", Additivity: archwire.Additive, Basis: archwire.BasisPosting, Grain: "month"},
	} {
		spec := archwire.Tile{Kind: archwire.TileNumber, Metrics: []string{"m"}}
		got := boardOf(t, "practice=1", m).Fill(context.Background(), 1, spec)
		if got.Series[0].Values[got.Now].Compare != nil || got.Note != "days to Nov 20, held against nothing before the month is over" {
			t.Errorf("%s %s: %q, %+v", m.Additivity, m.Basis, got.Note, got.Series[0].Values[got.Now].Compare)
		}
		got = boardOf(t, "practice=1&period=last_month", m).Fill(context.Background(), 1, spec)
		if c := got.Series[0].Values[got.Now].Compare; c == nil || c.Value != "330.00" || c.SameDays || got.Note != "" {
			t.Errorf("%s %s of a whole month: %q, %+v", m.Additivity, m.Basis, got.Note, c)
		}
	}
}

// By hand: October 1 to November 20 are 51 days, of 31·11 + 20·10; as many days of the
// quarter before are 51·11.
func TestAPartOfAQuarterIsHeldAgainstAsManyDays(t *testing.T) {
	got := boardOf(t, "practice=1", collected).Fill(context.Background(), 1, archwire.Tile{Kind: archwire.TileNumber, Metrics: []string{"collected"}, Grain: "quarter", Periods: 2})
	now := got.Series[0].Values[got.Now]
	want := &tile.Compare{Start: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Value: "561.00", Change: "-20.00", Ratio: "-0.035651", SameDays: true}
	if diff := cmp.Diff(want, now.Compare); diff != "" || now.Value != "541.00" {
		t.Errorf("%s (-want +got):\n%s", now.Value, diff)
	}
}
