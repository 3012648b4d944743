package web

import (
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/sheet"
	"archwire/internal/serve/web/tile"
)

// mostXLSX is how many rows a workbook takes: it is made in memory. CSV takes them all.
const mostXLSX = 20000

// downloadRows answers with all rows as a workbook.
func (v *visit) downloadRows(l *look, q rowsQuery) error {
	var f file
	err := v.heavily(func() error {
		all, err := v.allRows(q)
		if err != nil {
			return err
		}
		f, err = v.fileOfFigures(l, sheet.OfTile(tile.Tile{Title: q.dataset.Called(), Rows: fill.TableOf(q.dataset, q.fields(), all, l.board.Names)}), "xlsx")
		return err
	})
	if err != nil {
		return err
	}
	v.send(f)
	return nil
}

// allRows reads as many rows as a workbook takes; more are refused.
func (v *visit) allRows(q rowsQuery) (all []map[string]any, err error) {
	query := q.ask()
	query.Set("limit", "10000")
	for {
		rows, next, err := v.readRows(q, query)
		if err != nil {
			return nil, err
		}
		if all = append(all, rows...); len(all) > mostXLSX {
			return nil, &ask.Problem{Title: "Too many rows", Status: 413, Detail: "A workbook takes 20,000 rows, and there are more.", Hint: "Narrow them by a filter, or take them as CSV."}
		}
		if next == "" {
			return all, nil
		}
		query.Set("cursor", next)
	}
}
