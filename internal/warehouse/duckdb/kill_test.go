package duckdb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// childFile names, in the environment of this test binary started again, the
// warehouse that it is to load over and over until it is killed.
const childFile = "ARCHWIRE_TEST_KILLED_WAREHOUSE"

// children are what this test binary does when it is started again: the name is
// of the environment's variable that says with which file.
var children = map[string]func(path string) error{
	childFile:    loadForever,
	mergingFile:  mergeForever,
	chunksFile:   stageChunks,
	limitedFile:  loadBeyondTheDisk,
	writtenSlice: writeOneSlice,
}

func TestMain(m *testing.M) {
	for name, work := range children {
		if path := os.Getenv(name); path != "" {
			if err := work(path); err != nil {
				fmt.Println("error", err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

// loadForever loads the ledger twice, side by side, so that the two copies and
// the run's number must always agree. It says what it does, line by line.
func loadForever(path string) error {
	ctx := context.Background()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: path, Memory: "300MB", Threads: 2})
	if err != nil {
		return err
	}
	other := ledger
	other.Name = "ledger_copy"
	batch := ledgerBatch(0, 30_000)
	for run := 1; ; run++ {
		load, err := w.Begin(ctx, archwire.RunID(fmt.Sprint(run)), []archwire.LoadTable{{Table: ledger}, {Table: other}})
		if err != nil {
			return err
		}
		for _, t := range []archwire.Table{ledger, other} {
			fmt.Println("stage", run)
			if _, err := load.Stage(ctx, t, archwire.Chunk{}, times(batch, run)); err != nil {
				return err
			}
		}
		fmt.Println("commit", run)
		journal := []archwire.JournalRow{
			{Run: archwire.RunID(fmt.Sprint(run)), Table: ledger.ID(), Mode: "full", Rows: int64(run) * 30_000},
			{Run: archwire.RunID(fmt.Sprint(run)), Table: other.ID(), Mode: "full", Rows: int64(run) * 30_000},
		}
		if _, err := load.Commit(ctx, archwire.Query{SQL: "select max(posted_on) from rcm.ledger_transaction"}, journal); err != nil {
			return err
		}
		fmt.Println("done", run)
	}
}

func times(batch arrow.RecordBatch, n int) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		for range n {
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// TestAKilledLoadLeavesNothingHalfVisible kills a process that loads: while it
// stages, and as it commits, at a few moments each.
func TestAKilledLoadLeavesNothingHalfVisible(t *testing.T) {
	for _, at := range []string{"stage 1", "stage 2", "commit 1", "commit 2", "commit 3", "commit 4", "done 3"} {
		t.Run(strings.ReplaceAll(at, " ", "-"), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "w.duckdb")
			last := killAt(t, childFile, path, at)
			w, err := duckdb.Open(context.Background(), duckdb.Config{Path: path, Memory: "300MB", Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer closed(t, w)
			wantWhole(t, w, last)
			// What the dead run left does not stand in the way of the next.
			load, err := w.Begin(context.Background(), "next", []archwire.LoadTable{{Table: ledger}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := load.Commit(context.Background(), archwire.Query{SQL: "select date '2026-11-20'"}, nil); err != nil {
				t.Fatal(err)
			}
			if n := scalar(w, "(select count(*) from rcm.ledger_transaction)"); n != "0" {
				t.Errorf("after the next load the table has %s rows", n)
			}
		})
	}
}

// killAt starts a child that loads path, kills it once it says at, and
// returns the number of the last run it is known to have committed.
func killAt(t *testing.T, child, path, at string) int {
	t.Helper()
	process := exec.Command(os.Args[0], "-test.run=^$")
	process.Env = append(os.Environ(), child+"="+path)
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	done := 0
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "error") {
			t.Error(lines.Text())
		}
		if _, err := fmt.Sscanf(lines.Text(), "done %d", &done); err != nil && lines.Text() != at {
			continue
		}
		if lines.Text() == at {
			break
		}
	}
	if err := process.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // it may have come further before the signal did
		fmt.Sscanf(lines.Text(), "done %d", &done) //nolint:errcheck // other lines do not count
	}
	process.Wait() //nolint:errcheck // it was killed
	return done
}

// wantWhole fails the test unless the warehouse shows run last, or the one after
// it, and shows it whole.
func wantWhole(t *testing.T, w *duckdb.Warehouse, last int) {
	t.Helper()
	loaded, err := w.Loaded(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded) == 0 {
		if last != 0 {
			t.Errorf("run %d was committed and is gone", last)
		}
		if n := scalar(w, "(select count(*) from rcm.ledger_transaction)"); !strings.HasPrefix(n, "error") {
			t.Errorf("without a journal row the table has %s rows", n)
		}
		return
	}
	row := loaded[ledger.ID()]
	if row.Run != archwire.RunID(fmt.Sprint(last)) && row.Run != archwire.RunID(fmt.Sprint(last+1)) {
		t.Errorf("the journal ends with run %s, want %d or the one after", row.Run, last)
	}
	for sql, want := range map[string]string{
		"(select run_id from archwire.run)":                            string(row.Run),
		"(select count(*) from rcm.ledger_transaction)":                fmt.Sprint(row.Rows),
		"(select count(distinct md5(reference)) from rcm.ledger_copy)": "30000",
		"(select count(*) from rcm.ledger_copy)":                       fmt.Sprint(loaded["rcm.ledger_copy"].Rows),
	} {
		if got := scalar(w, sql); got != want {
			t.Errorf("%s is %s, want %s", sql, got, want)
		}
	}
}
