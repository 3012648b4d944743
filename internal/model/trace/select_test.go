package trace_test

import "strings"

// selection is one SELECT.
func (g *grammar) selection(depth int, outer []string) string {
	from, p := g.from(depth, outer)
	rest := " from " + from + g.where(depth, p)
	switch g.upTo(16, "form") {
	case 0, 1, 2:
		return g.grouped(depth, p, rest)
	case 3:
		g.mark("distinct")
		return "select distinct " + g.oneOf("distinct on", "", "", "on (t) ", "on (k) ", "on (1, 2) ") + g.list(depth, p) + rest + " order by 1, 2, 3"
	case 4, 5, 6:
		g.mark("window")
		return g.windowed(p, rest)
	case 7:
		g.mark("limit")
		return "select " + g.list(depth, p) + rest + " order by 1, 2, 3 limit " + g.oneOf("limit", "1", "2", "3 offset 1")
	case 8:
		g.mark("no group")
		return "select max(" + g.column(p, "t") + ") as t, count(*) as k, sum(" + g.column(p, "x") + ") as x" + rest
	case 9:
		g.mark("star")
		return g.star(p, rest)
	}
	return "select " + g.list(depth, p) + rest
}

// list is a select list of t, k and x.
func (g *grammar) list(depth int, p place) string {
	if g.in(1, 12, "aliases in aliases") {
		return g.column(p, "x") + " as k, " + g.tenant(p) + " as t, " + g.oneOf("of alias", "k", "t", "k + 1") + " as x"
	}
	return g.tenant(p) + " as t, " + g.value(depth, p) + " as k, " + g.value(depth, p) + " as x"
}

func (g *grammar) grouped(depth int, p place, rest string) string {
	g.mark("group")
	tenant, k := g.tenant(p), g.column(p, "k")
	sum := g.oneOf("aggregate", "sum(", "count(distinct ", "max(", "min(") + g.column(p, "x") + ")"
	if g.in(1, 5, "quantile") {
		sum = "quantile_disc(" + g.column(p, "x") + ", 0.5)"
	}
	by := g.oneOf("group by", tenant+", "+k, tenant+", "+k, "1, 2", "1, 2", "t, k", "all", "rollup ("+tenant+", "+k+")", "grouping sets (("+tenant+", "+k+"), ("+tenant+"))", k)
	if by == k {
		tenant = "max(" + tenant + ")"
	}
	having := ""
	if g.in(1, 4, "having") {
		g.mark("having")
		having = " having " + g.oneOf("having", "count(*) > 1", "sum("+g.column(p, "x")+") > 1", "t > 1")
	}
	if g.in(1, 8, "over groups") && by != "all" {
		sum = "sum(" + sum + ") over (partition by " + g.oneOf("of groups", tenant, k) + ")"
	}
	return "select " + tenant + " as t, " + k + " as k, " + sum + " as x" + rest + " group by " + by + having
}

func (g *grammar) windowed(p place, rest string) string {
	var all []string
	for _, a := range p.aliases {
		all = append(all, a+".t", a+".k", a+".x")
	}
	partition := g.oneOf("partition", "partition by "+g.tenant(p), "partition by "+g.tenant(p), "partition by "+g.tenant(p)+", "+g.column(p, "k"), "partition by "+g.column(p, "k"), "partition by t", "")
	over := " over (" + partition + " order by " + strings.Join(all, ", ") + ")"
	function := g.oneOf("window", "row_number()"+over, "lag("+g.column(p, "x")+")"+over, "sum("+g.column(p, "x")+")"+over, "rank()"+over,
		"count(*) over ("+partition+")", "count(*) over ()")
	if g.in(1, 3, "qualify") {
		g.mark("qualify")
		return "select " + g.tenant(p) + " as t, " + g.column(p, "k") + " as k, " + g.column(p, "x") + " as x" + rest + " qualify " + function + g.oneOf("kept", " = 1", " > 1", " is not null")
	}
	return "select " + g.tenant(p) + " as t, " + g.column(p, "k") + " as k, " + function + " as x" + rest
}

func (g *grammar) star(p place, rest string) string {
	a := g.oneOf("starred", p.aliases...) + "."
	if p.plain {
		a = g.oneOf("bare star", "", a)
	}
	return "select " + a + g.oneOf("star", "*", "*", "* exclude (k), k", "* exclude (t), t", "* exclude (x), k as x", "* replace (k as x)", "* replace (k as t)", "* exclude (t), k as t",
		"* rename (t as k, k as t)") + rest
}
