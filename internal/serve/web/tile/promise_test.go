package tile

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"archwire/internal/serve/web/format"
)

// What is not to be shown is not in the page, neither as text nor in an attribute.
func TestStatesWithoutValuesShowNone(t *testing.T) {
	for _, state := range []State{Loading, Empty, None, Barred, NotMature, Suppressed, NotAllowed, Failed} {
		for _, c := range canned() {
			c.State, c.Note, c.Links, c.Metrics, c.Title = state, "", Links{}, []Metric{{Label: "Label", Better: "up"}}, "Title"
			for i := range c.Series {
				c.Series[i].Metric = 0
			}
			got := string(render(t, format.Format{}, c))
			if digits := regexp.MustCompile(`\d`).FindString(strings.NewReplacer(c.ID, "", "h2", "", "span-", "span").Replace(widthless(got))); digits != "" {
				t.Errorf("%s, %s: a number is shown: %s", c.ID, state, got)
			}
		}
	}
}

// widthless is a tile without the class that says how wide it is.
func widthless(html string) string { return regexp.MustCompile(`span-\d+`).ReplaceAllString(html, "") }

// The policy of pages forbids what is written into them: styles, scripts, handlers.
func TestTilesNeedNoInlineStyleOrScript(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<script|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:`)
	for _, c := range canned() {
		if found := inline.FindString(string(render(t, format.Format{}, c))); found != "" {
			t.Errorf("%s: %q", c.ID, found)
		}
	}
}

// Names come from data: whatever they are, they stay text.
func TestNamesStayText(t *testing.T) {
	evil := `"><img src=x onerror=alert(1)>'</figure>`
	for _, c := range canned() {
		c.Title, c.Note, c.Peers = evil, evil, evil
		for i := range c.Series {
			c.Series[i].Name, c.Series[i].Href = evil, "javascript:alert(1)"
		}
		for i := range c.Bands {
			c.Bands[i].Name, c.Bands[i].Suppressed = evil, evil
		}
		if c.Heat != nil {
			c.Heat.Rows[0].Text, c.Heat.RowsOf, c.Heat.Cells[0][0] = evil, evil, Value{Why: evil}
		}
		if c.Rows != nil {
			c.Rows.Rows[0][4].Text, c.Rows.Columns[0].Label, c.Rows.TotalsOf = evil, evil, evil
		}
		got := string(render(t, format.Format{}, c))
		if strings.Contains(got, "<img") || strings.Contains(got, `href="javascript:`) {
			t.Errorf("%s: %s", c.ID, got)
		}
	}
}

// People never read what a program calls nothing.
func TestNothingIsToldInWords(t *testing.T) {
	told := regexp.MustCompile(`(?i)\b(nan|null|undefined|nil|inf)\b`)
	attributes := regexp.MustCompile(`data-chart="[^"]*"`)
	for _, c := range canned() {
		for i := range c.Series {
			for j := range c.Series[i].Values {
				c.Series[i].Values[j] = Value{}
			}
		}
		for i := range c.Bands {
			c.Bands[i].Own = ""
		}
		if found := told.FindString(attributes.ReplaceAllString(string(render(t, format.Format{}, c)), "")); found != "" {
			t.Errorf("%s: %q", c.ID, found)
		}
	}
}

func TestWhatIsNoNumberIsNotShown(t *testing.T) {
	good := cannedNumbers()[0]
	for name, spoil := range map[string]func(*Tile){
		"a value":                    func(c *Tile) { c.Series[0].Values[3].Value = "NaN" },
		"a comparison":               func(c *Tile) { c.Series[0].Values[12].Compare.Change = "1,000" },
		"a target":                   func(c *Tile) { c.Target = "much" },
		"too few values":             func(c *Tile) { c.Series[0].Values = c.Series[0].Values[1:] },
		"a metric that is not there": func(c *Tile) { c.Series[0].Metric = 1 },
		"a period that is not there": func(c *Tile) { c.Now = 13 },
		"no metric":                  func(c *Tile) { c.Metrics, c.Series = nil, nil },
	} {
		c := good
		c.Series = []Series{{Values: append([]Value(nil), good.Series[0].Values...)}}
		held := *good.Series[0].Values[12].Compare
		c.Series[0].Values[12].Compare = &held
		spoil(&c)
		if got, err := Render(format.Format{}, c); err == nil {
			t.Errorf("%s: rendered as %s", name, got)
		}
	}
	rows := Tile{ID: "rows", Kind: Table, Rows: &Rows{Columns: []Column{{Name: "a"}, {Name: "b"}}, Rows: [][]Cell{{{}, {}}}, Totals: []Cell{{}}}}
	if _, err := Render(format.Format{}, rows); err == nil {
		t.Error("a row of totals that is too short was rendered")
	}
}

// An option holds the numbers as they came, digit for digit.
func TestOptionsAreExact(t *testing.T) {
	c := cannedCharts()[1]
	c.Series[0].Values[0].Value = "123456789012345678.90"
	frame := newFrame(format.Format{}, c)
	if !strings.Contains(frame.Chart.Option, `{"value":123456789012345678.90}`) {
		t.Errorf("the value is not in %s", frame.Chart.Option)
	}
	var got option
	if err := json.Unmarshal([]byte(frame.Chart.Option), &got); err != nil {
		t.Fatal(err)
	}
	if text := got.Series[0].Texts[0]; text != "$123,456,789,012,345,678.90" {
		t.Errorf("its text is %q", text)
	}
}

// spaces is text with plain spaces, to be read here.
func spaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
