package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"archwire"
	"archwire/internal/source/sourcetest"
	"archwire/internal/source/sqlserver/sqlservertest"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// pair is two tables of which one is tracked.
var pair = []string{
	"CREATE TABLE tracked (id bigint NOT NULL PRIMARY KEY, amount decimal(9,2) NULL)",
	"CREATE TABLE untracked (id bigint NOT NULL PRIMARY KEY, amount decimal(9,2) NULL)",
	"ALTER TABLE tracked ENABLE CHANGE_TRACKING",
	"INSERT INTO tracked VALUES (1, 1.50), (2, NULL)", "INSERT INTO untracked VALUES (1, 1.50), (2, NULL)",
}

// user makes a login on the double with the rights given and returns its DSN.
func (b *bundle) user(t *testing.T, rights ...string) string {
	t.Helper()
	b.exec(t, "CREATE LOGIN weak WITH PASSWORD = 'nobody''s password'", "CREATE USER weak FOR LOGIN weak")
	for _, r := range rights {
		if r == "VIEW SERVER STATE" { // the login's, not the user's
			if err := b.double.Exec("master", "GRANT "+r+" TO weak"); err != nil {
				t.Fatal(err)
			}
			continue
		}
		b.exec(t, "GRANT "+r+" TO weak")
	}
	return b.double.URL("lab", url.UserPassword("weak", "nobody's password")).String()
}

func (b *bundle) table(t *testing.T, name string) archwire.Table {
	t.Helper()
	return sourcetest.Find(t, open(t, Config{DSN: b.dsn}), name)
}

// readers counts the connections that may read a table for a view.
func readersOf(v archwire.View, tracked bool) (n int) {
	for _, l := range v.(*view).links {
		if l.all || tracked {
			n++
		}
	}
	return n
}

func TestConnectionsReadWhatIsProvenToBeTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what                string
		rights              []string
		database            string
		tracked, everything int
	}{
		{"with the right to see transactions", []string{"SELECT", "VIEW SERVER STATE"}, "", 3, 3},
		{"by the version of change tracking", []string{"SELECT", "VIEW CHANGE TRACKING"}, "", 3, 1},
		{"with neither", []string{"SELECT"}, "ALTER TABLE tracked DISABLE CHANGE_TRACKING; ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF", 1, 1},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			b := onDouble(t)
			b.exec(t, pair...)
			if c.database != "" {
				b.exec(t, c.database)
			}
			src := open(t, Config{DSN: b.user(t, c.rights...), Connections: 3})
			v := sourcetest.Open(t, src)
			if tracked, all := readersOf(v, true), readersOf(v, false); tracked != c.tracked || all != c.everything {
				t.Errorf("%d connections for what is tracked and %d for the rest, want %d and %d", tracked, all, c.tracked, c.everything)
			}
			b.exec(t, "DELETE FROM tracked", "DELETE FROM untracked")
			for _, name := range []string{"tracked", "untracked"} {
				if rows := sourcetest.ReadAll(t, v, sourcetest.Find(t, src, name)); len(rows) != 2 {
					t.Errorf("%s: %d rows, want the 2 of the view's instant", name, len(rows))
				}
			}
		})
	}
}

// TestAzureThatShowsNoTransactions has the right that shows transactions in most of
// Azure SQL, in a database where it does not.
func TestAzureThatShowsNoTransactions(t *testing.T) {
	t.Parallel()
	b := doubled(t, sqlservertest.Options{Azure: true})
	b.exec(t, "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON")
	b.exec(t, pair...)
	src := open(t, Config{DSN: b.user(t, "SELECT", "VIEW CHANGE TRACKING", "VIEW DATABASE STATE"), Connections: 2})
	v := sourcetest.Open(t, src)
	if tracked, all := readersOf(v, true), readersOf(v, false); tracked != 2 || all != 1 {
		t.Errorf("%d connections for what is tracked and %d for the rest, want 2 and 1", tracked, all)
	}
	if d := diagnosis(t, src, "connections"); !strings.Contains(d.Says, "of tables with change tracking") {
		t.Errorf("%+v", d)
	}
}

