package postgres

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/source/sourcetest"
)

const fewRows = `create table payer as select i as id, 'payer ' || i as name from generate_series(1, 20) i`

// pass does all that a run does with one table and returns the rows.
func pass(ctx context.Context, src *Source, t archwire.Table) (rows int, err error) {
	if _, err := src.Tables(ctx); err != nil {
		return 0, err
	}
	v, err := src.View(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	chunks, err := v.Chunks(ctx, t)
	if err != nil {
		return 0, err
	}
	for _, c := range chunks {
		some, err := sourcetest.Rows(v.Batches(ctx, t, c))
		if err != nil {
			return rows, err
		}
		rows += len(some)
	}
	n, err := v.Count(ctx, t)
	if err == nil && n != int64(rows) {
		err = errors.New("the count is " + strconv.FormatInt(n, 10))
	}
	return rows, err
}

// TestConnectionThatBreaksIsAnErrorAtEachMessage breaks the connection at each
// message in turn. There must be an error each time, never fewer rows.
func TestConnectionThatBreaksIsAnErrorAtEachMessage(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	for _, kind := range []string{"cut", "truncate", "half-close"} {
		whole := startProxy(t, db.url, fault{})
		if rows, err := pass(t.Context(), open(t, Config{Name: "rcm", DSN: whole.url}), table); err != nil || rows != 20 {
			t.Fatalf("without a fault: %d rows, error %v", rows, err)
		}
		last := whole.seen.Load() - 8 // Close ignores how the server takes its leave
		for at := int64(1); at <= last; at += 1 + at/12 {
			p := startProxy(t, db.url, fault{at, kind})
			rows, err := pass(t.Context(), open(t, Config{Name: "rcm", DSN: p.url}), table)
			if err == nil || archwire.CodeOf(err) != archwire.Unavailable {
				t.Errorf("%s at message %d of %d: %d rows, code %q, error %v", kind, at, last, rows, archwire.CodeOf(err), err)
			}
		}
	}
}

func TestServerThatStallsIsLeftWhenTheContextEnds(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	whole := startProxy(t, db.url, fault{})
	if _, err := pass(t.Context(), open(t, Config{Name: "rcm", DSN: whole.url}), table); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{3, whole.seen.Load() / 2, whole.seen.Load() - 20} {
		p := startProxy(t, db.url, fault{at, "stall"})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-p.hit
			cancel()
		}()
		_, err := pass(ctx, open(t, Config{Name: "rcm", DSN: p.url}), table)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stalled at message %d: error %v, want context canceled", at, err)
		}
	}
}

func TestCancelledReadingLeavesNoTransactionBehind(t *testing.T) {
	db := setup(t, "create view slow as select i from generate_series(1, 100000000) i, pg_sleep(0.00001 * i)", "create table payer (a int)")
	table := db.table(t, "slow")
	v := db.view(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		db.wait(t, "select count(*) = 1 from pg_stat_activity where datname = current_database() and query like 'copy%' and state = 'active'")
		cancel()
	}()
	if _, err := sourcetest.Rows(v.Batches(ctx, table, archwire.Chunk{})); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context canceled", err)
	}
	if _, err := v.Count(t.Context(), db.table(t, "payer")); err != nil {
		t.Errorf("the view does not go on: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	db.wait(t, "select count(*) = 0 from pg_stat_activity where datname = current_database() and application_name = 'archwire'")
}

// wait asks until the answer is true.
func (b bundle) wait(t *testing.T, question string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, b.url)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	for {
		var yes bool
		if err := conn.QueryRow(ctx, "select ("+question+") from pg_sleep(0.02)").Scan(&yes); err != nil {
			t.Errorf("waiting for %q: %v", question, err)
			return
		}
		if yes {
			return
		}
	}
}

func TestLostSnapshotIsAnErrorNotAnotherInstant(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	src := open(t, Config{Name: "rcm", DSN: db.url, Connections: 1})
	v, err := src.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(v)
	db.exec(t, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'archwire'")
	for range 2 {
		_, err := sourcetest.Rows(v.Batches(t.Context(), table, archwire.Chunk{}))
		if archwire.CodeOf(err) != archwire.Unavailable {
			t.Errorf("error %v, want unavailable", err)
		}
	}
}

func TestConnectionThatComesTooLateForTheSnapshotIsAnError(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	v := db.view(t)
	next, stop := iter.Pull2(v.Batches(t.Context(), table, archwire.Chunk{}))
	defer stop()
	if _, err, ok := next(); !ok || err != nil {
		t.Fatal(err)
	}
	db.exec(t, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'archwire'")
	_, err := v.Count(t.Context(), table) // on a second connection
	wantError(t, "a late connection", err, archwire.Unavailable, "snapshot was lost")
}

func TestTableRewrittenUnderTheViewIsAnError(t *testing.T) {
	for _, c := range []struct {
		table, statement string
		code             archwire.Code
	}{
		{"payer", "truncate payer", archwire.Unavailable},
		{"payer", "truncate only leaf", archwire.Unavailable},
		{"payer", "alter table payer alter name type varchar(50) using upper(name)", archwire.Unavailable},
		{"names", "truncate payer", archwire.Unavailable},
		{"summary", "refresh materialized view summary", archwire.Unavailable},
	} {
		db := setup(t, fewRows, "create table leaf () inherits (payer)", "insert into leaf values (99, 'x')",
			"create materialized view summary as select id from payer")
		if c.table == "names" {
			db.exec(t, "create view names as select name from payer")
		}
		table := db.table(t, c.table)
		v := db.view(t)
		db.exec(t, c.statement)
		if _, err := v.Chunks(t.Context(), table); archwire.CodeOf(err) != c.code {
			t.Errorf("%s after %s: error %v, want %s", c.table, c.statement, err, c.code)
		}
	}
}

func TestTableCannotBeEmptiedWhileItIsRead(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	v := db.view(t)
	if _, err := v.Chunks(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, db.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	_, err = conn.Exec(ctx, "set lock_timeout = 50; truncate payer")
	if err == nil || !strings.Contains(err.Error(), "55P03") {
		t.Errorf("truncating: error %v, want a lock timeout", err)
	}
	if rows := sourcetest.ReadAll(t, v, table); len(rows) != 20 {
		t.Errorf("%d rows, want 20", len(rows))
	}
}

func TestConsumerThatPanicsDoesNotHoldTheView(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	v := db.view(t)
	func() {
		defer func() { _ = recover() }()
		for range v.Batches(t.Context(), table, archwire.Chunk{}) { //nolint:errcheck // nothing is looked at
			panic("a fault of the consumer")
		}
	}()
	if rows := sourcetest.ReadAll(t, v, table); len(rows) != 20 {
		t.Errorf("%d rows afterwards, want 20", len(rows))
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

func TestViewOutlivesItsSource(t *testing.T) {
	db := setup(t, fewRows)
	table := db.table(t, "payer")
	v := db.view(t)
	if err := db.src.Close(); err != nil {
		t.Fatal(err)
	}
	for _, err := range v.Batches(t.Context(), table, archwire.Chunk{}) {
		if err != nil {
			t.Fatal(err)
		}
		// While the first connection is busy, this needs a second one.
		if n, err := v.Count(t.Context(), table); err != nil || n != 20 {
			t.Errorf("count %d, error %v", n, err)
		}
	}
	if _, err := db.src.Tables(t.Context()); err == nil {
		t.Error("a closed source lists tables")
	}
}
