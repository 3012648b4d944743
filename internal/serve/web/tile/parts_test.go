package tile

import (
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/serve/web/format"
)

// An axis reaches over all values in a few equal round steps.
func TestScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string) *big.Rat {
			return big.NewRat(rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, name), rapid.SampledFrom([]int64{1, 7, 100, 1_000_000}).Draw(t, name+" over"))
		}
		a, b := number("a"), number("b")
		fromZero := rapid.Bool().Draw(t, "from zero")
		low, high := least(a, b), most(a, b)
		s := newScale(low, high, fromZero)
		if s.from.Cmp(low) > 0 || s.to.Cmp(high) < 0 {
			t.Fatalf("%v to %v does not hold %v to %v", s.from, s.to, low, high)
		}
		if fromZero && (s.from.Sign() > 0 || s.to.Sign() < 0) {
			t.Fatalf("%v to %v has no zero", s.from, s.to)
		}
		if ticks := s.ticks(); len(ticks) < 2 || len(ticks) > 7 || ticks[len(ticks)-1].Cmp(s.to) != 0 {
			t.Fatalf("%d ticks from %v to %v", len(ticks), s.from, s.to)
		}
		for _, tick := range s.ticks() {
			if read, ok := new(big.Rat).SetString(string(s.text(tick))); !ok || read.Cmp(tick) != 0 {
				t.Fatalf("%v is written %s", tick, s.text(tick))
			}
		}
	})
}

func TestScaleIsRound(t *testing.T) {
	for _, c := range []struct {
		low, high string
		fromZero  bool
		want      []string
	}{
		{"118", "131", false, []string{"115", "120", "125", "130", "135"}},
		{"10", "131", false, []string{"0", "50", "100", "150"}},
		{"0.58", "0.70", true, []string{"0", "0.2", "0.4", "0.6", "0.8"}},
		{"-1240", "1310", true, []string{"-2000", "-1000", "0", "1000", "2000"}},
		{"0", "0", true, []string{"0", "0.25", "0.5", "0.75", "1"}},
	} {
		s := newScale(amount(c.low), amount(c.high), c.fromZero)
		var got []string
		for _, tick := range s.ticks() {
			got = append(got, string(s.text(tick)))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s to %s (-want +got):\n%s", c.low, c.high, diff)
		}
	}
}

// The rest of a split is the sum of what is not shown, to the last digit; what may
// not be added is never added.
func TestOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]archwire.Additivity{archwire.Additive, archwire.Semi, archwire.Ratio, archwire.NonAdditive}).Draw(t, "additivity")
		n := rapid.IntRange(1, 20).Draw(t, "series")
		w := writer{t: Tile{Metrics: []Metric{{Additivity: kind}}, Periods: months(1, 0)}}
		total := new(big.Rat)
		var all []Series
		for i := range n {
			cents := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "cents")
			total.Add(total, big.NewRat(cents, 100))
			all = append(all, Series{Key: itoa(i), Values: []Value{{Value: big.NewRat(cents, 100).FloatString(2)}}})
		}
		shown, left := w.atMost(mostSeries, all)
		if len(shown) > mostSeries {
			t.Fatalf("%d series are shown", len(shown))
		}
		adds := kind == archwire.Additive || kind == archwire.Semi
		if other := slices.ContainsFunc(shown, func(s Series) bool { return s.Key == otherKey }); other != (adds && n > mostSeries) {
			t.Fatalf("of %d %s series, others: %v", n, kind, other)
		}
		if !adds {
			if len(shown)+left != n {
				t.Fatalf("%d shown and %d left of %d", len(shown), left, n)
			}
			return
		}
		got := new(big.Rat)
		for _, s := range shown {
			got.Add(got, amount(s.Values[0].Value))
		}
		if got.Cmp(total) != 0 || left != 0 {
			t.Fatalf("what is shown comes to %v, want %v", got, total)
		}
	})
}

