package duckdb_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// unloadedRows are rows of every type that both warehouses hold, two tenants' and
// with NULLs; unloadedForms are their values in the forms that other engines write.
const (
	unloadedRows = `select * from (values
		('it''s', 2, true, 7::smallint, 3000000000::bigint, 1.5::float, 0.1::double, -0.05::decimal(12,2), 99999999999999999999.0000000001::decimal(38,10), 1.2345::decimal(19,4),
			'a ', '\x00FF'::blob, date '0001-01-01', time '23:59:59.999999', timestamp '1969-12-31 23:59:59.999999', timestamptz '2026-11-20 01:02:03+00'),
		('it''s', 1, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
		('ü', 3, false, -1, -1, '-0'::float, 1e300, 0, 0, 0, '', ''::blob, date '9999-12-31', time '00:00:00', timestamp '9999-12-31 00:00:00', timestamptz '0001-01-01 00:00:00+00')
		) v(tenant, id, b, i2, i8, f4, f8, money, large, nineteen, words, bytes, day, clock, moment, instant)`
	unloadedForms = `select tenant as c0, id as c1, b as c2, i2 as c3, i8 as c4, f4 as c5, f8 as c6, money as c7, cast(large as varchar) as c8, nineteen as c9,
		words as c10, lower(hex(bytes)) as c11, day as c12, cast(clock as varchar) as c13, strftime(moment, '%Y-%m-%d %H:%M:%S.%f') as c14,
		strftime(timezone('UTC', instant), '%Y-%m-%d %H:%M:%S.%f') as c15 from u.v`
)

func TestCutterWritesTheBytesOfAWarehouse(t *testing.T) {
	w, folder := openIn(t, t.TempDir()).(*duckdb.Warehouse), t.TempDir()
	if _, err := w.Refresh(t.Context(), archwire.Model{Name: "u.v", SQL: unloadedRows}, archwire.RefreshScope{}); err != nil {
		t.Fatal(err)
	}
	cutter, err := duckdb.OpenCutter(t.Context(), "256MB", folder)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, cutter)
	columns, err := w.Describe(t.Context(), "select * from u.v")
	if err != nil {
		t.Fatal(err)
	}
	source := archwire.SliceSource{Relation: "u.v", Tenant: "tenant"}
	for _, c := range columns[1:] {
		source.Columns = append(source.Columns, c.Name)
	}
	for tenant, rows := range map[string]int64{"it's": 2, "ü": 1, "nobody": 0} {
		var files []string
		for part := range int64(2) { // rows come in any number of files, in any order
			file := filepath.Join(folder, fmt.Sprintf("it's %s %d.parquet", tenant, part))
			q := archwire.Query{SQL: unloadedForms + " where tenant = $1 and id % 2 = $2", Args: []any{tenant, part}}
			if err := cutter.WriteParquet(t.Context(), w.Query(t.Context(), q), file); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		if rows == 0 {
			files = nil
		}
		want, got := filepath.Join(folder, "want"), filepath.Join(folder, "got")
		if _, err := w.WriteSlice(t.Context(), source, tenant, want); err != nil {
			t.Fatal(err)
		}
		n, err := cutter.WriteSlice(t.Context(), columns, files, got)
		if err != nil || n != rows {
			t.Errorf("%d rows of %q are written (%v), want %d", n, tenant, err, rows)
		}
		if !bytes.Equal(read(t, got), read(t, want)) {
			t.Errorf("the slice of %q has other bytes than the warehouse's", tenant)
		}
	}
	missing := filepath.Join(folder, "missing")
	if _, err := cutter.WriteSlice(t.Context(), columns, []string{missing}, missing+" too"); err == nil {
		t.Error("a file that is not there gives a slice")
	}
	if _, err := os.Stat(missing + " too"); !os.IsNotExist(err) {
		t.Errorf("after an error there is a file (%v)", err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
