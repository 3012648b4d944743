package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/source/sourcetest"
)

const ours = "select count(*) = 0 from pg_stat_activity where datname = current_database() and application_name = 'archwire'"

// TestViewThatIsOpenTooLongIsEnded waits for the end by asking again and again.
func TestViewThatIsOpenTooLongIsEnded(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	src := open(t, Config{Name: "rcm", DSN: db.url, LongestTransaction: 2 * time.Second})
	v, err := src.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(v)
	for err == nil {
		if _, err = readTable(t.Context(), v, table); err == nil {
			time.Sleep(20 * time.Millisecond) // it is time that ends the view
		}
	}
	wantError(t, "a long view", err, archwire.Unavailable, "longer than 2s")
	if hint := archwire.HintOf(err); !strings.Contains(hint, "longest_transaction") || !strings.Contains(hint, "gentle") {
		t.Errorf("hint %q", hint)
	}
	db.wait(t, ours)
	_, err = v.Count(t.Context(), table)
	wantError(t, "afterwards", err, archwire.Unavailable, "2s")
}

// readTable reads a table in a view that is open.
func readTable(ctx context.Context, v archwire.View, t archwire.Table) (int, error) {
	chunks, err := v.Chunks(ctx, t)
	if err != nil {
		return 0, err
	}
	rows := 0
	for _, c := range chunks {
		some, err := sourcetest.Rows(v.Batches(ctx, t, c))
		if err != nil {
			return rows, err
		}
		rows += len(some)
	}
	return rows, nil
}

