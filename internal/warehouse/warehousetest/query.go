package warehousetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

func testQueryArguments(t *testing.T, open Opener, limits Limits) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1284.50", int32(20777)}, []any{2, 2, "1284.51", int32(20778)})
	at := time.Date(2026, 11, 20, 1, 2, 3, 4000, time.FixedZone("", 3600))
	for _, c := range []struct {
		sql  string
		args []any
		want []string
	}{
		{"select id from rcm.ledger where amount = $1", []any{archwire.Number("1284.50")}, []string{"1"}},
		{"select id from rcm.ledger where amount > $1", []any{archwire.Number("1284.505")}, []string{"2"}},
		{"select id from rcm.ledger where posted_on >= $2 and practice_id = $1", []any{int64(2), archwire.Day("2026-11-21")}, []string{"2"}},
		{"select $1 || $2", []any{"it's", ` "$1"`}, []string{`it's "$1"`}},
		{"select case when $1 then 1 else 2 end", []any{false}, []string{"2"}},
		{"select $1 = cast('2026-11-20 00:02:03.000004+00' as timestamptz)", []any{at}, []string{"true"}},
		{"select $1 + 0", []any{archwire.Number("-99999999999999999999999999999999999.5")}, []string{"-99999999999999999999999999999999999.5"}},
		{"select '$1' || $1 -- $1", []any{"x"}, []string{"$1x"}},
	} {
		if diff := cmp.Diff(c.want, query(t, w, c.sql, c.args...)); diff != "" {
			t.Errorf("%s: %s", c.sql, diff)
		}
	}
	texts := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("'\"\\$1-;/*\x00\n")), rapid.Rune()))
	for seed := range 100 {
		text := texts.Example(seed)
		if limits.Refuses != nil && limits.Refuses(archwire.Type{Kind: archwire.Text}, text) {
			_, err := tryQuery(w, "select $1", text)
			wantCode(t, err, archwire.Invalid)
			continue
		}
		if got := query(t, w, "select $1", text); got[0] != text {
			t.Errorf("the text %q comes back as %q", text, got[0])
		}
	}
	for _, bad := range []any{3.5, archwire.Number("1e5"), archwire.Number(""), archwire.Day("20.11.2026"), nil} {
		_, err := tryQuery(w, "select $1", bad)
		wantCode(t, err, archwire.Invalid)
	}
}

func testQueryReadOnly(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	for _, sql := range []string{
		"insert into rcm.ledger values (1, 1, 1, null)", "delete from rcm.ledger", "update rcm.ledger set id = 2", "drop table rcm.ledger",
		"create table rcm.x as select 1 as a", "truncate rcm.ledger", "select 1; drop table rcm.ledger", "commit; drop table rcm.ledger",
		"with x as (delete from rcm.ledger returning *) select * from x",
		"copy rcm.ledger to '/tmp/archwire-x.csv'", "select * from read_csv('/etc/passwd')", "select * from '/etc/passwd'", "attach '/tmp/archwire-x.db' as y",
		"select * from read_text('/etc/passwd')", "set threads = 1", "pragma database_list", "call pragma_version()", "explain select 1", "load httpfs", "",
	} {
		rows, err := tryQuery(w, sql)
		if err == nil {
			t.Errorf("%s is not refused and gives %v", sql, rows)
			continue
		}
		wantCode(t, err, archwire.Invalid)
	}
	if diff := cmp.Diff([]string{"1|1|1.00|0"}, query(t, w, "select * from rcm.ledger")); diff != "" {
		t.Error(diff)
	}
}

