package duckdb_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

func TestTheMainJobRunsThrough(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(dir, "rcm.duckdb"), Memory: "500MB", Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, w)
	table := archwire.Table{Source: "rcm", Name: "payer", Columns: []archwire.Column{
		{Name: "practice_id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "name", Type: archwire.Type{Kind: archwire.Text}},
	}}
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.ArrowSchema())
	for i := range 10 {
		b.Field(0).(*array.Int64Builder).Append(int64(i % 2))
		b.Field(1).(*array.Int64Builder).Append(int64(i))
		b.Field(2).(*array.StringBuilder).Append("x")
	}
	rec := b.NewRecordBatch()
	l, err := w.Begin(ctx, "r1", []archwire.Table{table})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		n, err := l.Stage(ctx, table, func(yield func(archwire.Batch, error) bool) { yield(rec, nil) })
		if err != nil || n != 10 {
			t.Fatal(n, err)
		}
	}
	if n, err := l.Count(ctx, table); n != 20 || err != nil {
		t.Fatal(n, err)
	}
	day, err := l.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20' from rcm.payer limit 1"},
		[]archwire.JournalRow{{Run: "r1", Table: "rcm.payer", Mode: "full", At: archwire.Instant{Time: time.Now()}, Rows: 20}})
	if err != nil || day != "2026-11-20" {
		t.Fatal(day, err)
	}
	loaded, err := w.Loaded(ctx)
	t.Log(loaded, err)
	r, err := w.Refresh(ctx, archwire.Model{
		Name: "finance.daily", File: "models/finance/daily.sql", Line: 1, Key: []string{"practice_id", "id"}, Tenant: "practice_id",
		SQL: "select practice_id, id, count(*) as n, sum(id) as s, nvl(min(name), '') as name from rcm.payer join archwire.run r on true group by 1, 2",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r)
	for batch, err := range w.Query(ctx, archwire.Query{SQL: "select *, sum(n) over () as t from finance.daily where id > $1 and id < $2 order by id", Args: []any{int64(3), archwire.Number("7.5")}}) {
		if err != nil {
			t.Fatal(err)
		}
		t.Log(batch)
	}
	s := archwire.SliceSource{Relation: "finance.daily", Tenant: "practice_id", Key: []string{"id"}, Columns: []string{"id", "n", "s", "name"}}
	prints, err := w.Prints(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(prints)
	path := filepath.Join(dir, "a.parquet")
	if n, err := w.WriteSlice(ctx, s, prints[1].Tenant, path); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	if err := w.WriteParquet(ctx, w.Query(ctx, archwire.Query{SQL: "select * from finance.daily"}), filepath.Join(dir, "b.parquet")); err != nil {
		t.Fatal(err)
	}
	rd, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, rd)
	data, _ := os.ReadFile(path)
	h := sha256.Sum256(data)
	for batch, err := range rd.QuerySlices(ctx, []archwire.SliceFile{{SHA256: hex.EncodeToString(h[:]), Path: path}}, archwire.Query{SQL: "select sum(n) as n from slice where id >= $1", Args: []any{int64(0)}}) {
		if err != nil {
			t.Fatal(err)
		}
		t.Log(batch)
	}
	reads, err := w.Reads(ctx, "with a as (select * from rcm.x) select * from a, rcm.payer")
	t.Log(reads, err)
	t.Log(w.Doctor(ctx))
	box, err := duckdb.NewSandbox(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, box)
	if err := box.Table(ctx, table); err != nil {
		t.Fatal(err)
	}
	cols, err := box.Model(ctx, archwire.Model{Name: "finance.daily", SQL: "select practice_id, sum(id) as s, max(as_of) as d from rcm.payer, archwire.run group by 1"})
	t.Log(cols, err)
}
