package trace_test

import (
	"strings"
	"testing"

	"archwire/internal/model/trace"
	"archwire/internal/warehouse/duckdb"
)

// catalog has two tenanted relations, and three shared ones of which one has a
// column that is called like a tenant column.
func catalog(name string) (trace.Relation, bool) {
	relations := map[string]trace.Relation{
		"rcm.claim":    {Tenant: "practice_id", Columns: columns("practice_id bigint", "claim_id bigint", "payer_id bigint", "amount decimal(12,2)", "posted_on date")},
		"rcm.payment":  {Tenant: "practice_id", Columns: columns("practice_id bigint", "claim_id bigint", "paid decimal(12,2)")},
		"rcm.text":     {Tenant: "practice_id", Columns: columns("practice_id varchar", "claim_id bigint")},
		"rcm.payer":    {Columns: columns("payer_id bigint", "name varchar")},
		"rcm.region":   {Columns: columns("practice_id bigint", "region varchar")},
		"archwire.run": {Columns: columns("as_of date")},
	}
	r, ok := relations[name]
	return r, ok
}

func columns(list ...string) []trace.Column {
	var out []trace.Column
	for _, c := range list {
		name, kind, _ := strings.Cut(c, " ")
		out = append(out, trace.Column{Name: name, Type: kind})
	}
	return out
}

// A verdict is what a case must come to: the line that decides and, where the
// query is not closed, a part of the reason.
type verdict struct {
	sql  string
	line int
	why  string // "" is closed
}

