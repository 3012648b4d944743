package warehousetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// byPractice filters the ledger.
var byPractice = map[string]string{"rcm.ledger": "practice_id"}

// refreshOf recomputes the rows of some practices.
func refreshOf(t *testing.T, w archwire.Warehouse, m archwire.Model, tenants ...string) archwire.Refreshed {
	t.Helper()
	r, err := w.Refresh(context.Background(), m, archwire.RefreshScope{Tenants: tenants, Filter: byPractice})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testRefreshTenants(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)}, []any{3, 3, "1.00", int32(0)}, []any{nil, 9, "1.00", int32(0)})
	keyless := daily
	keyless.Key = nil // a row of nobody has no key
	refresh(t, w, keyless)
	loadOwned(t, w, []any{1, 1, "2.00", int32(0)}, []any{2, 2, "2.00", int32(0)}, []any{4, 4, "2.00", int32(0)})
	r := refreshOf(t, w, keyless, "1", "3", "4", "no practice")
	if r.Rows != 4 || r.Written != 2 {
		t.Errorf("the model has %d rows, %d of them recomputed; want 4 and 2", r.Rows, r.Written)
	}
	want := []string{"1|0|2.00|1", "2|0|1.00|1", "4|0|2.00|1", "null|0|1.00|1"} // 2 and nobody as they were
	if diff := cmp.Diff(want, query(t, w, "select * from finance.daily order by practice_id nulls last")); diff != "" {
		t.Error(diff)
	}
}

// testRefreshFilters recomputes models that name the ledger in every way, for one
// practice, and sees how many rows they found in it.
func testRefreshFilters(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)}, []any{2, 3, "1.00", int32(0)}, []any{3, 4, "1.00", int32(0)})
	loadAll(t, w, "run", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "a"}, []any{2, "b"}, []any{3, "c"})}, payer)
	for i, sql := range []string{
		"select practice_id, count(*) as n from rcm.ledger group by 1",
		"select practice_id, n from (select practice_id, count(*) over () as n from rcm . \"ledger\") x group by 1, 2",
		"select l.practice_id, (select count(*) from RCM.Ledger) as n from rcm.ledger as l group by 1",
		"with ledger as (select * from rcm.ledger), x as (select count(*) as n from ledger)\nselect distinct practice_id, n from ledger, x",
		"select ledger.practice_id, count(b.id) as n from rcm.ledger /* it's -- */ join rcm.ledger\n b on true where ledger.id = 2 group by 1",
		"select practice_id, count(*) as n from rcm.ledger l(practice_id, i, a, p) where exists (select 1 from rcm.ledger where id = i) group by 1",
		"select practice_id, n - 1 as n from (select practice_id, (select count(*) from rcm.payer) as n from rcm.ledger) y where 'rcm.ledger' <> '' group by 1, 2",
		"select practice_id, count(*) as n from (select * from rcm.ledger union all select * from rcm.ledger where false) x group by 1",
		"select rcm.ledger.practice_id, count(*) as n from rcm.ledger group by 1",
	} {
		m := archwire.Model{Name: fmt.Sprint("odd.m", i), File: "m.sql", Line: 1, Key: []string{"practice_id"}, Tenant: "practice_id", SQL: sql}
		refresh(t, w, m)
		all := query(t, w, "select cast(practice_id as int) from "+m.Name+" order by 1")
		refreshOf(t, w, m, "2")
		if got := query(t, w, "select n from "+m.Name+" where practice_id = 2"); !slices.Equal(got, []string{"2"}) {
			t.Errorf("%s\nsees %v rows, want those of one practice", sql, got)
		}
		if diff := cmp.Diff(all, query(t, w, "select cast(practice_id as int) from "+m.Name+" order by 1")); diff != "" {
			t.Errorf("%s\n%s", sql, diff)
		}
	}
}

