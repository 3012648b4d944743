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

// immutable are functions whose value follows from their arguments alone, as the parser
// calls them. What the session's time zone, format or locale has a part in is not among
// them, and neither is what nobody has looked up.
var immutable = set(
	"coalesce", "nvl", "nvl2", "decode", "nullif", "greatest", "least", "abs", "ceil", "ceiling", "floor", "round", "trunc", "sign", "mod", "power", "sqrt",
	"exp", "ln", "log", "upper", "lower", "length", "len", "char_length", "character_length", "octet_length", "substring", "substr", "left", "right", "trim",
	"ltrim", "rtrim", "btrim", "lpad", "rpad", "replace", "translate", "strpos", "charindex", "position", "split_part", "concat", "reverse", "repeat", "md5",
	"like_escape", "not_like_escape", "date_trunc", "date_part", "year", "quarter", "month", "week", "day", "add_months", "last_day", "months_between",
	"to_years", "to_months", "to_weeks", "to_days", "to_hours", "to_minutes", "to_seconds", // of intervals that are written as constants
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
	case !incremental[name] && !immutable[name] && n["is_operator"] != true:
		j.full(n, "calls "+spelling(spelt)+", which may follow from more than its arguments")
	}
}

// spelling is the name of a function as models write it; the parser has renamed
// some.
func spelling(name string) string {
	if name == "strftime" {
		return "to_char"
	}
	before, after, ok := strings.Cut(name, "quantile_")
	if ok && before == "" && slices.Contains([]string{"cont", "disc"}, after) {
		return "percentile_" + after
	}
	return name
}
