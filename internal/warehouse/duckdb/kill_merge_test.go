package duckdb_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// mergingFile names the warehouse that a child merges into, and chunksFile the
// one that it stages chunks into, until it is killed.
const (
	mergingFile = "ARCHWIRE_TEST_MERGING_WAREHOUSE"
	chunksFile  = "ARCHWIRE_TEST_CHUNKS_WAREHOUSE"
)

// entry is a table whose rows say which run wrote them.
var entry = archwire.Table{
	Source: "rcm", Name: "entry", Key: []string{"id"}, Tenant: "run",
	Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "run", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "text", Type: archwire.Type{Kind: archwire.Text}},
	},
}

const entries = 20_000

// written are the rows first, first+step, ... below end, as of a run.
func written(run, first, end, step int) archwire.Batches {
	b := array.NewRecordBuilder(memory.DefaultAllocator, entry.ArrowSchema())
	defer b.Release()
	for id := first; id < end; id += step {
		b.Field(0).(*array.Int64Builder).Append(int64(id))
		b.Field(1).(*array.Int64Builder).Append(int64(run))
		b.Field(2).(*array.StringBuilder).Append(fmt.Sprint("written by ", run))
	}
	return times(b.NewRecordBatch(), 1)
}

// mergeForever loads two tables in run 1 and merges into them in those that
// follow: run n writes every tenth row again, those that end in its last digit,
// and takes the row that the run before has put in for one of its own.
func mergeForever(path string) error {
	ctx := context.Background()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: path, Memory: "300MB", Threads: 2})
	if err != nil {
		return err
	}
	other := entry
	other.Name = "entry_copy"
	for run := 1; ; run++ {
		id := archwire.RunID(fmt.Sprint(run))
		load, err := w.Begin(ctx, id, []archwire.LoadTable{{Table: entry, Merge: run > 1}, {Table: other, Merge: run > 1}})
		if err != nil {
			return err
		}
		var journal []archwire.JournalRow
		for _, t := range []archwire.Table{entry, other} {
			fmt.Println("stage", run)
			rows := written(1, 0, entries, 1)
			if run > 1 {
				rows = written(run, run%10, entries, 10)
			}
			if _, err := load.Stage(ctx, t, archwire.Chunk{}, rows); err != nil {
				return err
			}
			fmt.Println("patch", run)
			if _, err := load.Patch(ctx, t, oneKey(entries+run-1), written(run, entries+run, entries+run+1, 1)); err != nil {
				return err
			}
			n, err := load.Count(ctx, t)
			if err != nil {
				return err
			}
			journal = append(journal, archwire.JournalRow{Run: id, Table: t.ID(), Mode: "cursor", Rows: n, Position: fmt.Sprint(run)})
		}
		fmt.Println("commit", run)
		if _, err := load.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20'"}, journal); err != nil {
			return err
		}
		fmt.Println("done", run)
	}
}

func oneKey(id int) archwire.Batches {
	b := array.NewRecordBuilder(memory.DefaultAllocator, entry.KeyTable().ArrowSchema())
	defer b.Release()
	b.Field(0).(*array.Int64Builder).Append(int64(id))
	return times(b.NewRecordBatch(), 1)
}

