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
		columns[i] = archwire.Quote(c.Name) + " " + columnType(c.Type)
	}
	if len(columns) == 0 {
		columns = []string{noColumns + " BOOLEAN"}
	}
	return "CREATE TABLE " + name + " (" + strings.Join(columns, ", ") + ")"
}

// columnType is DuckDB's type for t.
func columnType(t archwire.Type) string {
	switch t.Kind {
	case archwire.Bool:
		return "BOOLEAN"
	case archwire.Int16:
		return "SMALLINT"
	case archwire.Int32:
		return "INTEGER"
	case archwire.Int64:
		return "BIGINT"
	case archwire.Float32:
		return "FLOAT"
	case archwire.Float64:
		return "DOUBLE"
	case archwire.Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case archwire.Text, archwire.JSON, archwire.UUID:
		// As text also where DuckDB has more: Redshift has neither, and the text is
		// what the source wrote.
		return "VARCHAR"
	case archwire.Bytes:
		return "BLOB"
	case archwire.Date:
		return "DATE"
	case archwire.Time:
		return "TIME"
	case archwire.Timestamp:
		return "TIMESTAMP"
	case archwire.TimestampTZ:
		return "TIMESTAMPTZ"
	}
	panic(fmt.Sprintf("duckdb: no column type for kind %d", t.Kind))
}
