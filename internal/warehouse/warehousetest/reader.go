package warehousetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// threeSlices writes the slices of tenants 1, 2 and 3.
func threeSlices(t *testing.T, open Opener) []archwire.SliceFile {
	t.Helper()
	w := open(t, t.TempDir())
	var rows [][]any
	for i := range 300 {
		rows = append(rows, []any{i%3 + 1, i, fmt.Sprintf("%d.50", i), int32(i)})
	}
	loadLedger(t, w, rows...)
	var files []archwire.SliceFile
	for tenant := range 3 {
		files = append(files, write(t, w, ledgerSlices, fmt.Sprint(tenant+1)))
	}
	return files
}

func testQuerySlices(t *testing.T, open Opener, r archwire.SliceReader) {
	files := threeSlices(t, open)
	for range 2 { // the second time from memory
		if got := readSlices(t, r, "select count(*), min(id), sum(amount) from slice", files...); got[0] != "300|0|45000.00" {
			t.Errorf("three slices read %v", got)
		}
		if got := readSlices(t, r, "select count(*), min(id), sum(amount) from slice", files[1]); got[0] != "100|1|15000.00" {
			t.Errorf("the second slice reads %v", got)
		}
		if got := readSlices(t, r, "select count(distinct practice_id), count(*) from slice", files[2], files[0]); got[0] != "2|200" {
			t.Errorf("two slices read %v", got)
		}
	}
	rows, err := collect(r.QuerySlices(context.Background(), files, archwire.Query{
		SQL: "select id from slice where amount = $1 and posted_on >= $2", Args: []any{archwire.Number("7.50"), archwire.Day("1970-01-08")},
	}))
	if err != nil || !cmp.Equal(rows, []string{"7"}) {
		t.Errorf("the arguments give %v (%v)", rows, err)
	}
	if _, err := collect(r.QuerySlices(context.Background(), nil, archwire.Query{SQL: "select 1"})); err == nil {
		t.Error("a query over no file is answered")
	}
}

func testQuerySlicesWith(t *testing.T, open Opener, r archwire.SliceReader) {
	files := threeSlices(t, open)
	for _, sql := range []string{
		"with x as (select * from slice) select count(*) from x",
		"/* a */ WITH RECURSIVE n as (select 1 as i union all select i + 1 from n where i < 3) select count(*) from slice where practice_id in (select i from n)",
		"select count(*) from slice a where id = (select max(id) from slice b where a.id = b.id)",
		"select count(*) from slice;",
		"select count(*) from slice -- the end",
	} {
		if got := readSlices(t, r, sql, files...); got[0] != "300" {
			t.Errorf("%s gives %v", sql, got)
		}
	}
}

func testQuerySlicesBounds(t *testing.T, open Opener, r archwire.SliceReader) {
	files := threeSlices(t, open)
	readSlices(t, r, "select 1 from slice limit 1", files[1]) // another tenant's is in memory now
	other := files[1].SHA256
	for _, sql := range []string{
		"select * from read_parquet('" + files[1].Path + "')", "select * from '" + files[1].Path + "'", `select * from "` + files[1].Path + `"`,
		"select * from read_text('/etc/passwd')", "select * from glob('/*')", "select content from read_blob('/etc/passwd')",
		`select * from slices."` + other + `"`, `select * from "` + other + `"`, "select * from duckdb_tables()", "select * from information_schema.tables",
		"select * from pg_catalog.pg_class", "select * from main.slice", "from query('select 1')", "select * from query_table('x')",
		"drop table slice", "copy slice to '/tmp/archwire-x'", "attach '/tmp/archwire-x'", "set threads = 1", "install httpfs", "select 1; select 2", "",
		"with slice as (select 1) select * from slice, x", "select getenv('HOME')", "select * from slice union select * from y",
		"describe slice", "show tables", "summarize slice", "pragma show_tables", "select current_setting('temp_directory')",
	} {
		rows, err := collect(r.QuerySlices(context.Background(), files[:1], archwire.Query{SQL: sql}))
		if err == nil {
			t.Errorf("%s is not refused and gives %v", sql, rows)
			continue
		}
		wantCode(t, err, archwire.Invalid)
	}
}

func testQuerySlicesSchema(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	plain := write(t, w, ledgerSlices, "1")
	for _, sql := range []string{
		"select practice_id, id, amount, posted_on, 1 as more from rcm.ledger",
		"select practice_id, id, amount from rcm.ledger",
		"select practice_id, id, amount as other, posted_on from rcm.ledger",
		"select practice_id, amount, id, posted_on from rcm.ledger",
		"select practice_id, id, cast(amount as decimal(14,3)) as amount, posted_on from rcm.ledger",
	} {
		refresh(t, w, archwire.Model{Name: "other.ledger", SQL: sql})
		s := archwire.SliceSource{Relation: "other.ledger", Tenant: "practice_id", Columns: columnsOf(t, w, sql)}
		_, err := collect(r.QuerySlices(context.Background(), []archwire.SliceFile{plain, write(t, w, s, "1")}, archwire.Query{SQL: "select * from slice"}))
		if err == nil {
			t.Errorf("files of two schemas are read together: %s", sql)
		}
	}
}

func columnsOf(t *testing.T, w archwire.Warehouse, sql string) []string {
	t.Helper()
	columns, err := w.(archwire.Describer).Describe(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range columns[1:] {
		names = append(names, c.Name)
	}
	return names
}

func testQuerySlicesDamaged(t *testing.T, open Opener, r archwire.SliceReader) {
	files := threeSlices(t, open)
	data, err := os.ReadFile(files[1].Path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte{}, data...)
	flipped[len(flipped)/2] ^= 1
	for how, damage := range map[string][]byte{"truncated": data[:len(data)-9], "flipped": flipped, "empty": {}, "missing": nil} {
		bad := archwire.SliceFile{SHA256: files[1].SHA256, Path: filepath.Join(t.TempDir(), "slice.parquet")}
		if damage != nil {
			if err := os.WriteFile(bad.Path, damage, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := collect(r.QuerySlices(context.Background(), []archwire.SliceFile{files[0], bad}, archwire.Query{SQL: "select count(*) from slice"}))
		wantCode(t, err, archwire.Mismatch)
		if err == nil || !strings.Contains(err.Error(), bad.SHA256) {
			t.Errorf("%s: %v does not name the slice", how, err)
		}
	}
	// Once repaired it is read.
	if got := readSlices(t, r, "select count(*) from slice", files[0], files[1]); got[0] != "200" {
		t.Errorf("the repaired slices read %v", got)
	}
}

func testQuerySlicesAtOnce(t *testing.T, open Opener, r archwire.SliceReader) {
	files := threeSlices(t, open)
	var calls sync.WaitGroup
	for i := range 30 {
		calls.Go(func() {
			tenant := i % 3
			for range 5 {
				rows, err := collect(r.QuerySlices(context.Background(), files[tenant:tenant+1], archwire.Query{SQL: "select distinct practice_id from slice"}))
				if err != nil || !cmp.Equal(rows, []string{fmt.Sprint(tenant + 1)}) {
					t.Errorf("tenant %d reads %v (%v)", tenant+1, rows, err)
				}
			}
		})
	}
	calls.Wait()
}
