package fill

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// Over several months sums add up, of ratios both parts do, a state is the last, and a
// median is none.
func TestSeveralMonthsAreOne(t *testing.T) {
	months := []tile.Value{
		{Value: "10.10", Numerator: "1", Denominator: "4"}, {Value: "", Numerator: "", Denominator: ""}, {Value: "0.90", Numerator: "2", Denominator: "2"},
	}
	for _, test := range []struct {
		metric Metric
		want   tile.Value
	}{
		{Metric{Additivity: archwire.Additive}, tile.Value{Value: "11.00"}},
		{Metric{Additivity: archwire.Ratio}, tile.Value{Value: "0.500000", Numerator: "3", Denominator: "6"}},
		{Metric{Additivity: archwire.Semi}, months[2]},
		{Metric{Additivity: archwire.Ratio, Basis: archwire.BasisSnapshot}, months[2]},
		{Metric{Additivity: archwire.NonAdditive}, tile.Value{Why: "choose one month"}},
	} {
		if diff := cmp.Diff(test.want, combined(test.metric, months)); diff != "" {
			t.Errorf("%+v: %s", test.metric, diff)
		}
	}
	if got := combined(Metric{Additivity: archwire.NonAdditive}, months[:1]); got != months[0] {
		t.Errorf("one month is %+v", got)
	}
}

func TestATrendIsOfSpansAsLong(t *testing.T) {
	month := func(y int, m time.Month) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }
	got := windows(view.Span{First: month(2026, 8), Last: month(2026, 10)}, 3)
	want := []view.Span{{First: month(2026, 2), Last: month(2026, 4)}, {First: month(2026, 5), Last: month(2026, 7)}, {First: month(2026, 8), Last: month(2026, 10)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := windows(view.Span{First: month(2026, 1), Last: month(2026, 1)}, 0); len(got) != 13 || !got[0].First.Equal(month(2025, 1)) {
		t.Errorf("the trend of a month is %v", got)
	}
}

func TestBucketsAreInTheirOrder(t *testing.T) {
	a := &answer{}
	for _, bucket := range []string{"over 180", "91-120", "1-30", "due today", "31-60"} {
		a.parts = append(a.parts, &part{by: []string{bucket}})
	}
	if diff := cmp.Diff([]string{"due today", "1-30", "31-60", "91-120", "over 180"}, order(a, 0, nil)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"91-120", "over 180", "due today", "1-30", "31-60"}, order(a, 0, []string{"91-120", "over 180"})); diff != "" {
		t.Error(diff)
	}
}
