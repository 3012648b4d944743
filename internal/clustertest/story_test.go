package clustertest

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// clock is the real one.
func clock() time.Time { return time.Now() }

// A story tells a person what happens, step by step, on standard output if
// CLUSTERTEST_TELL is set, else in the test's log.
type story struct {
	t     *testing.T
	began time.Time
	told  bool // to a person
}

func newStory(t *testing.T) *story {
	t.Helper()
	return &story{t: t, began: clock(), told: cmp.Or(os.Getenv("CLUSTERTEST_TELL"), "0") != "0"}
}

// say tells one thing.
func (s *story) say(format string, args ...any) {
	s.t.Helper()
	text := fmt.Sprintf("%6.1f s  %s", clock().Sub(s.began).Seconds(), fmt.Sprintf(format, args...))
	s.print(text + "\n")
}

// table tells a comparison of publications, dataset by dataset.
func (s *story) table(lines []comparison) {
	s.t.Helper()
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "dataset\tslices\trows\tequal\n")
	for _, l := range lines {
		equal := "all"
		if l.differ+l.missing > 0 {
			equal = fmt.Sprintf("%d; %d differ, %d are missing", l.equal, l.differ, l.missing)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", l.dataset, l.slices, l.rows, equal)
	}
	if err := w.Flush(); err != nil {
		s.t.Fatal(err)
	}
	s.print("\n" + text.String() + "\n")
}

// quote tells what a command has printed, its first lines.
func (s *story) quote(out string, most int) {
	s.t.Helper()
	lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("... and %d more lines", len(lines)-most))
	}
	s.print("          | " + strings.Join(lines, "\n          | ") + "\n")
}

func (s *story) print(text string) {
	s.t.Helper()
	if !s.told {
		s.t.Log(strings.TrimRight(text, "\n"))
		return
	}
	_, _ = io.WriteString(os.Stdout, text) // a closed pipe loses it
}
