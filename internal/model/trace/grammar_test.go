package trace_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// A grammar writes random queries. Every relation and every query has the
// columns t, k and x, so that any can stand for any other; t is the tenant of
// s.a, s.b and s.c, and only looks like it in s.p. Much of what it writes mixes
// tenants up in ways that look harmless.
type grammar struct {
	t     *rapid.T
	ctes  []string
	names int
	used  map[string]bool // constructs that the query has
}

func (g *grammar) upTo(n int, what string) int { return rapid.IntRange(0, n-1).Draw(g.t, what) }

func (g *grammar) oneOf(what string, options ...string) string {
	return options[g.upTo(len(options), what)]
}

// in says yes n times of m.
func (g *grammar) in(n, m int, what string) bool { return g.upTo(m, what) < n }

func (g *grammar) mark(construct string) { g.used[construct] = true }

func (g *grammar) alias() string {
	g.names++
	if g.in(1, 12, "shadowing") {
		g.mark("shadowing")
		return g.oneOf("alias", "a", "b", "p", "t")
	}
	return fmt.Sprint("r", g.names)
}

// A place is what a query can name: the aliases of its FROM, and whether the
// names alone will do.
type place struct {
	aliases []string
	plain   bool
	outer   []string // aliases of the queries around it
}

// query is a query of columns t, k and x.
func (g *grammar) query(depth int, outer []string) string {
	switch c := g.upTo(24, "query"); {
	case depth > 0 && c < 3:
		g.mark("set operation")
		op := g.oneOf("set operation", "union all", "union all", "union all", "union", "except", "intersect", "except all", "intersect all")
		return "(" + g.query(depth-1, outer) + ") " + op + " (" + g.query(depth-1, outer) + ")"
	case depth > 0 && c < 5:
		return g.with(depth, outer)
	case depth > 0 && c == 5 && g.in(1, 3, "recursive"):
		g.mark("recursive")
		return "with recursive z as (select t, k, x from " + g.relation(0, outer) + " union select z.t, z.k + 1, z.x from z where z.k < 3) select t, k, x from z"
	}
	return g.selection(depth, outer)
}

func (g *grammar) with(depth int, outer []string) string {
	g.mark("with")
	g.names++
	name := fmt.Sprint("w", g.names)
	if g.in(1, 4, "cte shadows") {
		name = g.oneOf("cte name", "a", "p")
	}
	list := ""
	if g.in(1, 6, "cte columns") {
		list = "(t, x, k)"
	}
	defined := name + list + " as (" + g.query(depth-1, outer) + ")"
	before := g.ctes
	g.ctes = append(slices.Clip(g.ctes), name)
	defer func() { g.ctes = before }()
	return "with " + defined + " " + g.selection(depth, outer)
}

// relation is a FROM item without its alias.
func (g *grammar) relation(depth int, outer []string) string {
	if len(g.ctes) > 0 && g.in(1, 2, "cte") {
		return g.oneOf("which cte", g.ctes...)
	}
	if depth > 0 && g.in(1, 4, "derived") {
		g.mark("derived")
		return "(" + g.query(depth-1, outer) + ")"
	}
	return g.oneOf("table", "s.a", "s.a", "s.b", "s.b", "s.c", `S."B"`, "s.p", "(values (1, 1, 2), (2, 0, 1), (null, 2, 3))")
}

// item is a FROM item and its alias.
func (g *grammar) item(depth int, outer []string) (sql, alias string) {
	r, alias := g.relation(depth, outer), g.alias()
	if strings.HasPrefix(r, "(values") || g.in(1, 8, "column names") {
		return r + " " + alias + g.oneOf("names", "(t, k, x)", "(t, k, x)", "(t, x, k)", "(k, t, x)"), alias
	}
	return r + " as " + alias, alias
}

// from is a FROM of one to three items.
func (g *grammar) from(depth int, outer []string) (string, place) {
	sql, alias := g.item(depth, outer)
	p := place{aliases: []string{alias}, plain: true, outer: outer}
	for range g.oneOf("joins", "", "", "1", "1", "1", "11") {
		sql = g.join(depth, sql, &p)
	}
	return sql, p
}

