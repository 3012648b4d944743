package duckdb_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// TestAnOlderFileIsBroughtUpToDate opens a file whose journal lacks the columns
// that came later.
func TestAnOlderFileIsBroughtUpToDate(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	older, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = older.ExecContext(ctx, `CREATE SCHEMA archwire; CREATE SCHEMA rcm;
		CREATE TABLE archwire.run (as_of DATE NOT NULL, run_id VARCHAR NOT NULL, loaded_at TIMESTAMPTZ NOT NULL);
		CREATE TABLE archwire.load_journal (run_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, mode VARCHAR NOT NULL,
			source_at TIMESTAMPTZ NOT NULL, source_mark VARCHAR NOT NULL, rows BIGINT NOT NULL, loaded_at TIMESTAMPTZ NOT NULL);
		INSERT INTO archwire.load_journal VALUES ('old', 'rcm.entry', 'full', '2026-01-02 03:04:05+00', 'mark', 7, now());
		CREATE TABLE rcm.entry (id BIGINT, run BIGINT, text VARCHAR);
		CREATE TABLE rcm."archwire stage 20260101T000000-abc entry" (id BIGINT)`)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, older)
	for range 2 { // bringing it up to date again changes nothing
		w, err := duckdb.Open(ctx, duckdb.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := w.Loaded(ctx)
		if row := loaded["rcm.entry"]; err != nil || row.Run != "old" || row.Rows != 7 || row.Position != "" || row.Definition != "" {
			t.Errorf("the journal says %+v: %v", loaded, err)
		}
		load, err := w.Begin(ctx, "new", []archwire.LoadTable{{Table: entry, Merge: true}})
		if err != nil {
			t.Fatal(err)
		}
		if err := load.Abort(ctx); err != nil {
			t.Fatal(err)
		}
		if n := scalar(w, `(select count(*) from rcm.entry)`); n != "0" {
			t.Errorf("the table gives %s", n)
		}
		closed(t, w)
	}
}
