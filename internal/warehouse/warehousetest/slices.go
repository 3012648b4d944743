package warehousetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// RunSlices exercises the slices of the warehouses that open returns, and the
// reader that reads them.
func RunSlices(t *testing.T, open Opener, reader func(t *testing.T) archwire.SliceReader) {
	RunSlicesWithin(t, open, reader, Limits{})
}

// RunSlicesWithin is RunSlices for a warehouse that has limits.
func RunSlicesWithin(t *testing.T, open Opener, reader func(t *testing.T) archwire.SliceReader, limits Limits) {
	within := func(test func(*testing.T, Opener, archwire.SliceReader, Limits)) func(*testing.T, Opener, archwire.SliceReader) {
		return func(t *testing.T, open Opener, r archwire.SliceReader) { test(t, open, r, limits) }
	}
	for name, test := range map[string]func(*testing.T, Opener, archwire.SliceReader){
		"PrintsListTenantsSorted":                      testPrints,
		"PrintsAreOfTheseTenantsOnly":                  testPrintsOfSome,
		"PrintsDoNotDependOnOrder":                     testPrintsOrder,
		"PrintsTellAnyTwoDifferentRowsApart":           within(testPrintsDiffer),
		"PrintsDependOnNamesAndTypes":                  testPrintsShape,
		"PrintsRefuseRowsWithoutTenant":                testPrintsNull,
		"WriteSliceWritesOneTenantSortedByKey":         testWriteSlice,
		"WriteSliceWritesEveryKind":                    within(testWriteKinds),
		"EqualRowsGiveEqualBytes":                      within(testEqualBytes),
		"SeveralSlicesAreWrittenAtOnce":                within(testWriteAtOnce),
		"SlicesWrittenTogetherAreThoseWrittenOneByOne": testWriteSlices,
		"ATenantWithoutRowsGivesAnEmptySlice":          testWriteNobody,
		"WriteSliceTakesAnyTenant":                     testWriteTenants,
		"SlicesFollowTheRelationAsItChanges":           testWriteAfterChange,
		"WriteSliceLeavesNoFileAfterAnError":           testWriteError,
		"WriteParquetWritesAllBatches":                 testWriteParquet,
		"WriteParquetLeavesNoFileAfterAnError":         testWriteParquetError,
		"QuerySlicesReadsTheRowsOfAllFiles":            testQuerySlices,
		"QuerySlicesTakesAWith":                        testQuerySlicesWith,
		"QuerySlicesReadsNothingElse":                  testQuerySlicesBounds,
		"QuerySlicesRefusesFilesOfAnotherSchema":       testQuerySlicesSchema,
		"QuerySlicesNamesADamagedSlice":                testQuerySlicesDamaged,
		"QuerySlicesAnswersSeveralAtOnce":              testQuerySlicesAtOnce,
		"CountSlicesTellsOfEachFile":                   testCountSlices,
		"CountSlicesTellsForeignRows":                  testCountSlicesForeign,
		"CountSlicesTellsKeysThatAreNone":              testCountSlicesKeys,
		"CountSlicesRefusesWhatCannotBeRead":           testCountSlicesDamaged,
	} {
		t.Run(name, func(t *testing.T) { test(t, open, reader(t)) })
	}
}

var ledgerSlices = archwire.SliceSource{
	Relation: "rcm.ledger", Tenant: "practice_id", Key: []string{"id"}, Columns: []string{"id", "amount", "posted_on"},
}

func writer(t *testing.T, w archwire.Warehouse) archwire.SliceWriter {
	t.Helper()
	s, ok := w.(archwire.SliceWriter)
	if !ok {
		t.Fatal("the warehouse writes no slices")
	}
	return s
}