func (g *grammar) join(depth int, left string, p *place) string {
	kind := g.oneOf("join", "join", "join", "left join", "left join", "right join", "full join", "cross join", ",", "full join", "semi join", "anti join", "asof join", "natural join", "lateral", "left lateral")
	g.mark(kind)
	if kind == "lateral" || kind == "left lateral" {
		alias := g.alias()
		inner := "(" + g.query(max(depth-1, 0), append(slices.Clip(p.aliases), p.outer...)) + ") as " + alias
		if kind == "lateral" {
			left += ", lateral " + inner
		} else {
			left += " left join lateral " + inner + " on " + g.on(p.aliases, alias)
		}
		p.aliases, p.plain = append(p.aliases, alias), false
		return left
	}
	right, alias := g.item(depth, p.outer)
	seen := append(slices.Clip(p.aliases), alias)
	switch kind {
	case "cross join", ",":
		p.plain = false
		left += " " + kind + " " + right
	case "natural join":
		left += " " + kind + " " + right
	case "asof join": // of rows that tie, DuckDB takes any
		right = "(select t, k, max(x) as x from " + g.oneOf("asof table", "s.a", "s.b", "s.p") + " group by t, k) as " + alias
		left += " " + kind + " " + right + " on " + g.on(p.aliases, alias) + " and " + p.aliases[0] + ".k >= " + alias + ".k"
		p.plain = false
	default:
		if kind != "asof join" && g.in(1, 3, "using") {
			g.mark(kind + " using")
			cols := g.oneOf("using", "t", "t", "t, k", "t, k, x", "k")
			left += " " + kind + " " + right + " using (" + cols + ")"
			p.plain = p.plain && cols == "t, k, x"
			break
		}
		left += " " + kind + " " + right + " on " + g.on(p.aliases, alias)
		if kind == "semi join" || kind == "anti join" {
			return left
		}
		p.plain = false
	}
	if kind != "semi join" && kind != "anti join" {
		p.aliases = seen
	}
	return left
}

// on is a join's condition; it mostly equates t.
func (g *grammar) on(left []string, right string) string {
	l := g.oneOf("left alias", left...)
	conditions := g.oneOf("on", l+".t = "+right+".t", l+".t = "+right+".t", right+".t = "+l+".t", right+".t = "+l+".t",
		l+".t = "+right+".t", l+".t = "+right+".t", l+".k = "+right+".t", l+".t is not distinct from "+right+".t", l+".t = "+right+".k", "coalesce("+l+".t, "+l+".t) = "+right+".t",
		l+".t = "+right+".t or "+l+".k = "+right+".k", l+".t = "+right+".k and "+right+".k = "+right+".t", "true")
	if g.in(1, 2, "more on") {
		conditions += " and " + l + g.oneOf("more", ".k = ", ".x < ", ".k <> ") + right + g.oneOf("of", ".k", ".x")
	}
	return conditions
}

// column names a column of the FROM, seldom one of a query around it.
func (g *grammar) column(p place, name string) string {
	if len(p.outer) > 0 && g.in(1, 10, "outer column") {
		return g.oneOf("outer alias", p.outer...) + "." + name
	}
	if p.plain && g.in(1, 2, "plain") {
		return g.oneOf("case", name, name, `"`+strings.ToUpper(name)+`"`)
	}
	return g.oneOf("alias", p.aliases...) + "." + name
}

// tenant is an expression that is mostly the tenant.
func (g *grammar) tenant(p place) string {
	switch g.upTo(14, "tenant") {
	case 0:
		return g.column(p, "k")
	case 1:
		return "coalesce(" + g.column(p, "t") + ", " + g.column(p, "t") + ")"
	case 2:
		if len(p.aliases) > 1 {
			return "coalesce(" + p.aliases[0] + ".t, " + p.aliases[1] + ".t)"
		}
		return "coalesce(" + g.column(p, "t") + ", 1)"
	}
	if g.in(3, 4, "first") && len(p.aliases) > 1 {
		return p.aliases[0] + ".t"
	}
	return g.column(p, "t")
}