func openParser(t *testing.T) *duckdb.Sandbox {
	t.Helper()
	s, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestVerdicts(t *testing.T) {
	parser := openParser(t)
	for name, want := range verdicts {
		t.Run(name, func(t *testing.T) {
			tree, err := parser.Tree(t.Context(), want.sql)
			if err != nil {
				t.Fatal(err)
			}
			got, err := trace.Query(tree, "practice_id", catalog)
			if err != nil {
				t.Fatal(err)
			}
			if got.Closed != (want.why == "") || got.Line != want.line || !strings.Contains(got.Why, want.why) {
				t.Errorf("closed %t, line %d: %s; want line %d %q\n%s", got.Closed, got.Line, got.Why, want.line, want.why, want.sql)
			}
		})
	}
}

var verdicts = map[string]verdict{
	// Plain rows.
	"a table":                    {"select\n practice_id from rcm.claim", 2, ""},
	"a star":                     {"select * from rcm.claim", 1, ""},
	"other case, quoted":         {`select "PRACTICE_ID" from RCM."Claim"`, 1, ""},
	"renamed and back":           {"select p as practice_id from (select practice_id as p from rcm.claim)", 1, ""},
	"another column as tenant":   {"select\n claim_id as practice_id from rcm.claim", 2, "not that of the rows"},
	"a cast tenant":              {"select cast(practice_id as bigint) as practice_id from rcm.claim", 1, "not that of the rows"},
	"star without tenant":        {"select * exclude (practice_id), claim_id as practice_id from rcm.claim", 1, "not that of the rows"},
	"star with tenant put back":  {"select * exclude (practice_id), practice_id from rcm.claim", 1, ""},
	"star with tenant replaced":  {"select * replace (claim_id as practice_id) from rcm.claim", 1, "not that of the rows"},
	"star with other replaced":   {"select * replace (claim_id + 1 as claim_id) from rcm.claim", 1, ""},
	"star renames":               {"select * rename (practice_id as claim_id, claim_id as practice_id) from rcm.claim", 1, "not that of the rows"},
	"chosen columns":             {"select columns('practice_id') from rcm.claim", 1, "not understood"},
	"column names turned":        {"select practice_id from rcm.claim c(claim_id, practice_id)", 1, "not that of the rows"},
	"tenant and alias disagree":  {"select claim_id as practice_id, practice_id as p from rcm.claim", 1, "not that of the rows"},
	"shared only":                {"select practice_id from rcm.region", 1, "no relation with a tenant"},
	"nobody's row":               {"select 1 as practice_id from rcm.payer where exists (select 1\nfrom rcm.claim)", 1, "subquery"},
	"unknown relation":           {"select practice_id from rcm.claim\njoin rcm.other using (practice_id)", 2, "not known"},
	"tenants of different types": {"select c.practice_id from rcm.claim c\njoin rcm.text t on t.practice_id = c.practice_id", 2, "varchar and not bigint"},

	// Joins.
	"join on tenant":              {"select c.practice_id from rcm.claim c\njoin rcm.payment p on p.practice_id = c.practice_id and p.claim_id = c.claim_id", 2, ""},
	"join without tenant":         {"select c.practice_id from rcm.claim c\njoin rcm.payment p on p.claim_id = c.claim_id", 2, "joins rcm.payment on claim_id alone"},
	"join or":                     {"select c.practice_id from rcm.claim c join rcm.payment p on p.practice_id = c.practice_id or p.claim_id = c.claim_id", 1, "without equating practice_id"},
	"join on tenant plus":         {"select c.practice_id from rcm.claim c join rcm.payment p on p.practice_id = c.practice_id + 0", 1, "joins rcm.payment"},
	"join on tenant of wrong one": {"select c.practice_id from rcm.claim c\njoin rcm.payment p on c.practice_id = c.practice_id and p.claim_id = c.claim_id", 2, "without equating"},
	"comma and where":             {"select c.practice_id from rcm.claim c, rcm.payment p\nwhere c.practice_id = p.practice_id", 1, ""},
	"comma without where":         {"select c.practice_id from rcm.claim c,\nrcm.payment p where c.claim_id = p.claim_id", 2, "joins rcm.payment"},
	"through another column":      {"select c.practice_id from rcm.claim c join rcm.region g on g.practice_id = c.practice_id join rcm.payment p on p.practice_id = g.practice_id", 1, ""},
	"tenant from shared side":     {"select g.practice_id from rcm.claim c join rcm.region g on g.practice_id = c.practice_id", 1, ""},
	"tenant of an unlike shared":  {"select g.practice_id from rcm.claim c cross join rcm.region g", 1, "not that of the rows"},
	"shared join":                 {"select c.practice_id, y.name from rcm.claim c join rcm.payer y on y.payer_id = c.payer_id", 1, ""},
	"left join shared":            {"select c.practice_id from rcm.claim c left join rcm.payer y on y.payer_id = c.payer_id", 1, ""},
	"left join onto shared":       {"select c.practice_id from rcm.payer y\nleft join rcm.claim c on y.payer_id = c.payer_id", 2, "joins rcm.claim on payer_id alone"},
	"right join from shared":      {"select c.practice_id from rcm.claim c right join rcm.payer y on y.payer_id = c.payer_id", 1, "joins rcm.claim on payer_id alone"},
	"left join":                   {"select c.practice_id from rcm.claim c left join rcm.payment p on p.practice_id = c.practice_id", 1, ""},
	"left join, tenant of right":  {"select p.practice_id from rcm.claim c left join rcm.payment p on p.practice_id = c.practice_id", 1, "not that of the rows"},
	"left join, right, filtered":  {"select p.practice_id from rcm.claim c left join rcm.payment p on p.practice_id = c.practice_id where p.practice_id = c.practice_id", 1, ""},
	"left join, wrong side in on": {"select c.practice_id from rcm.claim c left join rcm.payment p on c.practice_id = c.practice_id", 1, "joins rcm.payment"},
	"left join, tenant in where":  {"select c.practice_id from rcm.claim c\nleft join rcm.payment p on p.claim_id = c.claim_id\nwhere p.practice_id = c.practice_id", 2, "on claim_id alone"},
	"join onto null-extended":     {"select c.practice_id from rcm.claim c left join rcm.payment p on p.practice_id = c.practice_id join rcm.claim d on d.practice_id = p.practice_id", 1, ""},
	"null-safe onto null-extended": {
		"select d.practice_id from rcm.claim c left join rcm.payment p on p.practice_id = c.practice_id\njoin rcm.claim d on d.practice_id is not distinct from p.practice_id",
		2, "joins rcm.claim",
	},
	"right join":               {"select p.practice_id from rcm.claim c right join rcm.payment p on p.practice_id = c.practice_id", 1, ""},
	"full join":                {"select coalesce(c.practice_id, p.practice_id) as practice_id from rcm.claim c full join rcm.payment p on p.practice_id = c.practice_id", 1, ""},
	"full join, one side":      {"select c.practice_id from rcm.claim c full join rcm.payment p on p.practice_id = c.practice_id", 1, "not that of the rows"},
	"full join, coalesce to 0": {"select coalesce(c.practice_id, p.practice_id, 0) as practice_id from rcm.claim c full join rcm.payment p on p.practice_id = c.practice_id", 1, "not that of the rows"},
	"full join using":          {"select practice_id from rcm.claim full join rcm.payment using (practice_id, claim_id)", 1, ""},
	"full join using, one":     {"select p.practice_id from rcm.claim full join rcm.payment p using (practice_id, claim_id)", 1, "not that of the rows"},
	"full join of shared":      {"select practice_id from rcm.claim full join rcm.region using (practice_id)", 1, "joins rcm.region"},
	"full join, group by both": {"select max(coalesce(c.practice_id, p.practice_id)) as practice_id from rcm.claim c full join rcm.payment p on p.practice_id = c.practice_id group by c.practice_id, p.practice_id", 1, "not that of the rows"},
	"using":                    {"select practice_id from rcm.claim join rcm.payment using (practice_id)", 1, ""},
	"using another":            {"select c.practice_id from rcm.claim c join rcm.payment p using (claim_id)", 1, "joins rcm.payment on claim_id alone"},
	"natural":                  {"select practice_id from rcm.claim natural join rcm.payment", 1, ""},
	"semi":                     {"select practice_id from rcm.claim c semi join rcm.payment p on p.practice_id = c.practice_id", 1, ""},
	"anti":                     {"select practice_id from rcm.claim c anti join rcm.payment p on p.practice_id = c.practice_id", 1, ""},
	"anti without tenant":      {"select practice_id from rcm.claim c\nanti join rcm.payment p on p.claim_id = c.claim_id", 2, "joins rcm.payment"},
	"asof":                     {"select c.practice_id from rcm.claim c asof join rcm.payment p on p.practice_id = c.practice_id and c.claim_id >= p.claim_id", 1, ""},
	"asof without tenant":      {"select c.practice_id from rcm.claim c\nasof join rcm.payment p on c.claim_id >= p.claim_id", 2, "joins rcm.payment"},
	"positional":               {"select c.practice_id from rcm.claim c\npositional join rcm.payer", 2, "by their position"},
	"alias of the other table": {"select payment.practice_id from rcm.claim payment left join rcm.payment claim on claim.practice_id = payment.practice_id", 1, ""},

	// Aggregates and windows.
	"group":                   {"select practice_id, sum(amount) as s from rcm.claim\ngroup by practice_id", 2, ""},
	"group without tenant":    {"select max(practice_id) as practice_id from rcm.claim\ngroup by claim_id", 2, "groups rows without practice_id"},
	"group by number":         {"select practice_id, count(*) as n from rcm.claim group by 1", 1, ""},
	"group by other number":   {"select claim_id, max(practice_id) as practice_id from rcm.claim group by 1", 1, "groups rows"},
	"group by alias":          {"select practice_id as p, count(*) as practice_id from rcm.claim group by p", 1, "not that of the rows"},
	"group by all":            {"select practice_id, count(*) as n from rcm.claim group by all", 1, ""},
	"rollup":                  {"select practice_id, claim_id from rcm.claim group by rollup (practice_id, claim_id)", 1, "groups rows"},
	"sets with tenant":        {"select practice_id, claim_id from rcm.claim group by grouping sets ((practice_id), (practice_id, claim_id))", 1, ""},
	"sets with tenant twice":  {"select c.practice_id, max(amount)\nfrom rcm.claim c\ngroup by grouping sets ((c.practice_id, practice_id), (c.practice_id))", 3, "groups rows without"},
	"group by null-extended":  {"select p.practice_id from rcm.claim c left join rcm.payment p on p.practice_id = c.practice_id group by p.practice_id", 1, "groups rows"},
	"one row of all":          {"select max(practice_id) as practice_id,\ncount(*) as n from rcm.claim", 1, "calls max without grouping"},
	"unknown function":        {"select practice_id,\narg_max(claim_id, amount) as n from rcm.claim", 2, "calls arg_max"},
	"having alone":            {"select practice_id from (select 1 as practice_id from rcm.claim\nhaving 1 = 1)", 2, "without grouping"},
	"having":                  {"select practice_id from rcm.claim group by practice_id having count(*) > 1", 1, ""},
	"having over all":         {"select practice_id from rcm.claim group by practice_id\nhaving count(*) > (select count(*) from rcm.payment)", 2, "calls count without"},
	"window":                  {"select practice_id,\nrow_number() over (partition by practice_id order by claim_id) as n from rcm.claim", 2, ""},
	"window by other":         {"select practice_id,\nrow_number() over (partition by claim_id order by practice_id) as n from rcm.claim", 2, "not partitioned"},
	"window over all":         {"select practice_id,\ncount(*) over () as n from rcm.claim", 2, "not partitioned"},
	"window in an expression": {"select practice_id, 1 +\ncount(*) over () as n from rcm.claim", 2, "not partitioned"},
	"window over null-extended": {
		"select c.practice_id,\ncount(*) over (partition by p.practice_id) as n from rcm.claim c left join rcm.payment p on p.practice_id = c.practice_id",
		2, "not partitioned",
	},
	"named window":             {"select practice_id, sum(amount) over w as s from rcm.claim window w as (partition by practice_id)", 1, ""},
	"qualify":                  {"select practice_id from rcm.claim qualify row_number() over (partition by practice_id order by claim_id) = 1", 1, ""},
	"qualify over all":         {"select practice_id from rcm.claim\nqualify row_number() over (order by claim_id) = 1", 2, "not partitioned"},
	"qualify by an alias":      {"select practice_id as p, claim_id as practice_id from rcm.claim qualify row_number() over (partition by practice_id order by 1) = 1", 1, "not partitioned"},
	"window over shared":       {"select c.practice_id from rcm.claim c join (select payer_id, row_number() over (order by name) as n from rcm.payer) y on y.payer_id = c.payer_id", 1, ""},
	"distinct":                 {"select distinct practice_id, claim_id from rcm.claim", 1, ""},
	"distinct without tenant":  {"select r.practice_id from rcm.region r join (select\ndistinct claim_id from rcm.claim) c on c.claim_id = r.practice_id", 2, "distinct"},
	"distinct on":              {"select distinct on (practice_id) practice_id, claim_id from rcm.claim order by 1, 2", 1, ""},
	"distinct on other":        {"select distinct on (claim_id) practice_id, claim_id from rcm.claim order by 1, 2", 1, "distinct"},
	"limit":                    {"select practice_id from rcm.claim order by claim_id limit 10", 1, "limit"},
	"limit in a derived table": {"select c.practice_id from rcm.claim c join (select practice_id from rcm.payment order by paid limit 5) p on p.practice_id = c.practice_id", 1, "limit"},
	"limit of shared rows":     {"select c.practice_id from rcm.claim c join (select payer_id from rcm.payer order by 1 limit 5) p on p.payer_id = c.payer_id", 1, ""},
	"order without limit":      {"select practice_id from rcm.claim order by claim_id", 1, ""},

	// Sets, WITH and recursion.
	"union all":              {"select practice_id from rcm.claim union all select practice_id from rcm.payment", 1, ""},
	"union all of shared":    {"select practice_id from rcm.claim\nunion all\nselect practice_id from rcm.region", 1, "nobody's"},
	"union all of constants": {"select practice_id from rcm.claim union all select 7", 1, "nobody's"},
	"union all, other place": {"select practice_id, claim_id from rcm.claim union all select claim_id, practice_id from rcm.payment", 1, "not that of the rows"},
	"union without tenant":   {"select practice_id from rcm.claim where claim_id in (select claim_id from rcm.claim union select claim_id from rcm.payment)", 1, "without practice_id in the same place"},
	"union of unclosed":      {"select practice_id from rcm.claim union select max(practice_id)\nfrom rcm.payment", 1, "calls max"},
	"union by name":          {"select practice_id from rcm.claim union by name select practice_id from rcm.payment", 1, "not understood"},
	"except":                 {"select practice_id, claim_id from rcm.claim except select practice_id, claim_id from rcm.payment", 1, ""},
	"except shared":          {"select practice_id from rcm.claim except select practice_id from rcm.region", 1, ""},
	"shared except":          {"select practice_id from rcm.region except select practice_id from rcm.claim", 1, "nobody's"},
	"intersect":              {"select practice_id from rcm.claim intersect select practice_id from rcm.region", 1, ""},
	"with":                   {"with c as (select practice_id from rcm.claim) select practice_id from c", 1, ""},
	"with, twice, unjoined":  {"with c as (select * from rcm.claim) select a.practice_id from c a\njoin c b on b.claim_id = a.claim_id", 2, "joins c on claim_id alone"},
	"with, twice, joined":    {"with c as (select * from rcm.claim) select a.practice_id from c a join c b on b.practice_id = a.practice_id", 1, ""},
	"with shadows a table":   {"with region as (select claim_id as practice_id from rcm.claim) select practice_id from region", 1, "not that of the rows"},
	"with shadows with":      {"with c as (select practice_id from rcm.claim) select * from (with c as (select claim_id as practice_id from rcm.claim) select practice_id from c)", 1, "not that of the rows"},
	"with renames":           {"with c(claim_id, practice_id) as (select practice_id, claim_id from rcm.claim) select practice_id from c", 1, "not that of the rows"},
	"recursion over shared":  {"with recursive n as (select 1 as i union all select i + 1 from n where i < 3) select practice_id, i from rcm.claim cross join n", 1, ""},
	"recursion over tenants": {"with recursive n as (select practice_id, 1 as i from rcm.claim union all select practice_id, i + 1 from n where i < 3) select practice_id from n", 1, "recursive"},

	"recursion over with": {
		"with recursive c as (select * from rcm.claim), n as (select claim_id, 1 as i from c\nunion all select claim_id, i + 1 from n where i < 3) select a.practice_id from rcm.claim a join n on n.claim_id = a.claim_id",
		1, "recursive",
	},

	// Subqueries.
	"exists":                  {"select practice_id from rcm.claim c where exists (select 1 from rcm.payment p where p.practice_id = c.practice_id)", 1, ""},
	"not exists":              {"select practice_id from rcm.claim c where not exists (select 1 from rcm.payment p where p.practice_id = c.practice_id and p.claim_id = c.claim_id)", 1, ""},
	"exists, another column":  {"select practice_id from rcm.claim c\nwhere exists (select 1 from rcm.payment p where p.claim_id = c.claim_id)", 2, "subquery"},
	"exists, uncorrelated":    {"select practice_id from rcm.claim c where\nexists (select 1 from rcm.payment)", 2, "subquery"},
	"exists, inner name wins": {"select practice_id from rcm.claim c where exists (select 1 from rcm.payment where practice_id = practice_id)", 1, "subquery"},
	"exists, shadowed alias":  {"select practice_id from rcm.claim c where exists (select 1 from rcm.payment c where c.practice_id = c.practice_id)", 1, "subquery"},
	"exists, or":              {"select practice_id from rcm.claim c where exists (select 1 from rcm.payment p where p.practice_id = c.practice_id or p.paid > 0)", 1, "subquery"},
	"exists, two levels":      {"select practice_id from rcm.claim c where exists (select 1 from rcm.payment p where p.practice_id = c.practice_id and exists (select 1 from rcm.claim d where d.practice_id = p.practice_id))", 1, ""},
	"scalar":                  {"select practice_id, (select max(paid) from rcm.payment p where p.practice_id = c.practice_id) as m from rcm.claim c", 1, ""},
	"scalar over all":         {"select practice_id,\n(select max(paid) from rcm.payment p) as m from rcm.claim c", 2, "calls max"},
	"scalar with limit":       {"select practice_id, (select paid from rcm.payment p where p.practice_id = c.practice_id order by paid limit 1) as m from rcm.claim c", 1, ""},
	"scalar of shared":        {"select practice_id, (select max(as_of) from archwire.run) as d from rcm.claim", 1, ""},
	"aggregate of outside":    {"select practice_id, (select sum(c.amount)) as s from rcm.claim c", 1, "columns of the query around"},
	"in":                      {"select practice_id from rcm.claim where practice_id in (select practice_id from rcm.payment)", 1, ""},
	"in, pair":                {"select practice_id from rcm.claim where (claim_id, practice_id) in (select claim_id, practice_id from rcm.payment)", 1, ""},
	"in, pair turned":         {"select practice_id from rcm.claim where (claim_id, practice_id) in (select practice_id, claim_id from rcm.payment)", 1, "without practice_id among"},
	"in, another column":      {"select practice_id from rcm.claim where\nclaim_id in (select claim_id from rcm.payment)", 2, "without practice_id among"},
	"not in":                  {"select practice_id from rcm.claim where practice_id\nnot in (select practice_id from rcm.payment)", 2, "subquery"},
	"in, as a value":          {"select practice_id, practice_id in (select practice_id from rcm.payment) as has from rcm.claim", 1, "subquery"},
	"not in, bound":           {"select practice_id from rcm.claim c where claim_id not in (select claim_id from rcm.payment p where p.practice_id = c.practice_id)", 1, ""},
	"in, of shared":           {"select practice_id from rcm.claim where payer_id not in (select payer_id from rcm.payer)", 1, ""},
	"lateral":                 {"select c.practice_id from rcm.claim c, lateral (select sum(paid) as s from rcm.payment p where p.practice_id = c.practice_id) l", 1, ""},
	"lateral over all":        {"select c.practice_id from rcm.claim c, lateral (select\nsum(paid) as s from rcm.payment p where p.claim_id = c.claim_id) l", 2, "calls sum"},
	"lateral, tenant from it": {"select l.practice_id from rcm.claim c, lateral (select p.practice_id from rcm.payment p where p.practice_id = c.practice_id limit 1) l", 1, ""},
	"left lateral, from it":   {"select l.practice_id from rcm.claim c left join lateral (select p.practice_id from rcm.payment p where p.practice_id = c.practice_id limit 1) l on true", 1, "not that of the rows"},
	"lateral numbers":         {"select c.practice_id, g.i from rcm.claim c, generate_series(1, 3) g(i)", 1, ""},
	"values":                  {"select c.practice_id from rcm.claim c join (values (1, 'a'), (2, 'b')) v(payer_id, name) on v.payer_id = c.payer_id", 1, ""},
}
