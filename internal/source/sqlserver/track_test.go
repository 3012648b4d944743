package sqlserver

import (
	"testing"
	"time"

	"archwire"
	"archwire/internal/source/sourcetest"
	"archwire/internal/source/sqlserver/sqlservertest"
)

func changesSince(t *testing.T, v archwire.View, table archwire.Table, since string) archwire.Changes {
	t.Helper()
	c, err := v.(archwire.Tracker).Changes(t.Context(), table, since)
	if err != nil {
		t.Fatalf("%v\n%s", err, archwire.HintOf(err))
	}
	return c
}

// TestWhatIsPastItsRetentionIsNotKnown lets the server clean up, truncates, and turns
// tracking off and on: after each, what changed since then is not known, and what
// changes from then on is.
func TestWhatIsPastItsRetentionIsNotKnown(t *testing.T) {
	t.Parallel()
	for what, forget := range map[string]func(b *bundle){
		"cleaned up": func(b *bundle) { b.double.CleanUp("lab", b.double.Version("lab")) },
		"truncated":  func(b *bundle) { b.exec(t, "TRUNCATE TABLE tracked") },
		"turned off and on": func(b *bundle) {
			b.exec(t, "ALTER TABLE tracked DISABLE CHANGE_TRACKING", "ALTER TABLE tracked ENABLE CHANGE_TRACKING")
		},
	} {
		b := setup(t)
		if b.double == nil && what == "cleaned up" {
			continue // a server does it in its own time
		}
		b.exec(t, pair...)
		src := open(t, Config{DSN: b.dsn})
		table := b.table(t, "tracked")
		since := changesSince(t, sourcetest.Open(t, src), table, "").Position
		b.exec(t, "UPDATE tracked SET amount = 2 WHERE id = 1", "INSERT INTO tracked VALUES (7, 7)")
		forget(b)
		b.exec(t, "INSERT INTO tracked VALUES (8, 8)")
		v := sourcetest.Open(t, src)
		c := changesSince(t, v, table, since)
		if c.Known || len(c.Chunks) > 0 || c.Deletes {
			t.Errorf("%s: %+v, want what is not known", what, c)
		}
		b.exec(t, "INSERT INTO tracked VALUES (9, 9)")
		next := changesSince(t, sourcetest.Open(t, src), table, c.Position)
		if !next.Known || len(next.Chunks) != 1 || next.Chunks[0].Rows != 1 {
			t.Errorf("%s: %+v after it, want one row", what, next)
		}
	}
}

// TestPositionIsNotBeyondTheView has a server tell the newest version to a snapshot that
// does not see it.
func TestPositionIsNotBeyondTheView(t *testing.T) {
	t.Parallel()
	for _, live := range []bool{false, true} {
		b := doubled(t, sqlservertest.Options{Live: live})
		b.exec(t, "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON", "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS)")
		b.exec(t, pair...)
		src := open(t, Config{DSN: b.dsn})
		table := b.table(t, "tracked")
		v := sourcetest.Open(t, src)
		b.exec(t, "UPDATE tracked SET amount = 2 WHERE id = 1") // behind the view
		since := changesSince(t, v, table, "").Position
		next := sourcetest.Open(t, src)
		c := changesSince(t, next, table, since)
		if !c.Known || len(c.Chunks) != 1 || c.Chunks[0].Rows != 1 {
			t.Errorf("live %t: %+v since %q, want the row that the first view did not see", live, c, since)
		}
	}
}

func TestVersionsOfAnotherDatabaseAreNotKnown(t *testing.T) {
	t.Parallel()
	one := setup(t)
	var other *bundle
	if one.double == nil {
		other = setup(t)
	} else {
		if err := one.double.Exec("master", "CREATE DATABASE other", "ALTER DATABASE other SET ALLOW_SNAPSHOT_ISOLATION ON",
			"ALTER DATABASE other SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS)"); err != nil {
			t.Fatal(err)
		}
		dsn := one.double.DSN("other")
		other = &bundle{double: one.double, dsn: dsn, db: connectTo(t, dsn)}
	}
	for _, b := range []*bundle{one, other} {
		b.exec(t, pair...)
	}
	since := changesSince(t, sourcetest.Open(t, open(t, Config{DSN: one.dsn})), one.table(t, "tracked"), "").Position
	if c := changesSince(t, sourcetest.Open(t, open(t, Config{DSN: other.dsn})), other.table(t, "tracked"), since); c.Known {
		t.Errorf("%+v since %q of another database", c, since)
	}
}

func TestWhatCannotBeTrackedIsInvalid(t *testing.T) {
	t.Parallel()
	b := onDouble(t)
	b.exec(t, pair...)
	table := b.table(t, "untracked")
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn}))
	_, err := v.(archwire.Tracker).Changes(t.Context(), table, "")
	wantError(t, "a table without tracking", err, archwire.Invalid, "pms.untracked", "ALTER TABLE [dbo].[untracked] ENABLE CHANGE_TRACKING", "VIEW CHANGE TRACKING")
	table = b.table(t, "tracked")
	table.Key = []string{"amount"}
	_, err = v.(archwire.Tracker).Changes(t.Context(), table, "")
	wantError(t, "another key", err, archwire.Invalid, "pms.tracked", "(id)", "(amount)")
	weak := open(t, Config{DSN: b.user(t, "SELECT")})
	v = sourcetest.Open(t, weak)
	c, err := v.(archwire.Tracker).Changes(t.Context(), b.table(t, "tracked"), "")
	if err == nil { // it may be told by the changes only
		_, err = v.(archwire.Tracker).Changes(t.Context(), b.table(t, "tracked"), c.Position)
	}
	if archwire.CodeOf(err) != archwire.Invalid && archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("without the right: error %v, want one that says so", err)
	}
}

// TestUnchangedTables vouches for a table only while nothing that is tracked is
// written, and only a day after it was defined.
func TestUnchangedTables(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	b := doubled(t, sqlservertest.Options{Now: func() time.Time { return now }})
	b.exec(t, "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON", "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS)")
	b.exec(t, pair...)
	src := open(t, Config{DSN: b.dsn})
	unchanged := func(name string, since archwire.Instant) bool {
		t.Helper()
		v := sourcetest.Open(t, src)
		ok, err := v.(archwire.Witness).Unchanged(t.Context(), b.table(t, name), since)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if since := sourcetest.Open(t, src).At(); unchanged("tracked", since) {
		t.Error("a table is vouched for that was altered a moment ago")
	}
	now = now.Add(48 * time.Hour)
	since := sourcetest.Open(t, src).At()
	if !unchanged("tracked", since) {
		t.Error("a table that nobody has written to is not vouched for")
	}
	if unchanged("untracked", since) {
		t.Error("a table without change tracking is vouched for")
	}
	b.exec(t, "UPDATE untracked SET amount = 7")
	if !unchanged("tracked", since) {
		t.Error("a table is not vouched for, although what was written is not tracked")
	}
	b.exec(t, "TRUNCATE TABLE tracked")
	if unchanged("tracked", since) {
		t.Error("a table is vouched for that was truncated")
	}
	since = sourcetest.Open(t, src).At()
	b.exec(t, "INSERT INTO tracked VALUES (9, 9)")
	if unchanged("tracked", since) {
		t.Error("a table is vouched for that was written to")
	}
}
