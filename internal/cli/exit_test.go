package cli

import (
	"bytes"
	"fmt"
	"testing"

	"archwire"
	"archwire/internal/warehouse/redshift"
)

// A value that a warehouse did not take is shown to who ran the command, and is in no
// text of an error, which others may keep.
func TestReport_ShowsTheValue(t *testing.T) {
	err := fmt.Errorf("loading: %w", &archwire.Error{
		Code: archwire.Invalid, Message: "line 2 is not taken", Hint: "Declare another type.", Err: &redshift.LoadFailure{Column: "words", Value: `"Jane Doe"`},
	})
	var out bytes.Buffer
	if status := report(&out, err); status != ExitStatus(archwire.Invalid) {
		t.Errorf("the status is %d", status)
	}
	const want = "archwire: line 2 is not taken\n  words: \"Jane Doe\"\n  Declare another type.\n"
	if out.String() != want {
		t.Errorf("shown is %q, want %q", out.String(), want)
	}
}
