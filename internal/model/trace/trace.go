// Package trace follows rows and columns through a query: to which tenant each
// row of the result belongs, whether it depends on rows of other tenants, and
// where the query uses a column.
//
// It goes by the syntax tree that DuckDB's parser gives, and takes for granted
// only what it knows of SQL. What it does not understand is never closed.
package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// A Relation is what is known of a table or model that queries read.
type Relation struct {
	Tenant  string // the tenant column; "" when its rows are everybody's
	Columns []Column
}

// A Column is a column of a Relation. Values of one SQL type are equal or not in
// the same way wherever they stand.
type Column struct{ Name, Type string }

// A Catalog tells what a relation, "schema.name" in lower case, is.
type Catalog func(name string) (Relation, bool)

// A Result is what a query was found to be.
type Result struct {
	// Closed says that the rows of a tenant follow from that tenant's rows of the
	// tenanted relations and from the shared ones alone: with each tenanted
	// relation restricted to some tenants, the query gives exactly those of its
	// rows in which the tenant column is one of them. Rows without a tenant
	// (NULL) behave as those of one more tenant.
	//
	// It supposes that the query is a function of its input: a number given to
	// rows that tie, or an aggregate over rows in no order, is not.
	Closed bool

	Line int    // of the SQL, from 1: what decides
	Why  string // a clause about it: "joins rcm.rate on payer_id alone"

	Tenanted map[string]string // tenanted relation read -> its tenant column
	Shared   []string          // the other relations read, sorted
	Uses     []Use             // in the order of the query
}

// A Use is a place where a query uses a column of a relation.
type Use struct {
	Relation, Column string // in lower case
	Line             int    // of the SQL, from 1
	Unclear          bool   // it may be another column: the name cannot be told, or a * stands for it
}

// Query traces a query whose result has the tenant column that is named; "" asks
// for Uses only.
func Query(tree archwire.SyntaxTree, tenant string, catalog Catalog) (Result, error) {
	var root struct {
		Node node `json:"node"`
	}
	decoder := json.NewDecoder(bytes.NewReader(tree.JSON))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		return Result{}, fmt.Errorf("reading a syntax tree: %w", err)
	}
	t := &tracer{sql: tree.SQL, catalog: catalog, tenanted: map[string]string{}, shared: map[string]bool{}}
	out := t.query(root.Node, env{})
	t.conclude(root.Node, out, strings.ToLower(tenant))
	return Result{
		Closed: !t.failed, Line: t.line, Why: t.why,
		Tenanted: t.tenanted, Shared: slices.Sorted(maps.Keys(t.shared)), Uses: t.uses,
	}, nil
}

// A tracer goes through one query.
type tracer struct {
	sql     string
	catalog Catalog
	last    int    // number given out last
	kind    string // SQL type of the tenant columns; "" before the first
	word    string // what the first of them is called

	readTenanted int // how often a tenanted relation was read, or a query of WITH over one

	tenanted map[string]string
	shared   map[string]bool
	uses     []Use

	failed bool // what follows was found first
	line   int
	why    string

	joined, grouped, windowed int // lines of the first join, group and window that keep to the tenant
}

// fresh is a number not given out before.
func (t *tracer) fresh() int {
	t.last++
	return t.last
}

// refuse says why the query is not closed. The first reason stands; the rest of
// the query is still traced for what it uses.
func (t *tracer) refuse(at node, format string, args ...any) {
	if t.failed {
		return
	}
	t.failed, t.line, t.why = true, t.lineOf(at), fmt.Sprintf(format, args...)
}

// conclude decides on the result as a whole.
func (t *tracer) conclude(root node, out *table, tenant string) {
	if t.failed {
		return
	}
	i := slices.IndexFunc(out.columns, func(c column) bool { return c.name == tenant })
	switch {
	case len(t.tenanted) == 0:
		t.refuse(root, "reads no relation with a tenant column")
	case tenant == "":
		t.refuse(root, "has no tenant column")
	case out.owner == nil:
		t.refuse(root, "makes rows that are nobody's")
	case i < 0 || !out.owner.sure(out.columns[i].id):
		at := root
		if item := root.item(tenant); item != nil {
			at = item
		}
		t.refuse(at, "gives a %s that is not that of the rows it comes from", tenant)
	default:
		t.approve(root, tenant)
	}
}

// approve says what the verdict rests on.
func (t *tracer) approve(root node, tenant string) {
	var parts []string
	for _, p := range []struct {
		line int
		says string
	}{{t.joined, "every join equates "}, {t.grouped, "every group is by "}, {t.windowed, "every window is by "}} {
		if p.line == 0 {
			continue
		}
		if t.line == 0 {
			t.line = p.line
		}
		parts = append(parts, p.says+tenant)
	}
	if len(parts) == 0 {
		parts, t.line = []string{"every row comes from rows of its " + tenant}, t.lineOf(root)
		if item := root.item(tenant); item != nil {
			t.line = t.lineOf(item)
		}
	}
	t.why = strings.Join(parts, ", ")
}
