package project

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// A Complaint is one thing that is wrong with a project's files.
type Complaint struct {
	File    string `json:"file"`            // relative to the project, with slashes
	Line    int    `json:"line,omitempty"`  // counted from 1; 0 when it is about the file as a whole
	Field   string `json:"field,omitempty"` // tables.payer.sync; "" when it is about no field
	Message string `json:"message"`         // what is wrong and what would be right
}

// Error is one line: sources/rcm.yaml:12: tables.payer.sync: "daily" is not ...
func (c Complaint) Error() string {
	var b strings.Builder
	b.WriteString(c.File)
	if c.Line > 0 {
		fmt.Fprintf(&b, ":%d", c.Line)
	}
	b.WriteString(": ")
	if c.Field != "" {
		b.WriteString(c.Field + ": ")
	}
	b.WriteString(c.Message)
	return b.String()
}

// Complaints is everything that is wrong with a project, sorted by file and
// line. It is an error of code Invalid.
type Complaints []Complaint

// Error lists the complaints, one a line.
func (cs Complaints) Error() string {
	lines := make([]string, len(cs))
	for i, c := range cs {
		lines[i] = c.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the error its code.
func (cs Complaints) Unwrap() error {
	message := "the project has one fault"
	if len(cs) != 1 {
		message = fmt.Sprintf("the project has %d faults", len(cs))
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: message,
		Hint: "Mend the lines listed and run archwire check.",
	}
}

// Err is cs sorted, without repetitions; nil when there is nothing to complain
// about.
func (cs Complaints) Err() error {
	if len(cs) == 0 {
		return nil
	}
	sorted := slices.Clone(cs)
	slices.SortStableFunc(sorted, func(a, b Complaint) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field))
	})
	return slices.Compact(sorted)
}

// add appends a complaint.
func (cs *Complaints) add(file string, line int, field, format string, args ...any) {
	*cs = append(*cs, Complaint{File: file, Line: line, Field: field, Message: fmt.Sprintf(format, args...)})
}
