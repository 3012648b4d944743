package sqlserver

import (
	"testing"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// byKey reads the rows of one key, by their id.
func byKey(t *testing.T, v archwire.View, table archwire.Table, value any) (ids []int64) {
	t.Helper()
	keys, err := sourcetest.Keys(table, []any{value})
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Release()
	chunks, err := v.(archwire.KeyReader).ByKeys(t.Context(), table, keys)
	if err != nil {
		t.Fatalf("key %v: %v", value, err)
	}
	for _, c := range chunks {
		rows, err := sourcetest.Rows(v.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatalf("key %v: %v\n%s", value, err, archwire.HintOf(err))
		}
		for _, row := range rows {
			ids = append(ids, row[0].(int64))
		}
	}
	return ids
}

// TestRowsOfEveryTypeAreFoundByIt takes each column for the key and asks for the values
// as they were copied.
func TestRowsOfEveryTypeAreFoundByIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	table := everyTable(t, b)
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn}))
	for i, c := range everyType {
		if c.typ == "xml" { // no key can be of it
			continue
		}
		one := table
		one.Columns = []archwire.Column{table.Columns[0], table.Columns[i+1]}
		one.Key = []string{c.name}
		for row, want := range c.want {
			if got := byKey(t, v, one, want); len(got) != 1 || got[0] != int64(row+1) {
				t.Errorf("%s %s: the rows of key %v are %v, want %d", c.name, c.typ, want, got, row+1)
			}
		}
	}
}

// TestKeysThatNoDatetimeIsHaveNoRow asks for times between and before those that a
// datetime has, which the server would not read.
func TestKeysThatNoDatetimeIsHaveNoRow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "CREATE TABLE dated (id bigint NOT NULL, at datetime NOT NULL PRIMARY KEY)", "INSERT INTO dated VALUES (1, '2026-11-20T12:00:00.003')")
	src := open(t, Config{DSN: b.dsn})
	table := sourcetest.Find(t, src, "dated")
	v := sourcetest.Open(t, src)
	for _, at := range []string{"0001-01-01T00:00:00Z", "2026-11-20T12:00:00.0031Z"} {
		if got := byKey(t, v, table, stamp(at)); len(got) > 0 {
			t.Errorf("%s has the rows %v", at, got)
		}
	}
	if got := byKey(t, v, table, stamp("2026-11-20T12:00:00.003Z")); len(got) != 1 {
		t.Errorf("rows %v, want 1", got)
	}
}
