package duckdb_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// writtenSlice names the file that a process of its own writes a slice to.
const writtenSlice = "ARCHWIRE_TEST_WRITTEN_SLICE"

// TestEqualRowsGiveEqualBytesInEveryProcess writes one slice of several row
// groups with different numbers of threads, amounts of memory and orders of
// the rows, here and in another process.
func TestEqualRowsGiveEqualBytesInEveryProcess(t *testing.T) {
	folder := t.TempDir()
	want := filepath.Join(folder, "want")
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), writtenSlice+"="+want)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	expected, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []duckdb.Config{
		{Threads: 1, Memory: "200MB"}, {Threads: 2, Memory: "1GB"}, {Threads: 4, Memory: "300MB"}, {Threads: 8, Memory: "1GB"},
	} {
		path := filepath.Join(folder, fmt.Sprint("got", i))
		if err := writeSlice(c, []string{"i", "-i", "i % 1000, i", "hash(i)"}[i], path); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(expected) {
			t.Errorf("%+v gives other bytes", c)
		}
	}
}

func writeOneSlice(path string) error {
	return writeSlice(duckdb.Config{Threads: 2, Memory: "500MB"}, "i % 7, i", path)
}

// writeSlice writes the slice of tenant 3 of a model whose rows lie in the
// given order.
func writeSlice(c duckdb.Config, order, path string) error {
	ctx := context.Background()
	c.Path = path + ".duckdb"
	w, err := duckdb.Open(ctx, c)
	if err != nil {
		return err
	}
	_, err = w.Refresh(ctx, archwire.Model{Name: "finance.daily", SQL: `select i % 2 + 2 as tenant, i // 3 as id, cast(i * 1.1 as decimal(12,2)) as amount,
		case when i % 11 > 0 then 'text ' || i % 977 end as name, i / 7.0::double as ratio from generate_series(1, 600000) t(i) order by ` + order}, archwire.RefreshScope{})
	if err != nil {
		return err
	}
	s := archwire.SliceSource{Relation: "finance.daily", Tenant: "tenant", Key: []string{"id"}, Columns: []string{"id", "amount", "name", "ratio"}}
	if _, err := w.WriteSlice(ctx, s, "3", path); err != nil {
		return err
	}
	return w.Close()
}
