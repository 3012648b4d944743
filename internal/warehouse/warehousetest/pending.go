package warehousetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// owned is the ledger, of which each row is known to be a practice's.
var owned = func() archwire.Table {
	t := ledger
	t.Tenant, t.Key = "practice_id", []string{"id"}
	return t
}()

// loadOwned replaces the ledger's rows.
func loadOwned(t *testing.T, w archwire.Warehouse, rows ...[]any) {
	t.Helper()
	loadAll(t, w, "run", map[string]archwire.Batches{"rcm.ledger": batches(owned, rows...)}, owned)
}

func pending(t *testing.T, w archwire.Warehouse, consumer string, reads ...string) archwire.Pending {
	t.Helper()
	p, err := w.Pending(context.Background(), consumer, reads)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// published acknowledges what is pending.
func published(t *testing.T, w archwire.Warehouse, consumer string, p archwire.Pending, mark string) {
	t.Helper()
	err := w.Published(context.Background(), map[string]archwire.Acknowledged{consumer: {Seq: p.Seq, Mark: mark}})
	if err != nil {
		t.Fatal(err)
	}
}

// wantPending compares what is pending, but for its number.
func wantPending(t *testing.T, got, want archwire.Pending) {
	t.Helper()
	got.Seq = 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pending (-want +got):\n%s", diff)
	}
}

func testPending(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", nil}, []any{2, 2, "1.00", nil}, []any{10, 3, "1.00", nil})
	first := pending(t, w, "me", "rcm.ledger")
	wantPending(t, first, archwire.Pending{Never: true})
	published(t, w, "me", first, "a")
	if p := pending(t, w, "me", "rcm.ledger"); !p.None() || p.Seq != first.Seq {
		t.Errorf("after it was acknowledged there is %+v", p)
	}
	loadOwned(t, w, []any{1, 1, "1.00", nil}, []any{2, 2, "2.00", nil}, []any{10, 3, "1.00", nil})
	loadOwned(t, w, []any{1, 1, "1.00", nil}, []any{2, 2, "2.00", nil}, []any{11, 3, "1.00", nil}) // a row that moves
	second := pending(t, w, "me", "rcm.ledger")
	wantPending(t, second, archwire.Pending{Mark: "a", Tenants: []string{"10", "11", "2"}})
	loadOwned(t, w, []any{1, 1, "1.00", nil}, []any{2, 2, "3.00", nil}, []any{11, 3, "1.00", nil})
	published(t, w, "me", second, "b")
	wantPending(t, pending(t, w, "me", "rcm.ledger"), archwire.Pending{Mark: "b", Tenants: []string{"2"}})
	if p := pending(t, w, "another", "rcm.ledger"); !p.Never || p.Seq <= second.Seq {
		t.Errorf("another consumer has %+v pending", p)
	}
}

func testPendingReads(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", nil})
	loadAll(t, w, "run", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "a"})}, payer)
	published(t, w, "me", pending(t, w, "me"), "")
	loadOwned(t, w, []any{1, 1, "2.00", nil})
	loadAll(t, w, "run", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "b"})}, payer)
	wantPending(t, pending(t, w, "me", "rcm.ledger", "rcm.payer"), archwire.Pending{All: []string{"rcm.payer"}, Tenants: []string{"1"}})
	wantPending(t, pending(t, w, "me", "rcm.ledger"), archwire.Pending{Tenants: []string{"1"}})
	wantPending(t, pending(t, w, "me", "rcm.payer"), archwire.Pending{All: []string{"rcm.payer"}})
	if p := pending(t, w, "me", "rcm.other"); !p.None() {
		t.Errorf("a relation that did not change has %+v pending", p)
	}
	if p := pending(t, w, "me"); !p.None() {
		t.Errorf("no relation has %+v pending", p)
	}
}

