package postgres

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/source/sourcetest"
	"archwire/internal/testdb/cluster"
)

// quiet is a server of its own, on which nobody else writes, and on which WAL lies
// in memory until it is asked for.
func quiet(t *testing.T, statements ...string) (bundle, *cluster.Cluster, func() bundle) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cluster")
	start := func() (bundle, *cluster.Cluster) {
		c, err := cluster.Start(t.Context(), dir, cluster.Set("autovacuum", "off"), cluster.Set("wal_writer_delay", "10s"),
			cluster.Set("bgwriter_delay", "10s"), cluster.Set("synchronous_commit", "on"), cluster.Set("max_prepared_transactions", "5"))
		if err != nil {
			t.Fatal(err, archwire.HintOf(err))
		}
		t.Cleanup(func() {
			if err := c.Stop(); err != nil {
				t.Error(err)
			}
		})
		b := bundle{url: c.URL("postgres")}
		b.src = open(t, Config{Name: "rcm", DSN: b.url})
		return b, c
	}
	b, c := start()
	b.exec(t, statements...)
	return b, c, func() bundle {
		if err := c.Stop(); err != nil {
			t.Fatal(err)
		}
		b, _ := start()
		return b
	}
}

// vouches says whether a view opened now vouches for a table.
func (b bundle) vouches(t *testing.T, table archwire.Table, since archwire.Instant) bool {
	t.Helper()
	v := b.view(t)
	defer drop(v)
	ok, err := v.(archwire.Witness).Unchanged(t.Context(), table, since)
	if err != nil {
		t.Fatal(err, archwire.HintOf(err))
	}
	return ok
}

// now is the instant of a view that is opened and closed.
func (b bundle) now(t *testing.T) archwire.Instant {
	t.Helper()
	v := b.view(t)
	defer drop(v)
	return v.At()
}

// TestWitness goes through what can happen between two views of a quiet server.
func TestWitness(t *testing.T) {
	b, _, restart := quiet(t, "create table ledger (id int primary key, amount int)", "insert into ledger select i, i from generate_series(1, 1000) i",
		"create table other (id int)", "create user reader password 'secret'", "grant select on ledger to reader")
	ctx, table := t.Context(), b.table(t, "ledger")

	first := b.view(t)
	for chunk, err := range first.Batches(ctx, table, archwire.Chunk{}) {
		if err != nil {
			t.Fatal(err)
		}
		_ = chunk
	}
	since := first.At()
	drop(first)
	if !b.vouches(t, table, since) {
		t.Error("a view does not vouch for a table that was only read")
	}
	reader := bundle{url: b.url, src: open(t, Config{Name: "rcm", DSN: b.url + "&user=reader&password=secret"})}
	if !reader.vouches(t, table, since) {
		t.Error("a user who may only read the table cannot ask")
	}

	conn, err := pgx.Connect(ctx, b.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing left to lose
	do := func(statements ...string) {
		t.Helper()
		for _, sql := range statements {
			if _, err := conn.Exec(ctx, sql); err != nil {
				t.Fatal(sql, err)
			}
		}
	}
	do("begin", "update ledger set amount = 0 where id = 7")
	b.exec(t, "checkpoint") // what it has written so far is on disk
	during := b.now(t)
	if !b.vouches(t, table, since) || !b.vouches(t, table, during) {
		t.Error("a transaction that has not ended counts")
	}
	do("commit")
	if b.vouches(t, table, since) || b.vouches(t, table, during) {
		t.Error("a transaction that had begun before the views does not count when it commits")
	}

	do("begin", "update ledger set amount = 1 where id = 7", "prepare transaction 'later'")
	prepared := b.now(t)
	if !b.vouches(t, table, prepared) {
		t.Error("a transaction that is only prepared counts")
	}
	do("commit prepared 'later'")
	if b.vouches(t, table, prepared) {
		t.Error("a prepared transaction does not count when it commits")
	}

	// Those that ended between two others do not hide behind them.
	since = b.now(t)
	do("begin", "insert into other values (1)")
	b.exec(t, "truncate ledger")
	if b.vouches(t, table, since) {
		t.Error("what committed beside an open transaction does not count")
	}
	do("rollback")

	since = b.now(t)
	do("set synchronous_commit = off", "insert into ledger values (5000, 1)")
	loose := b.now(t)
	if b.vouches(t, table, since) || b.vouches(t, table, loose) {
		t.Error("a view vouches for what a crash could undo")
	}
	do("set synchronous_commit = on", "insert into ledger values (5001, 1)")
	since = b.now(t)
	if !b.vouches(t, table, since) {
		t.Error("a view does not vouch for what is on disk")
	}
	if b = restart(); b.vouches(t, table, since) {
		t.Error("a server that was started again is taken for the same")
	}
}

// TestWitnessVouchesForPlainTablesOnly asks about tables whose rows are not, or not
// only, what was written to them.
func TestWitnessVouchesForPlainTablesOnly(t *testing.T) {
	b, _, _ := quiet(t, "create table plain (id int)",
		"create view now_and_then as select id from plain where clock_timestamp() > '2000-01-01'",
		"create materialized view kept as select id from plain",
		"create unlogged table volatile (id int)",
		"create table policed (id int)", "alter table policed enable row level security",
		"create table cash (id int, amount money)", "create table coins (id int, amounts money[])",
		"create domain price as money", "create table priced (id int, amount price)",
		"create table parted (id int) partition by list (id)",
		"create table part_1 partition of parted for values in (1)",
		"create table mixed (id int) partition by list (id)",
		"create table mixed_1 partition of mixed for values in (1)",
		"create unlogged table mixed_2 partition of mixed for values in (2)")
	v := b.view(t)
	for name, want := range map[string]bool{
		"plain": true, "kept": true, "parted": true,
		"now_and_then": false, "volatile": false, "policed": false, "cash": false, "coins": false, "priced": false, "mixed": false, "absent": false,
	} {
		got, err := v.(archwire.Witness).Unchanged(t.Context(), archwire.Table{Source: "rcm", Name: name, Schema: "public", Origin: name}, v.At())
		if err != nil || got != want {
			t.Errorf("%s: the view vouches: %t (%v), want %t", name, got, err, want)
		}
	}
	gentle := open(t, Config{Name: "rcm", DSN: b.url, Gentle: true})
	g := sourcetest.Open(t, gentle)
	if ok, err := g.(archwire.Witness).Unchanged(t.Context(), b.table(t, "plain"), g.At()); ok || err != nil {
		t.Errorf("a gentle view, which has no one snapshot, vouches: %t (%v)", ok, err)
	}
}

// TestWitnessNeedsRights takes them away.
func TestWitnessNeedsRights(t *testing.T) {
	b, _, _ := quiet(t, "create table plain (id int)", "insert into plain values (1)", "create user reader password 'secret'",
		"grant select on plain to reader", "revoke execute on function pg_control_system() from public")
	b.src = open(t, Config{Name: "rcm", DSN: b.url + "&user=reader&password=secret"})
	table := b.table(t, "plain")
	if b.vouches(t, table, b.now(t)) {
		t.Error("a view vouches without knowing which server it is of")
	}
	n, err := b.view(t).Count(t.Context(), table)
	if err != nil || n != 1 {
		t.Errorf("the view counts %d rows (%v), want 1", n, err)
	}
}