func TestAKilledMergeLeavesNothingHalfVisible(t *testing.T) {
	for _, at := range []string{"stage 2", "patch 3", "commit 2", "commit 3", "commit 4", "done 5"} {
		t.Run(strings.ReplaceAll(at, " ", "-"), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "w.duckdb")
			last := killAt(t, mergingFile, path, at)
			w, err := duckdb.Open(context.Background(), duckdb.Config{Path: path, Memory: "300MB", Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer closed(t, w)
			loaded, err := w.Loaded(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			row := loaded[entry.ID()]
			run := 0
			if _, err := fmt.Sscan(row.Position, &run); err != nil || run != last && run != last+1 {
				t.Fatalf("the journal ends with run %q, want %d or the one after: %v", row.Position, last, err)
			}
			wantMerged(t, w, run, row)
		})
	}
}

// wantMerged fails the test unless both tables are as run has left them.
func wantMerged(t *testing.T, w *duckdb.Warehouse, run int, row archwire.JournalRow) {
	t.Helper()
	// The last run up to this one whose number ends as the row's does, if it merged.
	by := fmt.Sprintf("case when %[1]d - (%[1]d - id %% 10 + 10) %% 10 < 2 then 1 else %[1]d - (%[1]d - id %% 10 + 10) %% 10 end", run)
	for _, table := range []string{"rcm.entry", "rcm.entry_copy"} {
		for sql, want := range map[string]string{
			"(select count(*) from %s)":                                         fmt.Sprint(row.Rows),
			"(select count(distinct id) from %s)":                               fmt.Sprint(entries + 1),
			"(select max(id) from %s)":                                          fmt.Sprint(entries + run),
			"(select count(*) from %s where id < 20000 and run <> " + by + ")":  "0",
			"(select count(*) from %s where text <> 'written by ' || run)":      "0",
			"(select count(*) from %s where id >= 20000 and run + 20000 <> id)": "0",
		} {
			if got := scalar(w, fmt.Sprintf(strings.ReplaceAll(sql, "% 10", "%% 10"), table)); got != want {
				t.Errorf("after run %d, "+sql+" is %s, want %s", run, table, got, want)
			}
		}
	}
}

const (
	chunkCount = 8
	chunkRows  = 5_000
)

func eightChunks() []archwire.Chunk {
	var out []archwire.Chunk
	for i := range chunkCount {
		out = append(out, archwire.Chunk{Where: fmt.Sprint("chunk ", i), Rows: chunkRows})
	}
	return out
}

func stageChunk(ctx context.Context, load archwire.Load, c archwire.Chunk) error {
	var i int
	if _, err := fmt.Sscanf(c.Where, "chunk %d", &i); err != nil {
		return err
	}
	_, err := load.Stage(ctx, entry, c, written(1, i*chunkRows, (i+1)*chunkRows, 1))
	return err
}

// stageChunks stages one chunk after the other.
func stageChunks(path string) error {
	ctx := context.Background()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: path, Memory: "300MB", Threads: 2})
	if err != nil {
		return err
	}
	load, err := w.Begin(ctx, "first", []archwire.LoadTable{{Table: entry}})
	if err != nil {
		return err
	}
	if _, _, err := load.Prepare(ctx, entry, eightChunks()); err != nil {
		return err
	}
	for i, c := range eightChunks() {
		if err := stageChunk(ctx, load, c); err != nil {
			return err
		}
		fmt.Println("done", i+1)
	}
	select {} // until it is killed
}

func TestAKilledLoadKeepsTheChunksThatWereStaged(t *testing.T) {
	ctx := context.Background()
	for _, at := range []string{"done 1", "done 3", "done 7", "done 8"} {
		path := filepath.Join(t.TempDir(), "w.duckdb")
		done := killAt(t, chunksFile, path, at)
		w, err := duckdb.Open(ctx, duckdb.Config{Path: path, Memory: "300MB", Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		load, err := w.Begin(ctx, "second", []archwire.LoadTable{{Table: entry}})
		if err != nil {
			t.Fatal(err)
		}
		left, resumed, err := load.Prepare(ctx, entry, nil)
		if err != nil || !resumed || len(left) != chunkCount-done && len(left) != chunkCount-done-1 {
			t.Fatalf("after %s, %d of %d chunks are left (resumed: %t): %v", at, len(left), chunkCount, resumed, err)
		}
		if n, err := load.Count(ctx, entry); err != nil || n != int64(chunkCount-len(left))*chunkRows {
			t.Errorf("%d chunks are left and %d rows are staged: %v", len(left), n, err)
		}
		for _, c := range left {
			if err := stageChunk(ctx, load, c); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := load.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20'"}, nil); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprint(chunkCount * chunkRows)
		if n, ids := scalar(w, "(select count(*) from rcm.entry)"), scalar(w, "(select count(distinct id) from rcm.entry)"); n != want || ids != want {
			t.Errorf("the table has %s rows with %s keys, want %s", n, ids, want)
		}
		closed(t, w)
	}
}
