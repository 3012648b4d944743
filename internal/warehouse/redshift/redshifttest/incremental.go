package redshifttest

import "slices"

// mutable are functions whose value is another one each time (Refreshing a
// materialized view; CREATE MATERIALIZED VIEW, Limitations).
var mutable = []string{"getdate", "sysdate", "current_date", "current_timestamp", "current_time", "localtimestamp", "now", "random", "timeofday"}

// wholly are aggregates that are computed anew for every refresh.
var wholly = []string{"median", "percentile_cont", "percentile_disc", "listagg", "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop", "approximate", "bit_and", "bit_or"}

// incremental says which clause keeps a view from being refreshed incrementally, or ""
// (Refreshing a materialized view, Limitations for incremental refresh).
func incremental(query []token, sorted bool) string {
	grouped, all := false, false
	for i, t := range query {
		next := (&cursor{tokens: query, at: i + 1}).peek(0)
		switch {
		case (t.is("left") || t.is("right") || t.is("full")) && (next.is("join") || next.is("outer")):
			return "an outer join"
		case t.is("over") && next.is("("):
			return "a window function"
		case t.is("distinct"):
			return "DISTINCT"
		case slices.Contains(wholly, t.lower()) && (next.is("(") || t.is("approximate")):
			return "the aggregate " + t.lower()
		case slices.Contains(mutable, t.lower()):
			return "a mutable function"
		case t.is("with"), t.is("select") && i > 0 && query[i-1].is("("):
			return "a subquery"
		case t.is("union") && !next.is("all"), t.is("intersect"), t.is("except"), t.is("minus"):
			return "a set operation"
		case t.is("union"):
			all = true
		case t.is("group") && next.is("by"), slices.Contains([]string{"sum", "count", "min", "max", "avg"}, t.lower()) && next.is("("):
			grouped = true
		}
	}
	if all && (grouped || sorted) {
		return "UNION ALL with an aggregate or a sort key"
	}
	return ""
}
