package redshift

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// wordsOf are rows of a table with a text.
func wordsOf(t *testing.T, words ...string) (archwire.Table, archwire.Batches) {
	t.Helper()
	table := archwire.Table{Source: "rcm", Name: "note", Columns: columnsOf(t, "id int64", "Words text")}
	b := array.NewRecordBuilder(memory.NewGoAllocator(), table.ArrowSchema())
	t.Cleanup(b.Release)
	for i, w := range words {
		b.Field(0).(*array.Int64Builder).Append(int64(i)) //nolint:forcetypeassert // it is
		b.Field(1).(*array.StringBuilder).Append(w)       //nolint:forcetypeassert // it is
	}
	return table, func(yield func(archwire.Batch, error) bool) { yield(b.NewRecordBatch(), nil) }
}

// A row that Redshift does not take is told by file, line, column and reason. The value
// is beside the error, for who is at the terminal: no text of an error has it.
func TestLoadFailure_HasTheValue(t *testing.T) {
	long := strings.Repeat("ü", 150)
	for name, c := range map[string]struct {
		opts  redshifttest.Options
		hide  string // a view of the system that is not there
		words []string
		line  int
		value string // "" where it cannot be told
	}{
		"provisioned":      {words: []string{"abc", "Doe, \"Jane\"", "x"}, line: 2, value: `"Doe, \"Jane\""`},
		"older":            {hide: "sys_load_error_detail", words: []string{"abc", "Jane Doe"}, line: 2, value: `"Jane Doe"`},
		"Serverless":       {opts: redshifttest.Options{Serverless: true}, words: []string{"Jane Doe"}, line: 1, value: `"Jane Doe"`},
		"long":             {words: []string{long}, line: 1, value: `"` + long[:200] + `..."`},
		"behind two lines": {words: []string{"a\nb", "Jane Doe"}, line: 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, c.opts)
			r.sql(t, "CREATE SCHEMA rcm", "CREATE TABLE rcm.note (id BIGINT, words VARCHAR(3))")
			table, rows := wordsOf(t, c.words...)
			parts, err := r.writeParts(t.Context(), "folder", "the mark", table, dealingFor(2), rows)
			if err != nil {
				t.Fatal(err)
			}
			if c.hide != "" {
				r.server.Inject(redshifttest.Fault{Match: c.hide, Error: missing})
			}
			err = r.loading(t.Context(), table, gate, func(l link) error {
				return r.copyParts(t.Context(), l, "folder", "rcm.note", table.Columns, "the mark", parts)
			})
			if want := fmt.Sprintf("rcm.note: Redshift does not take line %d of ", c.line); archwire.CodeOf(err) != archwire.Invalid || !strings.HasPrefix(err.Error(), want) {
				t.Fatalf("%v, want %s...", err, want)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), "Jane") || strings.Contains(archwire.HintOf(e), "Jane") {
					t.Errorf("the value is in %q", e)
				}
			}
			failure, told := errors.AsType[*LoadFailure](err)
			if told != (c.value != "") || told && (failure.Value != c.value || failure.Column != "words") {
				t.Errorf("told is %+v, want %s", failure, c.value)
			}
		})
	}
}
