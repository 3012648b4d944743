package clustertest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
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

// bills runs a project of that shape for some nights: the first one, one on which rows
// have changed in all tables and models, and ones on which nothing has.
func bills(t *testing.T, s3 *s3test.Server, of shape, nights int) (all []bill) {
	t.Helper()
	p := newSmall(t, s3, fmt.Sprintf("statements-%d-%d-%d", of.shops, of.models, of.tables), "256MB")
	p.add(t, of.models, of.tables)
	p.fill(t, of.shops, of.sales, 20)
	for n := range nights {
		if n == 1 {
			p.night(t, of.shops)
		}
		p.double.Forget()
		p.run(t, "run")
		all = append(all, asked(p.double))
	}
	t.Logf("%d tables, %d models, 3 datasets, %d tenants, %d rows: %v in the first run, a night and an idle one",
		2+of.tables, 3+of.models, of.shops, of.shops*of.sales, all)
	return all
}

func (b bill) String() string {
	return fmt.Sprintf("%d statements in %d messages", len(b.statements), b.messages)
}

// TestStatementsFollowFromTablesAndModels runs projects of several shapes. Eight times
// the tenants and more than thirty times the rows take the same statements; twice as many
// further models and tables take twice as many further ones; and models of which nothing
// has changed take none.
func TestStatementsFollowFromTablesAndModels(t *testing.T) {
	t.Parallel()
	s3 := s3test.Start(t)
	const first, night, idle = 0, 1, 2
	projects := map[string]struct {
		shape
		nights int
		took   []bill
	}{
		"base":   {shape: shape{shops: 5, sales: 10}, nights: idle + 1},
		"rows":   {shape: shape{shops: 40, sales: 40}, nights: night + 1},
		"models": {shape: shape{shops: 5, sales: 10, models: 2}, nights: idle + 1},
		"tables": {shape: shape{shops: 5, sales: 10, tables: 2}, nights: night + 1},
		"both":   {shape: shape{shops: 5, sales: 10, models: 4, tables: 4}, nights: night + 1},
	}
	t.Run("projects", func(t *testing.T) {
		var mu sync.Mutex
		for name, p := range projects {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				took := bills(t, s3, p.shape, p.nights)
				mu.Lock()
				defer mu.Unlock()
				p.took = took
				projects[name] = p
			})
		}
	})
	if t.Failed() {
		return
	}
	took := func(name string, night int) bill { return projects[name].took[night] }
	for _, n := range []int{first, night} {
		base, models, tables, both := took("base", n), took("models", n), took("tables", n), took("both", n)
		base.same(t, took("rows", n), "of more tenants and rows")
		further := len(models.statements) + len(tables.statements) - 2*len(base.statements)
		if got := len(both.statements) - len(base.statements); got != 2*further || further <= 0 {
			t.Errorf("2 further models and 2 further tables take %d statements, 4 of each take %d", further, got)
		}
	}
	took("base", idle).same(t, took("models", idle), "of more models that are idle")
	base, models, tables := took("base", night), took("models", night), took("tables", night)
	t.Logf("a further model takes %d statements in %d messages, a further table %d in %d", (len(models.statements)-len(base.statements))/2,
		(models.messages-base.messages)/2, (len(tables.statements)-len(base.statements))/2, (tables.messages-base.messages)/2)
}

// same fails the test unless a night asked as much as another.
func (b bill) same(t *testing.T, other bill, what string) {
	t.Helper()
	if len(b.statements) != len(other.statements) || b.messages != other.messages || len(b.statements) == 0 {
		t.Errorf("a night takes %s, and one %s takes %s:\n%s", b, what, other, difference(b.statements, other.statements))
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
