package duckdb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// limitedFile names the warehouse of a process that may write 20 MB to a file.
const limitedFile = "ARCHWIRE_TEST_LIMITED_WAREHOUSE"

// TestAFullDiskLeavesTheOldRows loads more than a file may hold, in a process
// of its own whose files are limited: that needs no rights and fills no disk.
func TestAFullDiskLeavesTheOldRows(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), limitedFile+"="+filepath.Join(t.TempDir(), "w.duckdb"))
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func loadBeyondTheDisk(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 20 << 20, Max: 20 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	ctx := context.Background()
	w, err := duckdb.Open(ctx, duckdb.Config{Path: path, Memory: "200MB", Threads: 2})
	if err != nil {
		return err
	}
	batch := ledgerBatch(0, 30_000)
	for _, step := range []struct {
		times int
		fails bool
	}{{2, false}, {200, true}, {1, false}} {
		load, err := w.Begin(ctx, "run", []archwire.LoadTable{{Table: ledger}})
		if err != nil {
			return err
		}
		n, err := load.Stage(ctx, ledger, archwire.Chunk{}, times(batch, step.times))
		if step.fails {
			if archwire.CodeOf(err) != archwire.Unavailable || archwire.HintOf(err) == "" {
				return fmt.Errorf("staging gives %d rows and %w, want an error of code unavailable with a hint", n, err)
			}
			if err := load.Abort(ctx); err != nil {
				return err
			}
			if got := scalar(w, "(select count(*) from rcm.ledger_transaction)"); got != "60000" {
				return fmt.Errorf("after the error the table has %s rows, want the 60000 before it", got)
			}
			continue
		}
		if err != nil {
			return err
		}
		if _, err := load.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20'"}, nil); err != nil {
			return err
		}
	}
	_, err = w.Refresh(ctx, archwire.Model{Name: "finance.large", SQL: "select md5(reference || i) as a from rcm.ledger_transaction, generate_series(1, 100) t(i)"}, archwire.RefreshScope{})
	if archwire.CodeOf(err) != archwire.Unavailable {
		return fmt.Errorf("the refresh gives %w, want an error of code unavailable", err)
	}
	if got := scalar(w, "(select count(*) from rcm.ledger_transaction)"); got != "30000" {
		return errors.New("the table has " + got + " rows, want 30000")
	}
	return w.Close()
}