func TestOrder(t *testing.T) {
	w := writer{t: Tile{Order: []string{"b", "missing", "a"}, Metrics: []Metric{{}}, Periods: months(1, 0)}}
	var got []string
	for _, s := range w.ordered([]Series{{Key: "small", Values: values("1")}, {Key: "a", Values: values("9")}, {Key: "large", Values: values("-5")}, {Key: "b", Values: values("2")}}, overall) {
		got = append(got, s.Key)
	}
	if diff := cmp.Diff([]string{"b", "a", "large", "small"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A trend has gaps where there is no value, and is dashed where it is not final.
func TestSparkHasGaps(t *testing.T) {
	w := writer{t: Tile{Metrics: []Metric{{Unit: "count"}}, Grain: "month", Periods: months(6, 0), Now: 5}}
	got := w.spark(Series{Values: values("10 20 none 0 none 5")})
	want := []line{{Points: "0,50 20,0"}, {Points: "60,100 60,100"}, {Points: "100,75 100,75", Dashed: true}}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if says := "From Jun 2026 to Nov 2026: lowest 0 in Sep 2026, highest 20 in Jul 2026."; got.Says != says {
		t.Errorf("it says %q, want %q", got.Says, says)
	}
	if got := w.spark(Series{Values: values("10 none none none none none")}); got != nil {
		t.Errorf("one value is a trend: %+v", got)
	}
}

// Up to five buckets take a step of the ramp each; more are spread from the first
// to the last.
func TestAgeingRamp(t *testing.T) {
	for n, want := range map[int][]int{1: {1}, 4: {1, 2, 3, 4}, 5: {1, 2, 3, 4, 5}, 7: {1, 2, 2, 3, 4, 4, 5}, 9: {1, 2, 2, 3, 3, 4, 4, 5, 5}} {
		var got []int
		for i := range n {
			got = append(got, step(i, n))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d buckets (-want +got):\n%s", n, diff)
		}
	}
}

// Credits stand in the table; the bar holds what is owed, and its parts come to the
// whole width.
func TestAgeingOfCredits(t *testing.T) {
	w := writer{t: Tile{Metrics: []Metric{pastDue}, Periods: months(1, 0)}}
	w.t.Series = []Series{{Key: "a", Values: values("75")}, {Key: "b", Values: values("-50")}, {Key: "c", Values: values("25")}}
	got := w.ageing()
	type part struct{ X, Width, Part string }
	var parts []part
	for _, b := range got.Rows {
		parts = append(parts, part{b.X, b.Width, b.Part})
	}
	want := []part{{"0%", "75.00%", "75.0\u00a0%"}, {"75.00%", "0%", ""}, {"75.00%", "25.00%", "25.0\u00a0%"}}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Total != "$50.00" {
		t.Errorf("the total is %s, want $50.00", got.Total)
	}
}

// A fifth of the different values has each shade.
func TestShades(t *testing.T) {
	h := &Heat{Cells: [][]Value{values("10 20 30 40 50 60 70 80 90 100 10 10 none")}}
	var got []int
	for _, v := range h.Cells[0] {
		if a := amount(v.Value); a != nil {
			got = append(got, shade(a, h.values()))
		}
	}
	if diff := cmp.Diff([]int{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 1, 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlaceInABand(t *testing.T) {
	up, down, neither := Metric{Better: "up"}, Metric{Better: "down"}, Metric{Better: "neither"}
	for _, c := range []struct {
		metric            Metric
		own, says, worded string
	}{
		{up, "31", "above the middle half, better", "better"},
		{down, "31", "above the middle half, worse", "worse"},
		{up, "9", "below the middle half, worse", "worse"},
		{down, "15", "below the median, better", "better"},
		{neither, "25", "above the median", "same"},
		{up, "20", "at the median", "same"},
		{up, "30", "above the median, better", "better"},
	} {
		says, class := place(c.metric, amount(c.own), amount("10"), amount("20"), amount("30"))
		if says != c.says || class != c.worded {
			t.Errorf("%s of 10, 20, 30, %s is better: %q %q, want %q %q", c.own, c.metric.Better, says, class, c.says, c.worded)
		}
	}
}

// Every reader is told whether a change is for the better, in a word.
func TestChange(t *testing.T) {
	w := writer{f: format.Format{}, t: Tile{Grain: "month"}}
	held := func(change, ratio string) Value {
		return Value{Value: "1", Compare: &Compare{Start: month(2026, 10), Value: "100", Change: change, Ratio: ratio}}
	}
	for _, c := range []struct {
		name  string
		m     Metric
		v     Value
		arrow string
		text  string
		word  string
	}{
		{"more is better", Metric{Unit: "usd", Better: "up"}, held("4.3", "0.043"), "▲", "+4.3 %", "better"},
		{"less is better", Metric{Unit: "days", Better: "down"}, held("4.3", "0.043"), "▲", "+4.3 %", "worse"},
		{"neither", Metric{Unit: "count", Better: "neither"}, held("-4.3", "-0.043"), "▼", "−4.3 %", ""},
		{"of a rate", Metric{Unit: "share", Better: "up"}, held("-0.043", "-0.1"), "▼", "−4.3 points", "worse"},
		{"from nothing", Metric{Unit: "usd", Better: "up"}, held("1284", ""), "▲", "+$1,284", "better"},
		{"none", Metric{Unit: "usd", Better: "up"}, held("0.00", "0"), "", "no change", ""},
		{"too small to be written", Metric{Unit: "share", Better: "down"}, held("-0.0004", "-0.01"), "▼", "less than 0.1 points", "better"},
		{"too small a share of much", Metric{Unit: "usd", Better: "up"}, held("3.00", "0.0004"), "▲", "less than 0.1 %", "better"},
	} {
		got := w.change(c.m, c.v)
		if got.Arrow != c.arrow || spaces(got.Text) != c.text || got.Word != c.word {
			t.Errorf("%s: %q %q %q, want %q %q %q", c.name, got.Arrow, got.Text, got.Word, c.arrow, c.text, c.word)
		}
	}
	if got := w.change(Metric{}, Value{Value: "1"}); got != nil {
		t.Errorf("a change from nothing: %+v", got)
	}
}

// Names stand at the ends of lines only where they can be told apart.
func TestLinesAreNamedWhereTheyEndApart(t *testing.T) {
	for _, c := range []struct {
		name       string
		ends       []string
		named      bool
		lineNaming string
	}{
		{"far apart", []string{"100", "50"}, true, "Delta"},
		{"close", []string{"100", "99"}, false, "Delta"},
		{"three, two of them close", []string{"100", "20", "21"}, false, "Delta"},
		{"a long name", []string{"100", "50"}, false, "Delta Dental of the Rocky Mountains"},
		{"one", []string{"100"}, false, "Delta"},
		{"an end that is missing", []string{"none", "50"}, true, "Delta"},
	} {
		var lines []Series
		for i, end := range c.ends {
			lines = append(lines, Series{Key: itoa(i), Name: c.lineNaming, Values: values("0 90 " + end)})
		}
		tile := Tile{ID: "t", Kind: Line, Metrics: []Metric{visits}, Grain: "month", Periods: months(3, 0), Now: 2, Series: lines}
		w := writer{t: tile}
		o := w.option(lines, false, "")
		labels := 0
		for _, s := range o.Series {
			if s.EndLabel != nil {
				labels++
			}
		}
		if want := map[bool]int{true: len(lines)}[c.named]; labels != want || (o.LabelRoom > 0) != c.named {
			t.Errorf("%s: %d names and %d pixels for them, want %d names", c.name, labels, o.LabelRoom, want)
		}
	}
}

// What has no value of the dimension is a part as any other, and stands at its place by
// size; the foot of a table is what is told to be the total, and nothing else.
func TestWhatIsNotKnownIsNoTotal(t *testing.T) {
	parts := []Series{
		{Key: "1", Name: "Ana Ruiz", Values: values("60000")},
		{Key: "", Name: "Not known", Values: values("4000")},
		{Key: "2", Name: "Sam Lee", Values: values("34000")},
		{Key: "3", Name: "Kim Oh", Values: values("500")},
	}
	w := writer{t: Tile{Metrics: []Metric{collected}, Grain: "month", Periods: months(1, 0), Series: parts}}
	rows := func() (out []string) {
		for _, r := range w.grid().Rows {
			out = append(out, r.Text)
		}
		return out
	}
	want := []string{"Ana Ruiz", "Sam Lee", "Not known", "Kim Oh"}
	if diff := cmp.Diff(want, rows()); diff != "" || w.grid().Foot != nil {
		t.Errorf("(-want +got):\n%s the foot is %+v", diff, w.grid().Foot)
	}
	w.t.Series = append(parts, Series{Total: true, Values: values("98500")})
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Errorf("with a total (-want +got):\n%s", diff)
	}
	if foot := w.grid().Foot; foot == nil || foot.Text != "All" || foot.Cells[0].Text != "$98,500.00" {
		t.Errorf("the foot is %+v", foot)
	}
	w.t.Series = parts[1:2]
	if diff := cmp.Diff([]string{"Not known"}, rows()); diff != "" || len(w.grid().Head) != 2 {
		t.Errorf("where nothing is known (-want +got):\n%s", diff)
	}
}
