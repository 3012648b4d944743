package duckdb_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/redshift/redshifttest/redshiftcases"
)

func TestFunctionsAnswerAsRedshiftDocuments(t *testing.T) {
	w := openWarehouse(t)
	for _, f := range redshiftcases.Functions {
		got := scalar(w, f.SQL)
		if f.Want == "error" && strings.HasPrefix(got, "error:") {
			continue
		}
		if got != f.Want {
			t.Errorf("%s is %q, want %q (%s%s)", f.SQL, got, f.Want, redshiftcases.Pages, f.Page)
		}
	}
}

// scalar is the one value of a query as text.
func scalar(w *duckdb.Warehouse, expression string) string {
	out := "no row"
	for batch, err := range w.Query(context.Background(), archwire.Query{SQL: "select cast(" + expression + " as varchar) as v"}) {
		if err != nil {
			return fmt.Sprint("error: ", err)
		}
		if out = batch.Column(0).ValueStr(0); batch.Column(0).IsNull(0) {
			out = "null"
		}
	}
	return out
}

func openWarehouse(t *testing.T) *duckdb.Warehouse {
	t.Helper()
	w, err := duckdb.Open(context.Background(), duckdb.Config{Path: filepath.Join(t.TempDir(), "warehouse.duckdb"), Memory: "512MB", Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func TestEveryFunctionHasADocumentedExample(t *testing.T) {
	for _, f := range duckdb.Functions() {
		found := f.Name == "median" || f.Name == "to_timestamp" // aggregates and zoned results are tested apart
		for _, row := range redshiftcases.Functions {
			found = found || strings.Contains(row.SQL, f.Name+"(")
		}
		if !found {
			t.Errorf("%s has no row in the table", f.Name)
		}
	}
}

func TestMedianIsExact(t *testing.T) {
	w := openWarehouse(t)
	for sql, want := range map[string]string{
		"(select median(x) from (values (1.25::decimal(12,2)), (1.24)) t(x))":         "1.245",
		"(select median(x) from (values (1), (2), (4), (9)) t(x))":                    "3.0",
		"(select median(x) from (values (5), (1), (3)) t(x))":                         "3.0",
		"(select median(x) from (values (7), (null)) t(x))":                           "7.0",
		"(select median(x) from (values (cast(null as decimal(12,2)))) t(x))":         "null",
		"(select median(x) from (values (99999999999999999.99::decimal(19,2))) t(x))": "99999999999999999.990",
	} {
		if got := scalar(w, sql); got != want {
			t.Errorf("%s is %s, want %s", sql, got, want)
		}
	}
}

func TestListaggTakesRedshiftsGrammar(t *testing.T) {
	w := openWarehouse(t)
	for sql, want := range map[string]string{
		"(select listagg(x, ', ') within group (order by x) from (values (380), (1178), (380)) t(x))":                   "380, 380, 1178",
		"(select listagg(distinct x, ', ') within group (order by x) from (values (380), (1178), (380)) t(x))":          "380, 1178",
		"(select listagg(x) within group (order by y desc) from (values ('a', 1), ('b', 2)) t(x, y))":                   "ba",
		"(select LISTAGG ( replace(x, ')', '(') , '|' )\nwithin\ngroup ( order by x ) from (values (')'), ('z')) t(x))": "(|z",
	} {
		if got := scalar(w, sql); got != want {
			t.Errorf("%s is %q, want %q", sql, got, want)
		}
	}
}
