package files

import (
	"slices"
	"testing"

	"archwire/internal/fileform"
	"archwire/internal/source/sourcetest"
)

// notOfText lists the tests of the suite that do not apply to files of text: they
// have no views, no types of their own, and no numbers for columns.
var notOfText = []string{
	"ViewsAreListedAsViews", "ViewIsReadWhole",
	"ColumnWithoutExactFormIsRefusedNotAnError", "RefusedColumnIsAnErrorWhenAskedFor", "ChangedTypeIsInvalidAndNamed",
	"OrdinalOutlivesANewName", "OrdinalIsGivenOnce",
}

// notOfNDJSON lists those that need a header line: whether a member is missing from
// all lines, only reading all lines could tell.
var notOfNDJSON = append(slices.Clone(notOfText), "MissingColumnIsInvalidAndNamed")

func TestSourceCSV(t *testing.T) {
	runSuite(t, fileform.CSV, notOfText)
}

func TestSourceNDJSON(t *testing.T) {
	runSuite(t, fileform.NDJSON, notOfNDJSON)
}

func runSuite(t *testing.T, format string, but []string) {
	t.Parallel()
	sourcetest.Run(t, sourcetest.Harness{But: but, Open: func(t *testing.T, tables ...sourcetest.Table) sourcetest.Lab {
		return openLab(t, format, tables...).Lab()
	}})
}
