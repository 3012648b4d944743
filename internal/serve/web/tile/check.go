package tile

import (
	"fmt"
	"slices"

	"archwire/internal/serve/web/format"
)

// check finds what a tile cannot show: a value that is no number, or a series
// that has not one value for each period.
func (t Tile) check() error {
	for _, s := range t.Series {
		if s.Metric < 0 || s.Metric >= len(t.Metrics) {
			return fmt.Errorf("tile %s: series %q is of metric %d of %d", t.ID, s.Key, s.Metric, len(t.Metrics))
		}
		if len(s.Values) != len(t.Periods) {
			return fmt.Errorf("tile %s: series %q has %d values for %d periods", t.ID, s.Key, len(s.Values), len(t.Periods))
		}
		for _, v := range s.Values {
			if err := v.check(); err != nil {
				return fmt.Errorf("tile %s: %w", t.ID, err)
			}
		}
	}
	if len(t.Series) > 0 && (t.Now < 0 || t.Now >= len(t.Periods)) {
		return fmt.Errorf("tile %s: its period is number %d of %d", t.ID, t.Now, len(t.Periods))
	}
	return t.checkParts()
}

// checkParts looks at what the kinds without series hold.
func (t Tile) checkParts() error {
	numbers := []string{t.Target}
	for _, b := range t.Bands {
		numbers = append(numbers, b.Own, b.Lower, b.Median, b.Upper, b.Practices)
	}
	if t.Heat != nil {
		if len(t.Heat.Cells) != len(t.Heat.Rows) {
			return fmt.Errorf("tile %s: its heat map has %d rows of %d", t.ID, len(t.Heat.Cells), len(t.Heat.Rows))
		}
		for _, row := range t.Heat.Cells {
			if len(row) != len(t.Heat.Columns) {
				return fmt.Errorf("tile %s: its heat map has %d columns of %d", t.ID, len(row), len(t.Heat.Columns))
			}
			for _, v := range row {
				numbers = append(numbers, v.numbers()...)
			}
		}
	}
	if t.Rows != nil {
		for _, row := range slices.Concat(t.Rows.Rows, t.totals()) {
			if len(row) != len(t.Rows.Columns) {
				return fmt.Errorf("tile %s: a row has %d cells for %d columns", t.ID, len(row), len(t.Rows.Columns))
			}
		}
	}
	if err := checkNumbers(numbers); err != nil {
		return fmt.Errorf("tile %s: %w", t.ID, err)
	}
	if without := map[Kind]bool{Table: t.Rows != nil, Funnel: true}[t.Kind]; !without && t.State.shows() && len(t.Metrics) == 0 {
		return fmt.Errorf("tile %s: a tile of kind %s needs a metric", t.ID, t.Kind)
	}
	return nil
}

func (v Value) check() error { return checkNumbers(v.numbers()) }

// numbers are the decimals of a value, those of its comparison too.
func (v Value) numbers() []string {
	out := []string{v.Value, v.Numerator, v.Denominator, v.Count}
	if c := v.Compare; c != nil {
		out = append(out, c.Value, c.Change, c.Ratio)
	}
	return out
}

func checkNumbers(texts []string) error {
	for _, text := range texts {
		if text != "" && !format.Valid(text) {
			return fmt.Errorf("%q is no number", text)
		}
	}
	return nil
}

// totals are the rows of totals that a table of rows has: one or none.
func (t Tile) totals() [][]Cell {
	if t.Rows.Totals == nil {
		return nil
	}
	return [][]Cell{t.Rows.Totals}
}
