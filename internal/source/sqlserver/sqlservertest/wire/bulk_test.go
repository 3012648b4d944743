package wire

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mssql "github.com/microsoft/go-mssqldb"
)

func TestBulkCopyFromTheDriver(t *testing.T) {
	t.Parallel()
	columns := []Column{
		{Name: "id", Type: Type{Name: "bigint"}},
		{Name: "name", Type: Type{Name: "nvarchar", Length: 80}, Nullable: true},
		{Name: "note", Type: Type{Name: "nvarchar", Length: -1}, Nullable: true},
		{Name: "amount", Type: Type{Name: "decimal", Precision: 19, Scale: 4}, Nullable: true},
		{Name: "day", Type: Type{Name: "date"}, Nullable: true},
		{Name: "at", Type: Type{Name: "datetime2", Scale: 6}, Nullable: true},
		{Name: "moment", Type: Type{Name: "datetimeoffset", Scale: 6}, Nullable: true},
		{Name: "old", Type: Type{Name: "datetime"}, Nullable: true},
		{Name: "on", Type: Type{Name: "bit"}, Nullable: true},
		{Name: "small", Type: Type{Name: "smallint"}, Nullable: true},
		{Name: "share", Type: Type{Name: "float"}, Nullable: true},
		{Name: "code", Type: Type{Name: "varchar", Length: 10}, Nullable: true},
		{Name: "raw", Type: Type{Name: "varbinary", Length: -1}, Nullable: true},
		{Name: "uid", Type: Type{Name: "uniqueidentifier"}, Nullable: true},
		{Name: "legacy", Type: Type{Name: "ntext"}, Nullable: true},
	}
	h := &script{answer: func(_ context.Context, sql string, _ []Param, w Writer) error {
		if strings.HasPrefix(sql, "SET FMTONLY") || strings.HasPrefix(sql, "INSERT BULK") {
			w.Done(0, false)
			return nil
		}
		defer w.Done(0, true)
		return w.Columns(columns)
	}}
	db := connect(t, listen(t, h, Options{PacketSize: 512}), nil)
	moment := time.Date(2026, 2, 3, 4, 5, 6, 789012000, time.UTC)
	row := []any{int64(1), "Zoë 😀", long, "-12.3456", moment, moment, moment, moment, true, int64(-3), 0.1, "x", []byte{1, 2, 3}, onWire, "old text"}
	empty := make([]any, len(columns))
	empty[0] = int64(2)
	if n := copyIn(t, db, columns, [][]any{row, empty}); n != 2 {
		t.Errorf("the server took %d rows", n)
	}
	ticks := since1("2026-02-03")*day + 4*hour + 5*60*second + 6*second + 7890120
	third := days("1900-01-01", "2026-02-03")*25_920_000 + (4*3600+5*60+6)*300 + 237 // 0.789012 s are 236.7 thirds
	want := [][]any{{
		int64(1), "Zoë 😀", long, big.NewInt(-123456), since1("2026-02-03"), ticks,
		Offset{UTC: ticks},
		third, true, int64(-3), 0.1, "x",
		[]byte{1, 2, 3},
		guid, "old text",
	}, {int64(2), nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil}}
	if diff := cmp.Diff(want, h.loaded, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); diff != "" {
		t.Errorf("-want +got\n%.2000s", diff)
	}
	for i, c := range h.columns {
		if c.Name != columns[i].Name || c.Type != columns[i].Type || c.Nullable != columns[i].Nullable {
			t.Errorf("column %+v became %+v", columns[i], c)
		}
	}
}

func copyIn(t *testing.T, db *sql.DB, columns []Column, rows [][]any) int64 {
	t.Helper()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	stmt, err := db.PrepareContext(t.Context(), mssql.CopyIn("dbo.t", mssql.BulkOptions{}, names...))
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close() //nolint:errcheck // the driver has nothing to close
	for _, row := range rows {
		if _, err := stmt.ExecContext(t.Context(), row...); err != nil {
			t.Fatal(err)
		}
	}
	result, err := stmt.ExecContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBulkCopyThatIsRefused(t *testing.T) {
	t.Parallel()
	columns := []Column{{Name: "a", Type: Type{Name: "nvarchar", Length: -1}}}
	h := &script{
		answer: func(_ context.Context, sql string, _ []Param, w Writer) error {
			defer w.Done(0, false)
			if strings.HasPrefix(sql, "select") {
				return w.Columns(columns)
			}
			return nil
		},
		bulk: func(_ []Column, rows iter.Seq2[[]any, error]) (int64, error) {
			for _, err := range rows {
				if err != nil {
					return 0, err
				}
				return 0, &Error{Number: 2627, State: 1, Severity: 14, Message: "Violation of PRIMARY KEY constraint."}
			}
			return 0, nil
		},
	}
	db := connect(t, listen(t, h, Options{}), nil)
	stmt, err := db.PrepareContext(t.Context(), mssql.CopyIn("t", mssql.BulkOptions{}, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close() //nolint:errcheck // the driver has nothing to close
	for range 10 {
		if _, err := stmt.ExecContext(t.Context(), long); err != nil {
			t.Fatal(err)
		}
	}
	_, err = stmt.ExecContext(t.Context())
	var told mssql.Error
	if !errors.As(err, &told) || told.Number != 2627 {
		t.Errorf("got %v", err)
	}
}
