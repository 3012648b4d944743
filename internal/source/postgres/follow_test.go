package postgres

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// changing is a table of 20,000 rows, some MB, of which each tenth has no time.
const changing = `create table changing as
	select i as id, case when i % 10 <> 0 then timestamptz '2026-01-01 00:00Z' + i * interval '1 minute' end as updated_at,
		(i % 500)::int2 as round, repeat('x', 200) as body
	from generate_series(1, 20000) i`

func (b bundle) since(t *testing.T, v archwire.View, table archwire.Table, column, from string) []archwire.Chunk {
	t.Helper()
	chunks, err := v.(archwire.Follower).Since(t.Context(), table, column, from)
	if err != nil {
		t.Fatal(err, archwire.HintOf(err))
	}
	return chunks
}

func readIDs(t *testing.T, v archwire.View, table archwire.Table, chunks []archwire.Chunk) (ids []int32) {
	t.Helper()
	for _, c := range chunks {
		rows, err := sourcetest.Rows(v.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatal(c.Where, err, archwire.HintOf(err))
		}
		for _, row := range rows {
			ids = append(ids, row[0].(int32))
		}
	}
	slices.Sort(ids)
	return ids
}

// ids asks the server itself.
func (b bundle) ids(t *testing.T, sql string) (ids []int32) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing left to lose
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	ids, err = pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

// TestLargeDeltaIsCutAndHoldsEachRowOnce follows with an index and without, each
// with a small target so that there is something to cut.
func TestLargeDeltaIsCutAndHoldsEachRowOnce(t *testing.T) {
	for _, indexes := range []string{"analyze changing", "create index on changing (updated_at); create index on changing (round); analyze changing"} {
		db := setup(t, changing, indexes)
		db.src.chunkBytes = 256 << 10
		table := db.table(t, "changing")
		v := db.view(t)
		for _, c := range []struct{ column, from, sql string }{
			{"updated_at", "2026-01-03T00:00:00Z", "updated_at >= '2026-01-03 00:00Z' or updated_at is null"},
			{"round", "100", "round >= 100"},
			{"round", "-30000", "true"},
			{"updated_at", "", "true"},
		} {
			chunks := db.since(t, v, table, c.column, c.from)
			if len(chunks) < 4 {
				t.Errorf("%s; %s from %q: %d chunks, want several", indexes, c.column, c.from, len(chunks))
			}
			if got, want := readIDs(t, v, table, chunks), db.ids(t, "select id from changing where "+c.sql); !slices.Equal(got, want) {
				t.Errorf("%s; %s from %q: %d rows, want %d", indexes, c.column, c.from, len(got), len(want))
			}
		}
	}
}

// TestDeltaReachesInfinity follows a column whose greatest value is no point in
// time that steps could lead to.
func TestDeltaReachesInfinity(t *testing.T) {
	db := setup(t, changing, "insert into changing values (0, 'infinity', 0), (-1, '-infinity', 0)",
		"create index on changing (updated_at)", "analyze changing")
	db.src.chunkBytes = 256 << 10
	table := db.table(t, "changing")
	v := db.view(t)
	chunks := db.since(t, v, table, "updated_at", "2026-01-03T00:00:00Z")
	want := db.ids(t, "select id from changing where updated_at >= '2026-01-03 00:00Z' or updated_at is null")
	if got := readIDs(t, v, table, chunks); len(chunks) < 4 || !slices.Equal(got, want) {
		t.Errorf("%d chunks with %d rows, want %d rows", len(chunks), len(got), len(want))
	}
}

func TestSmallDeltaIsFoundByTheIndex(t *testing.T) {
	db := setup(t, changing, "create index on changing (updated_at)", "analyze changing")
	table := db.table(t, "changing")
	v := db.view(t)
	chunks := db.since(t, v, table, "updated_at", "2026-01-14T21:00:00Z")
	if len(chunks) != 1 {
		t.Fatalf("%d chunks, want 1", len(chunks))
	}
	if plan := db.explain(t, "changing", chunks[0].Where); !strings.Contains(plan, "Index") || strings.Contains(plan, "Seq Scan") {
		t.Errorf("the plan is\n%s", plan)
	}
}

// explain is the server's plan for reading what a condition holds.
func (b bundle) explain(t *testing.T, table, where string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing left to lose
	rows, err := conn.Query(t.Context(), "explain select * from "+table+" where "+where)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range lines {
		lines[i] = line[:min(len(line), 200)]
	}
	plan := strings.Join(lines, "\n")
	if !strings.Contains(plan, "Scan") {
		t.Fatalf("no plan: %s", plan)
	}
	return plan
}
