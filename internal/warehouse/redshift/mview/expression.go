package mview

import (
	"slices"
	"strings"
)

// incremental are the aggregates that a refresh brings up to date from what
// changed, as the parser calls them.
var incremental = set("sum", "count", "count_star", "min", "max", "avg", "mean")

// recomputed are the aggregates that it computes anew, under the names of both
// engines.
var recomputed = set(
	"median", "quantile_cont", "quantile_disc", "percentile_cont", "percentile_disc", "quantile", "listagg", "string_agg", "group_concat", "array_agg", "list",
	"stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop",
	"approx_count_distinct", "approx_quantile", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "any_value", "arg_min", "arg_max", "first", "last", "mode",
)

// mutable are functions that give another value each time they are asked.
var mutable = set(
	"now", "getdate", "sysdate", "today", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "timeofday",
	"get_current_timestamp", "get_current_time", "transaction_timestamp", "random", "setseed", "uuid", "gen_random_uuid",
)

func set(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		out[n] = true
	}
	return out
}

// expressions judges expressions, and the queries within them.
func (j *judge) expressions(v any) {
	each(v, func(n node) bool {
		switch n.text("class") {
		case "SUBQUERY":
			inner := n.child("subquery").child("node")
			j.full(or(inner, n), "has a subquery")
			j.expressions(n["child"])
			j.query(inner)
			return false
		case "WINDOW":
			j.full(n, "has a window function, "+strings.ToLower(n.text("function_name")))
		case "FUNCTION":
			j.call(n)
		case "COLUMN_REF":
			// These are written without parentheses.
			if names := n.names("column_names"); len(names) == 1 && mutable[names[0]] {
				j.full(n, "calls "+names[0]+", which is another value each time")
			}
		}
		return true
	})
}

// call judges a call of a function.
func (j *judge) call(n node) {
	name := n.function()
	spelt := strings.TrimSuffix(name, "_star")
	switch {
	case n["distinct"] == true:
		j.full(n, "calls "+spelt+"(distinct ...)")
	case recomputed[name]:
		j.full(n, "calls "+spelling(spelt))
	case mutable[name]:
		j.full(n, "calls "+name+", which is another value each time")
	case !incremental[name] && n.child("order_bys").has("orders"):
		j.full(n, "calls "+spelt+", which depends on an order")
	}
}

// spelling is the name of an aggregate as models write it; the parser has renamed
// some.
func spelling(name string) string {
	before, after, ok := strings.Cut(name, "quantile_")
	if ok && before == "" && slices.Contains([]string{"cont", "disc"}, after) {
		return "percentile_" + after
	}
	return name
}
