package view_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/web/view"
)

func month(y int, m time.Month) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }

func TestSpan(t *testing.T) {
	mid := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	early := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
	end := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		query       string
		asOf        time.Time
		first, last time.Time
		compared    time.Time // the first month compared with
	}{
		{"", mid, month(2026, 11), month(2026, 11), month(2026, 10)},
		{"", early, month(2026, 10), month(2026, 10), month(2026, 9)},
		{"period=this_month", early, month(2026, 11), month(2026, 11), month(2026, 10)},
		{"period=last_month&compare=previous_year", mid, month(2026, 10), month(2026, 10), month(2025, 10)},
		{"period=last_3_months", mid, month(2026, 8), month(2026, 10), month(2026, 5)},
		{"period=last_3_months", end, month(2026, 9), month(2026, 11), month(2026, 6)},
		{"period=last_12_months", mid, month(2025, 11), month(2026, 10), month(2024, 11)},
		{"period=year_to_date&compare=previous_year", mid, month(2026, 1), month(2026, 11), month(2025, 1)},
		{"period=custom&from=2026-02&to=2026-04", mid, month(2026, 2), month(2026, 4), month(2025, 11)},
		{"period=custom&from=2026-02", mid, month(2026, 2), month(2026, 2), month(2026, 1)},
		{"period=custom&from=2026-04&to=2026-02", mid, month(2026, 11), month(2026, 11), month(2026, 10)},
		{"period=custom&from=1000-01&to=2026-02", mid, month(2026, 11), month(2026, 11), month(2026, 10)},
		{"period=forever", mid, month(2026, 11), month(2026, 11), month(2026, 10)},
	} {
		q, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		v := view.Of(q, "practice")
		s := v.Span(test.asOf)
		if !s.First.Equal(test.first) || !s.Last.Equal(test.last) {
			t.Errorf("%q on %s: %s to %s", test.query, test.asOf, s.First, s.Last)
		}
		if with, ok := v.Against(s); !ok || !with.First.Equal(test.compared) || with.Months() != s.Months() {
			t.Errorf("%q on %s is compared with %+v", test.query, test.asOf, with)
		}
	}
}

func TestAViewIsItsURL(t *testing.T) {
	q := url.Values{"practice": {"17"}, "period": {"custom"}, "from": {"2026-01"}, "to": {"2026-03"}, "compare": {"none"}, "filter[location_id]": {"3", "4"}}
	v := view.Of(q, "practice")
	if diff := cmp.Diff(q, v.Query()); diff != "" {
		t.Error(diff)
	}
	if _, ok := v.Against(v.Span(month(2026, 11))); ok {
		t.Error("compare=none compares")
	}
	less := v.Without("location_id", "3")
	if diff := cmp.Diff([]string{"4"}, less.Filters["location_id"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"3", "4"}, v.Filters["location_id"]); diff != "" {
		t.Error("a view changed by what was made of it:", diff)
	}
	if got := less.Without("location_id", "4").Query().Has("filter[location_id]"); got {
		t.Error("a filter without values is left")
	}
	if got, want := view.Of(url.Values{}, "practice").Link("/dashboards/overview"), "/dashboards/overview"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzOf sees that whatever a URL says, the view is some months, and writes itself as
// a URL that says the same.
func FuzzOf(f *testing.F) {
	f.Add("practice=1&period=custom&from=2026-01&to=2026-13&filter[a]=b&filter[]=c&filter[a]=")
	f.Add("period=year_to_date&compare=previous_year")
	asOf := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		v := view.Of(q, "practice")
		if s := v.Span(asOf); s.Months() < 1 || s.Months() > 60 {
			t.Errorf("%q is %d months", query, s.Months())
		}
		again := view.Of(v.Query(), "practice")
		if diff := cmp.Diff(v.Query(), again.Query()); diff != "" {
			t.Error(diff)
		}
	})
}
