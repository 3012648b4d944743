package redshifttest

import (
	"slices"
	"strings"
)

// refusals are what PostgreSQL takes in a query and Redshift does not.
var refusals = []struct {
	words, but string // the words, unless these follow
	what       string
	page       string
}{
	{"insert into", "", "INSERT within a query", "WITH clause"},
	{"delete from", "", "DELETE within a query", "WITH clause"},
	{"merge into", "", "MERGE within a query", "MERGE"},
	{"except all", "", "EXCEPT ALL", "UNION, INTERSECT, and EXCEPT"},
	{"intersect all", "", "INTERSECT ALL", "UNION, INTERSECT, and EXCEPT"},
	{"minus all", "", "MINUS ALL", "UNION, INTERSECT, and EXCEPT"},
	{"returning", "", "RETURNING", "Unsupported PostgreSQL features"},
	{"on conflict", "", "ON CONFLICT: there is MERGE", "INSERT"},
	{"filter (", "", "FILTER of an aggregate", "Aggregate functions"},
	{"lateral", "", "LATERAL", "FROM clause"},
	{"distinct on", "", "DISTINCT ON", "Unsupported PostgreSQL features"},
	{"is distinct from", "", "IS DISTINCT FROM, which is not among the conditions", "Conditions (github.com/jakob/Postico/issues/446)"},
	{"is not distinct from", "", "IS NOT DISTINCT FROM, which is not among the conditions", "Conditions"},
	{"values (", "", "VALUES as a table: it is for INSERT only", "Unsupported PostgreSQL features"},
	{"array [", "", "array constructors", "Unsupported PostgreSQL features"},
	{"row (", "", "row constructors", "Unsupported PostgreSQL features"},
	{"for update", "", "FOR UPDATE: there is LOCK", "Unsupported PostgreSQL features"},
	{"for share", "", "FOR SHARE: there is LOCK", "Unsupported PostgreSQL features"},
	{"collate", "", "COLLATE in an expression", "Unsupported PostgreSQL features"},
	{"only (", "", "inheritance", "Unsupported PostgreSQL features"},
	{"range between", "", "RANGE frames: there are frames of ROWS", "Window function syntax summary"},
	{"range unbounded", "", "RANGE frames: there are frames of ROWS", "Window function syntax summary"},
	{"tablesample", "", "TABLESAMPLE", "FROM clause"},
	{"$", "", "parameters and dollar-quoted strings", "Unsupported PostgreSQL features"},
	{"->", "", "JSON operators", "Unsupported PostgreSQL data types"},
	{"->>", "", "JSON operators", "Unsupported PostgreSQL data types"},
}

// framed are functions that, with ORDER BY in OVER, want a frame clause (Window function
// syntax summary; FIRST_VALUE, LAST_VALUE and NTH_VALUE).
var framed = strings.Fields("sum count avg min max stddev stddev_samp stddev_pop variance var_samp var_pop first_value last_value nth_value")

// window refuses windows that Redshift does not take. The word OVER comes next.
func (r *rewriter) window() error {
	c := &r.cursor
	if !c.peek(1).is("(") {
		return refusedf("named windows", "SELECT")
	}
	n := matching(c.rest()[1:])
	if n < 0 {
		return nil // the syntax error is found below
	}
	ordered, rows := false, false
	for _, t := range c.rest()[2 : n+1] {
		ordered, rows = ordered || t.is("order"), rows || t.is("rows")
	}
	if name := c.called(); ordered && !rows && slices.Contains(framed, name) {
		return failed("0A000", "Aggregate window functions with an ORDER BY clause require a frame clause", "Window function syntax summary")
	}
	return nil
}

// called is the name of the function whose call ends before the next token.
func (c *cursor) called() string {
	depth := 0
	for i := c.at - 1; i >= 0; i-- {
		switch {
		case c.tokens[i].is(")"):
			depth++
		case c.tokens[i].is("("):
			if depth--; depth == 0 && i > 0 {
				return c.tokens[i-1].lower()
			}
		}
	}
	return ""
}
