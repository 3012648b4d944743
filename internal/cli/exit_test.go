package cli

import (
	"bytes"
	"fmt"
	"testing"

	"archwire"
	"archwire/internal/warehouse/redshift"
)

// A value that a warehouse did not take is shown to who is at a terminal, and is in no
// text of an error, nor of a stream, which others may keep.
func TestReport_ShowsTheValueAtATerminal(t *testing.T) {
	err := fmt.Errorf("loading: %w", &archwire.Error{
		Code: archwire.Invalid, Message: "line 2 is not taken", Hint: "Declare another type.", Err: &redshift.LoadFailure{Column: "words", Value: `"Jane Doe"`},
	})
	for terminal, value := range map[bool]string{true: `"Jane Doe"`, false: "the value is shown at a terminal only"} {
		var out bytes.Buffer
		if status := report(&out, terminal, err); status != ExitStatus(archwire.Invalid) {
			t.Errorf("the status is %d", status)
		}
		if want := "archwire: line 2 is not taken\n  words: " + value + "\n  Declare another type.\n"; out.String() != want {
			t.Errorf("terminal %t: shown is %q, want %q", terminal, out.String(), want)
		}
	}
}
