package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"archwire"
	"archwire/internal/pipeline"
	"archwire/internal/project"
	"archwire/internal/warehouse/redshift"
)

// ExitStatus is the exit status for an error of each code; success is 0 and
// anything without a code is 1, as is a fault of ours.
func ExitStatus(code archwire.Code) int {
	switch code {
	case archwire.Invalid:
		return 2
	case archwire.NotFound:
		return 3
	case archwire.Denied:
		return 4
	case archwire.Conflict:
		return 5
	case archwire.Unavailable:
		return 6
	case archwire.Mismatch:
		return 7
	case archwire.Internal:
		return 1
	}
	return 1
}

// interrupted is the exit status after a signal, as shells count: 128 + SIGINT.
const interrupted = 130

// report tells a person about err and returns the exit status. What is a value of a row
// is for a terminal: other places may keep it.
func report(w io.Writer, terminal bool, err error) int {
	if complaints, ok := errors.AsType[project.Complaints](err); ok {
		for _, c := range complaints {
			fmt.Fprintln(w, c.Error())
		}
		fmt.Fprintf(w, "archwire: %d %s; nothing was changed\n", len(complaints), plural(len(complaints), "complaint", "complaints"))
		return ExitStatus(archwire.Invalid)
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(w, "archwire: stopped; the last publication stays in service")
		return interrupted
	}
	fmt.Fprintf(w, "archwire: %s\n", oneLine(archwire.MessageOf(err)))
	if failure, ok := errors.AsType[*pipeline.CheckFailure](err); ok {
		showRows(w, failure)
	}
	if failure, ok := errors.AsType[*redshift.LoadFailure](err); ok {
		value := "the value is shown at a terminal only"
		if terminal {
			value = failure.Value
		}
		fmt.Fprintf(w, "  %s: %s\n", failure.Column, value)
	}
	if hint := archwire.HintOf(err); hint != "" {
		fmt.Fprintf(w, "  %s\n", hint)
	}
	return ExitStatus(archwire.CodeOf(err))
}

// showRows prints the first rows of a failing check. They go to the terminal of
// the person who ran it and nowhere else.
func showRows(w io.Writer, f *pipeline.CheckFailure) {
	t := newTable(w, f.Columns...)
	for _, row := range f.Rows {
		t.row(row...)
	}
	t.flush()
}

// oneLine folds an error into one line; errors.Join writes one a line.
func oneLine(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n", "; ") }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