func prints(t *testing.T, w archwire.Warehouse, s archwire.SliceSource) []archwire.Print {
	t.Helper()
	p, err := writer(t, w).SlicePrints(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// write writes a slice to a new file and returns it.
func write(t *testing.T, w archwire.Warehouse, s archwire.SliceSource, tenant string) archwire.SliceFile {
	t.Helper()
	path := filepath.Join(t.TempDir(), "slice.parquet")
	if _, err := writer(t, w).WriteSlice(context.Background(), s, tenant, path); err != nil {
		t.Fatal(err)
	}
	return file(t, path)
}

func file(t *testing.T, path string) archwire.SliceFile {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return archwire.SliceFile{SHA256: hex.EncodeToString(sum[:]), Path: path}
}

func readSlices(t *testing.T, r archwire.SliceReader, sql string, files ...archwire.SliceFile) []string {
	t.Helper()
	rows, err := collect(r.QuerySlices(context.Background(), files, archwire.Query{SQL: sql}))
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

func testPrints(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{10, 1, "1.00", int32(0)}, []any{9, 2, "1.00", int32(0)}, []any{10, 3, "1.00", nil})
	got := prints(t, w, ledgerSlices)
	if len(got) != 2 || got[0].Tenant != "10" || got[0].Rows != 2 || got[1].Tenant != "9" || got[1].Rows != 1 || got[0].Print == got[1].Print || got[0].Print == "" {
		t.Errorf("the prints are %+v", got)
	}
	loadLedger(t, w)
	if got := prints(t, w, ledgerSlices); len(got) != 0 {
		t.Errorf("a relation without rows has the prints %+v", got)
	}
}

func testPrintsOfSome(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)}, []any{2, 2, "1.00", int32(0)}, []any{10, 3, "1.00", nil}, []any{nil, 4, "1.00", nil})
	of := func(tenants ...string) []archwire.Print {
		p, err := writer(t, w).SlicePrints(context.Background(), ledgerSlices, tenants)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	both := of("2", "10", "99", "nobody", "it's")
	if len(both) != 2 || both[0].Tenant != "10" || both[1].Tenant != "2" || both[0].Rows != 1 {
		t.Fatalf("the prints are %+v", both)
	}
	if diff := cmp.Diff(both[1:], of("2")); diff != "" {
		t.Errorf("a tenant's print depends on who else is asked for:\n%s", diff)
	}
	if got := of([]string{}...); len(got) != 0 {
		t.Errorf("the prints of nobody are %+v", got)
	}
}

func testPrintsOrder(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	var rows [][]any
	for i := range 1000 {
		rows = append(rows, []any{i % 3, i / 2, fmt.Sprintf("%d.%02d", i, i%100), int32(i)})
	}
	loadLedger(t, w, rows...)
	want := prints(t, w, ledgerSlices)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	loadLedger(t, w, rows...)
	if diff := cmp.Diff(want, prints(t, w, ledgerSlices)); diff != "" {
		t.Error(diff)
	}
}

// letters has little to say, so that rapid soon draws rows that are nearly equal.
var letters = archwire.Table{Source: "rcm", Name: "letters", Columns: []archwire.Column{
	{Name: "tenant", Type: archwire.Type{Kind: archwire.Text}},
	{Name: "a", Type: archwire.Type{Kind: archwire.Text}},
	{Name: "b", Type: archwire.Type{Kind: archwire.Text}},
	{Name: "c", Type: archwire.Type{Kind: archwire.Bytes}},
}}

func testPrintsDiffer(t *testing.T, open Opener, _ archwire.SliceReader, limits Limits) {
	w := open(t, t.TempDir())
	source := archwire.SliceSource{Relation: "rcm.letters", Tenant: "tenant", Columns: []string{"a", "b", "c"}}
	seen := map[string]string{} // print -> rows
	check := func(rows [][]any) string {
		for i, r := range rows {
			r[0] = "t"
			rows[i] = limits.held(letters, r)
		}
		loadAll(t, w, "run", map[string]archwire.Batches{"rcm.letters": batches(letters, rows...)}, letters)
		lines := text(t, batches(letters, rows...))
		for i, r := range rows {
			lines[i] = fmt.Sprintf("%q", r) // the text null is not NULL
		}
		slices.Sort(lines)
		key, print := fmt.Sprint(lines), prints(t, w, source)[0].Print
		if other, ok := seen[print]; ok && other != key {
			return fmt.Sprintf("%s and %s have one print", other, key)
		}
		seen[print] = key
		return ""
	}
	for _, rows := range [][][]any{
		{{"", "a", "bc", nil}},
		{{"", "ab", "c", nil}},
		{{"", "", nil, nil}},
		{{"", nil, "", nil}},
		{{"", nil, nil, []byte{}}},
		{{"", nil, nil, nil}},
		{{"", nil, nil, nil}, {"", nil, nil, nil}},
		{{"", "N", "N", nil}},
		{{"", "1:a", "", nil}},
		{{"", "a", "b", nil}, {"", "b", "a", nil}},
		{{"", "a", "a", nil}, {"", "b", "b", nil}},
	} {
		if wrong := check(rows); wrong != "" {
			t.Error(wrong)
		}
	}
	some := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) []any {
		value := rapid.SampledFrom([]any{nil, "", "a", "b", "ab", "ba", "N", ":", "1:a", "\\x00"})
		return []any{"", value.Draw(r, "a"), value.Draw(r, "b"), nil}
	}), 1, 3)
	for seed := range orElse(limits.Histories, 40) {
		if wrong := check(some.Example(seed)); wrong != "" {
			t.Fatal(wrong)
		}
	}
}

