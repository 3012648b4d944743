package duckdb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

func wantOpenError(t *testing.T, path string, code archwire.Code, says ...string) {
	t.Helper()
	w, err := duckdb.Open(context.Background(), duckdb.Config{Path: path})
	if err == nil {
		closed(t, w)
		t.Fatalf("%s was opened", path)
	}
	if archwire.CodeOf(err) != code || archwire.HintOf(err) == "" {
		t.Errorf("the error is %v of code %q with hint %q, want code %q", err, archwire.CodeOf(err), archwire.HintOf(err), code)
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%q does not say %q", err, s)
		}
	}
}

func TestOpenNamesTheProcessThatHoldsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childFile+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := child.Process.Kill(); err != nil {
			t.Error(err)
		}
		child.Wait() //nolint:errcheck // it was killed
	}()
	if !bufio.NewScanner(out).Scan() { // its first line: it has the file
		t.Fatal("the other process did not start")
	}
	wantOpenError(t, path, archwire.Conflict, path, fmt.Sprint(child.Process.Pid))
}

func TestOpenTwiceInOneProcessIsAConflict(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w, err := duckdb.Open(context.Background(), duckdb.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, path, archwire.Conflict, path, "this process")
	link := filepath.Join(t.TempDir(), "link.duckdb")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, link, archwire.Conflict)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w, err = duckdb.Open(context.Background(), duckdb.Config{Path: path}); err != nil {
		t.Fatalf("after it was closed: %v", err)
	}
	closed(t, w)
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.duckdb")
	if err := os.WriteFile(text, []byte("practice_id,name\n1,a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, text, archwire.Invalid, text)
	zeros := filepath.Join(folder, "zeros.duckdb")
	if err := os.WriteFile(zeros, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, zeros, archwire.Invalid, zeros)
	wantOpenError(t, filepath.Join(folder, "a?b.duckdb"), archwire.Invalid)
	wantOpenError(t, filepath.Join(folder, "nowhere", "w.duckdb"), archwire.Unavailable)
	wantOpenError(t, folder, archwire.Unavailable)
	if data, err := os.ReadFile(text); err != nil || string(data) != "practice_id,name\n1,a\n" {
		t.Error("the file that is no database was changed")
	}
}

func TestOpenKnowsADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w, err := duckdb.Open(context.Background(), duckdb.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Refresh(context.Background(), archwire.Model{Name: "a.b", SQL: "select md5(cast(i as varchar)) as m from generate_series(1, 100000) t(i)"}, archwire.RefreshScope{}); err != nil {
		t.Fatal(err)
	}
	closed(t, w)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte{}, whole...)
	for i := 12 << 10; i < len(flipped); i += 1000 {
		flipped[i] ^= 0xff
	}
	for _, damaged := range [][]byte{whole[:len(whole)/2], whole[:5000], flipped} {
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := duckdb.Open(context.Background(), duckdb.Config{Path: path})
		if err == nil { // damage to rows shows when they are read
			err = readAll(w, "select max(m), count(*) from a.b")
			w.Close() //nolint:errcheck // it may be unable to write
		}
		if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(fmt.Sprint(err), "damaged") || archwire.HintOf(err) == "" {
			t.Errorf("the damage gives %v of code %s", err, archwire.CodeOf(err))
		}
	}
}

// readAll reads a query to its end, or to its error.
func readAll(w *duckdb.Warehouse, sql string) error {
	for _, err := range w.Query(context.Background(), archwire.Query{SQL: sql}) {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestMemoryIsReadAsDuckDBReadsIt(t *testing.T) {
	for _, memory := range []string{"512MB", "1.5GB", "400 MiB", "2GiB"} {
		w, err := duckdb.Open(context.Background(), duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb"), Memory: memory})
		if err != nil {
			t.Fatalf("%s: %v", memory, err)
		}
		closed(t, w)
	}
	for _, memory := range []string{"much", "80%", "-1", "2G B"} {
		_, err := duckdb.Open(context.Background(), duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb"), Memory: memory})
		if archwire.CodeOf(err) != archwire.Invalid {
			t.Errorf("memory %q gives %v", memory, err)
		}
	}
}
