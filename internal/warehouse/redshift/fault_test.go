package redshift

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// bill is what the tests of faults load, by key.
var bill = archwire.Table{
	Source: "rcm", Name: "bill", Key: []string{"id"}, Tenant: "practice_id", Rows: -1,
	Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "practice_id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "note", Type: archwire.Type{Kind: archwire.Text}, Nullable: true},
	},
}

// bills are rows: id, practice and note.
func bills(t *testing.T, rows ...string) archwire.Batches {
	t.Helper()
	return jsonRows(t, bill, rows...)
}

// night loads a first copy, and then stages, patches, reads and commits a merge.
func night(ctx context.Context, t *testing.T, w *Warehouse, bill archwire.Table) error {
	t.Helper()
	l, err := w.Begin(ctx, "night", []archwire.LoadTable{{Table: bill, Merge: true}})
	if err != nil {
		return err
	}
	if _, err := l.Stage(ctx, bill, archwire.Chunk{}, bills(t, `[2, 10, "changed"]`, `[4, 30, "new"]`)); err != nil {
		return err
	}
	if _, err := l.Patch(ctx, bill, jsonRows(t, bill.KeyTable(), `[3]`), nil); err != nil {
		return err
	}
	if n, err := l.Count(ctx, bill); err != nil || n != 3 {
		return fmt.Errorf("counting gives %d: %w", n, err)
	}
	journal := []archwire.JournalRow{{Run: "night", Table: bill.ID(), Mode: "cursor", Rows: 3}}
	done, err := l.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20'"}, journal)
	if err != nil {
		return err
	}
	want := archwire.Changed{Inserted: 1, Updated: 1, Deleted: 1, Tenants: []string{"10", "20", "30"}}
	if diff := cmp.Diff(want, done.Tables[bill.ID()]); diff != "" {
		t.Errorf("the commit says: %s", diff)
	}
	return nil
}

var evenings atomic.Int32

