package sqlserver

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/rowhash"
	"archwire/internal/source/sourcetest"
)

// wantPrints compares what the server says of a table with its rows as they are
// copied.
func wantPrints(t *testing.T, v archwire.View, table archwire.Table) {
	t.Helper()
	spec := archwire.PrintSpec{Hash: archwire.HashMD5}
	want, err := rowhash.Prints(v.Batches(t.Context(), table, archwire.Chunk{}), table, spec)
	if err != nil {
		t.Fatal(err)
	}
	got, err := v.(archwire.Printer).Prints(t.Context(), table, spec)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-copied +source):\n%s", table.ID(), diff)
	}
}

// TestColumnsThatTheServerWrites reads what is computed, kept or not, and versions of
// rows.
func TestColumnsThatTheServerWrites(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "CREATE TABLE written (id int NOT NULL PRIMARY KEY, twice AS (id * 2), thrice AS (id * 3) PERSISTED, rv rowversion NOT NULL)",
		"INSERT INTO written (id) VALUES (1), (2)")
	src := open(t, Config{DSN: b.dsn})
	table := sourcetest.Find(t, src, "written")
	v := sourcetest.Open(t, src)
	for _, row := range sourcetest.ReadAll(t, v, table) {
		var version string
		query := fmt.Sprintf("SELECT CONVERT(varchar(20), CONVERT(bigint, rv)) FROM written WHERE id = %d", row[0])
		if err := b.db.QueryRowContext(t.Context(), query).Scan(&version); err != nil {
			t.Fatal(err)
		}
		id, _ := row[0].(int32)
		got := fmt.Sprint(row[1], row[2], " ", row[3])
		if want := fmt.Sprint(2*id, 3*id, " ", version); got != want {
			t.Errorf("row %d has %s, want %s", id, got, want)
		}
	}
	wantPrints(t, v, table)
}

// TestTemporalTableIsReadAsItIsNow has a history beside it, which is a table of its own.
func TestTemporalTableIsReadAsItIsNow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `CREATE TABLE lasting (id int NOT NULL PRIMARY KEY, amount int NULL,
	since datetime2(3) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL, until datetime2(3) GENERATED ALWAYS AS ROW END HIDDEN NOT NULL,
	PERIOD FOR SYSTEM_TIME (since, until)) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.past))`,
		"INSERT INTO lasting (id, amount) VALUES (1, 10), (2, 20)", "UPDATE lasting SET amount = 11 WHERE id = 1")
	src := open(t, Config{DSN: b.dsn})
	v := sourcetest.Open(t, src)
	for name, want := range map[string]string{"lasting": "1=11 2=20 ", "past": "1=10 "} {
		table := sourcetest.Find(t, src, name)
		got := ""
		for _, row := range sourcetest.ReadAll(t, v, table) {
			got += fmt.Sprintf("%d=%d ", row[0], row[1])
		}
		if got != want || len(table.Columns) != 4 {
			t.Errorf("%s has %s and %d columns, want %s and those of its period", name, got, len(table.Columns), want)
		}
		wantPrints(t, v, table)
	}
}

// TestNamesAreReadToTheLetter follows a table whose names hold what separates and
// quotes names.
func TestNamesAreReadToTheLetter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const name = "[odd.]]schema].[it's [a.table]]]"
	b.exec(t, "CREATE SCHEMA [odd.]]schema]", "CREATE TABLE "+name+" ([a]].key]]] int NOT NULL PRIMARY KEY, [va'lue] nvarchar(20) NULL)",
		"CREATE TABLE dbo.[it's [a.table]]] (id int NOT NULL PRIMARY KEY)", // named alike in another schema
		"ALTER TABLE "+name+" ENABLE CHANGE_TRACKING", "INSERT INTO "+name+" VALUES (1, N'one'), (2, N'two')")
	src := open(t, Config{DSN: b.dsn})
	table := sourcetest.Find(t, src, "odd.]schema_it's [a.table]")
	since := changesSince(t, sourcetest.Open(t, src), table, "").Position
	b.exec(t, "UPDATE "+name+" SET [va'lue] = N'zwei' WHERE [a]].key]]] = 2", "DELETE FROM "+name+" WHERE [a]].key]]] = 1")
	v := sourcetest.Open(t, src)
	if rows := sourcetest.ReadAll(t, v, table); len(rows) != 1 || rows[0][1] != "zwei" {
		t.Errorf("rows %v", rows)
	}
	wantPrints(t, v, table)
	c := changesSince(t, v, table, since)
	if !c.Known || !c.Deletes || len(c.Chunks) != 1 {
		t.Fatalf("%+v, want a row and a key", c)
	}
	for batch, err := range v.(archwire.Tracker).Deleted(t.Context(), table, since) {
		if err != nil {
			t.Fatal(err)
		}
		if got := batch.Column(0).ValueStr(0); batch.NumRows() != 1 || got != strconv.Itoa(1) {
			t.Errorf("%d keys were deleted, the first is %s", batch.NumRows(), got)
		}
	}
}

// TestConsumerThatPanicsDoesNotHoldTheView has one leave in the midst of an answer, on
// the only connection.
func TestConsumerThatPanicsDoesNotHoldTheView(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, pair...)
	table := b.table(t, "tracked")
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn, Connections: 1, Gentle: true}))
	func() {
		defer func() { _ = recover() }()
		for range v.Batches(t.Context(), table, archwire.Chunk{}) { //nolint:errcheck // nothing is looked at
			panic("a fault of the consumer")
		}
	}()
	if n, err := v.Count(t.Context(), table); err != nil || n != 2 {
		t.Errorf("%d rows, error %v; want 2", n, err)
	}
}

func TestViewOutlivesItsSource(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, pair...)
	table := b.table(t, "tracked")
	src := open(t, Config{DSN: b.dsn})
	v := sourcetest.Open(t, src)
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
	if rows := sourcetest.ReadAll(t, v, table); len(rows) != 2 {
		t.Errorf("%d rows, want 2", len(rows))
	}
	if _, err := src.View(t.Context()); err == nil {
		t.Error("a source that is closed opens a view")
	}
}
