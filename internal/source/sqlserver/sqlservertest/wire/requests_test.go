package wire

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mssql "github.com/microsoft/go-mssqldb"
)

func TestParametersFromTheDriver(t *testing.T) {
	t.Parallel()
	h := &script{answer: one}
	db := connect(t, listen(t, h, Options{}), nil)
	moment := time.Date(2026, 11, 23, 15, 0, 0, 123456700, time.FixedZone("", -5*3600))
	raw := guid
	_, err := db.ExecContext(t.Context(), "SELECT @a, @p2",
		sql.Named("a", int64(-5)), "Grüße 😀", true, 2.5, []byte{1, 2}, nil, moment,
		mssql.VarChar("plain"), mssql.UniqueIdentifier(raw), mssql.DateTime1(moment.UTC()), long, int32(7), "")
	if err != nil {
		t.Fatal(err)
	}
	utc := since1("2026-11-23")*day + 20*hour + 1234567
	want := []Param{
		{"@a", Type{Name: "bigint"}, int64(-5)},
		{"@p2", Type{Name: "nvarchar", Length: 16}, "Grüße 😀"},
		{"@p3", Type{Name: "bit"}, true},
		{"@p4", Type{Name: "float"}, 2.5},
		{"@p5", Type{Name: "varbinary", Length: 2}, []byte{1, 2}},
		{"@p6", Type{Name: "nvarchar", Length: 2}, nil},
		{"@p7", Type{Name: "datetimeoffset", Scale: 7}, Offset{utc, -300}},
		{"@p8", Type{Name: "varchar", Length: 5}, "plain"},
		{"@p9", Type{Name: "uniqueidentifier"}, guid},
		{"@p10", Type{Name: "datetime"}, days("1900-01-01", "2026-11-23")*25_920_000 + 20*3600*300 + 37},
		{"@p11", Type{Name: "nvarchar", Length: -1}, long},
		{"@p12", Type{Name: "int"}, int64(7)},
		{"@p13", Type{Name: "nvarchar", Length: -1}, ""},
	}
	if diff := cmp.Diff(want, h.params); diff != "" {
		t.Errorf("-want +got\n%.2000s", diff)
	}
	if got := h.requests(); len(got) != 1 || got[0] != "SELECT @a, @p2" {
		t.Errorf("asked %q", got)
	}
}

func TestProceduresFromTheDriver(t *testing.T) {
	t.Parallel()
	h := &script{answer: func(_ context.Context, sql string, _ []Param, _ Writer) error {
		if strings.Contains(sql, "missing") {
			return &Error{Number: 2812, State: 62, Severity: 16, Message: "Could not find stored procedure 'missing'.", Line: 1}
		}
		return nil
	}}
	db := connect(t, listen(t, h, Options{}), nil)
	var status mssql.ReturnStatus
	if _, err := db.ExecContext(t.Context(), "sp_rename", sql.Named("objname", "dbo.t.a"), sql.Named("newname", "b"), &status); err != nil {
		t.Fatal(err)
	}
	if got := h.requests(); len(got) != 1 || got[0] != "EXEC sp_rename @objname = @objname, @newname = @newname" || status != 0 {
		t.Errorf("asked %q, status %d", got, status)
	}
	_, err := db.ExecContext(t.Context(), "missing", 1)
	var told mssql.Error
	if !errors.As(err, &told) || told.Number != 2812 || told.State != 62 || told.Class != 16 || told.LineNo != 1 || told.ServerName != "double" {
		t.Errorf("got %#v", err)
	}
	var out string
	if _, err := db.ExecContext(t.Context(), "p", sql.Named("o", sql.Out{Dest: &out})); !errors.As(err, &told) || told.Number != 50000 {
		t.Errorf("an output parameter: %v", err)
	}
}

// transactions keeps the transaction of one session.
type transactions struct{ next uint64 }

func (x *transactions) answer(_ context.Context, sql string, _ []Param, w Writer) error {
	switch {
	case strings.Contains(sql, "BEGIN TRAN"):
		x.next++
		w.Done(0, false)
		w.Begun(x.next << 40)
	case strings.HasPrefix(sql, "COMMIT"):
		w.Committed(x.next << 40)
	case strings.HasPrefix(sql, "ROLLBACK"):
		w.RolledBack(x.next << 40)
	case strings.HasPrefix(sql, "DEADLOCK"):
		w.RolledBack(x.next << 40)
		return &Error{Number: 1205, State: 51, Severity: 13, Message: "deadlock", Line: 1}
	}
	w.Done(0, false)
	return nil
}

