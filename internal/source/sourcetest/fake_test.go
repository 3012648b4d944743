package sourcetest

import (
	"fmt"
	"slices"
	"testing"

	"archwire"
)

func TestFake(t *testing.T) {
	Run(t, Harness{Open: func(_ *testing.T, tables ...Table) Lab {
		f := NewFake("fake", 2, tables...)
		f.Vouch()
		f.Track()
		return Lab{
			Source: f, Connections: 2,
			Insert: func(_ *testing.T, table string, rows ...[]any) {
				f.Insert(table, rows...)
			},
			Update: func(_ *testing.T, table, column, value string, ids ...int64) {
				f.Change(table, func(of *Table) {
					for _, row := range of.Rows {
						if slices.Contains(ids, row[of.at("id")].(int64)) {
							row[of.at(column)] = value
						}
					}
				})
			},
			Delete: func(_ *testing.T, table string, ids ...int64) {
				f.Change(table, func(of *Table) {
					of.Rows = slices.DeleteFunc(of.Rows, func(row []any) bool { return slices.Contains(ids, row[of.at("id")].(int64)) })
				})
			},
			DropTable: func(_ *testing.T, table string) { f.Drop(table) },
			AddColumn: func(_ *testing.T, table, name string) {
				f.AddColumn(table, column(name, archwire.Text), nil)
			},
			DropColumn:   func(_ *testing.T, table, column string) { f.DropColumn(table, column) },
			RenameColumn: func(_ *testing.T, table, column, to string) { f.RenameColumn(table, column, to) },
			Retype: func(_ *testing.T, table, column string) {
				f.Retype(table, column, archwire.Type{Kind: archwire.Text}, func(v any) any { return fmt.Sprint(v) })
			},
		}
	}})
}
