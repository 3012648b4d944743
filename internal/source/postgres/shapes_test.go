package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/source/sourcetest"
)

func TestNamesAreTakenToTheLetter(t *testing.T) {
	db := setup(t, `create schema "Odd Schema"`, `create table "Odd Schema"."Sel""ect %d" ("Order" int primary key, "a""b" text, "100%s" int)`,
		`insert into "Odd Schema"."Sel""ect %d" values (1, 'x', 2)`)
	table := db.table(t, `Sel"ect %d`)
	if diff := cmp.Diff([]string{"Order"}, table.Key); diff != "" {
		t.Errorf("key (-want +got):\n%s", diff)
	}
	got := sourcetest.ReadAll(t, db.view(t), table)
	if diff := cmp.Diff([][]any{{int32(1), "x", int32(2)}}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestNamesThatMeetInTheWarehouseAreToldApart(t *testing.T) {
	db := setup(t, `create schema archive`, `create table archive.payer (a int)`, `create table payer (a int)`, `create table "Payer" (a int, "A" int)`)
	tables, err := db.src.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, table := range tables {
		got[table.Schema+"."+table.Origin] = table.Name
		if table.Origin == "Payer" && !strings.Contains(table.Columns[1].Refused, "only in case") {
			t.Errorf("column A beside a: refused %q", table.Columns[1].Refused)
		}
	}
	want := map[string]string{"archive.payer": "archive_payer", "public.payer": "public_payer", "public.Payer": "Payer"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names of the copies (-want +got):\n%s", diff)
	}
}

func TestTableWithoutColumnsHasItsRows(t *testing.T) {
	db := setup(t, "create table bare ()", "insert into bare default values", "insert into bare default values", "create table nothing ()")
	v := db.view(t)
	if rows := sourcetest.ReadAll(t, v, db.table(t, "bare")); len(rows) != 2 {
		t.Errorf("%d rows, want 2", len(rows))
	}
	if rows := sourcetest.ReadAll(t, v, db.table(t, "nothing")); len(rows) != 0 {
		t.Errorf("%d rows, want none", len(rows))
	}
}

func TestGeneratedColumnsAreCopiedAsValues(t *testing.T) {
	db := setup(t, "create table line (id int generated always as identity primary key, price numeric(8,2), gross numeric(8,2) generated always as (price * 2) stored)",
		"insert into line (price) values (1.25)")
	got := sourcetest.ReadAll(t, db.view(t), db.table(t, "line"))
	if diff := cmp.Diff([][]any{{int32(1), archwire.Number("1.25"), archwire.Number("2.50")}}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestPartitionedTableIsOneTable(t *testing.T) {
	db := setup(t, `create table event (id int, at date, body text, primary key (id, at)) partition by range (at)`,
		`create table event_2024 partition of event for values from ('2024-01-01') to ('2025-01-01')`,
		`create table event_2025 partition of event for values from ('2025-01-01') to ('2026-01-01') partition by hash (id)`,
		`create table event_2025_0 partition of event_2025 for values with (modulus 2, remainder 0)`,
		`create table event_2025_1 partition of event_2025 for values with (modulus 2, remainder 1)`,
		`create table event_rest partition of event default`,
		`insert into event select i, date '2024-01-01' + i % 900, repeat('x', 100) from generate_series(1, 20000) i`, "analyze event")
	db.src.chunkBytes = 300_000
	tables, err := db.src.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 1 || tables[0].Rows != 20000 || tables[0].Bytes < 2_000_000 {
		t.Fatalf("got %+v, want event alone, with the rows and bytes of its partitions", tables)
	}
	eachOnce(t, db, db.view(t), tables[0], 20000)
}

// eachOnce wants the integers 1 to n in column id, each once, and several chunks
// where the server finds pages.
func eachOnce(t *testing.T, db bundle, v archwire.View, table archwire.Table, n int) {
	t.Helper()
	chunks, err := v.Chunks(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	if len(chunks) < 3 && db.major(t) >= 14 {
		t.Errorf("%d chunks, want several", len(chunks))
	}
	seen := map[int32]int{}
	largest := 0
	for _, c := range chunks {
		rows, err := sourcetest.Rows(v.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, len(rows))
		for _, row := range rows {
			seen[row[0].(int32)]++
		}
	}
	for i := range n {
		if seen[int32(i+1)] != 1 {
			t.Fatalf("row %d came %d times", i+1, seen[int32(i+1)])
		}
	}
	if len(seen) != n || largest > 3*n/len(chunks) {
		t.Errorf("%d rows in %d chunks, the largest of %d", len(seen), len(chunks), largest)
	}
}

func TestPagesAreCutEvenlyAndHoldEachRowOnce(t *testing.T) {
	db := setup(t, `create table ledger as select i as id, repeat('x', 100) as body from generate_series(1, 30000) i`)
	db.src.chunkBytes = 500_000
	table := db.table(t, "ledger")
	v := db.view(t)
	db.exec(t, `insert into ledger select -i, 'late' from generate_series(1, 30000) i`, "delete from ledger where id > 10000", "vacuum ledger")
	eachOnce(t, db, v, table, 30000)
}

func TestKeysAreCutWhereTheServerCannotFindPages(t *testing.T) {
	db := setup(t, `create table ledger as select i as id, repeat('x', 100) as body from generate_series(1, 30000) i`, "alter table ledger add primary key (id)")
	table := db.table(t, "ledger")
	v := db.view(t).(*view)
	se, err := v.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := v.plan(t.Context(), se, table)
	if err != nil {
		t.Fatal(err)
	}
	chunks, err := se.cutKey(t.Context(), p.rel, 7)
	v.release(t.Context(), se)
	if err != nil {
		t.Fatal(err)
	}
	var rows int
	for _, c := range chunks {
		got, err := sourcetest.Rows(v.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatal(err)
		}
		rows += len(got)
	}
	if len(chunks) != 7 || rows != 30000 {
		t.Errorf("%d rows in %d chunks, want 30000 in 7", rows, len(chunks))
	}
}

func TestKeyRangesCoverTheWholeOfInt64(t *testing.T) {
	db := setup(t, `create table wide (id bigint primary key)`, `insert into wide values (-9223372036854775808), (-1), (0), (9223372036854775807)`)
	v := db.view(t).(*view)
	se, err := v.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.release(t.Context(), se)
	p, err := v.plan(t.Context(), se, db.table(t, "wide"))
	if err != nil {
		t.Fatal(err)
	}
	chunks, err := se.cutKey(t.Context(), p.rel, 4)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, c := range chunks {
		rows, err := se.query(t.Context(), "select id from wide where "+c.Where)
		if err != nil {
			t.Fatal(err)
		}
		total += len(rows)
	}
	if len(chunks) != 4 || total != 4 {
		t.Errorf("%d rows in %d chunks: %v", total, len(chunks), chunks)
	}
}

func TestForeignTablesMaterializedViewsAndChildrenAreRead(t *testing.T) {
	db := setup(t, "create table near (id int)", "insert into near select generate_series(1, 10)",
		"create materialized view summary as select id from near where id > 5",
		"create table parent (id int)", "create table child () inherits (parent)", "insert into parent values (1)", "insert into child values (2)",
		"create extension file_fdw", "create server files foreign data wrapper file_fdw",
		`create foreign table far (line text) server files options (program 'printf "a\nb\n"')`)
	v := db.view(t)
	for name, want := range map[string]int{"summary": 5, "far": 2, "parent": 2, "child": 1} {
		table := db.table(t, name)
		if rows := sourcetest.ReadAll(t, v, table); len(rows) != want {
			t.Errorf("%s: %d rows, want %d", name, len(rows), want)
		}
		if n, err := v.Count(t.Context(), table); err != nil || int(n) != want {
			t.Errorf("%s: count %d, error %v, want %d", name, n, err, want)
		}
	}
}

func TestTablesOfExtensionsAreNotListed(t *testing.T) {
	db := setup(t, "create extension pg_stat_statements", "create table mine (a int)")
	tables, err := db.src.Tables(t.Context())
	if err != nil || len(tables) != 1 {
		t.Errorf("got %d tables, error %v; want mine alone", len(tables), err)
	}
}

func TestTableOf1600ColumnsIsRead(t *testing.T) {
	var columns, values []string
	for i := range 1600 {
		columns = append(columns, fmt.Sprintf("c%d %s", i, []string{"int", "text", "numeric(12,2)", "bool"}[i%4]))
		values = append(values, []string{"7", "'x'", "1.25", "null"}[i%4])
	}
	db := setup(t, "create table wide ("+strings.Join(columns, ",")+")",
		"insert into wide select "+strings.Join(values, ",")+" from generate_series(1, 2000)")
	rows := sourcetest.ReadAll(t, db.view(t), db.table(t, "wide"))
	if len(rows) != 2000 || len(rows[0]) != 1600 {
		t.Fatalf("%d rows", len(rows))
	}
	want := []any{int32(7), "x", archwire.Number("1.25"), nil}
	if diff := cmp.Diff(want, rows[1999][1596:]); diff != "" {
		t.Errorf("the last four columns (-want +got):\n%s", diff)
	}
}

func TestValueOf100MegabytesIsRead(t *testing.T) {
	db := setup(t, "create table doc as select repeat('0123456789', 10485760) as body")
	rows := sourcetest.ReadAll(t, db.view(t), db.table(t, "doc"))
	if body := rows[0][0].(string); len(body) != 100<<20 || body[len(body)-10:] != "0123456789" {
		t.Errorf("%d bytes came", len(body))
	}
}
