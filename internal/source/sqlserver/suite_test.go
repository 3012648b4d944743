package sqlserver

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/source/sourcetest"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, sourcetest.Harness{Open: labOf(Config{Connections: 2}), Holds: holds})
}

// TestSuiteOnOneConnection runs what the budget decides.
func TestSuiteOnOneConnection(t *testing.T) {
	t.Parallel()
	only := []string{
		"ViewReadsAsOfOneInstant", "StoppedLoopLeavesTheViewInOrder", "SeveralReadAtOnceUpToTheBudget",
		"GoroutinesShareSourceAndView", "CancelledContextStopsReading", "ViewClosesTwiceAndThenRefuses",
	}
	sourcetest.Run(t, sourcetest.Harness{Only: only, Open: labOf(Config{Connections: 1}), Holds: holds})
}

// TestSuiteWithoutSnapshots runs what holds where each piece of work has a snapshot
// of its own, or none.
func TestSuiteWithoutSnapshots(t *testing.T) {
	t.Parallel()
	only := []string{
		"InstantIsUTCAndNamed", "ValuesOfEachKindArriveExactly", "ChunksHoldEachRowOnce", "MissingColumnIsInvalidAndNamed",
		"ErrorComesLastWithoutABatch", "StoppedLoopLeavesTheViewInOrder", "SeveralReadAtOnceUpToTheBudget",
		"GoroutinesShareSourceAndView", "LaterViewReadsChunksOfAnEarlierOne", "RowMarkedByTrueIsNotOfTheTable",
		"SinceHoldsRowsAtOrAfterAndWithoutValue", "ByKeysTakesAnyLengthAndEachRowComesOnce",
		"CancelledContextStopsReading", "ViewClosesTwiceAndThenRefuses", "UnchangedOnlyWhileNothingIsWritten",
		"ChangesTellWrittenAndDeletedRows", "ChangesGoOnFromPositionToPosition",
	}
	for name, cfg := range map[string]Config{"gentle": {Connections: 2, Gentle: true}, "read committed": {Connections: 2, ReadCommitted: true}} {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, sourcetest.Harness{Only: only, Open: labOf(cfg), Holds: holds})
		})
	}
}

// holds says what SQL Server has: no infinities and no NaN, years from 1 to 9999, no
// 24:00, no JSON of its own before 2025. A text that differs from another in blanks at
// its end is the same key.
func holds(_ archwire.Type, v any) bool {
	switch v := v.(type) {
	case float32:
		return !math.IsInf(float64(v), 0) && !math.IsNaN(float64(v))
	case float64:
		return !math.IsInf(v, 0) && !math.IsNaN(v)
	case arrow.Date32:
		return v >= -719162 && v <= 2932896
	case arrow.Time64:
		return v < 24*3600*1_000_000
	case arrow.Timestamp:
		return v >= -719162*86_400_000_000 && v < 2932897*86_400_000_000
	case string:
		return !slices.Contains([]string{" ", `{"a": [1, null]}`, `"x"`}, v)
	}
	return true
}

// labOf makes labs whose tables are tracked where they have a key, and whose texts
// are told apart to the letter, as keys of the suite are.
func labOf(cfg Config) func(t *testing.T, tables ...sourcetest.Table) sourcetest.Lab {
	return func(t *testing.T, tables ...sourcetest.Table) sourcetest.Lab {
		t.Helper()
		b := setup(t)
		for _, table := range tables {
			b.exec(t, createSQL(table)...)
			if !table.View {
				b.insert(t, table.Name, table.Columns, table.Rows)
			}
		}
		cfg := cfg
		cfg.DSN = b.dsn
		return b.lab(open(t, cfg), tables)
	}
}

func (b *bundle) lab(src *Source, tables []sourcetest.Table) sourcetest.Lab {
	return sourcetest.Lab{
		Source: src, Connections: src.cfg.Connections,
		Insert: func(t *testing.T, name string, rows ...[]any) {
			for _, table := range tables {
				if table.Name == name {
					b.insert(t, name, table.Columns, rows)
				}
			}
		},
		Update: func(t *testing.T, name, column, value string, ids ...int64) {
			b.exec(t, fmt.Sprintf("UPDATE %s SET %s = %s WHERE id IN (%s)", quote(name), quote(column), unicode(value), joined(ids)))
		},
		Delete: func(t *testing.T, name string, ids ...int64) {
			b.exec(t, fmt.Sprintf("DELETE FROM %s WHERE id IN (%s)", quote(name), joined(ids)))
		},
		DropTable: func(t *testing.T, name string) { b.exec(t, "DROP TABLE "+quote(name)) },
		AddColumn: func(t *testing.T, name, column string) {
			b.exec(t, "ALTER TABLE "+quote(name)+" ADD "+quote(column)+" nvarchar(max) NULL")
		},
		DropColumn: func(t *testing.T, name, column string) {
			b.exec(t, "ALTER TABLE "+quote(name)+" DROP COLUMN "+quote(column))
		},
		RenameColumn: func(t *testing.T, name, column, to string) {
			b.exec(t, fmt.Sprintf("EXEC sp_rename N'dbo.%s.%s', N'%s', N'COLUMN'", name, column, to))
		},
		Retype: func(t *testing.T, name, column string) {
			b.exec(t, "ALTER TABLE "+quote(name)+" ALTER COLUMN "+quote(column)+" nvarchar(40) NULL")
		},
	}
}