func testPendingAll(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", nil})
	published(t, w, "me", pending(t, w, "me"), "")
	loadOwned(t, w, []any{1, 1, "1.00", nil}, []any{nil, 2, "1.00", nil}) // a row of nobody
	whole := archwire.Pending{All: []string{"rcm.ledger"}}
	wantPending(t, pending(t, w, "me", "rcm.ledger"), whole)
	loadOwned(t, w, []any{1, 1, "2.00", nil}, []any{nil, 2, "1.00", nil}) // all of it changed, so the tenant did
	wantPending(t, pending(t, w, "me", "rcm.ledger"), whole)
	published(t, w, "me", pending(t, w, "me"), "")
	loadOwned(t, w, []any{1, 1, "3.00", nil}, []any{nil, 2, "1.00", nil})
	wantPending(t, pending(t, w, "me", "rcm.ledger"), archwire.Pending{Tenants: []string{"1"}})
}

func testPendingKept(t *testing.T, open Opener) {
	folder := t.TempDir()
	w := open(t, folder)
	var last int64
	for i := range 3 {
		loadOwned(t, w, []any{1, 1, "1.00", nil}, []any{2, 2, fmt.Sprintf("%d.00", i), nil})
		p := pending(t, w, "me", "rcm.ledger")
		if p.Seq <= last {
			t.Errorf("a change has number %d after %d", p.Seq, last)
		}
		last = p.Seq
		if i > 0 {
			wantPending(t, p, archwire.Pending{Mark: fmt.Sprint("mark ", i-1), Tenants: []string{"2"}})
		}
		published(t, w, "me", p, fmt.Sprint("mark ", i))
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		w = open(t, folder)
	}
	if p := pending(t, w, "me", "rcm.ledger"); !p.None() || p.Mark != "mark 2" {
		t.Errorf("what was acknowledged is pending again: %+v", p)
	}
}

func testPublished(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", nil})
	seq := pending(t, w, "a").Seq
	done := map[string]archwire.Acknowledged{"a": {Seq: seq, Mark: "it's"}, "b": {Mark: "from the start"}, "c": {Seq: seq}}
	if err := w.Published(context.Background(), done); err != nil {
		t.Fatal(err)
	}
	if p := pending(t, w, "a", "rcm.ledger"); !p.None() || p.Mark != "it's" {
		t.Errorf("a has %+v", p)
	}
	if p := pending(t, w, "b", "rcm.ledger"); p.None() || p.Never || p.Mark != "from the start" {
		t.Errorf("b has %+v", p)
	}
	if p := pending(t, w, "c", "rcm.ledger"); !p.None() || p.Mark != "" {
		t.Errorf("c has %+v", p)
	}
}

// testPendingAtOnce refreshes models side by side while a consumer copies what it
// is told changed: in the end it has all of it.
func testPendingAtOnce(t *testing.T, open Opener) {
	const models, rounds = 5, 15
	w := open(t, t.TempDir())
	name := func(i int) string { return fmt.Sprint("busy.model_", i) }
	var reads []string
	var writers sync.WaitGroup
	for i := range models {
		reads = append(reads, name(i))
		writers.Go(func() {
			for n := range rounds {
				m := archwire.Model{Name: name(i), Tenant: "practice_id", SQL: fmt.Sprintf("select %d as practice_id, %d as n", i, n)}
				if _, err := w.Refresh(context.Background(), m, archwire.RefreshScope{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	seen := map[string]string{}
	follow := func() {
		p := pending(t, w, "follower", reads...)
		for i, r := range reads {
			changed := p.Never
			for _, a := range p.All {
				changed = changed || a == r
			}
			for _, tenant := range p.Tenants {
				changed = changed || tenant == fmt.Sprint(i)
			}
			if rows, err := tryQuery(w, "select n from "+r); changed && err == nil && len(rows) == 1 {
				seen[r] = rows[0]
			}
		}
		published(t, w, "follower", p, "")
	}
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		follow()
	}
	for _, r := range reads {
		if seen[r] != fmt.Sprint(rounds-1) {
			t.Errorf("the last that was told of %s is %q, want %d", r, seen[r], rounds-1)
		}
	}
}
