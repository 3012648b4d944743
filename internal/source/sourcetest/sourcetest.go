// Package sourcetest holds the suite that each Source passes, one test a
// sentence of the interfaces' docs, and an in-memory Source for tests of what
// uses sources.
package sourcetest

import (
	"context"
	"slices"
	"testing"

	"archwire"
)

// A Table is one that the suite wants to find in the source. A row has one
// value a column, in the form that Rows gives.
type Table struct {
	Name    string
	Columns []archwire.Column // all but Origin is set
	Key     []string
	Rows    [][]any
	View    bool // a view on Of instead of a table
	Of      string
}

// A Lab is a source to experiment with, and what the experiments need done to
// the database behind it, by somebody else than the source.
type Lab struct {
	Source      archwire.Source
	Connections int // the budget of one view

	Insert       func(t *testing.T, table string, rows ...[]any)
	Update       func(t *testing.T, table, column string, value string, ids ...int64) // rows by their column id
	Delete       func(t *testing.T, table string, ids ...int64)                       // as for Update
	DropTable    func(t *testing.T, table string)
	AddColumn    func(t *testing.T, table, column string) // a text
	DropColumn   func(t *testing.T, table, column string)
	RenameColumn func(t *testing.T, table, column, to string)
	Retype       func(t *testing.T, table, column string) // to text
}

// A Harness makes labs.
type Harness struct {
	// Open makes a source that holds these tables. A column whose Refused is set
	// is to be of some type that has no exact form; it is NULL in every row.
	Open func(t *testing.T, tables ...Table) Lab

	// Only limits the run to some tests, by name; nil is all.
	Only []string

	// But leaves tests out, by name, of what the source does not have.
	But []string

	// Holds says whether a column of a table can have a value, nil aside; nil is
	// any. Values that its keys do not tell apart it holds one of.
	Holds func(archwire.Type, any) bool
}

// held are the values that the source can hold, of one kind.
func (h Harness) held(t archwire.Type, values []any) []any {
	if h.Holds == nil {
		return values
	}
	return slices.DeleteFunc(slices.Clone(values), func(v any) bool { return !h.Holds(t, v) })
}

func (h Harness) wants(name string) bool {
	return (h.Only == nil || slices.Contains(h.Only, name)) && !slices.Contains(h.But, name)
}

