// Package warehousetest is the suite that every warehouse passes: one test for
// each sentence of archwire.Warehouse, Load, SliceWriter and Parser.
package warehousetest

import (
	"context"
	"testing"

	"archwire"
)

// An Opener opens the warehouse that is kept in a folder. It closes it when the
// test ends, if the test has not.
type Opener func(t *testing.T, folder string) archwire.Warehouse

// Run exercises the warehouses that open returns. Each test has a folder of its
// own.
func Run(t *testing.T, open Opener) { RunWithin(t, open, Limits{}) }

// RunWithin is Run for warehouses that do not hold every value.
func RunWithin(t *testing.T, open Opener, limits Limits) {
	within := func(test func(*testing.T, Opener, Limits)) func(*testing.T, Opener) {
		return func(t *testing.T, open Opener) { test(t, open, limits) }
	}
	for name, test := range map[string]func(*testing.T, Opener){
		"BeginPreparesStagingOutOfSight":             testBeginPreparesStaging,
		"BeginSweepsAnUnfinishedLoad":                testBeginSweeps,
		"BeginRefusesColumnsThatCannotBeHeld":        testBeginRefuses,
		"StagedRowsAreSeenByNoReader":                testStagedRowsAreHidden,
		"StageReturnsHowManyRowsThereWere":           testStageCounts,
		"StageTakesSeveralCallsAtOnce":               testStageAtOnce,
		"AFailedStageLeavesNoneOfItsRows":            testFailedStage,
		"AStageThatIsCancelledLeavesNoneOfItsRows":   testCancelledStage,
		"ABatchOfOtherTypesIsRefused":                testStageChecksTypes,
		"CountIsOfWhatWasStaged":                     testCount,
		"CommitReplacesEveryTable":                   testCommitReplaces,
		"CommitReplacesByNothingWhatWasNotStaged":    testCommitEmpty,
		"CommitWritesJournalAndRun":                  testCommitWritesJournal,
		"CommitAsksForTheDateAfterTheTables":         testCommitAsksAfter,
		"CommitShowsNothingAfterAnError":             testCommitError,
		"CommitLeavesOpenReadersTheirRows":           within(testCommitKeepsReaders),
		"ALoadThatHasEndedIsRefused":                 testEndedLoad,
		"AbortDropsWhatWasStaged":                    testAbort,
		"AbortAfterCommitDoesNothing":                testAbortAfterCommit,
		"AnyHistoryOfLoadsGivesWhatWasAskedFor":      within(testHistory),
		"StagedRowsTakeThePlaceOfThoseWithTheirKey":  testMerge,
		"RowsThatAreReadAgainAreNotChanged":          testMergeNothing,
		"MergingIntoATableThatIsNotThereMakesIt":     testMergeFirst,
		"MergingRefusesOtherColumns":                 testMergeRefuses,
		"MergingWithoutAKeyLeavesTheRows":            testMergeWithoutAKey,
		"MergingRefusesAKeyThatIsNone":               testMergeDoubles,
		"PatchTakesRowsOutAndPutsRowsIn":             testPatch,
		"PatchRefusesWhatHasNoKey":                   testPatchRefuses,
		"SpanIsOfAKeyThatIsOneWholeNumber":           testSpan,
		"ReplacingSaysWhichRowsAreNotAsBefore":       testReplaceChanges,
		"CommitRecordsWhatChanged":                   testChangesArePending,
		"AWidenedTypeNeedsNoNewCopy":                 testWidens,
		"PrepareGoesOnFromWhatWasStaged":             testResume,
		"PrepareDoesNotGoOnFromWhatIsNotKept":        testResumeNot,
		"WhatWasStagedBeforeIsNotMixedIn":            testStageWithoutPrepare,
		"PrintsAreOfWhatCommitWouldLeave":            testPrintsOfAMerge,
		"PrintsOfWholeKeysAreSums":                   testPrintsByKey,
		"RowPrintsAddUpToPrints":                     testRowPrints,
		"RowPrintsOfListedKeysAndParts":              testRowPrintsOfKeys,
		"PrintsAreThoseOfTheRowsThatWereStaged":      within(testPrintsOfKinds),
		"LoadedIsTheNewestRowOfEachTable":            testLoaded,
		"RefreshRecomputesAModel":                    testRefresh,
		"RefreshShowsOldRowsUntilNewOnesAreComplete": testRefreshReaders,
		"RefreshKeepsOldRowsAfterAnError":            testRefreshError,
		"RefreshRefusesAKeyThatIsNone":               testRefreshKey,
		"RefreshOfSeveralModelsAtOnce":               testRefreshAtOnce,
		"RefreshRecomputesTheRowsOfSomeTenants":      testRefreshTenants,
		"RefreshFiltersWhereverARelationIsNamed":     testRefreshFilters,
		"RefreshOfSomeTenantsEqualsOneOfAll":         testRefreshHistory,
		"RefreshOfNobodyAcknowledgesOnly":            testRefreshNobody,
		"RefreshOfSomeTenantsRecomputesANewShape":    testRefreshShape,
		"RefreshRefusesRowsOfOtherTenants":           testRefreshForeign,
		"RefreshRefusesAKeyOfAnotherTenant":          testRefreshSharedKey,
		"RefreshRecordsWhoseRowsChanged":             testRefreshRecords,
		"RefreshAcknowledges":                        testRefreshAcknowledges,
		"CompareModelCountsRowsThatDiffer":           testCompareModel,
		"PendingIsWhatChangedSinceAcknowledged":      testPending,
		"PendingOfSeveralIsThatOfEach":               testPendingOf,
		"PendingIsOfTheRelationsRead":                testPendingReads,
		"PendingNamesRelationsThatChangedAsAWhole":   testPendingAll,
		"PendingIsKeptWhenTheWarehouseIsClosed":      testPendingKept,
		"PendingLosesNoChangeMadeAtOnce":             testPendingAtOnce,
		"PublishedRemembersNumberAndMark":            testPublished,
		"DialectIsTheSameAfterOpeningAgain":          testDialect,
		"QueryBindsArgumentsInOrder":                 within(testQueryArguments),
		"QueryRefusesToChangeAnything":               testQueryReadOnly,
		"QueryYieldsAnErrorLast":                     testQueryError,
		"QueryMayBeLeftEarly":                        testQueryLeft,
		"BatchesStayReadableWhenTheirTextIsKept":     testQueryText,
		"SumsAreExact":                               testSums,
		"EveryKindIsKeptExactly":                     within(testKinds),
		"ValuesAreKeptWhateverTheyAre":               within(testAnyValues),
		"ValuesThatAreNotHeldAreRefused":             within(testRefuses),
		"WideTablesAndLongValuesAreKept":             within(testWide),
		"ATableWithoutColumnsKeepsItsNumberOfRows":   testNoColumns,
		"NamesAreKeptToTheLetter":                    testNames,
		"CloseFlushes":                               testCloseFlushes,
		"CloseIsSafeToCallTwice":                     testCloseTwice,
		"SeveralGoroutinesMayWorkAtOnce":             testGoroutines,
		"ReadsListsRelationsSortedAndOnce":           testReads,
		"ReadsLeavesOutWhatTheQueryDefines":          testReadsScopes,
		"ReadsRefusesWhatIsNoPortableQuery":          testReadsRefuses,
		"TreeTakesAQueryApart":                       testTree,
		"DescribeTellsColumnsWithoutRunning":         testDescribe,
		"DoctorFindsAGoodWarehouseGood":              testDoctor,
	} {
		t.Run(name, func(t *testing.T) {
			if limits.Parallel {
				t.Parallel()
			}
			test(t, open)
		})
	}
}

