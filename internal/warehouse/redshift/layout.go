package redshift

import (
	"slices"
	"strings"

	"archwire"
)

// A Layout says how a relation lies on the nodes of a cluster. What is left empty the
// planner chooses.
type Layout struct {
	Distribution string   // auto, even, all or key; "" leaves it to the planner
	Key          string   // the column of distribution key
	Sort         []string // columns, the first one first; nil leaves it to the planner, empty is none
}

// smallRows is up to how many rows a table goes to every node: joins with it move
// nothing then, and a copy of it costs each node little.
const smallRows = 100_000

// layoutOf are the attributes of a table's CREATE TABLE. Rows of one tenant lie on one
// node and side by side: models join, aggregate and are refreshed by tenant. Small
// tables without one lie on all nodes. The others Redshift may place as it sees fit.
func layoutOf(t archwire.Table, over Layout) string {
	l := plannedLayout(t).under(over)
	return l.distribution() + l.sortKey()
}

// modelLayout is layoutOf a model that is kept as a table.
func modelLayout(m archwire.Model, columns []archwire.Column, over Layout) string {
	return layoutOf(asTable(m, columns), over)
}

// viewLayout are the attributes of a model that is kept as a materialized view. Its
// columns' names are in lower case, it is not sorted unless that is asked for, and it
// has no DISTSTYLE AUTO (CREATE MATERIALIZED VIEW, Parameters).
func viewLayout(m archwire.Model, columns []archwire.Column, over Layout) string {
	l := plannedLayout(asTable(m, columns))
	l.Sort = nil
	l = l.under(over)
	l.Key = strings.ToLower(l.Key)
	sort := make([]string, len(l.Sort))
	for i, name := range l.Sort {
		sort[i] = strings.ToLower(name)
	}
	l.Sort = sort
	if l.Distribution == "auto" {
		return l.sortKey()
	}
	return l.distribution() + l.sortKey()
}

func asTable(m archwire.Model, columns []archwire.Column) archwire.Table {
	return archwire.Table{Columns: columns, Key: m.Key, Tenant: m.Tenant, Rows: -1}
}

// under is l where over says nothing else.
func (l Layout) under(over Layout) Layout {
	if over.Distribution != "" {
		l.Distribution, l.Key = over.Distribution, over.Key
	}
	if over.Sort != nil {
		l.Sort = over.Sort
	}
	return l
}

func (l Layout) distribution() string {
	out := " DISTSTYLE " + strings.ToUpper(l.Distribution)
	if l.Distribution == "key" {
		out += " DISTKEY (" + archwire.Quote(l.Key) + ")"
	}
	return out
}

func (l Layout) sortKey() string {
	if len(l.Sort) == 0 {
		return ""
	}
	columns := make([]string, len(l.Sort))
	for i, c := range l.Sort {
		columns[i] = archwire.Quote(c)
	}
	return " COMPOUND SORTKEY (" + strings.Join(columns, ", ") + ")"
}

func plannedLayout(t archwire.Table) Layout {
	var l Layout
	for _, name := range append([]string{t.Tenant}, t.Key...) {
		if c, ok := t.Column(name); ok && sortable(c.Type) && !slices.Contains(l.Sort, name) {
			l.Sort = append(l.Sort, name)
		}
	}
	_, tenants := t.Column(t.Tenant)
	switch {
	case tenants && len(l.Sort) > 0 && l.Sort[0] == t.Tenant:
		l.Distribution, l.Key = "key", t.Tenant
	case t.Rows >= 0 && t.Rows <= smallRows:
		l.Distribution = "all"
	default:
		l.Distribution = "auto"
	}
	return l
}

// sortable says whether a column may be a DISTKEY or in a SORTKEY, and is worth it: bytes
// may not (VARBYTE type, limitations), and documents are looked up by nobody.
func sortable(t archwire.Type) bool { return t.Kind != archwire.Bytes && t.Kind != archwire.JSON }