func testPrintsShape(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	seen := map[string]bool{}
	for i, sql := range []string{
		"select practice_id, id, amount, posted_on from rcm.ledger",
		"select practice_id, id, amount as other, posted_on from rcm.ledger",
		"select practice_id, id, cast(amount as decimal(14,2)) as amount, posted_on from rcm.ledger",
	} {
		name := fmt.Sprint("shape.m", i)
		refresh(t, w, archwire.Model{Name: name, SQL: sql})
		s := archwire.SliceSource{Relation: name, Tenant: "practice_id", Columns: []string{"id", "amount", "posted_on"}}
		if i == 1 {
			s.Columns[1] = "other"
		}
		seen[prints(t, w, s)[0].Print] = true
	}
	if len(seen) != 3 {
		t.Errorf("3 shapes have %d prints", len(seen))
	}
}

func testPrintsNull(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)}, []any{nil, 2, "1.00", int32(0)})
	_, err := writer(t, w).SlicePrints(context.Background(), ledgerSlices, nil)
	wantCode(t, err, archwire.Mismatch)
}

func testWriteSlice(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 3, "3.00", int32(0)}, []any{1, 1, "1.00", nil}, []any{2, 9, "9.00", int32(0)}, []any{1, 2, nil, int32(0)})
	path := filepath.Join(t.TempDir(), "it's a slice.parquet")
	n, err := writer(t, w).WriteSlice(context.Background(), ledgerSlices, "1", path)
	if err != nil || n != 3 {
		t.Fatalf("the slice has %d rows (%v), want 3", n, err)
	}
	want := []string{"1|1|1.00|null", "1|2|null|0", "1|3|3.00|0"}
	if diff := cmp.Diff(want, readSlices(t, r, "select * from slice", file(t, path))); diff != "" {
		t.Error(diff)
	}
}

func testWriteKinds(t *testing.T, open Opener, r archwire.SliceReader, limits Limits) {
	w, rows := open(t, t.TempDir()), limits.heldRows(every, everyRows)
	loadAll(t, w, "run", map[string]archwire.Batches{"types.every": batches(every, rows...)}, every)
	s := archwire.SliceSource{Relation: "types.every", Tenant: "n"}
	for _, c := range every.Columns[1:] {
		s.Columns = append(s.Columns, c.Name)
	}
	for i, row := range rows {
		got := readSlices(t, r, "select * from slice", write(t, w, s, fmt.Sprint(i+1)))
		if diff := cmp.Diff(text(t, batches(every, row)), got); diff != "" {
			t.Error(diff)
		}
	}
}

