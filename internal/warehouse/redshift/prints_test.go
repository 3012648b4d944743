package redshift

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/rowhash"
)

// jsonRows are rows of a table, each as a JSON array.
func jsonRows(t *testing.T, table archwire.Table, rows ...string) archwire.Batches {
	t.Helper()
	objects := make([]string, len(rows))
	for i, row := range rows {
		names := table.Columns
		values := strings.SplitN(strings.Trim(row, "[]"), ", ", len(names))
		fields := make([]string, len(names))
		for j, c := range names {
			fields[j] = fmt.Sprintf("%q: %s", c.Name, values[j])
		}
		objects[i] = "{" + strings.Join(fields, ", ") + "}"
	}
	batch, _, err := array.RecordFromJSON(memory.NewGoAllocator(), table.ArrowSchema(), strings.NewReader("["+strings.Join(objects, ", ")+"]"))
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(archwire.Batch, error) bool) { yield(batch, nil) }
}

// What SQL computes of each kind is what rows print as before they are in Redshift.
func TestPrintsInSQL(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	table := archwire.Table{Source: "types", Name: "most", Key: []string{"id"}}
	for one := range strings.FieldsSeq("id:int64 b:bool i:int16 j:int32 m:decimal(12,2) n:decimal(19,0) s:decimal(4,4) t:text o:json u:uuid d:date c:time p:timestamp z:timestamptz") {
		name, kind, _ := strings.Cut(one, ":")
		typ, err := archwire.ParseType(kind)
		if err != nil {
			t.Fatal(err)
		}
		table.Columns = append(table.Columns, archwire.Column{Name: name, Type: typ, Nullable: name != "id"})
	}
	rows := func() archwire.Batches {
		return jsonRows(t, table,
			`[1, true, -7, 2147483647, "-0.50", "9999999999999999999", "-0.0001", "a ", "{}", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "1969-12-31", "23:59:59.999999", "1969-12-31 23:59:59.999999", "2026-11-20 01:02:03.000004Z"]`,
			`[-9, false, 0, 0, "9999999999.99", "-1", "0.9999", "", "\u00fc\\\"'", "", "0001-01-01", "00:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999Z"]`,
			`[300, null, null, null, null, null, null, null, null, null, null, null, null, null]`)
	}
	l, err := w.Begin(t.Context(), "run", []archwire.LoadTable{{Table: table}})
	if err == nil {
		_, err = l.Stage(t.Context(), table, archwire.Chunk{}, rows())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []archwire.PrintSpec{
		{},
		{Keys: true},
		{Cut: archwire.Cut{Parts: 3}, Last: 2},
		{Cut: archwire.Cut{From: -10, Width: 100, Parts: 4}, Last: 3},
		{Cut: archwire.Cut{From: 0, Width: 200, Parts: 2}, First: 1, Last: 1},
	} {
		p.Hash = archwire.HashMD5
		want, err := rowhash.Prints(rows(), table, p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Prints(t.Context(), table, p)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%+v: %v %s", p, err, diff)
		}
	}
}
