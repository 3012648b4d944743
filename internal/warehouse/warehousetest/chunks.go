package warehousetest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

func chunks(wheres ...string) []archwire.Chunk {
	out := []archwire.Chunk{}
	for i, where := range wheres {
		out = append(out, archwire.Chunk{Where: where, Rows: int64(i)})
	}
	return out
}

func wantPrepare(t *testing.T, l archwire.Load, table archwire.Table, cut, want []archwire.Chunk, wantResumed bool) {
	t.Helper()
	left, resumed, err := l.Prepare(context.Background(), table, cut)
	if err != nil || resumed != wantResumed {
		t.Fatalf("resumed is %t, want %t: %v", resumed, wantResumed, err)
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Fatalf("the chunks left: %s", diff)
	}
}

// endings are how a load may end with chunks to go on from.
var endings = map[string]func(t *testing.T, open Opener, folder string, w archwire.Warehouse, l archwire.Load) archwire.Warehouse{
	"left": func(t *testing.T, _ Opener, _ string, w archwire.Warehouse, l archwire.Load) archwire.Warehouse {
		t.Helper()
		for range 2 {
			if err := l.Leave(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		return w
	},
	"closed": func(t *testing.T, open Opener, folder string, w archwire.Warehouse, _ archwire.Load) archwire.Warehouse {
		t.Helper()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return open(t, folder)
	},
	"forgotten": func(_ *testing.T, _ Opener, _ string, w archwire.Warehouse, _ archwire.Load) archwire.Warehouse {
		return w
	},
}

func testResume(t *testing.T, open Opener) {
	ctx := context.Background()
	for name, end := range endings {
		folder := t.TempDir()
		w := open(t, folder)
		loadAll(t, w, "before", map[string]archwire.Batches{visit.ID(): batches(visit, row(9, 90, "old"))}, visit)
		l := begin(t, w, "first", visit)
		cut := chunks("id < 10", "id between 10 and 19", "id > 19 -- 'x'")
		wantPrepare(t, l, visit, cut, cut, false)
		stageChunk(t, l, visit, cut[1], batches(visit, row(10, 1, "b"), row(11, 1, "b")))
		if _, err := l.Stage(ctx, visit, cut[0], broken(batch(visit, row(1, 1, "lost")), 2)); err == nil {
			t.Fatal("a broken chunk was staged")
		}
		if _, err := l.Patch(ctx, visit, batches(visit.KeyTable(), []any{11}), batches(visit, row(8, 1, "patched"))); err != nil {
			t.Fatal(err)
		}
		w = end(t, open, folder, w, l)
		wantVisits(t, w, "9 90 old")

		l = begin(t, w, "second", visit)
		wantPrepare(t, l, visit, chunks("other", "chunks"), chunksOf(cut, 0, 2), true)
		wantCount(t, l, visit, 2)
		stageChunk(t, l, visit, cut[2], batches(visit, row(20, 1, "c")))
		w = end(t, open, folder, w, l)

		l = begin(t, w, "third", visit)
		wantPrepare(t, l, visit, nil, chunksOf(cut, 0), true)
		stageChunk(t, l, visit, cut[0], batches(visit, row(1, 1, "a")))
		commit(t, l)
		wantVisits(t, w, "1 1 a", "10 1 b", "11 1 b", "20 1 c")

		l = begin(t, w, "fourth", visit)
		wantPrepare(t, l, visit, cut, cut, false) // what was committed is not gone on from
		if err := l.Abort(ctx); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func chunksOf(all []archwire.Chunk, which ...int) []archwire.Chunk {
	out := []archwire.Chunk{}
	for _, i := range which {
		out = append(out, all[i])
	}
	return out
}

func testResumeNot(t *testing.T, open Opener) {
	ctx := context.Background()
	cut := chunks("a", "b")
	retyped := visit
	retyped.Columns = slices.Clone(visit.Columns)
	retyped.Columns[2].Type.Kind = archwire.JSON
	for name, between := range map[string]func(w archwire.Warehouse, l archwire.Load) (next archwire.Table){
		"aborted": func(_ archwire.Warehouse, l archwire.Load) archwire.Table {
			if err := l.Abort(ctx); err != nil {
				t.Error(err)
			}
			return visit
		},
		"of another definition": func(archwire.Warehouse, archwire.Load) archwire.Table { return retyped },
		"merged meanwhile": func(w archwire.Warehouse, _ archwire.Load) archwire.Table {
			if err := beginMerge(t, w, "merge", visit).Leave(ctx); err != nil { //nolint:contextcheck // helpers of tests have one of their own
				t.Error(err)
			}
			return visit
		},
		"without the table meanwhile": func(w archwire.Warehouse, _ archwire.Load) archwire.Table {
			if err := begin(t, w, "other", payer).Leave(ctx); err != nil { //nolint:contextcheck // helpers of tests have one of their own
				t.Error(err)
			}
			return visit
		},
	} {
		w := open(t, t.TempDir())
		l := begin(t, w, "first", visit)
		wantPrepare(t, l, visit, cut, cut, false)
		stageChunk(t, l, visit, cut[0], batches(visit, row(1, 1, "a")))
		next := between(w, l)
		l = begin(t, w, "second", next)
		left, resumed, err := l.Prepare(ctx, next, cut)
		if err != nil || resumed || len(left) != 2 {
			t.Errorf("%s: resumed is %t with %d chunks left: %v", name, resumed, len(left), err)
		}
		wantCount(t, l, next, 0)
	}
}

func testStageWithoutPrepare(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	l := begin(t, w, "first", visit)
	cut := chunks("a", "b")
	wantPrepare(t, l, visit, cut, cut, false)
	stageChunk(t, l, visit, cut[0], batches(visit, row(1, 1, "a")))
	l = begin(t, w, "second", visit)
	stage(t, l, visit, batches(visit, row(2, 1, "b")))
	commit(t, l)
	wantVisits(t, w, "2 1 b")
}