// testRefreshHistory follows random changes of the ledger, as they are pending.
func testRefreshHistory(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	m := archwire.Model{
		Name: "finance.running", Key: []string{"practice_id", "id"}, Tenant: "practice_id", Reads: []string{"rcm.ledger"},
		SQL: `with days as (select practice_id, posted_on, sum(amount) as day from rcm.ledger group by 1, 2)
			select l.practice_id, l.id, d.day, rank() over (partition by l.practice_id order by l.amount, l.id) as place,
			cast(l.amount as double) as ratio, (select count(*) from rcm.ledger x where x.practice_id = l.practice_id) as n
			from rcm.ledger l left join days d on d.practice_id = l.practice_id and (d.posted_on = l.posted_on or d.posted_on is null and l.posted_on is null)`,
	}
	rows := map[int][]any{}
	var parts int
	history := rapid.Custom(func(r *rapid.T) []any {
		return []any{
			rapid.IntRange(1, 5).Draw(r, "practice"), rapid.IntRange(1, 12).Draw(r, "id"),
			rapid.SampledFrom([]any{nil, "0.00", "1.10", "-2.20"}).Draw(r, "amount"), rapid.SampledFrom([]any{nil, int32(1), int32(2)}).Draw(r, "day"),
		}
	})
	for seed := range 40 {
		row := history.Example(seed)
		if id := row[1].(int); seed%4 == 3 {
			delete(rows, id)
		} else {
			rows[id] = row
		}
		var list [][]any
		for _, row := range rows {
			list = append(list, row)
		}
		loadOwned(t, w, list...)
		p := pending(t, w, m.Name, m.Reads...)
		scope := archwire.RefreshScope{Filter: byPractice, Seq: p.Seq, Mark: "1"}
		if !p.Never && len(p.All) == 0 {
			scope.Tenants = append([]string{}, p.Tenants...)
			parts++
		}
		if _, err := w.Refresh(context.Background(), m, scope); err != nil {
			t.Fatal(err)
		}
		want := query(t, w, "select * from ("+m.SQL+") x order by 1, 2")
		if diff := cmp.Diff(want, query(t, w, "select * from finance.running order by 1, 2")); diff != "" {
			t.Fatalf("after %d changes, %+v (-want +got):\n%s", seed+1, p, diff)
		}
	}
	if parts < 30 {
		t.Errorf("%d of 40 refreshes were of some practices", parts)
	}
}

func testRefreshNobody(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)})
	refresh(t, w, daily)
	loadOwned(t, w, []any{1, 1, "2.00", int32(0)})
	seq := pending(t, w, daily.Name, "rcm.ledger").Seq
	r, err := w.Refresh(context.Background(), daily, archwire.RefreshScope{Tenants: []string{}, Filter: byPractice, Seq: seq, Mark: "m"})
	if err != nil || r.Rows != 1 || r.Written != 0 {
		t.Errorf("refreshing nobody gives %+v (%v)", r, err)
	}
	if diff := cmp.Diff([]string{"1|0|1.00|1"}, query(t, w, "select * from finance.daily")); diff != "" {
		t.Error(diff)
	}
	if p := pending(t, w, daily.Name, "rcm.ledger"); !p.None() || p.Mark != "m" {
		t.Errorf("pending is %+v", p)
	}
}

func testRefreshShape(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)})
	for _, sql := range []string{ // the first one makes the model
		daily.SQL,
		"select practice_id, posted_on, sum(amount) as total, count(*) as n from rcm.ledger group by 1, 2",
		"select practice_id, posted_on, cast(sum(amount) as decimal(14,2)) as total, count(*) as n from rcm.ledger group by 1, 2",
	} {
		m := daily
		m.SQL = sql
		if r := refreshOf(t, w, m, "1"); r.Written != 2 {
			t.Errorf("%s\nrecomputed %d rows, want both", sql, r.Written)
		}
		want := query(t, w, "select * from ("+sql+"\n) x order by 1")
		if diff := cmp.Diff(want, query(t, w, "select * from finance.daily order by 1")); diff != "" {
			t.Error(diff)
		}
	}
}

func testRefreshForeign(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)})
	for _, practice := range []string{"3 - practice_id", "nullif(practice_id, 1)"} {
		m := daily
		m.Key = nil
		m.SQL = strings.Replace(daily.SQL, "select practice_id", "select "+practice+" as practice_id", 1)
		refresh(t, w, m)
		before := query(t, w, "select * from finance.daily order by 1")
		_, err := w.Refresh(context.Background(), m, archwire.RefreshScope{Tenants: []string{"1"}, Filter: byPractice, Seq: 99, Mark: "no"})
		wantCode(t, err, archwire.Internal)
		if err == nil || !strings.Contains(err.Error(), "finance.daily") {
			t.Errorf("%v does not name the model", err)
		}
		if diff := cmp.Diff(before, query(t, w, "select * from finance.daily order by 1")); diff != "" {
			t.Error(diff)
		}
		if p := pending(t, w, daily.Name); p.Mark != "" {
			t.Errorf("a refresh that failed is acknowledged: %+v", p)
		}
	}
}