func TestTransactionsFromTheDriver(t *testing.T) {
	t.Parallel()
	x := new(transactions)
	h := &script{answer: x.answer}
	db := connect(t, listen(t, h, Options{}), nil)
	for _, level := range []sql.IsolationLevel{sql.LevelDefault, sql.LevelReadCommitted, sql.LevelSnapshot, sql.LevelSerializable} {
		tx, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: level})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.ExecContext(t.Context(), "SELECT 1 AS n"); err != nil {
			t.Fatal(err)
		}
		end := tx.Commit
		if level == sql.LevelSnapshot {
			end = tx.Rollback
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"BEGIN TRANSACTION", "SELECT 1 AS n", "COMMIT TRANSACTION",
		"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; BEGIN TRANSACTION", "SELECT 1 AS n", "COMMIT TRANSACTION",
		"SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION", "SELECT 1 AS n", "ROLLBACK TRANSACTION",
		"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; BEGIN TRANSACTION", "SELECT 1 AS n", "COMMIT TRANSACTION",
	}
	if diff := cmp.Diff(want, h.requests()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestTransactionsByStatements(t *testing.T) {
	t.Parallel()
	h := &script{answer: new(transactions).answer}
	conn, err := connect(t, listen(t, h, Options{}), nil).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, conn)
	for _, statement := range []string{"BEGIN TRANSACTION", "SELECT 1 AS n", "COMMIT TRANSACTION", "BEGIN TRANSACTION", "DEADLOCK NOW", "SELECT 1 AS n"} {
		_, err := conn.ExecContext(t.Context(), statement)
		var told mssql.Error
		if failed := errors.As(err, &told); failed != (statement == "DEADLOCK NOW") || failed && told.Number != 1205 {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestSessionsAreTakenUpAgain(t *testing.T) {
	t.Parallel()
	h := &script{answer: one}
	db := connect(t, listen(t, h, Options{}), nil)
	db.SetMaxOpenConns(1)
	for range 3 {
		if _, err := db.ExecContext(t.Context(), "SELECT 1 AS n"); err != nil {
			t.Fatal(err)
		}
	}
	if h.resets != 3 || len(h.logins) != 1 { // the driver resets a new session too
		t.Errorf("%d resets, %d logins", h.resets, len(h.logins))
	}
}

func TestSeveralResultsAndMessages(t *testing.T) {
	t.Parallel()
	h := &script{answer: func(ctx context.Context, sql string, params []Param, w Writer) error {
		w.Message(Error{Number: 0, State: 1, Severity: 0, Message: "a notice", Line: 1})
		if err := one(ctx, sql, params, w); err != nil {
			return err
		}
		w.Done(42, true) // an UPDATE
		if err := w.Columns([]Column{{Name: "s", Type: Type{Name: "nvarchar", Length: 20}, Nullable: true}}); err != nil {
			return err
		}
		w.Ordered(1)
		for _, v := range []any{"a", nil} {
			if err := w.Row([]any{v}); err != nil {
				return err
			}
		}
		w.Done(2, true)
		w.Database("master", "other")
		return nil
	}}
	for _, args := range [][]any{nil, {1}} { // a batch, and a call
		got, err := all(t, connect(t, listen(t, h, Options{}), nil), "SELECT and UPDATE", args)
		if diff := cmp.Diff([]string{"7", "a", "<nil>"}, got); diff != "" || err != nil {
			t.Errorf("%v: -want +got\n%s", err, diff)
		}
	}
}

// all reads the rows of all results, which have one column.
func all(t *testing.T, db *sql.DB, query string, args []any) (out []string, err error) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // its error is looked at
	for more := true; more; more = rows.NextResultSet() {
		for rows.Next() {
			var v any
			if err := rows.Scan(&v); err != nil {
				return out, err
			}
			out = append(out, fmt.Sprint(v))
		}
	}
	return out, rows.Err()
}

func TestCountsAreAddedUp(t *testing.T) {
	t.Parallel()
	h := &script{answer: func(_ context.Context, _ string, _ []Param, w Writer) error {
		w.Done(0, false)
		w.Done(42, true)
		w.Done(8, true)
		return nil
	}}
	db := connect(t, listen(t, h, Options{}), nil)
	for _, args := range [][]any{nil, {1}} {
		result, err := db.ExecContext(t.Context(), "UPDATE t SET a = 1", args...)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := result.RowsAffected(); n != 50 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	}
}

func TestErrorWithinAResult(t *testing.T) {
	t.Parallel()
	h := &script{answer: func(ctx context.Context, sql string, params []Param, w Writer) error {
		if err := one(ctx, sql, params, w); err != nil {
			return err
		}
		return &Error{Number: 8134, State: 1, Severity: 16, Message: "Divide by zero error encountered.", Line: 3}
	}}
	db := connect(t, listen(t, h, Options{}), nil)
	for _, args := range [][]any{nil, {1}} {
		rows, err := db.QueryContext(t.Context(), "SELECT 1/n FROM t", args...)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for rows.Next() {
			n++
		}
		for rows.NextResultSet() { // the driver says it with the result that it ends
			n += 100
		}
		var told mssql.Error
		if !errors.As(rows.Err(), &told) || told.Number != 8134 || told.LineNo != 3 || n != 1 {
			t.Errorf("%d rows, then %v", n, rows.Err())
		}
		shut(t, rows)
	}
	if len(h.logins) != 1 {
		t.Errorf("%d connections were needed", len(h.logins))
	}
}

func TestFatalErrorEndsTheConnection(t *testing.T) {
	t.Parallel()
	h := &script{answer: func(context.Context, string, []Param, Writer) error {
		return &Error{Number: 596, State: 1, Severity: 21, Message: "Cannot continue the execution because the session is in the kill state."}
	}}
	db := connect(t, listen(t, h, Options{}), nil)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, conn)
	for i := range 2 {
		if _, err := conn.ExecContext(t.Context(), "SELECT 1 AS n"); err == nil {
			t.Errorf("request %d went well", i)
		}
	}
	if len(h.requests()) != 1 {
		t.Errorf("asked %q", h.requests())
	}
}