func createSQL(t sourcetest.Table) []string {
	if t.View {
		return []string{"CREATE VIEW " + quote(t.Name) + " AS SELECT * FROM " + quote(t.Of)}
	}
	var parts []string
	for _, c := range t.Columns {
		part := quote(c.Name) + " " + typeSQL(c, slices.Contains(t.Key, c.Name))
		if c.Nullable && !slices.Contains(t.Key, c.Name) {
			part += " NULL"
		} else {
			part += " NOT NULL"
		}
		parts = append(parts, part)
	}
	if len(t.Key) == 0 {
		return []string{"CREATE TABLE " + quote(t.Name) + " (" + strings.Join(parts, ", ") + ")"}
	}
	key := make([]string, len(t.Key))
	for i, k := range t.Key {
		key[i] = quote(k)
	}
	parts = append(parts, "PRIMARY KEY ("+strings.Join(key, ", ")+")")
	return []string{
		"CREATE TABLE " + quote(t.Name) + " (" + strings.Join(parts, ", ") + ")",
		"ALTER TABLE " + quote(t.Name) + " ENABLE CHANGE_TRACKING",
	}
}

// typeSQL is a type whose natural form is that of the column.
func typeSQL(c archwire.Column, key bool) string {
	const exactly = " COLLATE Latin1_General_100_BIN2"
	switch {
	case c.Refused != "":
		return "sql_variant"
	case c.Type.Kind == archwire.Text && key:
		return "nvarchar(40)" + exactly
	case c.Type.Kind == archwire.Bytes && key:
		return "varbinary(40)"
	case c.Type.Kind == archwire.Decimal:
		return fmt.Sprintf("decimal(%d,%d)", c.Type.Precision, c.Type.Scale)
	}
	return map[archwire.Kind]string{
		archwire.Bool: "bit", archwire.Int16: "smallint", archwire.Int32: "int", archwire.Int64: "bigint",
		archwire.Float32: "real", archwire.Float64: "float", archwire.Text: "nvarchar(max)" + exactly, archwire.UUID: "uniqueidentifier",
		archwire.Bytes: "varbinary(max)", archwire.Date: "date", archwire.Time: "time(6)", archwire.Timestamp: "datetime2(6)",
		archwire.TimestampTZ: "datetimeoffset(6)",
	}[c.Type.Kind]
}

// insert takes a thousand rows at once, which is the most that VALUES takes. Large
// values are parameters.
func (b *bundle) insert(t *testing.T, name string, columns []archwire.Column, rows [][]any) {
	t.Helper()
	for some := range slices.Chunk(rows, 1000) {
		var args []any
		lines := make([]string, len(some))
		for i, row := range some {
			values := make([]string, len(row))
			for j, v := range row {
				if values[j] = valueSQL(columns[j].Type, v); len(values[j]) > 10_000 {
					args = append(args, v)
					values[j] = fmt.Sprintf("@p%d", len(args))
				}
			}
			lines[i] = "(" + strings.Join(values, ", ") + ")"
		}
		if _, err := b.db.ExecContext(t.Context(), "INSERT INTO "+quote(name)+" VALUES "+strings.Join(lines, ", "), args...); err != nil {
			t.Fatalf("inserting into %s: %v", name, err)
		}
	}
}

func valueSQL(t archwire.Type, v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	case string:
		return unicode(v)
	case []byte:
		return "0x" + hex.EncodeToString(v)
	case float32:
		return "CONVERT(real, " + strconv.FormatFloat(float64(v), 'e', -1, 64) + ")"
	case float64:
		return strconv.FormatFloat(v, 'e', -1, 64)
	case arrow.Date32:
		return "'" + time.Unix(int64(v)*86400, 0).UTC().Format("2006-01-02") + "'"
	case arrow.Time64:
		return "'" + time.UnixMicro(int64(v)).UTC().Format("15:04:05.000000") + "'"
	case arrow.Timestamp:
		at := time.UnixMicro(int64(v)).UTC()
		if t.Kind == archwire.TimestampTZ { // the instant counts, not the zone
			return "'" + at.Format("2006-01-02T15:04:05.000000") + "+00:00'"
		}
		return "'" + at.Format("2006-01-02T15:04:05.000000") + "'"
	}
	return fmt.Sprint(v)
}
