package sqlserver

import (
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/source/sourcetest"
	"archwire/internal/source/sqlserver/sqlservertest"
)

// anew is what makes tracking of the table tracked begin anew, or makes it another
// table, without a change of a row that is tracked.
var anew = map[string][]string{
	"truncated":         {"TRUNCATE TABLE tracked"},
	"turned off and on": {"ALTER TABLE tracked DISABLE CHANGE_TRACKING", "UPDATE tracked SET amount = 9", "ALTER TABLE tracked ENABLE CHANGE_TRACKING"},
	"dropped and made": {
		"DROP TABLE tracked", "CREATE TABLE tracked (id bigint NOT NULL PRIMARY KEY, amount decimal(9,2) NULL)",
		"INSERT INTO tracked VALUES (5, 5)", "ALTER TABLE tracked ENABLE CHANGE_TRACKING",
	},
	"given to another": {"EXEC sp_rename 'dbo.tracked', 'former'", "EXEC sp_rename 'dbo.other', 'tracked'"},
	"turned off and on with the database's": {
		"ALTER TABLE tracked DISABLE CHANGE_TRACKING", "ALTER TABLE other DISABLE CHANGE_TRACKING", "ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF",
		"UPDATE tracked SET amount = 9",
		"ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS)", "ALTER TABLE tracked ENABLE CHANGE_TRACKING", "ALTER TABLE other ENABLE CHANGE_TRACKING",
	},
}

// aged makes two tracked tables on a double whose clock then goes on by two days, so
// that their definitions are old enough to be vouched for. The rows of quiet ones were
// there before tracking was turned on.
func aged(t *testing.T, opts sqlservertest.Options, quiet bool) *bundle {
	t.Helper()
	var seconds atomic.Int64
	start := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	opts.Now = func() time.Time { return start.Add(time.Duration(seconds.Add(1)) * time.Second) }
	b := doubled(t, opts)
	b.exec(t, "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON", "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS)")
	for _, name := range []string{"tracked", "other"} {
		statements := []string{
			fmt.Sprintf("CREATE TABLE %s (id bigint NOT NULL PRIMARY KEY, amount decimal(9,2) NULL)", name),
			fmt.Sprintf("INSERT INTO %s VALUES (1, 1.50), (2, NULL)", name),
			fmt.Sprintf("ALTER TABLE %s ENABLE CHANGE_TRACKING", name),
		}
		if !quiet {
			statements[1], statements[2] = statements[2], statements[1]
		}
		b.exec(t, statements...)
	}
	seconds.Add(48 * 3600)
	return b
}

// noted is what a run remembers of the table tracked: its position, and the instant.
type noted struct {
	position string
	at       archwire.Instant
}

func note(t *testing.T, src archwire.Source, table archwire.Table) noted {
	t.Helper()
	v := sourcetest.Open(t, src)
	return noted{changesSince(t, v, table, "").Position, v.At()}
}

// still asks whether changes since then are known, and whether the table is vouched
// for.
func still(t *testing.T, src archwire.Source, table archwire.Table, was noted) (known, unchanged bool) {
	t.Helper()
	v := sourcetest.Open(t, src)
	unchanged, err := v.(archwire.Witness).Unchanged(t.Context(), table, was.at)
	if err != nil {
		t.Fatal(err)
	}
	return changesSince(t, v, table, was.position).Known, unchanged
}

