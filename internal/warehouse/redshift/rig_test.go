package redshift

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// A rig is a warehouse on the double, and the embedded one beside it. On a cluster that
// the environment names there are no server and store.
type rig struct {
	*Warehouse
	server   *redshifttest.Server
	embedded *duckdb.Warehouse
	store    *s3test.Server
}

func newRig(t *testing.T, opts redshifttest.Options) *rig {
	t.Helper()
	if open, ok := realOpener(t); ok {
		return &rig{Warehouse: open(t, t.TempDir()).(*Warehouse), embedded: newEmbedded(t)} //nolint:forcetypeassert // there is no other
	}
	store := s3test.Start(t)
	for name, value := range s3test.Env() {
		if err := os.Setenv(name, value); err != nil { //nolint:usetesting // tests run side by side, and all want the same
			t.Fatal(err)
		}
	}
	opts.S3, opts.AccessKey, opts.SecretKey = store.Endpoint, s3test.AccessKey, s3test.SecretKey
	server := redshifttest.Start(t, opts)
	w, err := Open(t.Context(), Config{
		URL: server.Database(t), Staging: store.Bucket(t, "staging"), Role: "arn:aws:iam::123456789012:role/archwire", Memory: "256MB", TempDir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.firstWait = 0
	t.Cleanup(func() { closeIt(t, w) })
	return &rig{w, server, newEmbedded(t), store}
}

func newEmbedded(t *testing.T) *duckdb.Warehouse {
	t.Helper()
	w, err := duckdb.Open(t.Context(), duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb"), Memory: "256MB", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeIt(t, w) })
	return w
}

func closeIt(t *testing.T, w io.Closer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// fill makes schema.name hold rows, in both warehouses: columns are "name type", and
// rows lists of constants that both engines read alike.
func (r *rig) fill(t *testing.T, schema, name string, columns []string, rows ...string) {
	t.Helper()
	var list []archwire.Column
	var defined, cast []string
	for _, c := range columns {
		name, kind, _ := strings.Cut(c, " ")
		typ, err := archwire.ParseType(kind)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := columnType(typ)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, archwire.Column{Name: name, Type: typ})
		defined = append(defined, archwire.Quote(name)+" "+theirs)
		cast = append(cast, "cast("+archwire.Quote(name)+" as "+typ.SQL()+") as "+archwire.Quote(name))
	}
	table := relation(schema, name)
	statements := []string{"CREATE SCHEMA IF NOT EXISTS " + archwire.Quote(schema), "DROP TABLE IF EXISTS " + table, "CREATE TABLE " + table + " (" + strings.Join(defined, ", ") + ")"}
	if len(rows) > 0 {
		statements = append(statements, "INSERT INTO "+table+" VALUES ("+strings.Join(rows, "), (")+")")
	}
	r.sql(t, append(statements, noteColumns(schema, name, list)...)...)
	if len(rows) == 0 {
		return
	}
	sql := "select " + strings.Join(cast, ", ") + " from (values (" + strings.Join(rows, "), (") + ")) v(" + quotedColumns(list) + ")"
	if _, err := r.embedded.Refresh(t.Context(), archwire.Model{Name: schema + "." + name, SQL: sql}, archwire.RefreshScope{}); err != nil {
		t.Fatal(err)
	}
}

// sql runs statements on the double.
func (r *rig) sql(t *testing.T, statements ...string) {
	t.Helper()
	if err := r.session(t.Context(), func(l link) error {
		l.later(statements...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// rows is the result of a query, each row as text.
func rowsOf(t *testing.T, w interface {
	Query(context.Context, archwire.Query) archwire.Batches
}, sql string, args ...any,
) []string {
	t.Helper()
	var out []string
	for b, err := range w.Query(context.Background(), archwire.Query{SQL: sql, Args: args}) {
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		for i := range int(b.NumRows()) {
			values := make([]string, b.NumCols())
			for j := range values {
				values[j] = fmt.Sprint(b.Column(j).ValueStr(i))
			}
			out = append(out, strings.Join(values, "|"))
		}
	}
	return out
}

// kinds are rows of every kind that both warehouses hold: two tenants', with NULLs,
// blanks, and tenants that are no names of folders.
var (
	kindColumns = []string{
		"tenant text", "id int32", "b bool", "i2 int16", "i8 int64", "f4 float32", "f8 float64", "money decimal(12,2)", "large decimal(38,10)", "nineteen decimal(19,4)",
		"words text", "day date", "clock time", "moment timestamp", "instant timestamptz",
	}
	kindRows = []string{
		"'it''s', 2, true, 7, 3000000000, 1.5, 0.1, -0.05, 99999999999999999999.0000000001, 922337203685477.5808, 'a ', date '0001-01-01', time '23:59:59.999999', timestamp '1969-12-31 23:59:59.999999', timestamptz '2026-11-20 01:02:03+00'",
		"'it''s', 1, null, null, null, null, null, null, null, null, null, null, null, null, null",
		"'it''s', 3, false, -32768, -1, 3.4028235e38, 1.7976931348623157e308, 0, 0, -1.0001, '', date '9999-12-31', time '00:00:00', timestamp '9999-12-31 23:59:59.000001', timestamptz '0001-01-01 00:00:00+00'",
		"'a/b=%c d', 4, true, 1, 1, 0.3, 0.30000000000000004, 1.10, 1.0, 1, ' ü 🦷', date '2026-11-20', time '12:00:00.5', timestamp '2026-11-20 12:00:00', timestamptz '2026-11-20 12:00:00.123456+00'",
		"'a/b=%c d ', 4, true, 1, 1, 0.3, 0.3, 1.10, 1.0, 1, 'NULL', date '2026-11-20', time '12:00:00.5', timestamp '2026-11-20 12:00:00', timestamptz '2026-11-20 12:00:00.123456+00'",
		"'', 5, true, 1, 1, 0.3, 0.3, 1.10, 1.0, 1, 'N', date '2026-11-20', time '12:00:00.5', timestamp '2026-11-20 12:00:00', timestamptz '2026-11-20 12:00:00.123456+00'",
	}
)

func kindSource() archwire.SliceSource {
	s := archwire.SliceSource{Relation: "u.v", Tenant: "tenant", Key: []string{"id"}}
	for _, c := range kindColumns[1:] {
		name, _, _ := strings.Cut(c, " ")
		s.Columns = append(s.Columns, name)
	}
	return s
}
