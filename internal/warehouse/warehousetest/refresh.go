package warehousetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

var daily = archwire.Model{
	Name: "finance.daily", File: "models/finance/daily.sql", Line: 5, Key: []string{"practice_id", "posted_on"}, Tenant: "practice_id",
	SQL: "select practice_id, posted_on, sum(amount) as amount, count(*) as n\nfrom rcm.ledger -- the ledger\ngroup by 1, 2 -- end",
}

func loadLedger(t *testing.T, w archwire.Warehouse, rows ...[]any) {
	t.Helper()
	loadAll(t, w, "run", map[string]archwire.Batches{"rcm.ledger": batches(ledger, rows...)}, ledger)
}

func refresh(t *testing.T, w archwire.Warehouse, m archwire.Model) archwire.Refreshed {
	t.Helper()
	r, err := w.Refresh(context.Background(), m, archwire.RefreshScope{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testRefresh(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{2, 1, "1.10", int32(10)}, []any{1, 2, "2.20", int32(10)}, []any{1, 3, "3.30", int32(10)})
	if r := refresh(t, w, daily); r.Rows != 2 {
		t.Errorf("the refresh made %d rows, want 2", r.Rows)
	}
	want := []string{"1|10|5.50|2", "2|10|1.10|1"}
	if diff := cmp.Diff(want, query(t, w, "select * from finance.daily order by practice_id")); diff != "" {
		t.Error(diff)
	}
	loadLedger(t, w, []any{3, 1, "7.00", int32(11)})
	refresh(t, w, daily)
	if diff := cmp.Diff([]string{"3|11|7.00|1"}, query(t, w, "select * from finance.daily")); diff != "" {
		t.Error(diff)
	}
	second := archwire.Model{Name: "finance.total", SQL: "select sum(amount) as amount from finance.daily;\n"}
	refresh(t, w, second)
	if diff := cmp.Diff([]string{"7.00"}, query(t, w, "select * from finance.total")); diff != "" {
		t.Error(diff)
	}
}

func testRefreshReaders(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	var rows [][]any
	for i := range 20_000 {
		rows = append(rows, []any{i, i, "1.00", int32(0)})
	}
	loadLedger(t, w, rows...)
	refresh(t, w, daily)
	loadLedger(t, w, append(rows, []any{-1, -1, "1.00", int32(0)})...)
	done := make(chan error, 1)
	go func() {
		_, err := w.Refresh(context.Background(), daily, archwire.RefreshScope{})
		done <- err
	}()
	for finished := false; !finished; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			finished = true
		default:
		}
		if n := query(t, w, "select count(*) from finance.daily")[0]; n != "20000" && n != "20001" {
			t.Fatalf("a reader saw %s rows, which is neither old nor new", n)
		}
	}
	if n := query(t, w, "select count(*) from finance.daily")[0]; n != "20001" {
		t.Errorf("after the refresh there are %s rows, want 20001", n)
	}
}

func testRefreshError(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	refresh(t, w, daily)
	for sql, code := range map[string]archwire.Code{
		"select nothing\nfrom rcm.ledger": archwire.Invalid,
		"select * from rcm.nowhere":       archwire.Invalid,
		"selec":                           archwire.Invalid,
		"select cast('patient Smith' as int) + id as practice_id, posted_on from rcm.ledger": archwire.Invalid,
	} {
		broken := daily
		broken.SQL = sql
		_, err := w.Refresh(context.Background(), broken, archwire.RefreshScope{})
		wantCode(t, err, code)
		if err == nil || !strings.Contains(err.Error(), "finance.daily") || !strings.Contains(err.Error(), daily.File) {
			t.Errorf("%q names neither model nor file", err)
		}
		if err != nil && strings.Contains(err.Error(), "Smith") {
			t.Errorf("%q shows a value", err)
		}
	}
	if diff := cmp.Diff([]string{"1|0|1.00|1"}, query(t, w, "select * from finance.daily")); diff != "" {
		t.Error(diff)
	}
}

func testRefreshKey(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	refresh(t, w, daily)
	for _, sql := range []string{
		"select practice_id, posted_on, amount, 1 as n from rcm.ledger cross join (select 1 as i union all select 2) x",
		"select practice_id, cast(null as date) as posted_on, amount, 1 as n from rcm.ledger",
	} {
		broken := daily
		broken.SQL = sql
		_, err := w.Refresh(context.Background(), broken, archwire.RefreshScope{})
		wantCode(t, err, archwire.Mismatch)
		if err == nil || !strings.Contains(err.Error(), "finance.daily") || !strings.Contains(err.Error(), "practice_id, posted_on") {
			t.Errorf("%q names neither the model nor its key", err)
		}
	}
	if diff := cmp.Diff([]string{"1|0|1.00|1"}, query(t, w, "select * from finance.daily")); diff != "" {
		t.Error(diff)
	}
}

func testRefreshAtOnce(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	var models sync.WaitGroup
	for i := range 6 {
		models.Go(func() {
			m := daily
			m.Name = fmt.Sprint("fresh.model_", i)
			if _, err := w.Refresh(context.Background(), m, archwire.RefreshScope{}); err != nil {
				t.Error(err)
			}
		})
	}
	models.Wait()
}
