package publish_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
)

// A world is what a random publication is made of: the rows of each tenant, by
// key, and the dataset's shape.
type world struct {
	tenants  int
	gone     map[int]bool      // of these: no tenants any more
	rows     map[[2]int]string // tenant and key: value
	contract int
	class    archwire.Class // of the value
}

func (w *world) change(r *rapid.T) {
	switch rapid.SampledFrom([]string{"put", "put", "put", "delete", "clear", "tenant", "leave", "return", "contract", "class"}).Draw(r, "change") {
	case "put":
		at := [2]int{rapid.IntRange(1, w.tenants).Draw(r, "tenant"), rapid.IntRange(1, 4).Draw(r, "key")}
		if w.gone[at[0]] {
			return
		}
		w.rows[at] = rapid.SampledFrom([]string{"null", "''", "'N'", "'a'", "'b''c'", "'ä|1:a'"}).Draw(r, "value")
	case "delete":
		delete(w.rows, [2]int{rapid.IntRange(1, w.tenants).Draw(r, "tenant"), rapid.IntRange(1, 4).Draw(r, "key")})
	case "clear":
		w.clear(rapid.IntRange(1, w.tenants).Draw(r, "tenant"))
	case "leave":
		tenant := rapid.IntRange(1, w.tenants).Draw(r, "tenant")
		w.clear(tenant)
		w.gone[tenant] = true
	case "return":
		delete(w.gone, rapid.IntRange(1, w.tenants).Draw(r, "tenant"))
	case "tenant":
		w.tenants++
	case "contract":
		w.contract++
	case "class":
		w.class = rapid.SampledFrom([]archwire.Class{archwire.ClassPublic, archwire.ClassPseudonymous, archwire.ClassIdentified}).Draw(r, "class")
	}
}

func (w *world) clear(tenant int) {
	for at := range w.rows {
		if at[0] == tenant {
			delete(w.rows, at)
		}
	}
}

// input describes a publication of the world.
func (w *world) input() publish.Input {
	in := input(w.dataset())
	in.Tenants = []archwire.Tenant{{ID: "0"}} // there is always one
	for i := range w.tenants {
		if !w.gone[i+1] {
			in.Tenants = append(in.Tenants, archwire.Tenant{ID: fmt.Sprint(i + 1)})
		}
	}
	return in
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

// A forgetful warehouse is one that nobody has published from: what is published
// from it is made from all rows.
type forgetful struct{ publish.Warehouse }

func (forgetful) Pending(context.Context, string, []string) (archwire.Pending, error) {
	return archwire.Pending{Never: true}, nil
}

func (forgetful) Published(context.Context, map[string]archwire.Acknowledged) error { return nil }

// A history is what befalls a store between the nights of a random test.
type history struct {
	*bundle
	world   *world
	objects object.Store
	kept    []archwire.PublicationID // those that can be gone back to
	partial int                      // how often not all rows were looked at
}

// befall draws something that goes wrong, or is done by hand, and does it.
func (h *history) befall(t *testing.T, r *rapid.T) {
	failing := &faulty{Store: h.objects, failAt: int64(rapid.IntRange(1, 12).Draw(r, "call")), after: rapid.Bool().Draw(r, "after")}
	switch what := rapid.SampledFrom([]string{"", "", "disk", "warehouse", "rollback"}).Draw(r, "befalls"); what {
	case "disk":
		h.use(t, failing)
		h.publisher.Publish(t.Context(), h.world.input()) //nolint:errcheck // it may fail
	case "warehouse":
		h.use(t, h.objects)
		h.publisher.Warehouse = warehouse{Warehouse: h.warehouse, published: errFault}
		m, _, err := h.publisher.Publish(t.Context(), h.world.input())
		if !errors.Is(err, errFault) {
			r.Fatalf("what cannot be acknowledged gives %v", err)
		}
		h.kept = append(h.kept, m.ID)
	case "rollback":
		if len(h.kept) > 0 {
			if _, err := h.store.Rollback(t.Context(), h.reader, rapid.SampledFrom(h.kept).Draw(r, "to")); err != nil {
				r.Fatal(err)
			}
		}
	}
}

// night publishes what changed and compares it with all rows published into a
// store of their own.
func (h *history) night(t *testing.T, r *rapid.T, folder string) {
	in := h.world.input()
	h.use(t, object.NewDir(folder))
	h.publisher.Warehouse = forgetful{h.warehouse}
	full, all, err := h.publisher.Publish(t.Context(), in)
	if err != nil {
		r.Fatal(err)
	}
	h.use(t, h.objects)
	h.publisher.Warehouse = warehouse{Warehouse: h.warehouse, asked: func(tenants []string) {
		if tenants != nil {
			h.partial++
		}
	}}
	grown, stats, err := h.publisher.Publish(t.Context(), in)
	if err != nil {
		r.Fatal(err)
	}
	h.kept = append(h.kept, grown.ID)
	if grown.IndexSHA256 != full.IndexSHA256 {
		r.Fatalf("incremental index %s, %+v; full %s, %+v", grown.IndexSHA256, stats, full.IndexSHA256, all)
	}
	if stats.Slices != all.Slices || stats.Rows != all.Rows || stats.Bytes != all.Bytes || stats.Written+stats.Reused != stats.Slices {
		r.Fatalf("incremental %+v, full %+v", stats, all)
	}
	h.wantRows(t, r)
}

// wantRows wants the publication in service to have the world's rows.
func (h *history) wantRows(t *testing.T, r *rapid.T) {
	got := rows(t, h.current(t).Query(t.Context(), scope(t, archwire.Identified), of("random"), nil,
		archwire.Query{SQL: "select practice_id, k, coalesce(v, 'NULL') from slice order by 1, 2"}))
	if diff := cmp.Diff(len(h.world.rows), len(got)); diff != "" {
		r.Fatalf("rows (-want +got):\n%s", diff)
	}
	for _, line := range got {
		var at [2]int
		fmt.Sscan(line[0]+" "+line[1], &at[0], &at[1]) //nolint:errcheck // numbers
		if want := strings.ReplaceAll(strings.Trim(h.world.rows[at], "'"), "''", "'"); !strings.EqualFold(want, line[2]) {
			r.Fatalf("tenant and key %v have %q, want %s", at, line[2], h.world.rows[at])
		}
	}
}

// Whatever changes from night to night, whatever fails and wherever one goes back
// to, publishing what changed gives the index that publishing everything into a
// new store gives, byte for byte.
func TestPublish_IncrementalEqualsFull(t *testing.T) {
	checks(t, 20)
	b := setup(t)
	folders := t.TempDir()
	var worlds, partial int
	rapid.Check(t, func(r *rapid.T) {
		worlds++
		w := &world{tenants: 2, gone: map[int]bool{}, rows: map[[2]int]string{}, contract: 1, class: archwire.ClassPublic}
		h := &history{bundle: b, world: w, objects: object.NewDir(filepath.Join(folders, fmt.Sprint(worlds)))}
		b.use(t, h.objects)
		for night := range rapid.IntRange(2, 5).Draw(r, "nights") {
			for range rapid.IntRange(0, 4).Draw(r, "changes") {
				w.change(r)
			}
			b.fill(t, "clinic.random", w.sql())
			h.befall(t, r)
			h.night(t, r, filepath.Join(folders, fmt.Sprint(worlds, "-", night)))
		}
		partial += h.partial
	})
	if partial == 0 {
		t.Error("every publication looked at all rows")
	}
}
