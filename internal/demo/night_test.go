package demo_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"archwire/internal/demo"
)

func small(t *testing.T, asOf string) demo.Size {
	return demo.Size{Practices: 7, Months: 3, Seed: 7, AsOf: day(t, asOf)}
}

// digests returns the number of rows and a hash of all rows of every table.
func digests(t *testing.T, b *bundle) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, s := range b.created.Tables {
		name := s.Table[len("rcm."):]
		var digest string
		err := b.of(s.Table[:3]).QueryRow(t.Context(), `select count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)), 0) from `+pgx.Identifier{name}.Sanitize()+` t`).Scan(&digest)
		if err != nil {
			t.Fatalf("hashing %s: %v", s.Table, err)
		}
		all[s.Table] = digest
	}
	return all
}

// TestRowsFollowFromSizeAndSeed promises that a history depends on its size
// and seed only, and that nights lead to the same rows as a creation.
func TestRowsFollowFromSizeAndSeed(t *testing.T) {
	size := small(t, "2026-10-28")
	want := setup(t, size)
	digest := digests(t, want)

	t.Run("CreatedTwice", func(t *testing.T) {
		if diff := cmp.Diff(digest, digests(t, setup(t, size))); diff != "" {
			t.Errorf("two creations of one size and seed differ (-first +second):\n%s", diff)
		}
	})
	t.Run("OtherSeed", func(t *testing.T) {
		other := size
		other.Seed++
		second := digests(t, setup(t, other))
		for _, table := range []string{"rcm.ledger_transaction", "rcm.claim", "pms.person", "pms.appointment"} {
			if digest[table] == second[table] {
				t.Errorf("%s: the same rows from two seeds", table)
			}
		}
	})
	t.Run("AdvancedByNights", func(t *testing.T) {
		got := setup(t, small(t, "2026-10-21"))
		testNights(t, got)
		if diff := cmp.Diff(digest, digests(t, got)); diff != "" {
			t.Errorf("created up to the day, and advanced to it (-created +advanced):\n%s", diff)
		}
	})
}

// cursors are columns by which changes of a table can be followed.
var cursors = map[string]string{
	"rcm.ledger_transaction": "updated_at", "rcm.instalment": "updated_at", "rcm.claim": "updated_at",
	"pms.patient": "updated_at", "pms.appointment": "updated_at", "pms.exam": "updated_at",
}

// testNights advances from 2026-10-21, a Wednesday, to the Wednesday after,
// and expects changes of every kind, found by updated_at or by key.
func testNights(t *testing.T, b *bundle) {
	before := map[string]time.Time{}
	for table, column := range cursors {
		before[table] = newest(t, b, table, column)
	}
	events := number(t, b.rcm, "select max(claim_event_id)::float from claim_event")

	total := map[string]demo.TableSummary{}
	for _, asOf := range []string{"2026-10-22", "2026-10-23", "2026-10-26", "2026-10-27", "2026-10-28"} {
		s, err := demo.Night(t.Context(), b.rcmDSN, b.pmsDSN)
		if err != nil {
			t.Fatalf("advancing to %s: %v", asOf, err)
		}
		if s.AsOf != asOf {
			t.Fatalf("advanced to %s, want %s", s.AsOf, asOf)
		}
		for _, table := range s.Tables {
			sum := total[table.Table]
			sum.Inserted += table.Inserted
			sum.Updated += table.Updated
			sum.Deleted += table.Deleted
			total[table.Table] = sum
		}
	}
	for table, column := range cursors {
		s := total[table]
		if s.Inserted == 0 || s.Updated == 0 {
			t.Errorf("%s: got %+v, want rows inserted and updated", table, s)
		}
		var found int64
		err := b.of(table[:3]).QueryRow(t.Context(), "select count(*) from "+table[4:]+" where "+column+" > $1", before[table]).Scan(&found)
		if err != nil {
			t.Fatal(err)
		}
		if most := s.Inserted + s.Updated; found < s.Inserted-s.Deleted || found > most {
			t.Errorf("%s: found %d rows by %s, want all %d inserted and at most the %d changed", table, found, column, s.Inserted, most)
		}
	}
	found := number(t, b.rcm, "select count(*)::float from claim_event where claim_event_id > $1", events)
	if s := total["rcm.claim_event"]; found != float64(s.Inserted) || s.Updated != 0 {
		t.Errorf("rcm.claim_event: found %v rows by key, want the %+v", found, s)
	}
	if n := total["pms.appointment"].Deleted + total["rcm.ledger_transaction"].Deleted + total["pms.lead"].Deleted; n == 0 {
		t.Errorf("nothing was deleted in five nights")
	}
	if got := number(t, b.rcm, "select (as_of - date '2026-10-21')::float from demo_clock"); got != 7 {
		t.Errorf("the clock advanced by %v days, want 7", got)
	}
	for _, v := range invariants {
		if got := number(t, b.of(v.database), v.sql); got != 0 {
			t.Errorf("after the nights, %s: got %v exceptions, want none", v.name, got)
		}
	}
	balancingWorksheet(t, b, day(t, "2026-10-26"))
}

func newest(t *testing.T, b *bundle, table, column string) time.Time {
	t.Helper()
	var at time.Time
	if err := b.of(table[:3]).QueryRow(t.Context(), "select max("+column+") from "+table[4:]).Scan(&at); err != nil {
		t.Fatal(err)
	}
	return at
}