// the tables that most tests use.
var (
	payer = archwire.Table{Source: "rcm", Name: "payer", Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "name", Type: archwire.Type{Kind: archwire.Text}, Nullable: true},
	}}
	ledger = archwire.Table{Source: "rcm", Name: "ledger", Columns: []archwire.Column{
		{Name: "practice_id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "amount", Type: archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}, Nullable: true},
		{Name: "posted_on", Type: archwire.Type{Kind: archwire.Date}, Nullable: true},
	}}
)

// today is a query for a business date that needs no table.
var today = archwire.Query{SQL: "select cast('2026-11-20' as date) as as_of"}

// loadAll loads tables in one run.
func loadAll(t *testing.T, w archwire.Warehouse, run archwire.RunID, rows map[string]archwire.Batches, tables ...archwire.Table) {
	t.Helper()
	l := begin(t, w, run, tables...)
	for _, table := range tables {
		if batches, ok := rows[table.ID()]; ok {
			stage(t, l, table, batches)
		}
	}
	commit(t, l)
}

// begin begins a load that replaces tables.
func begin(t *testing.T, w archwire.Warehouse, run archwire.RunID, tables ...archwire.Table) archwire.Load {
	t.Helper()
	return beginLoad(t, w, run, false, tables...)
}

// beginMerge begins a load that merges into tables.
func beginMerge(t *testing.T, w archwire.Warehouse, run archwire.RunID, tables ...archwire.Table) archwire.Load {
	t.Helper()
	return beginLoad(t, w, run, true, tables...)
}

func beginLoad(t *testing.T, w archwire.Warehouse, run archwire.RunID, merge bool, tables ...archwire.Table) archwire.Load {
	t.Helper()
	var list []archwire.LoadTable
	for _, table := range tables {
		list = append(list, archwire.LoadTable{Table: table, Merge: merge})
	}
	l, err := w.Begin(context.Background(), run, list)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func stage(t *testing.T, l archwire.Load, table archwire.Table, rows archwire.Batches) int64 {
	t.Helper()
	return stageChunk(t, l, table, archwire.Chunk{}, rows)
}

func stageChunk(t *testing.T, l archwire.Load, table archwire.Table, c archwire.Chunk, rows archwire.Batches) int64 {
	t.Helper()
	n, err := l.Stage(context.Background(), table, c, rows)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func commit(t *testing.T, l archwire.Load) archwire.Committed {
	t.Helper()
	c, err := l.Commit(context.Background(), today, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wantCode fails the test unless err is of the code.
func wantCode(t *testing.T, err error, code archwire.Code) {
	t.Helper()
	if err == nil || archwire.CodeOf(err) != code {
		t.Errorf("the error is %v of code %q, want code %q", err, archwire.CodeOf(err), code)
	}
}
