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
	return plannedLayout(t).under(over).attributes()
}

// under is l where over leaves the choice to it.
func (l Layout) under(over Layout) Layout {
	if over.Distribution != "" {
		l.Distribution, l.Key = over.Distribution, over.Key
	}
	if over.Sort != nil {
		l.Sort = over.Sort
	}
	return l
}

// by is l with the rows of one tenant on one node, if a column of its type may say so.
func (l Layout) by(columns []archwire.Column, tenant string) Layout {
	if c, ok := columnNamed(columns, tenant); ok && sortable(c.Type) {
		l.Distribution, l.Key = byKey, c.Name
	}
	return l
}

// attributes are those of CREATE TABLE.
func (l Layout) attributes() string {
	out := ""
	if l.Distribution != "" {
		out = " DISTSTYLE " + strings.ToUpper(l.Distribution)
	}
	if l.Distribution == byKey {
		out += " DISTKEY (" + archwire.Quote(l.Key) + ")"
	}
	if len(l.Sort) > 0 {
		out += " COMPOUND SORTKEY (" + quotedNames(l.Sort) + ")"
	}
	return out
}

// viewAttributes are those of CREATE MATERIALIZED VIEW, which has no DISTSTYLE AUTO.
func (l Layout) viewAttributes() string {
	out := ""
	switch l.Distribution {
	case byKey:
		out = " DISTKEY (" + archwire.Quote(folded(l.Key)) + ")"
	case "even", "all":
		out = " DISTSTYLE " + strings.ToUpper(l.Distribution)
	}
	if len(l.Sort) > 0 {
		out += " SORTKEY (" + folded(quotedNames(l.Sort)) + ")"
	}
	return out
}

func quotedNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = archwire.Quote(n)
	}
	return strings.Join(quoted, ", ")
}

// byKey is the distribution by a column.
const byKey = "key"

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
		l.Distribution, l.Key = byKey, t.Tenant
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