func testEqualBytes(t *testing.T, open Opener, _ archwire.SliceReader, limits Limits) {
	// The first tenant has more rows than a row group of DuckDB and of Parquet.
	var rows [][]any
	for i := range orElse(2*limits.Rows, 400_000) {
		rows = append(rows, []any{i % 4 / 3, i, fmt.Sprintf("%d.%02d", i%977, i%100), int32(i % 1000)})
	}
	want := map[string]string{}
	for round := range 3 {
		w := open(t, t.TempDir())
		loadLedger(t, w, rows...)
		for range 2 {
			for _, tenant := range []string{"0", "1"} {
				got := write(t, w, ledgerSlices, tenant).SHA256
				if want[tenant] == "" {
					want[tenant] = got
				}
				if got != want[tenant] {
					t.Errorf("round %d: tenant %s has other bytes", round, tenant)
				}
			}
		}
		rand.New(rand.NewPCG(1, uint64(round))).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	if want["0"] == want["1"] {
		t.Error("different rows give equal bytes")
	}
}

func testWriteAtOnce(t *testing.T, open Opener, r archwire.SliceReader, limits Limits) {
	w := open(t, t.TempDir())
	var rows [][]any
	each := min(orElse(limits.Rows/20, 1000), 1000)
	for i := range 20 * each {
		rows = append(rows, []any{i % 20, i, "1.00", int32(0)})
	}
	loadLedger(t, w, rows...)
	var calls sync.WaitGroup
	files := make([]archwire.SliceFile, 20)
	for i := range files {
		calls.Go(func() { files[i] = write(t, w, ledgerSlices, fmt.Sprint(i)) })
	}
	calls.Wait()
	got := readSlices(t, r, "select practice_id, count(*), sum(id) from slice group by 1 order by 1", files...)
	for i, line := range got {
		if want := fmt.Sprintf("%d|%d|%d", i, each, each*i+20*(each-1)*each/2); line != want {
			t.Errorf("tenant %d reads %s, want %s", i, line, want)
		}
	}
	if alone := write(t, w, ledgerSlices, "7").SHA256; alone != files[7].SHA256 {
		t.Error("a slice written alone has other bytes than one written beside others")
	}
}

func testWriteSlices(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	batcher, ok := w.(archwire.SliceBatcher)
	if !ok {
		return // not every warehouse writes several at once
	}
	loadLedger(t, w, []any{1, 3, "3.00", int32(0)}, []any{1, 1, "1.00", nil}, []any{2, 9, "9.00", int32(0)}, []any{4, 2, nil, int32(0)})
	folder, tenants := t.TempDir(), []string{"4", "1", "3"}
	paths := make([]string, len(tenants))
	for i := range paths {
		paths[i] = filepath.Join(folder, fmt.Sprint(i))
	}
	rows, err := batcher.WriteSlices(context.Background(), ledgerSlices, tenants, paths)
	if err != nil || !slices.Equal(rows, []int64{1, 2, 0}) {
		t.Fatalf("the slices have %d rows (%v)", rows, err)
	}
	for i, tenant := range tenants {
		if file(t, paths[i]).SHA256 != write(t, w, ledgerSlices, tenant).SHA256 {
			t.Errorf("the slice of %s has other bytes than when it is written alone", tenant)
		}
	}
}

func testWriteNobody(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	if got := readSlices(t, r, "select count(*), max(amount) from slice", write(t, w, ledgerSlices, "2")); got[0] != "0|null" {
		t.Errorf("the slice reads %v", got)
	}
}

func testWriteTenants(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	tenants := []string{"", "it's", `a"b`, "ümläut", "a; drop table rcm.letters", "NULL", "a\\b", "1"}
	var rows [][]any
	for i, tenant := range tenants {
		rows = append(rows, []any{tenant, fmt.Sprint(i), nil, nil})
	}
	loadAll(t, w, "run", map[string]archwire.Batches{"rcm.letters": batches(letters, rows...)}, letters)
	s := archwire.SliceSource{Relation: "rcm.letters", Tenant: "tenant", Columns: []string{"a"}}
	for i, tenant := range tenants {
		if got := readSlices(t, r, "select a from slice", write(t, w, s, tenant)); !cmp.Equal(got, []string{fmt.Sprint(i)}) {
			t.Errorf("the slice of %q reads %v", tenant, got)
		}
	}
}

func testWriteError(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 1, "1.00", int32(0)})
	folder := t.TempDir()
	bad := ledgerSlices
	bad.Relation = "rcm.nowhere"
	if _, err := writer(t, w).WriteSlice(context.Background(), bad, "1", filepath.Join(folder, "a.parquet")); err == nil {
		t.Error("a relation that does not exist gives a slice")
	}
	if _, err := writer(t, w).WriteSlice(context.Background(), ledgerSlices, "not a number", filepath.Join(folder, "b.parquet")); err == nil {
		t.Error("a tenant that cannot be gives a slice")
	}
	if _, err := writer(t, w).WriteSlice(context.Background(), ledgerSlices, "1", filepath.Join(folder, "no folder", "c.parquet")); err == nil {
		t.Error("a folder that does not exist takes a slice")
	}
	wantEmpty(t, folder)
}

func wantEmpty(t *testing.T, folder string) {
	t.Helper()
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 0 {
		t.Errorf("the folder holds %v (%v), want nothing", left, err)
	}
}

func testWriteParquet(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	path := filepath.Join(t.TempDir(), "index.parquet")
	rows := several(batch(every, everyRows[:2]...), batch(every), batch(every, everyRows[2:]...))
	if err := writer(t, w).WriteParquet(context.Background(), rows, path); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text(t, rows), readSlices(t, r, "select * from slice", file(t, path))); diff != "" {
		t.Error(diff)
	}
}

func testWriteParquetError(t *testing.T, open Opener, _ archwire.SliceReader) {
	w := open(t, t.TempDir())
	folder := t.TempDir()
	for _, times := range []int{0, 1, 50} {
		err := writer(t, w).WriteParquet(context.Background(), broken(batch(every, everyRows...), times), filepath.Join(folder, "index.parquet"))
		if !errors.Is(err, errSource) {
			t.Errorf("the error is %v, want that of the batches", err)
		}
	}
	wantEmpty(t, folder)
}

func testWriteAfterChange(t *testing.T, open Opener, r archwire.SliceReader) {
	w := open(t, t.TempDir())
	loadLedger(t, w, []any{1, 7, "1.50", int32(0)})
	s := archwire.SliceSource{Relation: "base.m", Tenant: "practice_id", Columns: []string{"v"}}
	var seen []string
	for _, v := range []string{"amount", "cast(id as varchar)", "posted_on"} {
		refresh(t, w, archwire.Model{Name: "base.m", SQL: "select practice_id, " + v + " as v from rcm.ledger"})
		seen = append(seen, prints(t, w, s)[0].Print)
		seen = append(seen, readSlices(t, r, "select v from slice", write(t, w, s, "1"))...)
	}
	if diff := cmp.Diff([]string{"1.50", "7", "0"}, []string{seen[1], seen[3], seen[5]}); diff != "" {
		t.Error(diff)
	}
	if seen[0] == seen[2] || seen[2] == seen[4] {
		t.Error("a column that has changed its type has the print from before")
	}
}