// Run exercises the sources that h makes.
func Run(t *testing.T, h Harness) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"TablesAreListedBySchemaAndName", testTablesAreSorted},
		{"TablesAreDescribedAsTheyAre", testTablesAreDescribed},
		{"ViewsAreListedAsViews", testViewsAreListed},
		{"ColumnWithoutExactFormIsRefusedNotAnError", testRefusedColumnIsListed},
		{"RefusedColumnIsAnErrorWhenAskedFor", testRefusedColumnFailsWhenRead},
		{"SourceClosesTwice", testSourceClosesTwice},
		{"ViewReadsAsOfOneInstant", testViewReadsOneInstant},
		{"InstantIsUTCAndNamed", testInstant},
		{"ValuesOfEachKindArriveExactly", testValuesArriveExactly},
		{"DeclaredColumnsAreReadInTheirOrder", testDeclaredColumnsOnly},
		{"ChunksHoldEachRowOnce", testChunksHoldEachRowOnce},
		{"EmptyTableHasNoRow", testEmptyTable},
		{"ViewIsReadWhole", testViewIsRead},
		{"MissingTableIsInvalidAndNamed", testMissingTable},
		{"MissingColumnIsInvalidAndNamed", testMissingColumn},
		{"ChangedTypeIsInvalidAndNamed", testChangedType},
		{"NewColumnIsNoError", testNewColumn},
		{"BatchesAreBoundedByBytes", testBatchesAreBounded},
		{"HugeRowIsABatchOfItsOwn", testHugeRow},
		{"InexactValueNamesItsColumn", testInexactValue},
		{"ErrorComesLastWithoutABatch", testErrorComesLast},
		{"RetainedBatchKeepsItsValues", testRetainedBatch},
		{"StoppedLoopLeavesTheViewInOrder", testStoppedLoop},
		{"SeveralReadAtOnceUpToTheBudget", testBudget},
		{"GoroutinesShareSourceAndView", testGoroutines},
		{"CountIsOfTheSameInstant", testCount},
		{"LaterViewReadsChunksOfAnEarlierOne", testChunksOfAnEarlierView},
		{"OrdinalOutlivesANewName", testOrdinal},
		{"OrdinalIsGivenOnce", testOrdinalIsGivenOnce},
		{"RowMarkedByTrueIsNotOfTheTable", testMarkedByTrue},
		{"RowMarkedByAnyValueIsNotOfTheTable", testMarkedByAnyValue},
		{"ColumnThatMarksIsDeclaredAndThere", testMarkIsDeclared},
		{"SinceHoldsRowsAtOrAfterAndWithoutValue", testSince},
		{"SinceHoldsMarkedRows", testSinceHoldsMarkedRows},
		{"SinceTheBeginningHoldsAll", testSinceTheBeginning},
		{"SinceHoldsEachRowOnce", testSinceHoldsEachRowOnce},
		{"SinceDropsWhatIsFinerThanAMicrosecond", testSinceDropsFiner},
		{"SinceOfAnythingElseIsInvalid", testSinceOfAnythingElse},
		{"ByKeysHoldsRowsOfTheseKeys", testByKeys},
		{"ByKeysHoldsRowsOfTheseCompositeKeys", testByCompositeKeys},
		{"ByKeysTakesAnyLengthAndEachRowComesOnce", testByManyKeys},
		{"ByKeysLeavesMarkedRowsOut", testByKeysLeavesMarkedOut},
		{"ByKeysIsOfTheSameInstant", testByKeysOneInstant},
		{"CancelledContextStopsReading", testCancelled},
		{"ViewClosesTwiceAndThenRefuses", testViewClosesTwice},
	} {
		if h.wants(test.name) {
			t.Run(test.name, func(t *testing.T) { test.run(t, h) })
		}
	}
	further, view := witnessTests, Open(t, h.Open(t).Source)
	if _, ok := view.(archwire.Witness); !ok {
		further = nil
	}
	if _, ok := view.(archwire.Tracker); ok {
		further = slices.Concat(further, trackerTests)
	}
	if _, ok := view.(archwire.Printer); ok {
		further = slices.Concat(further, printerTests)
	}
	for _, test := range further {
		if h.wants(test.name) {
			t.Run(test.name, func(t *testing.T) { test.run(t, h) })
		}
	}
}

// Find returns a listed table as a project would declare it, with the refused
// columns left out.
func Find(t *testing.T, src archwire.Source, name string) archwire.Table {
	t.Helper()
	tables, err := src.Tables(context.Background())
	if err != nil {
		t.Fatalf("listing the tables: %v\n%s", err, archwire.HintOf(err))
	}
	for _, table := range tables {
		if table.Name != name {
			continue
		}
		var kept []archwire.Column
		for _, c := range table.Columns {
			if c.Refused == "" {
				kept = append(kept, c)
			}
		}
		table.Columns = kept
		return table
	}
	t.Fatalf("no table %s among %d", name, len(tables))
	return archwire.Table{}
}

// Open opens a view and closes it when the test ends.
func Open(t *testing.T, src archwire.Source) archwire.View {
	t.Helper()
	v, err := src.View(context.Background())
	if err != nil {
		t.Fatalf("opening a view: %v\n%s", err, archwire.HintOf(err))
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Errorf("closing the view: %v", err)
		}
	})
	return v
}

// ReadAll reads all chunks of a table, one after the other.
func ReadAll(t *testing.T, v archwire.View, table archwire.Table) [][]any {
	t.Helper()
	chunks, err := v.Chunks(context.Background(), table)
	if err != nil {
		t.Fatalf("cutting %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
	}
	rows := [][]any{}
	for _, c := range chunks {
		more, err := Rows(v.Batches(context.Background(), table, c))
		if err != nil {
			t.Fatalf("reading %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
		}
		rows = append(rows, more...)
	}
	return rows
}

// ReadError reads a table until the first error, of Chunks or Batches.
func ReadError(v archwire.View, table archwire.Table) error {
	chunks, err := v.Chunks(context.Background(), table)
	if err != nil {
		return err //nolint:wrapcheck // what the source says is what is tested
	}
	for _, c := range chunks {
		if _, err := Rows(v.Batches(context.Background(), table, c)); err != nil {
			return err
		}
	}
	return nil
}
