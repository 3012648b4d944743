package sourcetest

import (
	"slices"
	"testing"

	"archwire"
)

func TestFake(t *testing.T) {
	Run(t, Harness{Open: func(_ *testing.T, tables ...Table) Lab {
		f := NewFake("fake", 2, tables...)
		return Lab{
			Source: f, Connections: 2,
			Insert: func(_ *testing.T, table string, rows ...[]any) {
				f.Change(table, func(t *Table) { t.Rows = append(t.Rows, rows...) })
			},
			DropTable: func(_ *testing.T, table string) { f.Drop(table) },
			DropColumn: func(_ *testing.T, table, column string) {
				f.Change(table, func(t *Table) {
					t.Columns = slices.DeleteFunc(t.Columns, func(c archwire.Column) bool { return c.Name == column })
				})
			},
			Retype: func(_ *testing.T, table, column string) {
				f.Change(table, func(t *Table) {
					for i := range t.Columns {
						if t.Columns[i].Name == column {
							t.Columns[i].Type = archwire.Type{Kind: archwire.Text}
						}
					}
				})
			},
		}
	}})
}