// evening is a table of its own before the night.
func evening(t *testing.T, w *Warehouse) archwire.Table {
	t.Helper()
	bill := bill
	bill.Name = fmt.Sprint("bill_", evenings.Add(1))
	l, err := w.Begin(t.Context(), "evening", []archwire.LoadTable{{Table: bill}})
	if err == nil {
		_, err = l.Stage(t.Context(), bill, archwire.Chunk{}, bills(t, `[1, 10, "a"]`, `[2, 10, "b"]`, `[3, 20, "c"]`))
	}
	if err == nil {
		_, err = l.Commit(t.Context(), archwire.Query{SQL: "select date '2026-11-19'"}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return bill
}

// again makes the table of an evening what it was before the night.
func again(t *testing.T, w *Warehouse, bill archwire.Table) {
	t.Helper()
	err := w.session(t.Context(), func(l link) error {
		l.later("DELETE FROM "+relationOf(bill), "INSERT INTO "+relationOf(bill)+" VALUES (1, 10, 'a'), (2, 10, 'b'), (3, 20, 'c')",
			"DELETE FROM archwire.load_journal", "UPDATE archwire.run SET run_id = 'evening', as_of = DATE '2026-11-19'")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := holds(t, w, bill); got != before {
		t.Fatalf("the warehouse holds %s", got)
	}
}

// holds says what the warehouse holds: rows, journal and run.
func holds(t *testing.T, w *Warehouse, bill archwire.Table) string {
	t.Helper()
	var out []string
	for _, query := range []string{
		"SELECT id || ' ' || practice_id || ' ' || note FROM " + relationOf(bill) + " ORDER BY id",
		"SELECT run_id FROM archwire.load_journal WHERE table_name = " + literal(bill.ID()), "SELECT run_id FROM archwire.run",
	} {
		var rows []string
		err := w.session(t.Context(), func(l link) error {
			rows = nil
			return l.rows(t.Context(), query, func(v [][]byte) error {
				rows = append(rows, string(v[0]))
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Join(rows, ","))
	}
	return strings.Join(out, " / ")
}

const (
	before = "1 10 a,2 10 b,3 20 c /  / evening"
	after  = "1 10 a,2 10 changed,4 30 new / night / night"
)

// The connection is cut at each statement of a night in turn, before it was run and
// after: what is lost is tried again, and what has happened does not happen twice.
func TestLoad_CutAtEveryStatement(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	one := evening(t, w)
	c.Forget()
	if err := night(t.Context(), t, w, one); err != nil {
		t.Fatal(err)
	}
	statements := len(c.Statements())
	if got := holds(t, w, one); got != after {
		t.Fatalf("without a fault the warehouse holds %s", got)
	}
	for n := 1; n <= statements; n++ {
		again(t, w, one)
		c.Inject(redshifttest.Fault{Nth: n, CutBefore: n%2 == 0, CutAfter: n%2 == 1})
		if err := night(t.Context(), t, w, one); err != nil {
			t.Errorf("cut at statement %d: %v", n, err)
		}
		c.Calm()
		if got := holds(t, w, one); got != after {
			t.Errorf("cut at statement %d, the warehouse holds %s", n, got)
		}
	}
}

// Whatever COMMIT says as its connection is cut, the row that it leaves tells whether it
// has happened.
func TestLoad_CutAtCommit(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	for _, fault := range []redshifttest.Fault{{CutBefore: true}, {CutAfter: true}} {
		for n := 1; n <= 4; n++ {
			one := evening(t, w)
			fault.Match, fault.Nth = "^COMMIT$", n
			c.Inject(fault)
			if err := night(t.Context(), t, w, one); err != nil {
				t.Errorf("%+v: %v", fault, err)
			}
			c.Calm()
			if got := holds(t, w, one); got != after {
				t.Errorf("%+v: the warehouse holds %s", fault, got)
			}
		}
	}
}

func TestLoad_ConflictsAreTriedAgain(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	one := evening(t, w)
	for n := range tries - 1 {
		c.Inject(redshifttest.Fault{Match: "INSERT INTO archwire.run", Nth: n + 1, Error: redshifttest.Conflict})
	}
	if err := night(t.Context(), t, w, one); err != nil {
		t.Error(err)
	}
	if got := holds(t, w, one); got != after {
		t.Errorf("the warehouse holds %s", got)
	}
	one = evening(t, w)
	for n := range tries {
		c.Inject(redshifttest.Fault{Match: "INSERT INTO archwire.run", Nth: n + 1, Error: redshifttest.Conflict})
	}
	if err := night(t.Context(), t, w, one); archwire.CodeOf(err) != archwire.Conflict {
		t.Errorf("after as many conflicts as there are tries: %v", err)
	}
	c.Calm()
	if got := holds(t, w, one); got != before {
		t.Errorf("the warehouse holds %s", got)
	}
}

// What cannot be mended fails the load, with what to do, and nothing of it is visible.
func TestLoad_FaultsAreSeenByNoReader(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	for name, fault := range map[string]struct {
		redshifttest.Fault
		code archwire.Code
	}{
		"fewer rows":          {redshifttest.Fault{Match: "^COPY", Lose: 1}, archwire.Mismatch},
		"S3 answers 503":      {redshifttest.Fault{Match: "^COPY", S3: redshifttest.SlowDown}, archwire.Unavailable},
		"expired credentials": {redshifttest.Fault{Match: "^COPY", S3: redshifttest.ExpiredToken}, archwire.Unavailable},
	} {
		one := evening(t, w)
		c.Inject(fault.Fault)
		err := night(t.Context(), t, w, one)
		if archwire.CodeOf(err) != fault.code || archwire.HintOf(err) == "" {
			t.Errorf("%s: %v of code %s, hint %q", name, err, archwire.CodeOf(err), archwire.HintOf(err))
		}
		if got := holds(t, w, one); got != before {
			t.Errorf("%s: the warehouse holds %s", name, got)
		}
		if err := night(t.Context(), t, w, one); err != nil {
			t.Errorf("%s: the next night: %v", name, err)
		}
		if got := holds(t, w, one); got != after {
			t.Errorf("%s: after the next night the warehouse holds %s", name, got)
		}
	}
}

// Sessions that are open outlive their credentials; a new one needs others.
func TestLoad_PasswordThatHasChanged(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	one := evening(t, w)
	c.Expire(redshifttest.User)
	defer c.Allow(redshifttest.User, redshifttest.Password)
	if err := night(t.Context(), t, w, one); err != nil {
		t.Errorf("an open session: %v", err)
	}
	c.CutAll()
	_, err := w.Loaded(t.Context())
	if archwire.CodeOf(err) != archwire.Unavailable || strings.Contains(err.Error(), redshifttest.Password) || archwire.HintOf(err) == "" {
		t.Errorf("a new session: %v", err)
	}
}

func TestLoad_CancelEndsTheStatement(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	one := evening(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	err := w.session(ctx, func(l link) error {
		cancel()
		_, err := l.exec(ctx, "SELECT COUNT(*) FROM "+relationOf(one))
		return err
	})
	if err == nil {
		t.Error("a statement of a context that has ended gave no error")
	}
	if got := holds(t, w, one); got != before {
		t.Errorf("the warehouse holds %s", got)
	}
}

// Without the store nothing is staged, and the load goes on when it is back.
func TestLoad_StoreThatIsAway(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	one := evening(t, w)
	l, err := w.Begin(t.Context(), "night", []archwire.LoadTable{{Table: one, Merge: true}})
	if err != nil {
		t.Fatal(err)
	}
	c.s3.Kill()
	_, err = l.Stage(t.Context(), one, archwire.Chunk{}, bills(t, `[4, 30, "new"]`))
	if archwire.CodeOf(err) != archwire.Unavailable || archwire.HintOf(err) == "" {
		t.Errorf("staging gives %v", err)
	}
	c.s3.Restart(t)
	if n, err := l.Count(t.Context(), one); err != nil || n != 3 {
		t.Errorf("after it there are %d rows: %v", n, err)
	}
	if err := night(t.Context(), t, w, one); err != nil {
		t.Error(err)
	}
	if got := holds(t, w, one); got != after {
		t.Errorf("the warehouse holds %s", got)
	}
}
