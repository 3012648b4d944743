// Package sheet writes tables as files that people open elsewhere: CSV and XLSX. Both
// hold the values themselves, exactly as the API tells them, not as a page shows them.
package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
)

// A Sheet is a table.
type Sheet struct {
	Name    string
	About   []string // lines above the table, of XLSX: where it comes from
	Columns []Column
	Rows    [][]Cell
}

// A Column heads values of one kind.
type Column struct {
	Label string
	Unit  string // usd, count, share, days, months or another unit of numbers; date and instant; "" is text
}

// A Cell is a value: a decimal in plain text, a date 2026-11-20, an instant in RFC 3339,
// or text. A Cell of NULL is not one of "".
type Cell struct {
	Text string
	Null bool
}

// CSV writes the sheet as RFC 4180 has it: a value as it is, NULL as nothing. A text
// that a program would take for a formula gets an apostrophe.
func (s Sheet) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	row := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		row[i] = tame(c.Label)
	}
	if err := out.Write(row); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	for _, cells := range s.Rows {
		for i, c := range cells {
			row[i] = tame(c.Text)
		}
		if err := out.Write(row[:len(cells)]); err != nil {
			return fmt.Errorf("writing CSV: %w", err)
		}
	}
	if out.Flush(); out.Error() != nil {
		return fmt.Errorf("writing CSV: %w", out.Error())
	}
	return nil
}
