package clustertest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"archwire/internal/object/s3test"
)

// TestStatementsFollowFromTablesAndModels runs one project at two sizes: the nights
// take the same number of statements, though one has eight times the tenants and
// more than thirty times the rows of the other.
func TestStatementsFollowFromTablesAndModels(t *testing.T) {
	t.Parallel()
	s3 := s3test.Start(t)
	var nights [][]string
	for i, size := range []struct{ shops, sales int }{{5, 10}, {40, 40}} {
		p := newSmall(t, s3, fmt.Sprintf("statements-%d", i), "256MB")
		p.fill(t, size.shops, size.sales, 20)
		p.run(t, "run")
		first := len(asked(p.double.Statements()))
		p.night(t, size.shops)
		p.double.Forget()
		p.run(t, "run")
		night := asked(p.double.Statements())
		t.Logf("2 tables, 3 models, 3 datasets, %d tenants, %d rows: %d statements in the first run, %d in a night",
			size.shops, size.shops*size.sales, first, len(night))
		nights = append(nights, night)
	}
	if few, many := nights[0], nights[1]; len(few) != len(many) || len(few) == 0 {
		t.Errorf("a night takes %d statements at the small size and %d at the large one:\n%s", len(few), len(many), difference(few, many))
	}
}

// asked leaves out what each session begins with: how many sessions there are depends on
// what happens to be under way at once.
func asked(statements []string) []string {
	return slices.DeleteFunc(statements, func(sql string) bool { return strings.HasPrefix(sql, "SET ") })
}

// difference lists how many more statements of a beginning one side has.
func difference(few, many []string) string {
	counts := map[string]int{}
	for _, sql := range few {
		counts[beginning(sql)]--
	}
	for _, sql := range many {
		counts[beginning(sql)]++
	}
	var out []string
	for what, n := range counts {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d  %s", n, what))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// constants are what differs between statements of one form.
var constants = regexp.MustCompile(`'(?:[^']|'')*'|\b[0-9]+\b`)

// beginning is a statement's first words, on one line, without its constants.
func beginning(sql string) string {
	words := strings.Fields(constants.ReplaceAllString(sql[:min(len(sql), 1000)], "?"))
	return strings.Join(words[:min(len(words), 12)], " ")
}
