package redshift

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

func TestSlicesAreThoseOfTheEmbeddedEngine(t *testing.T) {
	r, folder := newRig(t, redshifttest.Options{}), t.TempDir()
	r.fill(t, "u", "v", kindColumns, kindRows...)
	tenants := []string{"it's", "nobody", "a/b=%c d", "", "a/b=%c d "}
	paths := make([]string, len(tenants))
	for i := range paths {
		paths[i] = filepath.Join(folder, fmt.Sprint(i))
	}
	r.server.Forget()
	rows, err := r.WriteSlices(t.Context(), kindSource(), tenants, paths)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.server.Sent("(?i)^unload")); n != 1 {
		t.Errorf("%d tenants were unloaded by %d statements", len(tenants), n)
	}
	if !slices.Equal(rows, []int64{3, 0, 1, 1, 1}) {
		t.Errorf("the slices have %d rows", rows)
	}
	for i, tenant := range tenants {
		want := filepath.Join(folder, "want")
		if _, err := r.embedded.WriteSlice(t.Context(), kindSource(), tenant, want); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(contentOf(t, paths[i]), contentOf(t, want)) {
			t.Errorf("the slice of %q has other bytes than the embedded engine's", tenant)
		}
	}
	if left, err := os.ReadDir(filepath.Join(r.store.Folder, "staging", "unload")); err == nil && len(left) > 0 {
		t.Errorf("in the staging place %d folders are left", len(left))
	}
}

// A session that failed in the midst of something leaves nothing behind for those that
// come after it.
func TestSlicesAreWrittenAfterAFault(t *testing.T) {
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "u", "v", kindColumns, kindRows...)
	refused := &pgconn.PgError{Severity: "ERROR", Code: "XX000", Message: "refused"}
	write := func() error {
		_, err := r.WriteSlices(t.Context(), kindSource(), []string{"it's"}, []string{filepath.Join(t.TempDir(), "slice")})
		return err
	}
	tell := func() error {
		_, err := r.SlicePrints(t.Context(), kindSource(), []string{"it's"})
		return err
	}
	for match, run := range map[string]func() error{"^UNLOAD": write, "^SELECT MIN": tell} {
		r.server.Inject(redshifttest.Fault{Match: match, Error: refused})
		if err := run(); err == nil {
			t.Errorf("%s: the fault is not told", match)
		}
		if err := run(); err != nil {
			t.Errorf("%s: after a fault %v", match, err)
		}
	}
}

// Rows that a process left in the staging place as it died are not there for long.
func TestSlicesLeftByAProcessThatDiedAreSwept(t *testing.T) {
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "u", "v", kindColumns, kindRows...)
	const left = "unload/X/1/archwire_part=0/0000_part_00.parquet"
	if err := r.Warehouse.store.Put(t.Context(), left, bytes.NewReader([]byte("rows"))); err != nil {
		t.Fatal(err)
	}
	here := filepath.Join(r.config.TempDir, "archwire-unload-1", "0.0.parquet")
	if err := os.MkdirAll(filepath.Dir(here), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(here, []byte("rows"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := r.Begin(t.Context(), "next", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Abort(t.Context()) //nolint:errcheck // nothing was staged
	if _, err := r.Warehouse.store.Open(t.Context(), left); archwire.CodeOf(err) != archwire.NotFound {
		t.Errorf("it is there still (%v)", err)
	}
	if _, err := os.Stat(here); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("on this machine it is there still (%v)", err)
	}
}

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestSlicePrintsTellRowsApart(t *testing.T) {
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "u", "v", kindColumns, kindRows...)
	all, err := r.SlicePrints(t.Context(), kindSource(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var tenants []string
	seen := map[string]bool{}
	for _, p := range all {
		tenants = append(tenants, fmt.Sprintf("%s %d", p.Tenant, p.Rows))
		seen[p.Print] = true
	}
	if diff := cmp.Diff([]string{" 1", "a/b=%c d 1", "a/b=%c d  1", "it's 3"}, tenants); diff != "" || len(seen) != 4 {
		t.Errorf("the prints are %+v\n%s", all, diff)
	}
	some, err := r.SlicePrints(t.Context(), kindSource(), []string{"a/b=%c d", "nobody"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all[1:2], some); diff != "" {
		t.Error(diff)
	}
}

// What is asked of the warehouse does not depend on how many tenants there are.
func TestStatementsDoNotGrowWithTenants(t *testing.T) {
	r, folder := newRig(t, redshifttest.Options{}), t.TempDir()
	source := archwire.SliceSource{Relation: "rcm.ledger", Tenant: "practice_id", Key: []string{"id"}, Columns: []string{"amount"}}
	model := archwire.Model{Name: "finance.daily", Tenant: "practice_id", Key: []string{"practice_id"}, SQL: "select practice_id, sum(amount) as amount from rcm.ledger group by 1"}
	statements := map[int]int{}
	for _, n := range []int{2, 40} {
		var rows, tenants, paths []string
		for i := range n {
			rows = append(rows, fmt.Sprintf("%d, %d, 1.50", i, i))
			tenants, paths = append(tenants, fmt.Sprint(i)), append(paths, filepath.Join(folder, fmt.Sprint(i)))
		}
		r.fill(t, "rcm", "ledger", []string{"practice_id int64", "id int64", "amount decimal(12,2)"}, rows...)
		if _, err := r.Refresh(t.Context(), model, archwire.RefreshScope{}); err != nil {
			t.Fatal(err)
		}
		r.sql(t, "UPDATE rcm.ledger SET amount = 2.50")
		r.server.Forget()
		scope := archwire.RefreshScope{Tenants: tenants, Filter: map[string]string{"rcm.ledger": "practice_id"}}
		if done, err := r.Refresh(t.Context(), model, scope); err != nil || done.Written != int64(n) {
			t.Fatalf("%+v (%v)", done, err)
		}
		if _, err := r.SlicePrints(t.Context(), source, tenants); err != nil {
			t.Fatal(err)
		}
		if _, err := r.WriteSlices(t.Context(), source, tenants, paths); err != nil {
			t.Fatal(err)
		}
		for _, sql := range r.server.Statements() {
			if !strings.HasPrefix(sql, "SET ") { // how many sessions there are is not told by tenants
				statements[n]++
			}
		}
	}
	if statements[2] != statements[40] {
		t.Errorf("2 tenants take %d statements, and 40 take %d", statements[2], statements[40])
	}
}
