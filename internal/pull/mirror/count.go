package mirror

import "slices"

// Count gives each slice of w the number of its rows that are there: none, where its
// table is gone. Rows that are of no slice become one with their place alone. rowsOf
// says how many rows of each tenant, in the table's first column, a table has.
func (w *Whole) Count(rowsOf func(t Table, each func(tenant string, rows int64)) error) error {
	there := map[Place]int64{}
	var strays []Slice
	known := w.places()
	for _, t := range w.Tables {
		if len(t.Columns) == 0 {
			continue // it is made anew
		}
		err := rowsOf(t, func(tenant string, rows int64) {
			p := Place{t.Name, tenant}
			there[p] = rows
			if _, ok := known[p]; !ok {
				strays = append(strays, Slice{Place: p, Rows: rows})
			}
		})
		if err != nil {
			return err
		}
	}
	w.Slices = slices.Clone(w.Slices)
	for i, s := range w.Slices {
		w.Slices[i].Rows = there[s.Place]
	}
	w.Slices = append(w.Slices, strays...)
	return nil
}
