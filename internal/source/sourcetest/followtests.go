package sourcetest

import (
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// at is an hour of 2026-11-20, UTC.
func at(hour int) arrow.Timestamp {
	return arrow.Timestamp(time.Date(2026, 11, 20, hour, 0, 0, 0, time.UTC).UnixMicro())
}

func day(d int) arrow.Date32 {
	return arrow.Date32FromTime(time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC))
}

// growing has a row before, one at and one after the same point of each column,
// and one without any value.
func growing() Table {
	return Table{
		Name: "growing", Key: []string{"id"},
		Columns: []archwire.Column{
			{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
			column("small", archwire.Int16), column("middle", archwire.Int32), column("big", archwire.Int64),
			column("day", archwire.Date), column("plain", archwire.Timestamp), column("instant", archwire.TimestampTZ),
			column("name", archwire.Text),
		},
		Rows: [][]any{
			{int64(1), int16(-7), int32(99_999), int64(1<<40 - 1), day(19), at(11), at(11), "a"},
			{int64(2), int16(-6), int32(100_000), int64(1 << 40), day(20), at(12), at(12), "b"},
			{int64(3), int16(9), int32(100_001), int64(1<<40 + 1), day(21), at(13), at(13), "c"},
			{int64(4), nil, nil, nil, nil, nil, nil, nil},
		},
	}
}

func follower(t *testing.T, v archwire.View) archwire.Follower {
	t.Helper()
	f, ok := v.(archwire.Follower)
	if !ok {
		t.Fatalf("%T does not tell which rows changed", v)
	}
	return f
}

// since reads the rows that Since cuts.
func since(t *testing.T, v archwire.View, table archwire.Table, column, from string) [][]any {
	t.Helper()
	chunks, err := follower(t, v).Since(t.Context(), table, column, from)
	if err != nil {
		t.Fatalf("column %s from %s: %v\n%s", column, from, err, archwire.HintOf(err))
	}
	return readChunks(t, v, table, chunks)
}

func readChunks(t *testing.T, v archwire.View, table archwire.Table, chunks []archwire.Chunk) (rows [][]any) {
	t.Helper()
	for _, c := range chunks {
		some, err := Rows(v.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatalf("reading %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
		}
		rows = append(rows, some...)
	}
	return rows
}

// sameIDs compares the first values of rows, in any order.
func sameIDs(t *testing.T, what string, rows [][]any, want ...int64) {
	t.Helper()
	var got []int64
	for _, row := range rows {
		got = append(got, row[0].(int64))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: rows %v, want %v", what, got, want)
	}
}

func testSince(t *testing.T, h Harness) {
	lab := h.Open(t, growing())
	table := Find(t, lab.Source, "growing")
	v := Open(t, lab.Source)
	for _, c := range []struct {
		column, from string
		want         []int64
	}{
		{"small", "-6", []int64{2, 3, 4}},
		{"middle", "100000", []int64{2, 3, 4}},
		{"big", "1099511627776", []int64{2, 3, 4}},
		{"small", "9000000000", []int64{4}}, // beyond the type
		{"id", "3", []int64{3, 4}},
		{"day", "2026-11-20", []int64{2, 3, 4}},
		{"day", "0001-01-01", []int64{1, 2, 3, 4}},
		{"plain", "2026-11-20T12:00:00Z", []int64{2, 3, 4}},
		{"plain", "2026-11-20T13:00:00+01:00", []int64{2, 3, 4}},
		{"plain", "2026-11-20T12:00:00.000001Z", []int64{3, 4}},
		{"plain", "2026-11-21", []int64{4}},
		{"instant", "2026-11-20T12:00:00Z", []int64{2, 3, 4}},
		{"instant", "2026-11-20T05:00:00-07:00", []int64{2, 3, 4}},
		{"instant", "2026-11-20T12:00:00.000001Z", []int64{3, 4}},
		{"instant", "2026-11-20", []int64{1, 2, 3, 4}},
	} {
		sameIDs(t, c.column+" from "+c.from, since(t, v, table, c.column, c.from), c.want...)
	}
}

func testSinceHoldsMarkedRows(t *testing.T, h Harness) {
	lab := h.Open(t, marking())
	table := Find(t, lab.Source, "marked")
	table.Deleted = "is_deleted"
	v := Open(t, lab.Source)
	sameIDs(t, "from noon", since(t, v, table, "updated_at", "2026-11-20T12:00:00Z"), 1, 2, 3, 4, 5)
	sameIDs(t, "from the beginning", since(t, v, table, "updated_at", ""), 1, 2, 3, 4, 5)
}

func testSinceTheBeginning(t *testing.T, h Harness) {
	lab := h.Open(t, growing())
	table := Find(t, lab.Source, "growing")
	v := Open(t, lab.Source)
	for _, column := range []string{"small", "day", "plain", "instant"} {
		sameIDs(t, column+" from the beginning", since(t, v, table, column, ""), 1, 2, 3, 4)
	}
}

func testSinceHoldsEachRowOnce(t *testing.T, h Harness) {
	lab := h.Open(t, payer(5000))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	lab.Insert(t, "payer", []any{int64(6000), "late", nil}) // after the view's instant
	var want []int64
	for id := range int64(3800) {
		want = append(want, id+1200)
	}
	sameIDs(t, "id from 1200", since(t, v, table, "id", "1200"), want...)
}

func testSinceDropsFiner(t *testing.T, h Harness) {
	lab := h.Open(t, growing())
	table := Find(t, lab.Source, "growing")
	v := Open(t, lab.Source)
	for _, column := range []string{"plain", "instant"} {
		sameIDs(t, column, since(t, v, table, column, "2026-11-20T12:00:00.000000999Z"), 2, 3, 4)
	}
}

func testSinceOfAnythingElse(t *testing.T, h Harness) {
	lab := h.Open(t, growing())
	table := Find(t, lab.Source, "growing")
	v := Open(t, lab.Source)
	for _, c := range [][2]string{
		{"name", "a"},
		{"name", ""},
		{"nowhere", "1"},
		{"big", "2026-11-20"},
		{"big", "1.5"},
		{"big", "9223372036854775808"},
		{"day", "2026-11-20T12:00:00Z"},
		{"day", "20"},
		{"plain", "48211"},
		{"plain", "2026-11-20 12:00:00"},
		{"instant", "yesterday"},
		{"instant", "2026-13-20T12:00:00Z"},
	} {
		_, err := follower(t, v).Since(t.Context(), table, c[0], c[1])
		wantInvalid(t, err, table.ID(), c[0])
	}
}
