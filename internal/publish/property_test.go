package publish_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/object"
)

// A world is what a random publication is made of: the rows of each tenant, by
// key, and the dataset's shape.
type world struct {
	tenants  int
	rows     map[[2]int]string // tenant and key: value
	contract int
	class    archwire.Class // of the value
}

func (w *world) change(r *rapid.T) {
	switch rapid.SampledFrom([]string{"put", "put", "put", "delete", "clear", "tenant", "contract", "class"}).Draw(r, "change") {
	case "put":
		at := [2]int{rapid.IntRange(1, w.tenants).Draw(r, "tenant"), rapid.IntRange(1, 4).Draw(r, "key")}
		w.rows[at] = rapid.SampledFrom([]string{"null", "''", "'N'", "'a'", "'b''c'", "'ä|1:a'"}).Draw(r, "value")
	case "delete":
		delete(w.rows, [2]int{rapid.IntRange(1, w.tenants).Draw(r, "tenant"), rapid.IntRange(1, 4).Draw(r, "key")})
	case "clear":
		tenant := rapid.IntRange(1, w.tenants).Draw(r, "tenant")
		for at := range w.rows {
			if at[0] == tenant {
				delete(w.rows, at)
			}
		}
	case "tenant":
		w.tenants++
	case "contract":
		w.contract++
	case "class":
		w.class = rapid.SampledFrom([]archwire.Class{archwire.ClassPublic, archwire.ClassPseudonymous, archwire.ClassIdentified}).Draw(r, "class")
	}
}

func (w *world) sql() string {
	lines := []string{"(null::bigint, null::bigint, null::varchar)"}
	for at, value := range w.rows { // in any order
		lines = append(lines, fmt.Sprintf("(%d, %d, %s)", at[0], at[1], value))
	}
	return "select * from (values " + strings.Join(lines, ", ") + ") v(practice_id, k, v) where practice_id is not null"
}

func (w *world) dataset() archwire.Dataset {
	return archwire.Dataset{
		Name: "random", From: "clinic.random", Tenant: "practice_id", Key: []string{"k"}, Contract: w.contract,
		Columns: []archwire.DatasetColumn{
			{Name: "k", Type: "int64", Class: archwire.ClassPublic},
			{Name: "v", Type: "text", Class: w.class},
		},
	}
}

// checks sets how many random cases a test takes unless the command line does:
// each of them writes dozens of files to the disk.
func checks(t *testing.T, n int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	t.Cleanup(func() { f.Value.Set(f.DefValue) }) //nolint:errcheck // it was valid before
	if err := f.Value.Set(fmt.Sprint(n)); err != nil {
		t.Fatal(err)
	}
}

// Whatever changes from night to night, publishing what changed gives the index
// that publishing everything into a new store gives.
func TestPublish_IncrementalEqualsFull(t *testing.T) {
	checks(t, 20)
	b := setup(t)
	folders := t.TempDir()
	var worlds int
	rapid.Check(t, func(r *rapid.T) {
		worlds++
		w := &world{tenants: 2, rows: map[[2]int]string{}, contract: 1, class: archwire.ClassPublic}
		incremental := object.NewDir(filepath.Join(folders, fmt.Sprint(worlds)))
		for night := range rapid.IntRange(2, 4).Draw(r, "nights") {
			for range rapid.IntRange(0, 4).Draw(r, "changes") {
				w.change(r)
			}
			b.fill(t, "clinic.random", w.sql())
			in := input(w.dataset())
			in.Tenants = nil
			for i := range w.tenants {
				in.Tenants = append(in.Tenants, archwire.Tenant{ID: fmt.Sprint(i + 1)})
			}
			b.use(t, incremental)
			grown, stats, err := b.publisher.Publish(t.Context(), in)
			if err != nil {
				r.Fatal(err)
			}
			b.use(t, object.NewDir(filepath.Join(folders, fmt.Sprint(worlds, "-", night))))
			full, all, err := b.publisher.Publish(t.Context(), in)
			if err != nil {
				r.Fatal(err)
			}
			if grown.IndexSHA256 != full.IndexSHA256 {
				r.Fatalf("night %d: incremental index %s, %+v; full %s, %+v", night, grown.IndexSHA256, stats, full.IndexSHA256, all)
			}
			if stats.Slices != all.Slices || stats.Rows != all.Rows || stats.Bytes != all.Bytes || stats.Written+stats.Reused != stats.Slices {
				r.Fatalf("night %d: incremental %+v, full %+v", night, stats, all)
			}
			got := rows(t, b.current(t).Query(t.Context(), scope(t, archwire.Identified), "random", nil,
				archwire.Query{SQL: "select practice_id, k, coalesce(v, 'NULL') from slice order by 1, 2"}))
			if diff := cmp.Diff(len(w.rows), len(got)); diff != "" {
				r.Fatalf("rows (-want +got):\n%s", diff)
			}
			for _, line := range got {
				var at [2]int
				fmt.Sscan(line[0]+" "+line[1], &at[0], &at[1]) //nolint:errcheck // numbers
				if want := strings.ReplaceAll(strings.Trim(w.rows[at], "'"), "''", "'"); !strings.EqualFold(want, line[2]) {
					r.Fatalf("tenant and key %v have %q, want %s", at, line[2], w.rows[at])
				}
			}
		}
	})
}
