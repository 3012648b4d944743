package duckdb

import (
	"fmt"
	"strings"

	"archwire"
)

// fits says whether DuckDB can hold a table with t's names.
func fits(t archwire.Table) error {
	seen := map[string]string{}
	for _, c := range t.Columns {
		lower := strings.ToLower(c.Name)
		if other, ok := seen[lower]; ok {
			return &archwire.Error{
				Code: archwire.Invalid,
				Message: fmt.Sprintf("%s: the columns %s and %s differ by case only, which DuckDB cannot hold",
					t.ID(), other, c.Name),
				Hint: "Leave one of them out of the table's columns in the source's file.",
			}
		}
		seen[lower] = c.Name
	}
	return nil
}

// createTable is the statement that makes a table of t's shape under a name.
func createTable(name string, t archwire.Table) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = archwire.Quote(c.Name) + " " + c.Type.SQL()
	}
	if len(columns) == 0 {
		columns = []string{archwire.NoColumns + " BOOLEAN"}
	}
	return "CREATE TABLE " + name + " (" + strings.Join(columns, ", ") + ")"
}

// columnList names columns as a query's list.
func columnList(columns []archwire.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = archwire.Quote(c.Name)
	}
	if len(names) == 0 {
		return archwire.NoColumns
	}
	return strings.Join(names, ", ")
}

// temporary makes a statement that makes a table make one of the connection's
// own.
func temporary(create string) string { return "CREATE TEMP " + strings.TrimPrefix(create, "CREATE ") }
