package redshifttest

import (
	"fmt"
	"slices"
	"strings"
)

// hidden is the schema that holds what PostgreSQL lacks. A test never names it.
const hidden = "redshifttest."

// rewrite turns what Redshift reads as a query or an expression into what PostgreSQL
// reads: strings, types, functions and the names of system views. It refuses what
// Redshift has not.
func (s *session) rewrite(tokens []token) ([]token, error) {
	r := rewriter{session: s, cursor: cursor{tokens: tokens}}
	return r.all()
}

type rewriter struct {
	session *session
	cursor  cursor
	out     []token
}

func (r *rewriter) all() ([]token, error) {
	c := &r.cursor
	for !c.end() {
		if err := r.refused(); err != nil {
			return nil, err
		}
		if c.peek(0).is("over") {
			if err := r.window(); err != nil {
				return nil, err
			}
		}
		if err := r.one(); err != nil {
			return nil, err
		}
	}
	return r.out, nil
}

// one rewrites what comes next.
func (r *rewriter) one() error {
	c, t := &r.cursor, r.cursor.peek(0)
	switch {
	case t.kind == text:
		c.at++
		t.text = literal(t.value())
		r.out = append(r.out, t)
	case t.is("::"):
		c.at++
		typ, err := c.columnType()
		if err != nil {
			return err
		}
		r.out = append(r.out, token{kind: mark, lead: t.lead, text: "::" + typ.pg})
	case t.kind == word && c.peek(1).kind == text && c.peek(1).lead == "":
		// E'...' is the name of a type and a string (github.com/npgsql/npgsql/issues/515).
		return failed("42704", fmt.Sprintf("type %q does not exist", t.lower()), "Unsupported PostgreSQL features")
	case t.kind == word && r.typed(t):
	case t.kind == word && c.peek(1).is("(") && r.calls():
		return r.call()
	case t.is("("):
		return r.group()
	case t.is("minus") && (c.peek(1).is("select") || c.peek(1).is("(")):
		c.at++
		t.text = "except"
		r.out = append(r.out, t)
	case t.kind == word && !c.previous().is("."):
		return r.name()
	default:
		c.at++
		r.out = append(r.out, t)
	}
	return nil
}

// group rewrites what stands in parentheses.
func (r *rewriter) group() error {
	open := r.cursor.peek(0)
	inside, err := r.cursor.group()
	if err != nil {
		return err
	}
	if inside, err = r.session.rewrite(inside); err != nil {
		return err
	}
	r.out = append(append(append(r.out, open), inside...), punct(")"))
	return nil
}

// typed rewrites a literal with its type before it: DATE '2024-01-31'.
func (r *rewriter) typed(t token) bool {
	if r.cursor.peek(1).kind != text || !slices.Contains([]string{"date", "timestamp", "timestamptz", "time", "interval"}, t.lower()) {
		return false
	}
	value := r.cursor.peek(1)
	value.text = literal(value.value())
	r.out = append(r.out, t, value)
	r.cursor.at += 2
	return true
}

// name rewrites a word: the name of a system view, or one that stands for itself.
func (r *rewriter) name() error {
	t := r.cursor.next()
	lower := t.lower()
	switch {
	case reserved[lower] && !r.cursor.peek(0).is("("):
		return failed("42601", fmt.Sprintf("syntax error at or near %q", lower), "Reserved words")
	case noArguments[lower] != "" && !r.cursor.peek(0).is("("):
		t.text = noArguments[lower]
	case r.session.server.opts.Serverless && (strings.HasPrefix(lower, "stv_") || strings.HasPrefix(lower, "stl_") || strings.HasPrefix(lower, "svl_")):
		return failed("42501", "permission denied for relation "+lower, "Monitoring queries and workloads with Amazon Redshift Serverless (github.com/dbt-labs/dbt-redshift/issues/641)")
	case systemViews[lower] != "":
		t.text = hidden + lower
	case isSystem(lower):
		return failed("42P01", fmt.Sprintf("relation %q does not exist", lower), "System tables and views reference")
	}
	r.out = append(r.out, t)
	return nil
}

// isSystem says whether a name is one that Redshift keeps for its own views.
func isSystem(name string) bool {
	for _, prefix := range []string{"stv_", "svv_", "svl_", "stl_", "sys_", "svcs_", "pg_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// systemViews are those that can be asked, with their pages.
var systemViews = map[string]string{
	"svv_mv_info": "SVV_MV_INFO", "stv_mv_info": "STV_MV_INFO", "stv_mv_deps": "STV_MV_DEPS", "svl_mv_refresh_status": "SVL_MV_REFRESH_STATUS",
	"sys_mv_refresh_history": "SYS_MV_REFRESH_HISTORY",
	"stv_slices":             "STV_SLICES",
	"sys_load_error_detail":  "SYS_LOAD_ERROR_DETAIL", "stl_load_errors": "STL_LOAD_ERRORS",
}

// noArguments are functions that are called without parentheses.
var noArguments = map[string]string{
	"sysdate":      "localtimestamp",
	"current_date": "current_date",
}

// previous is the token before the next one.
func (c *cursor) previous() token {
	if c.at == 0 {
		return token{kind: mark}
	}
	return c.tokens[c.at-1]
}

// refused refuses words that Redshift does not know where they stand.
func (r *rewriter) refused() error {
	c := &r.cursor
	for _, no := range refusals {
		t := *c
		if t.take(no.words) && (no.but == "" || !t.take(no.but)) && !c.previous().is(".") && !c.previous().is("as") {
			return refusedf(no.what, no.page)
		}
	}
	return nil
}

// apart refuses statements that name views of the system and something else: some of
// these live on the leader node alone, and cannot meet tables (SQL functions supported on
// the leader node). The adapter has no need of it.
func apart(tokens []token) error {
	system, others := false, false
	for i, t := range tokens {
		system = system || t.kind == word && systemViews[t.lower()] != ""
		c := cursor{tokens: tokens, at: i + 1}
		if name := c.peek(0); (t.is("from") || t.is("join") || t.is("into")) && !name.is("(") {
			others = others || systemViews[name.lower()] == ""
		}
	}
	if system && (others || !tokens[0].is("select")) {
		return failed("0A000", "Specified types or functions (one per INFO message) not supported on Redshift tables.", "SQL functions supported on the leader node")
	}
	return nil
}