func testRefreshSharedKey(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	m := archwire.Model{Name: "finance.last", Tenant: "practice_id", Key: []string{"posted_on"}, SQL: "select practice_id, posted_on from rcm.ledger"}
	loadOwned(t, w, []any{1, 1, "1.00", int32(1)}, []any{2, 2, "1.00", int32(2)})
	refresh(t, w, m)
	loadOwned(t, w, []any{1, 1, "1.00", int32(2)}, []any{2, 2, "1.00", int32(2)})
	_, err := w.Refresh(context.Background(), m, archwire.RefreshScope{Tenants: []string{"1"}, Filter: byPractice})
	wantCode(t, err, archwire.Mismatch)
	loadOwned(t, w, []any{1, 1, "1.00", int32(3)}, []any{2, 2, "1.00", int32(2)})
	refreshOf(t, w, m, "1")
	if diff := cmp.Diff([]string{"1|3", "2|2"}, query(t, w, "select * from finance.last order by 1")); diff != "" {
		t.Error(diff)
	}
}

func testRefreshRecords(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)}, []any{3, 3, "1.00", int32(0)})
	refresh(t, w, daily)
	next := func() archwire.Pending {
		p := pending(t, w, "reader", daily.Name)
		published(t, w, "reader", p, "")
		return p
	}
	next()
	refresh(t, w, daily)
	if p := next(); !p.None() {
		t.Errorf("the same rows recomputed are recorded as a change: %+v", p)
	}
	refreshOf(t, w, daily, "1", "2")
	if p := next(); !p.None() {
		t.Errorf("the same rows of some recomputed are recorded as a change: %+v", p)
	}
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "2.00", int32(0)})
	refreshOf(t, w, daily, "1", "2", "3")
	wantPending(t, next(), archwire.Pending{Tenants: []string{"2", "3"}})
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "3.00", int32(0)}, []any{4, 4, "3.00", int32(0)})
	refresh(t, w, daily)
	wantPending(t, next(), archwire.Pending{Tenants: []string{"2", "4"}})
	other := daily
	other.SQL = strings.Replace(daily.SQL, "as n", "as rows", 1)
	refresh(t, w, other)
	wantPending(t, next(), archwire.Pending{All: []string{daily.Name}})
	nobody := other
	nobody.Tenant = ""
	refresh(t, w, nobody)
	if p := next(); !p.None() {
		t.Errorf("the same rows of a model without tenants are recorded as a change: %+v", p)
	}
	loadOwned(t, w)
	refresh(t, w, nobody)
	wantPending(t, next(), archwire.Pending{All: []string{daily.Name}})
}

func testRefreshAcknowledges(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)})
	for i, tenants := range [][]string{nil, {"1"}, nil} {
		loadOwned(t, w, []any{1, 1, fmt.Sprintf("%d.00", i+2), int32(0)}, []any{2, 2, "1.00", int32(0)})
		p := pending(t, w, daily.Name, "rcm.ledger")
		if p.None() {
			t.Fatalf("nothing is pending after change %d", i)
		}
		scope := archwire.RefreshScope{Tenants: tenants, Filter: byPractice, Seq: p.Seq, Mark: fmt.Sprint("mark ", i)}
		if _, err := w.Refresh(context.Background(), daily, scope); err != nil {
			t.Fatal(err)
		}
		if p := pending(t, w, daily.Name, "rcm.ledger"); !p.None() || p.Mark != scope.Mark {
			t.Errorf("after the refresh there is %+v", p)
		}
	}
	broken := daily
	broken.SQL = "select nothing"
	loadOwned(t, w, []any{1, 1, "9.00", int32(0)})
	p := pending(t, w, daily.Name, "rcm.ledger")
	_, err := w.Refresh(context.Background(), broken, archwire.RefreshScope{Seq: p.Seq, Mark: "no"})
	wantCode(t, err, archwire.Invalid)
	if diff := cmp.Diff(p, pending(t, w, daily.Name, "rcm.ledger")); diff != "" {
		t.Errorf("a refresh that failed changes what is pending (-before +after):\n%s", diff)
	}
}
