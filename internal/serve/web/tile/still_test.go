package tile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/web/format"
)

func TestStillTilesNeedNothing(t *testing.T) {
	nowhere := func(string) string { return "" }
	drawings := 0
	for _, c := range canned() {
		got, err := RenderStill(format.Format{}, c, nowhere)
		if err != nil {
			t.Fatalf("RenderStill(%s): %v", c.ID, err)
		}
		for _, out := range []string{"href=", "data-chart", "<script", "style="} {
			if strings.Contains(string(got), out) {
				t.Errorf("%s has %s", c.ID, out)
			}
		}
		if frame := newFrame(format.Format{}, c); frame.Chart != nil {
			drawings++
			golden(t, c.ID+".still.html", []byte(got))
		}
	}
	if drawings < 3 {
		t.Errorf("%d tiles are drawn", drawings)
	}
}

// What a tile that stands still makes of its links is not seen in the tile itself.
func TestStillTilesLeadWhereTheyAreTold(t *testing.T) {
	for _, c := range canned() {
		before := render(t, format.Format{}, c)
		got, err := RenderStill(format.Format{}, c, func(path string) string { return "https://pages.example.com" + path })
		if err != nil {
			t.Fatalf("RenderStill(%s): %v", c.ID, err)
		}
		if strings.Contains(string(got), `href="/`) || strings.Contains(string(got), " download") {
			t.Errorf("%s leads into nothing: %s", c.ID, got)
		}
		if c.Links.Definition != "" && !strings.Contains(string(got), `href="https://pages.example.com/metrics/`) {
			t.Errorf("%s does not lead to its definition", c.ID)
		}
		if diff := cmp.Diff(before, render(t, format.Format{}, c)); diff != "" {
			t.Errorf("%s has changed:\n%s", c.ID, diff)
		}
	}
}

// drawable is an option of three periods on an axis from 0 to 100.
func drawable(all ...series) option {
	return option{
		XAxis: axis{Data: []string{"Jan", "Feb", "Mar"}, AxisLabel: axisLabel{Texts: []string{"Jan\n2026", "Feb", "Mar"}}},
		YAxis: axis{Min: "0", Max: "100", Interval: "50", AxisLabel: axisLabel{Texts: []string{"0", "50", "100"}}}, Series: all,
	}
}

// Of 1008 pixels 3 letters of 7 and 10 are left of the plot and 12 right of it: 965 are
// three periods, whose middles are 160.8 and twice 321.7 further right. 0 is at 224 and 100 at 10.
func TestLinesAreWhereTheirValuesAre(t *testing.T) {
	at := func(v string) *point { return pointOf(Value{Value: v}) }
	line := series{Type: "line", Name: "a", Color: "--series-1", Data: []*point{at("0"), at("100"), nil}}
	alone := series{Type: "line", Name: "b", Color: "--series-2", Data: []*point{at("25"), nil, at("50")}}
	got := drawn(drawable(line, alone), 12)
	want := []stroke{{Points: "191.8,224 513.5,10", Color: "--series-1"}}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]dot{{"191.8", "170.5", "--series-2"}, {"835.2", "117", "--series-2"}}, got.Dots); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]swatch{{"a", "--series-1"}, {"b", "--series-2"}}, got.Names); diff != "" {
		t.Error(diff)
	}
}

func TestStacksStandOnEachOther(t *testing.T) {
	stack := func(name string, values ...string) series {
		out := series{Type: "bar", Name: name, Stack: "all", Color: name}
		for _, v := range values {
			out.Data = append(out.Data, pointOf(Value{Value: v}))
		}
		return out
	}
	got := drawn(drawable(stack("a", "50", "", "0"), stack("b", "25", "100", "")), 12)
	want := []rect{ // 36 wide around the middles; a unit is 2.14 high
		{X: "173.8", Y: "117", Width: "36", Height: "107", Color: "a"},
		{X: "173.8", Y: "63.5", Width: "36", Height: "53.5", Color: "b"},
		{X: "495.5", Y: "10", Width: "36", Height: "214", Color: "b"},
		{X: "817.2", Y: "224", Width: "36", Height: "0", Color: "a"},
	}
	if diff := cmp.Diff(want, got.Bars); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeDrawnIsNot(t *testing.T) {
	flat := drawable()
	flat.YAxis.Max = "0"
	if drawn(flat, 12) != nil || drawn(option{}, 12) != nil {
		t.Error("something without an axis is drawn")
	}
}