func testQueryError(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	n := 0
	for b, err := range w.Query(context.Background(), archwire.Query{SQL: "select 1 from rcm.nowhere"}) {
		n++
		if err == nil || b != nil {
			t.Errorf("the query yields %v and %v", b, err)
		}
		wantCode(t, err, archwire.Invalid)
	}
	if n != 1 {
		t.Errorf("the error came %d times", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := collect(w.Query(ctx, today)); err == nil {
		t.Error("a query with an ended context gives no error")
	}
}

// numbers is a relation whose column i holds all numbers of so many digits: 0 to 99999
// for 5.
func numbers(digits int) string {
	const ten = "(select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5" +
		" union all select 6 union all select 7 union all select 8 union all select 9)"
	sum, from := "0", ""
	for n := range digits {
		sum = fmt.Sprintf("(%s * 10 + d%d.d)", sum, n)
		if n > 0 {
			from += " cross join "
		}
		from += fmt.Sprintf("%s d%d", ten, n)
	}
	return "(select " + sum + " as i from " + from + ") numbers"
}

func testQueryLeft(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	for range 20 { // more than there are connections
		for _, err := range w.Query(context.Background(), archwire.Query{SQL: "select i from " + numbers(5)}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	func() { // nor does a reader that panics leave anything open
		defer func() { _ = recover() }()
		for range w.Query(context.Background(), today) { //nolint:errcheck // nothing is looked at
			panic("the reader")
		}
	}()
	for range 3 {
		if got := query(t, w, "select 1"); got[0] != "1" {
			t.Error("the warehouse answers no more")
		}
	}
}

func testQueryText(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	var kept []string
	for b, err := range w.Query(context.Background(), archwire.Query{SQL: "select 'value ' || cast(i as varchar) as v from " + numbers(5) + " where i < 50000 order by i"}) {
		if err != nil {
			t.Fatal(err)
		}
		values := b.Column(0).(*array.String)
		for i := range values.Len() {
			kept = append(kept, values.Value(i))
		}
	}
	for i, v := range kept {
		if v != fmt.Sprint("value ", i) {
			t.Fatalf("row %d reads %q after its batch is gone", i, v)
		}
	}
}

func testSums(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	big := archwire.Table{Source: "types", Name: "big", Columns: []archwire.Column{{Name: "n", Type: archwire.Type{Kind: archwire.Int64}}}}
	loadAll(t, w, "run", map[string]archwire.Batches{"types.big": batches(big, []any{int64(9223372036854775807)}, []any{int64(9223372036854775807)})}, big)
	if got := query(t, w, "select sum(n) from types.big"); got[0] != "18446744073709551614" {
		t.Errorf("the sum is %s", got[0])
	}
	refresh(t, w, archwire.Model{Name: "base.big", SQL: "select sum(n) as n from types.big"})
	if got := query(t, w, "select n from base.big"); got[0] != "18446744073709551614" {
		t.Errorf("the sum kept by a model is %s", got[0])
	}
	loadLedger(t, w, []any{1, 1, "0.10", int32(0)}, []any{1, 2, "0.20", int32(0)})
	if got := query(t, w, "select sum(amount) from rcm.ledger"); got[0] != "0.30" {
		t.Errorf("the sum of money is %s", got[0])
	}
}

func testCloseFlushes(t *testing.T, open Opener) {
	folder := t.TempDir()
	w := open(t, folder)
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	refresh(t, w, daily)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w = open(t, folder)
	if diff := cmp.Diff([]string{"1|0|1.00|1"}, query(t, w, "select * from finance.daily")); diff != "" {
		t.Error(diff)
	}
}

func testCloseTwice(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	for range 2 {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

func testGoroutines(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	l := begin(t, w, "next", payer)
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			if _, err := l.Stage(context.Background(), payer, archwire.Chunk{}, batches(payer, []any{i, "x"})); err != nil {
				t.Error(err)
			}
		})
		work.Go(func() {
			m := daily
			m.Name = fmt.Sprint("finance.m", i)
			if _, err := w.Refresh(context.Background(), m, archwire.RefreshScope{}); err != nil {
				t.Error(err)
			}
		})
		work.Go(func() {
			if _, err := tryQuery(w, "select * from rcm.ledger"); err != nil {
				t.Error(err)
			}
			if _, err := w.Loaded(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if _, err := l.Commit(context.Background(), today, nil); err != nil {
		t.Error(err)
	}
}

func testDoctor(t *testing.T, open Opener) {
	d, ok := open(t, t.TempDir()).(archwire.Doctor)
	if !ok {
		return // not every warehouse is one
	}
	found := d.Doctor(context.Background())
	for _, line := range found {
		if !line.OK || line.Do != "" || !strings.HasPrefix(line.What, "warehouse: ") {
			t.Errorf("of a good warehouse the doctor says %+v", line)
		}
	}
	if len(found) == 0 {
		t.Error("the doctor says nothing")
	}
}