// value is an expression over one row.
func (g *grammar) value(depth int, p place) string {
	switch g.upTo(12, "value") {
	case 0:
		return g.oneOf("constant", "0", "1", "null")
	case 1:
		return "(" + g.column(p, "k") + " + " + g.column(p, "x") + ")"
	case 2:
		return "case when " + g.column(p, "k") + " = 1 then " + g.column(p, "x") + " end"
	case 3:
		if depth > 0 {
			g.mark("scalar subquery")
			return g.scalar(depth-1, p)
		}
	case 4:
		if depth > 0 && g.in(1, 2, "flag") {
			return "case when " + g.membership(depth-1, p) + " then 1 else 0 end"
		}
	}
	return g.column(p, g.oneOf("column", "k", "x", "x", "t"))
}

// around are the aliases that a subquery of p sees outside.
func (p place) around() []string {
	return append(slices.Clip(p.aliases), p.outer...)
}

func (g *grammar) scalar(depth int, p place) string {
	if g.in(1, 3, "limited") {
		return "(select x from (" + g.selection(depth, p.around()) + ") limited order by t, k, x limit 1)"
	}
	from, inner := g.from(depth, p.around())
	what := g.oneOf("scalar", "max(%s)", "count(*)", "sum(%s)")
	return "(select " + strings.ReplaceAll(what, "%s", g.column(place{aliases: inner.aliases, outer: p.around()}, "x")) + " from " + from + g.correlated(inner, p) + ")"
}

// correlated is the WHERE of a subquery, which mostly equates t with that of the
// row outside.
func (g *grammar) correlated(inner, outer place) string {
	a, o := g.oneOf("inner", inner.aliases...), g.oneOf("outer", outer.aliases...)
	return " where " + g.oneOf("correlation", a+".t = "+o+".t", a+".t = "+o+".t", a+".t = "+o+".t", a+".t = "+o+".t", a+".t = "+o+".t", o+".t = "+a+".t", a+".k = "+o+".k", a+".t = "+o+".t and "+a+".k < "+o+".x",
		a+".t is not distinct from "+o+".t", a+".t = "+o+".k", a+".t = "+o+".t or "+a+".k = 1", "true")
}

func (g *grammar) membership(depth int, p place) string {
	g.mark("membership")
	from, inner := g.from(depth, p.around())
	switch g.upTo(4, "membership") {
	case 0:
		return g.oneOf("not", "exists", "not exists") + " (select 1 from " + from + g.correlated(inner, p) + ")"
	case 1:
		return "(" + g.column(p, "t") + ", " + g.column(p, "k") + ") " + g.oneOf("not", "in", "in", "not in") + " (select " + inner.aliases[0] + ".t, " + inner.aliases[0] + ".k from " + from + ")"
	case 2:
		col := g.oneOf("looked up", "t", "t", "k")
		return g.column(p, col) + " " + g.oneOf("not", "in", "in", "not in") + " (select " + inner.aliases[0] + "." + col + " from " + from + ")"
	}
	return g.column(p, "k") + " " + g.oneOf("not", "in", "not in", "> all", "= any") + " (select " + inner.aliases[0] + ".k from " + from + g.correlated(inner, p) + ")"
}

// where is a WHERE, or nothing.
func (g *grammar) where(depth int, p place) string {
	var all []string
	if len(p.outer) > 0 && g.in(3, 4, "bound") {
		all = append(all, g.oneOf("bound by", p.aliases...)+".t = "+g.oneOf("bound to", p.outer...)+".t")
	}
	if len(p.aliases) > 1 && g.in(1, 2, "equated") {
		all = append(all, p.aliases[0]+".t = "+p.aliases[len(p.aliases)-1]+".t")
	}
	if g.in(1, 3, "filter") {
		all = append(all, g.column(p, "k")+g.oneOf("compared", " > 0", " <> 2", " is not null", " in (1, 2)"))
	}
	if g.in(1, 4, "member") {
		all = append(all, g.membership(max(depth-1, 0), p))
	}
	if len(all) == 0 {
		return ""
	}
	return " where " + strings.Join(all, g.oneOf("and", " and ", " and ", " and ", " and ", " and ", " and ", " or "))
}