// TestConnectionsNeverSeeTwoInstants opens views while somebody writes to two tables
// at once, always as many rows to one as to the other, and reads each table on every
// connection that may.
func TestConnectionsNeverSeeTwoInstants(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, pair...)
	tracked, untracked := b.table(t, "tracked"), b.table(t, "untracked")
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for id := 10; ; id++ {
			select {
			case <-stop:
				return
			default:
			}
			sql := fmt.Sprintf("BEGIN TRANSACTION; INSERT INTO tracked VALUES (%d, 1); INSERT INTO untracked VALUES (%d, 1); COMMIT TRANSACTION", id, id)
			if _, err := b.db.ExecContext(context.Background(), sql); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	defer func() { close(stop); <-done }()
	src := open(t, Config{DSN: b.dsn, Connections: 3})
	for range 15 {
		v := sourcetest.Open(t, src)
		var mu sync.Mutex
		counts := map[int64]bool{}
		var group sync.WaitGroup
		for range 3 {
			for _, table := range []archwire.Table{tracked, untracked} {
				group.Go(func() {
					n, err := v.Count(context.Background(), table)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					counts[n] = true
				})
			}
		}
		group.Wait()
		if len(counts) != 1 {
			t.Errorf("one view counted %v rows", counts)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}

func wantError(t *testing.T, what string, err error, code archwire.Code, says ...string) {
	t.Helper()
	if archwire.CodeOf(err) != code {
		t.Errorf("%s: error %v of code %q, want %s", what, err, archwire.CodeOf(err), code)
		return
	}
	for _, s := range says {
		if text := err.Error() + " " + archwire.HintOf(err); !strings.Contains(text, s) {
			t.Errorf("%s: %q does not say %q", what, text, s)
		}
	}
}

func TestDatabaseThatAllowsNoSnapshot(t *testing.T) {
	t.Parallel()
	b := doubled(t, sqlservertest.Options{})
	b.exec(t, pair[1], pair[4])
	src := open(t, Config{DSN: b.dsn})
	_, err := src.View(t.Context())
	wantError(t, "a view", err, archwire.Invalid, "pms", "SNAPSHOT", "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON", "isolation: read committed")
	if d := diagnosis(t, src, "snapshot"); d.OK || !strings.Contains(d.Do, "ALTER DATABASE") {
		t.Errorf("%+v", d)
	}
	loose := open(t, Config{DSN: b.dsn, ReadCommitted: true})
	if rows := sourcetest.ReadAll(t, sourcetest.Open(t, loose), sourcetest.Find(t, loose, "untracked")); len(rows) != 2 {
		t.Errorf("%d rows, want 2", len(rows))
	}
	if d := diagnosis(t, loose, "snapshot"); !d.OK || !strings.Contains(d.Says, "not used") {
		t.Errorf("%+v", d)
	}
}

func TestTableThatIsAlteredBehindAView(t *testing.T) {
	t.Parallel()
	for what, sql := range map[string]string{"altered": "ALTER TABLE tracked ADD more int NULL", "dropped": "DROP TABLE tracked"} {
		b := setup(t)
		b.exec(t, pair...)
		table := b.table(t, "tracked")
		v := sourcetest.Open(t, open(t, Config{DSN: b.dsn}))
		b.exec(t, sql)
		if err := sourcetest.ReadError(v, table); err == nil {
			t.Errorf("a table that was %s was read without an error", what)
		}
	}
}

func TestMemoryOptimisedTableIsRefusedWithTheWayOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "CREATE TABLE quick (id int NOT NULL PRIMARY KEY NONCLUSTERED) WITH (MEMORY_OPTIMIZED = ON, DURABILITY = SCHEMA_AND_DATA)",
		"INSERT INTO quick VALUES (1)")
	src := open(t, Config{DSN: b.dsn})
	tables, err := src.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c := tables[0].Columns[0]; !strings.Contains(c.Refused, "memory-optimised") {
		t.Errorf("%+v, want a column that is refused", c)
	}
	loose := open(t, Config{DSN: b.dsn, ReadCommitted: true})
	table := sourcetest.Find(t, loose, "quick")
	if rows := sourcetest.ReadAll(t, sourcetest.Open(t, loose), table); len(rows) != 1 {
		t.Errorf("%d rows, want 1", len(rows))
	}
	wantError(t, "reading", sourcetest.ReadError(sourcetest.Open(t, src), table), archwire.Invalid, "memory-optimised", "isolation: read committed")
}

// TestLostConnections cuts what a view has. What is left reads on; when nothing is,
// the view says so.
func TestLostConnections(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, pair...)
	table := b.table(t, "tracked")
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn, Connections: 2}))
	v.(*view).links[0].cut()
	for range 3 { // at most one of them meets the connection that is lost
		_, err := v.Count(t.Context(), table)
		if err != nil {
			wantError(t, "a connection that was cut", err, archwire.Unavailable)
		}
	}
	if n, err := v.Count(t.Context(), table); err != nil || n != 2 {
		t.Errorf("%d rows, error %v; the other connection should read on", n, err)
	}
	for _, l := range v.(*view).links {
		l.cut()
	}
	var err error
	for range 3 { // each connection is found to be lost by one that uses it
		_, err = v.Count(t.Context(), table)
	}
	wantError(t, "without a connection", err, archwire.Unavailable, "snapshot was lost", "Run again")
}

// TestTransactionThatTheServerEndedIsNoSnapshot has the server roll back, as it may
// with an error: what the connection would read from then on is of another instant.
func TestTransactionThatTheServerEndedIsNoSnapshot(t *testing.T) {
	t.Parallel()
	b, table := unlucky(t)
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn, Connections: 1}))
	if err := v.(*view).links[0].exec(t.Context(), rollbackSQL); err != nil {
		t.Fatal(err)
	}
	b.double.Inject(wire.Fault{Match: `COUNT_BIG\(\*\)\) FROM \[dbo\]`, Error: &wire.Error{Number: 1205, State: 51, Severity: 13, Message: "A deadlock."}})
	_, err := v.Count(t.Context(), table)
	wantError(t, "a deadlock", err, archwire.Unavailable, "deadlock")
	b.exec(t, "DELETE FROM tracked")
	_, err = v.Count(t.Context(), table)
	wantError(t, "after it", err, archwire.Unavailable, "snapshot was lost")
}

func TestCancelledReadingKeepsTheSnapshot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, pair...)
	table := b.table(t, "untracked")
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn, Connections: 1}))
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		for batch, err := range v.Batches(ctx, table, archwire.Chunk{}) {
			cancel()
			if batch == nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		cancel()
	}
	b.exec(t, "DELETE FROM untracked")
	if n, err := v.Count(t.Context(), table); err != nil || n != 2 {
		t.Errorf("%d rows, error %v; want the 2 of the snapshot", n, err)
	}
}

func containsAny(text string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