// TestTransactionEndsThoughTheConsumerWaits holds a batch back until the server
// has no session of ours, in both modes.
func TestTransactionEndsThoughTheConsumerWaits(t *testing.T) {
	db := setup(t, fewRows, "create table wide as select i as id, repeat(md5(i::text), 1000) as body from generate_series(1, 2000) i",
		"create index on wide (id)")
	table := db.table(t, "wide")
	for _, gentle := range []bool{false, true} {
		src := open(t, Config{Name: "rcm", DSN: db.url, LongestTransaction: 2 * time.Second, Gentle: gentle})
		v, err := src.View(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var last error
		for _, err := range v.Batches(t.Context(), table, archwire.Chunk{}) {
			if last = err; err == nil {
				db.wait(t, strings.Replace(ours, "application_name", "state = 'active' and application_name", 1))
			}
		}
		wantError(t, fmt.Sprintf("gentle %v", gentle), last, archwire.Unavailable, "2s")
		if n, err := v.Count(t.Context(), db.table(t, "payer")); gentle && (err != nil || n != 20) {
			t.Errorf("a gentle view does not go on: %d rows, error %v", n, err)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		db.wait(t, ours)
	}
}

func TestGentleViewHoldsNothingBetweenChunks(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	src := open(t, Config{Name: "rcm", DSN: db.url, Gentle: true})
	v, err := src.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(v)
	nothing := `select count(*) > 0 and count(xact_start) = 0 and count(backend_xmin) = 0 from pg_stat_activity
		where datname = current_database() and application_name = 'archwire'`
	db.wait(t, nothing)
	if n, err := readTable(t.Context(), v, table); err != nil || n != 20 {
		t.Fatalf("%d rows, error %v", n, err)
	}
	db.wait(t, nothing)
	db.wait(t, "select count(*) = 0 from pg_locks where relation = 'payer'::regclass")
	// Each chunk is of its own instant.
	db.exec(t, "insert into payer values (21, 'late')")
	if n, err := readTable(t.Context(), v, table); err != nil || n != 21 {
		t.Errorf("%d rows after one was added, error %v", n, err)
	}
	// A column may change between chunks, and is noticed.
	db.exec(t, "alter table payer drop column name")
	_, err = sourcetest.Rows(v.Batches(t.Context(), table, archwire.Chunk{}))
	wantError(t, "a column that went", err, archwire.Invalid, "name")
}

// TestChunkOfAGentleViewIsOfOneInstant writes while a chunk is read: the chunk
// does not see it.
func TestChunkOfAGentleViewIsOfOneInstant(t *testing.T) {
	db := setup(t, "create table wide as select i as id, repeat(md5(i::text), 100) as body from generate_series(1, 8000) i")
	table := db.table(t, "wide")
	src := open(t, Config{Name: "rcm", DSN: db.url, Gentle: true})
	v, err := src.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(v)
	seen := map[int32]int{}
	for batch, err := range v.Batches(t.Context(), table, archwire.Chunk{}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(seen) == 0 {
			db.exec(t, "update wide set body = ''", "insert into wide values (8001, '')")
		}
		for _, row := range sourcetest.RowsOf(batch) {
			seen[row[0].(int32)]++
			if row[1] == "" {
				t.Fatal("a row that was written since came")
			}
		}
	}
	if len(seen) != 8000 {
		t.Errorf("%d rows, want 8000", len(seen))
	}
}

func TestGentleViewNoticesThatATableWasRewritten(t *testing.T) {
	for _, statement := range []string{"truncate payer", "vacuum full payer", "cluster payer"} {
		db := setup(t, fewRows, "alter table payer add primary key (id)", "alter table payer cluster on payer_pkey")
		table := db.table(t, "payer")
		v, err := open(t, Config{Name: "rcm", DSN: db.url, Gentle: true}).View(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer drop(v)
		if _, err := v.Chunks(t.Context(), table); err != nil {
			t.Fatal(err)
		}
		db.exec(t, statement)
		_, err = sourcetest.Rows(v.Batches(t.Context(), table, archwire.Chunk{}))
		wantError(t, statement, err, archwire.Unavailable, "payer: the table, or one that it rests on, was rewritten")
	}
}

func TestGentleViewOutlivesALostConnection(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	v, err := open(t, Config{Name: "rcm", DSN: db.url, Gentle: true, Connections: 1}).View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(v)
	db.exec(t, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'archwire'")
	if n, err := v.Count(t.Context(), table); err == nil && n != 20 || err != nil && archwire.CodeOf(err) != archwire.Unavailable {
		t.Errorf("count %d, error %v", n, err)
	}
	if n, err := v.Count(t.Context(), table); err != nil || n != 20 {
		t.Errorf("the second time: count %d, error %v", n, err)
	}
}

// TestSlowSourceIsGivenTime reads chunk after chunk through a proxy that makes
// the clock run on when the server sends something, faster after a while.
func TestSlowSourceIsGivenTime(t *testing.T) {
	db := setup(t, "create table wide (id int, body text)", "alter table wide alter body set storage external", // not compressed
		"insert into wide select i, repeat(md5(i::text), 100) from generate_series(1, 8000) i")
	table := db.table(t, "wide")
	clock := &slowClock{}
	p := startProxy(t, db.url, fault{})
	p.message = clock.message
	var notices []string
	src := open(t, Config{Name: "rcm", DSN: p.url, Connections: 1, Now: clock.now, Notice: func(s string) { notices = append(notices, s) }})
	src.chunkBytes = 4 << 20
	var slept []time.Duration
	src.sleep = func(_ context.Context, d time.Duration) error { slept = append(slept, d); return nil }
	v, err := src.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(v)
	chunks := chunksOf(t, v, table)
	if len(chunks) < 6 {
		t.Fatalf("%d chunks, want more", len(chunks))
	}
	read := func(c archwire.Chunk, each time.Duration) {
		clock.set(each)
		if _, err := sourcetest.Rows(v.Batches(t.Context(), table, c)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range chunks[:4] {
		read(c, 10*time.Microsecond)
	}
	if len(slept) != 0 {
		t.Errorf("slept %v while the source was as fast as ever", slept)
	}
	read(chunks[4], 100*time.Microsecond) // slow
	read(chunks[4], 100*time.Microsecond) // and still
	read(chunks[4], 30*time.Microsecond)  // not so slow
	read(chunks[4], 10*time.Microsecond)
	want := []time.Duration{firstPause, 2 * firstPause}
	if fmt.Sprint(slept) != fmt.Sprint(want) {
		t.Errorf("slept %v, want %v", slept, want)
	}
	if len(notices) != 2 || !strings.Contains(notices[0], "rcm") || !strings.Contains(notices[0], "250ms") {
		t.Errorf("notices %q", notices)
	}
}

func TestPauseEndsWithItsContext(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	v := db.view(t)
	v.(*view).pace.pauses = longestPause
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sourcetest.Rows(v.Batches(ctx, table, archwire.Chunk{})); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context canceled", err)
	}
}

// TestGentleViewTakesFingerprints compares them with those of a snapshot, by
// part and by row.
func TestGentleViewTakesFingerprints(t *testing.T) {
	db := setup(t, fewRows, "alter table payer add primary key (id)")
	table := db.table(t, "payer")
	gentle, err := open(t, Config{Name: "rcm", DSN: db.url, Gentle: true}).View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(gentle)
	printed := func(v archwire.View) string {
		p := v.(archwire.Printer)
		spec := archwire.PrintSpec{Hash: p.Hashes(table)[0], Cut: archwire.Cut{From: 1, Width: 7, Parts: 3}, Last: 2}
		prints, err := p.Prints(t.Context(), table, spec)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := sourcetest.Rows(p.RowPrints(t.Context(), table, spec))
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(rows, func(a, b []any) int { return cmp.Compare(a[0].(int32), b[0].(int32)) })
		if len(prints) != 3 || len(rows) != 20 {
			t.Errorf("%d parts and %d rows, want 3 and 20", len(prints), len(rows))
		}
		return fmt.Sprint(prints, rows)
	}
	consistent := db.view(t)
	if got, want := printed(gentle), printed(consistent); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	drop(consistent) // it holds a lock
	db.exec(t, "truncate payer")
	p := gentle.(archwire.Printer)
	_, err = p.Prints(t.Context(), table, archwire.PrintSpec{Hash: p.Hashes(table)[0]})
	wantError(t, "truncated", err, archwire.Unavailable, "rewritten")
}
