package mview_test

import (
	"fmt"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
	"archwire/internal/warehouse/redshift/mview"
)

// The rules, by what the documentation says of them: Amazon Redshift Database
// Developer Guide, REFRESH MATERIALIZED VIEW, Limitations for incremental refresh,
// and CREATE MATERIALIZED VIEW, Limitations.
var rules = map[string]struct{ sql, want string }{
	// What is incremental.
	"select, from, where":      {"select a, b + 1 as c from r.t where b > 0", "incremental"},
	"inner join":               {"select t.a from r.t t join r.u u on u.a = t.a", "incremental"},
	"join by a comma":          {"select t.a from r.t t, r.u u where u.a = t.a", "incremental"},
	"cross join":               {"select t.a from r.t t cross join r.u u", "incremental"},
	"join using":               {"select a from r.t join r.u using (a)", "incremental"},
	"group by, having":         {"select a, sum(b) as s from r.t group by a having count(*) > 1", "incremental"},
	"sum, count, min, max":     {"select a, sum(b) as s, count(*) as n, count(b) as m, min(b) as l, max(b) as h from r.t group by 1", "incremental"},
	"avg":                      {"select a, avg(b::double precision) as m from r.t group by 1", "incremental"},
	"immutable functions":      {"select upper(c) as c, nvl(b, 0) as b, case when a > 1 then 1 end as x, decode(a, 1, 'x', 'y') as y from r.t", "incremental"},
	"date_trunc of timestamps": {"select date_trunc('month', d) as m, cast(d as date) as d, extract(year from d) as y from r.t", "incremental"},
	"operators":                {"select a + 1 as x, a - b as y, c || 'x' as z, -a as m, d + interval '1 day' as e from r.t where c like 'a%' and a between 1 and 2 and b in (1, 2) and not (a = b)", "incremental"},
	"texts and months":         {"select substring(c, 1, 2) as x, trim(c) as y, length(c) as z, add_months(d, 1) as m, last_day(d) as l, greatest(a, b) as g from r.t", "incremental"},
	"union all":                {"select a from r.t\nunion all\nselect a from r.u", "incremental"},
	"union all of three":       {"select a from r.t union all select a from r.u union all select b from r.v where b > 1", "incremental"},

	// Joins.
	"left join":      {"select t.a from r.t t\nleft join r.u u on u.a = t.a", "full: it has a left join (line 2)"},
	"right join":     {"select t.a from r.t t\nright join r.u u on u.a = t.a", "full: it has a right join (line 2)"},
	"full join":      {"select t.a from r.t t\nfull join r.u u on u.a = t.a", "full: it has a full join (line 2)"},
	"a second join":  {"select t.a from r.t t join r.u u on u.a = t.a\n\nleft join r.v v on v.a = t.a", "full: it has a left join (line 3)"},
	"under an inner": {"select t.a from r.t t left join r.u u on u.a = t.a\njoin r.v v on v.a = t.a", "full: it has a left join (line 1)"},

	// Aggregates.
	"median":             {"select a,\nmedian(b) as m from r.t group by 1", "full: it calls median (line 2)"},
	"percentile_cont":    {"select a,\npercentile_cont(0.5) within group (order by b) as m from r.t group by 1", "full: it calls percentile_cont (line 2)"},
	"listagg":            {"select a,\nlistagg(c, ',') within group (order by b) as l from r.t group by 1", "full: it calls listagg (line 2)"},
	"stddev":             {"select a, stddev_pop(b) as s from r.t group by 1", "full: it calls stddev_pop (line 1)"},
	"variance":           {"select a, var_samp(b) as s from r.t group by 1", "full: it calls var_samp (line 1)"},
	"approximate":        {"select a, approx_count_distinct(b) as s from r.t group by 1", "full: it calls approx_count_distinct (line 1)"},
	"bitwise":            {"select a, bit_and(b) as s from r.t group by 1", "full: it calls bit_and (line 1)"},
	"distinct aggregate": {"select a,\n\ncount(distinct b) as n from r.t group by 1", "full: it calls count(distinct ...) (line 3)"},
	"within an addition": {"select a, 1 +\nmedian(b) as m from r.t group by 1", "full: it calls median (line 2)"},
	"in having":          {"select a from r.t group by 1\nhaving median(b) > 1", "full: it calls median (line 2)"},

	// Functions that depend on the session, or may.
	"time zones": {"select a,\nconvert_timezone('America/Denver', d) as x from r.t", "full: it calls convert_timezone, which may follow from more than its arguments (line 2)"},
	"to_char":    {"select to_char(d, 'YYYY') as x from r.t", "full: it calls to_char, which may follow from more than its arguments (line 1)"},
	"unknown":    {"select a from r.t\nwhere soundex(c) = 'x'", "full: it calls soundex, which may follow from more than its arguments (line 2)"},

	// Windows and distinct rows.
	"window":          {"select a,\nrow_number() over (partition by a order by b) as n from r.t", "full: it has a window function, row_number (line 2)"},
	"window of a sum": {"select a, sum(b) over (partition by a) as n from r.t", "full: it has a window function, sum (line 1)"},
	"qualify":         {"select a from r.t\nqualify row_number() over (order by b) = 1", "full: it has a window function, row_number (line 2)"},
	"select distinct": {"select distinct a from r.t", "full: it selects distinct rows (line 1)"},
	"grouping sets":   {"select a, b, count(*) as n from r.t group by\nrollup (a, b)", "full: it groups by several grouping sets (line 2)"},

	// Sets.
	"union":                   {"select a from r.t\nunion\nselect a from r.u", "full: it has a union without all (line 1)"},
	"intersect":               {"select a from r.t intersect select a from r.u", "full: it has an intersect (line 1)"},
	"except":                  {"select a from r.t except select a from r.u", "full: it has an except (line 1)"},
	"union all of aggregates": {"select a from r.t union all\nselect sum(a) from r.u", "full: it has a union all of queries that aggregate (line 2)"},
	"union all of groups":     {"select a from r.t union all\nselect a from r.u group by a", "full: it has a union all of queries that aggregate (line 2)"},
	"union all in a subquery": {"select a from (\nselect a from r.t union all select a from r.u) x", "full: it has a subquery (line 2)"},

	// Subqueries.
	"derived table":    {"select a from\n(select a from r.t) x", "full: it has a subquery (line 2)"},
	"scalar subquery":  {"select a,\n(select max(b) from r.u) as m from r.t", "full: it has a subquery (line 2)"},
	"exists":           {"select a from r.t\nwhere exists (select 1 from r.u where u.a = t.a)", "full: it has a subquery (line 2)"},
	"in":               {"select a from r.t\nwhere a in (select a from r.u)", "full: it has a subquery (line 2)"},
	"with":             {"with x as (\nselect a from r.t) select a from x", "full: it defines x by with, which is a subquery (line 2)"},
	"the first counts": {"select a, median(b) as m from r.t\nleft join r.u using (a) group by 1", "full: it calls median (line 1)"},

	// What no view may have.
	"order by":               {"select a from r.t\norder by a", "not possible: it has an order by (line 2)"},
	"limit":                  {"select a from r.t\nlimit 5", "not possible: it has a limit (line 2)"},
	"offset":                 {"select a from r.t offset 5", "not possible: it has a limit (line 1)"},
	"order by in a subquery": {"select a from (select a from r.t order by a) x", "not possible: it has an order by (line 1)"},
	"limit after a left":     {"select a from r.t left join r.u using (a)\nlimit 5", "not possible: it has a limit (line 2)"},
	"leader-only functions":  {"select i from\ngenerate_series(1, 3) g(i)", "not possible: it calls generate_series, which runs on the leader node only (line 2)"},
}

