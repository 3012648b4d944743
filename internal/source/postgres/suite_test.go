package postgres

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/source/sourcetest"
	"archwire/internal/testdb"
)

func TestSuite(t *testing.T) {
	sourcetest.Run(t, sourcetest.Harness{Open: openLab})
}

// TestSuiteOnOneConnection runs what the budget decides.
func TestSuiteOnOneConnection(t *testing.T) {
	only := []string{
		"ViewReadsAsOfOneInstant", "StoppedLoopLeavesTheViewInOrder", "SeveralReadAtOnceUpToTheBudget",
		"GoroutinesShareSourceAndView", "CancelledContextStopsReading", "ViewClosesTwiceAndThenRefuses",
	}
	sourcetest.Run(t, sourcetest.Harness{Only: only, Open: func(t *testing.T, tables ...sourcetest.Table) sourcetest.Lab {
		lab := openLab(t, tables...)
		lab.Source = open(t, Config{Name: "rcm", DSN: lab.Source.(*Source).cfg.DSN, Connections: 1})
		lab.Connections = 1
		return lab
	}})
}

// TestSuiteInGentleMode runs what holds without a snapshot.
func TestSuiteInGentleMode(t *testing.T) {
	only := []string{
		"InstantIsUTCAndNamed", "ValuesOfEachKindArriveExactly", "ChunksHoldEachRowOnce", "MissingColumnIsInvalidAndNamed",
		"ErrorComesLastWithoutABatch", "StoppedLoopLeavesTheViewInOrder", "SeveralReadAtOnceUpToTheBudget",
		"GoroutinesShareSourceAndView", "LaterViewReadsChunksOfAnEarlierOne", "RowMarkedByTrueIsNotOfTheTable",
		"SinceHoldsRowsAtOrAfterAndWithoutValue", "ByKeysTakesAnyLengthAndEachRowComesOnce",
		"CancelledContextStopsReading", "ViewClosesTwiceAndThenRefuses",
	}
	sourcetest.Run(t, sourcetest.Harness{Only: only, Open: func(t *testing.T, tables ...sourcetest.Table) sourcetest.Lab {
		lab := openLab(t, tables...)
		lab.Source = open(t, Config{Name: "rcm", DSN: lab.Source.(*Source).cfg.DSN, Connections: 2, Gentle: true})
		return lab
	}})
}

func openLab(t *testing.T, tables ...sourcetest.Table) sourcetest.Lab {
	t.Helper()
	b := setup(t)
	for _, table := range tables {
		testdb.Exec(t, b.url, createSQL(table))
		if !table.View && len(table.Rows) > 0 {
			testdb.Exec(t, b.url, insertSQL(table.Name, table.Columns, table.Rows))
		}
	}
	return sourcetest.Lab{
		Source: b.src, Connections: 2,
		Insert: func(t *testing.T, name string, rows ...[]any) {
			for _, table := range tables {
				if table.Name == name {
					testdb.Exec(t, b.url, insertSQL(name, table.Columns, rows))
				}
			}
		},
		Update: func(t *testing.T, name, column, value string, ids ...int64) {
			testdb.Exec(t, b.url, fmt.Sprintf("update %s set %s = %s where id = any ('{%s}')", name, column, literal(value), idList(ids)))
		},
		Delete: func(t *testing.T, name string, ids ...int64) {
			testdb.Exec(t, b.url, fmt.Sprintf("delete from %s where id = any ('{%s}')", name, idList(ids)))
		},
		DropTable: func(t *testing.T, name string) { testdb.Exec(t, b.url, "drop table "+name) },
		AddColumn: func(t *testing.T, name, column string) {
			testdb.Exec(t, b.url, "alter table "+name+" add column "+column+" text")
		},
		DropColumn: func(t *testing.T, name, column string) {
			testdb.Exec(t, b.url, "alter table "+name+" drop column "+column)
		},
		RenameColumn: func(t *testing.T, name, column, to string) {
			testdb.Exec(t, b.url, "alter table "+name+" rename column "+column+" to "+to)
		},
		Retype: func(t *testing.T, name, column string) {
			testdb.Exec(t, b.url, "alter table "+name+" alter column "+column+" type text")
		},
	}
}

func idList(ids []int64) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(ids), " ", ","), "[]")
}

func createSQL(t sourcetest.Table) string {
	if t.View {
		return "create view " + t.Name + " as select * from " + t.Of
	}
	var parts []string
	for _, c := range t.Columns {
		part := c.Name + " " + typeSQL(c)
		if !c.Nullable {
			part += " not null"
		}
		parts = append(parts, part)
	}
	if len(t.Key) > 0 {
		parts = append(parts, "primary key ("+strings.Join(t.Key, ", ")+")")
	}
	return "create table " + t.Name + " (" + strings.Join(parts, ", ") + ")"
}

func typeSQL(c archwire.Column) string {
	if c.Refused != "" {
		return "tsvector"
	}
	if c.Type.Kind == archwire.Decimal {
		return fmt.Sprintf("numeric(%d,%d)", c.Type.Precision, c.Type.Scale)
	}
	name, differs := map[archwire.Kind]string{
		archwire.Int16: "smallint", archwire.Int32: "integer", archwire.Int64: "bigint",
		archwire.Float32: "real", archwire.Float64: "double precision", archwire.Bytes: "bytea",
	}[c.Type.Kind]
	if !differs {
		return c.Type.String()
	}
	return name
}

func insertSQL(name string, columns []archwire.Column, rows [][]any) string {
	var b strings.Builder
	b.WriteString("insert into " + name + " values ")
	for i, row := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(")
		for j, v := range row {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString(valueSQL(columns[j].Type, v))
		}
		b.WriteString(")")
	}
	return b.String()
}

func valueSQL(t archwire.Type, v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return literal(v)
	case []byte:
		return `'\x` + hex.EncodeToString(v) + "'"
	case arrow.Date32:
		if v == math.MaxInt32 {
			return "'infinity'"
		}
		return fmt.Sprintf("date '1970-01-01' + (%d)", v)
	case arrow.Time64:
		if v == 24*3600*1_000_000 {
			return "'24:00:00'"
		}
		return fmt.Sprintf("time '00:00' + %d * interval '1 microsecond'", v)
	case arrow.Timestamp:
		switch v {
		case math.MaxInt64:
			return "'infinity'"
		case -math.MaxInt64:
			return "'-infinity'"
		case math.MaxInt64 - 1:
			return "'294247-01-10 04:00:54.775806'"
		}
		// In two steps: the server multiplies intervals by floats.
		return fmt.Sprintf("%s '1970-01-01 00:00Z' + %d * interval '1 second' + %d * interval '1 microsecond'", t.Kind, v/1_000_000, v%1_000_000)
	case float32, float64:
		return fmt.Sprintf("'%v'", strings.ReplaceAll(fmt.Sprint(v), "Inf", "Infinity"))
	}
	return fmt.Sprintf("'%v'", v)
}
