package clustertest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// A shape is what statements may follow from, and what they may not: tenants and rows.
type shape struct {
	shops, sales   int
	models, tables int // beside those of the small project, each like one of them
}

// A bill is what was asked of Redshift.
type bill struct {
	statements []string
	messages   int // that held them, each with its answer
}

// bills runs a project of that shape for three nights: the first one, one on which rows
// have changed in all tables and models, and one on which nothing has.
func bills(t *testing.T, s3 *s3test.Server, of shape) (first, night, idle bill) {
	t.Helper()
	p := newSmall(t, s3, fmt.Sprintf("statements-%d-%d-%d", of.shops, of.models, of.tables), "256MB")
	p.add(t, of.models, of.tables)
	p.fill(t, of.shops, of.sales, 20)
	run := func() bill {
		p.double.Forget()
		p.run(t, "run")
		return asked(p.double)
	}
	first = run()
	p.night(t, of.shops)
	night, idle = run(), run()
	t.Logf("%d tables, %d models, 3 datasets, %d tenants, %d rows: %s in the first run, %s in a night, %s in an idle one",
		2+of.tables, 3+of.models, of.shops, of.shops*of.sales, first, night, idle)
	return first, night, idle
}

func (b bill) String() string {
	return fmt.Sprintf("%d statements in %d messages", len(b.statements), b.messages)
}

// TestStatementsFollowFromTablesAndModels runs projects of several shapes. Eight times
// the tenants and more than thirty times the rows take the same statements; each further
// model takes as many as the one before it, and so does each further table; and models of
// which nothing has changed take none.
func TestStatementsFollowFromTablesAndModels(t *testing.T) {
	t.Parallel()
	s3 := s3test.Start(t)
	base := shape{shops: 5, sales: 10}
	const step = 2
	shapes := map[string]shape{"base": base, "rows": {shops: 40, sales: 40}}
	for n := 1; n <= 2; n++ {
		models, tables := base, base
		models.models, tables.tables = n*step, n*step
		shapes[fmt.Sprint("models ", n)], shapes[fmt.Sprint("tables ", n)] = models, tables
	}
	nights, idles := map[string]bill{}, map[string]bill{}
	for name, of := range shapes {
		_, nights[name], idles[name] = bills(t, s3, of)
	}
	if few, many := nights["base"], nights["rows"]; len(few.statements) != len(many.statements) || few.messages != many.messages || len(few.statements) == 0 {
		t.Errorf("a night takes %s at the small size and %s at the large one:\n%s", few, many, difference(few.statements, many.statements))
	}
	for _, more := range []string{"models", "tables"} {
		one, two := nights[more+" 1"], nights[more+" 2"]
		first, second := len(one.statements)-len(nights["base"].statements), len(two.statements)-len(one.statements)
		t.Logf("each of the further %s takes %d statements in %d messages", more, second/step, (two.messages-one.messages)/step)
		if first != second || first <= 0 {
			t.Errorf("the first further %s take %d statements, the next ones %d:\n%s", more, first, second, difference(one.statements, two.statements))
		}
	}
	if few, many := idles["base"], idles["models 2"]; len(few.statements) != len(many.statements) || few.messages != many.messages {
		t.Errorf("an idle night takes %s with few models and %s with more:\n%s", few, many, difference(few.statements, many.statements))
	}
}

// asked leaves out what each session begins with, one message: how many sessions there
// are depends on what happens to be under way at once.
func asked(double *redshifttest.Server) bill {
	b := bill{messages: double.Messages()}
	for _, sql := range double.Statements() {
		switch {
		case strings.HasPrefix(sql, "SET timezone"):
			b.messages--
		case !strings.HasPrefix(sql, "SET "):
			b.statements = append(b.statements, sql)
		}
	}
	return b
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