func TestRules(t *testing.T) {
	parser, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer parser.Close() //nolint:errcheck // nothing is kept
	for name, c := range rules {
		t.Run(name, func(t *testing.T) {
			tree, err := parser.Tree(t.Context(), c.sql)
			if err != nil {
				t.Fatal(err)
			}
			got, err := mview.Of(tree)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != c.want {
				t.Errorf("%s\nis %s, want %s", c.sql, got, c.want)
			}
			if want := strings.Contains(strings.SplitN(c.sql, "(", 2)[0], "union"); want && !got.Unions {
				t.Errorf("%s\nis not told as a union", c.sql)
			}
		})
	}
}

// Models with a clock are refused before they come here, so that their trees are
// written by hand.
func TestMutableFunctions(t *testing.T) {
	for _, expression := range []string{
		`{"class":"FUNCTION","function_name":"getdate","query_location":9,"children":[]}`,
		`{"class":"FUNCTION","function_name":"RANDOM","query_location":9,"children":[]}`,
		`{"class":"COLUMN_REF","column_names":["current_date"],"query_location":9}`,
	} {
		got, err := mview.Of(archwire.SyntaxTree{SQL: "select a\n, x from r.t", JSON: fmt.Appendf(nil,
			`{"node":{"type":"SELECT_NODE","from_table":{"type":"BASE_TABLE"},"select_list":[%s]}}`, expression)})
		if err != nil {
			t.Fatal(err)
		}
		if got.Incremental || got.Refused || got.Line != 2 || !strings.HasSuffix(got.Why, "which is another value each time") {
			t.Errorf("%s\nis %s", expression, got)
		}
	}
}

func TestNoTree(t *testing.T) {
	for _, text := range []string{"", "{}", "[", `{"node": 7}`} {
		if v, err := mview.Of(archwire.SyntaxTree{JSON: []byte(text)}); err == nil {
			t.Errorf("%q is %s", text, v)
		}
	}
}