// TestTrackingThatBeganAnewIsNotKnown does to a table what change tracking tells
// nothing of, with no other commit before it is asked again, and with some.
func TestTrackingThatBeganAnewIsNotKnown(t *testing.T) {
	t.Parallel()
	for what, statements := range anew {
		for _, terse := range []bool{false, true} {
			for _, quiet := range []bool{false, true} {
				for _, commits := range []int{0, 1, 3} {
					t.Run(fmt.Sprintf("%s terse=%t quiet=%t commits=%d", what, terse, quiet, commits), func(t *testing.T) {
						t.Parallel()
						b := aged(t, sqlservertest.Options{Plain: true, Terse: terse}, quiet)
						src := open(t, Config{DSN: b.dsn})
						table := b.table(t, "tracked")
						was := note(t, src, table)
						if known, unchanged := still(t, src, table, was); known == quiet || unchanged == quiet {
							t.Fatalf("before it: known %t, unchanged %t, though nothing happened", known, unchanged)
						}
						b.exec(t, statements...)
						for i := range commits {
							b.exec(t, fmt.Sprintf("INSERT INTO tracked VALUES (%d, 7)", 100+i))
						}
						if known, unchanged := still(t, src, table, was); known || unchanged {
							t.Errorf("known %t, unchanged %t", known, unchanged)
						}
						b.exec(t, "INSERT INTO tracked VALUES (200, 7)")
						was = note(t, src, table)
						b.exec(t, "INSERT INTO tracked VALUES (201, 7)")
						if known, unchanged := still(t, src, table, was); !known || unchanged {
							t.Errorf("afterwards: known %t, unchanged %t", known, unchanged)
						}
					})
				}
			}
		}
	}
}

// TestTrackingIsKnownBySoMuchAsIsSeen asks as a user who does not see what holds the
// changes: it is the date of the table that tells then.
func TestTrackingIsKnownBySoMuchAsIsSeen(t *testing.T) {
	t.Parallel()
	for what, statements := range anew {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			b := aged(t, sqlservertest.Options{Plain: true, Terse: true, Hidden: true}, false)
			src := open(t, Config{DSN: b.user(t, "SELECT", "VIEW CHANGE TRACKING")})
			table := sourcetest.Find(t, src, "tracked")
			was := note(t, src, table)
			b.exec(t, "INSERT INTO other VALUES (3, 3)")
			if known, _ := still(t, src, table, was); !known {
				t.Error("before it: not known, though nothing happened to the table")
			}
			b.exec(t, statements...)
			for i := range 4 {
				b.exec(t, fmt.Sprintf("INSERT INTO tracked VALUES (%d, 7)", 100+i))
			}
			if known, unchanged := still(t, src, table, was); known || unchanged {
				t.Errorf("known %t, unchanged %t", known, unchanged)
			}
		})
	}
}

func TestPositionsThatAreKnown(t *testing.T) {
	t.Parallel()
	now := position{current: "9", least: 3, begin: 2, life: "table 5 from 2 in 7 of 2026-11-20T12:00:00", known: true}
	of := func(p position, version string) string { p.current = version; return p.written("fork a") }
	older, other, untold := now, now, now
	older.life, other.life, untold.begin = "table 5 from 1 in 7 of 2026-11-20T12:00:00", "table 5 from 2 altered 2026-11-20T12:00:00", math.MaxInt64
	for _, c := range []struct {
		what string
		now  position
		was  string
		want bool
	}{
		{"the newest", now, of(now, "9"), true},
		{"the oldest that is kept", now, of(now, "3"), true},
		{"one that was cleaned up", now, of(now, "2"), false},
		{"one that is to come", now, of(now, "10"), false},
		{"none", now, "", false},
		{"of no life", now, "fork a 9", false},
		{"of an earlier life", now, of(older, "9"), false},
		{"of a life told otherwise", now, of(other, "9"), false},
		{"of another history", now, "fork b" + of(now, "9")[len("fork a"):], false},
		{"with more behind it", now, of(now, "9") + " 9", false},
		{"where the beginning is not told", untold, of(untold, "9"), false},
		{"at the beginning", position{current: "2", least: 2, begin: 2, known: true}, of(position{}, "2"), false},
		{"where the rest is not told", position{current: "9"}, of(position{}, "9"), false},
	} {
		if _, ok := c.now.since("fork a", c.was); ok != c.want {
			t.Errorf("%s: known %t", c.what, ok)
		}
	}
}
