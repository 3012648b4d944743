package redshift

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// mixed are models over rcm.Visit ("PracticeId", "VisitId", "FeePaid"), which name it and
// its columns each time in another case.
var mixed = []archwire.Model{
	{
		Name: "finance.Paid", File: "models/finance/Paid.sql", Line: 1, Tenant: "practiceid", Key: []string{"PRACTICEID"},
		SQL: `select PracticeID, sum("feepaid") as "Paid Ever", count(*) as Visits from RCM.visit group by practiceid`,
	},
	{
		Name: "finance.PaidView", File: "models/finance/PaidView.sql", Line: 1, Tenant: "practiceID", Key: []string{"practiceId"}, Materialized: archwire.AsView,
		SQL: `select "PRACTICEID", sum("FEEPAID") as "Paid Ever" from "Rcm"."Visit" group by 1`,
	},
	{
		Name: "finance.Above", File: "models/finance/Above.sql", Line: 1, Tenant: "practiceid", Key: []string{"practiceid"}, Materialized: archwire.AsView,
		SQL: `select PracticeId, "PAID ever" from FINANCE.paidview`,
	},
}

func mixedRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "rcm", "Visit", []string{"PracticeId int64", "VisitId int64", "FeePaid decimal(12,2)"}, "1, 1, 1.50", "1, 2, 2.50", "2, 3, 7.00")
	for _, m := range mixed {
		for _, w := range []archwire.Warehouse{r, r.embedded} {
			if _, err := w.Refresh(t.Context(), m, archwire.RefreshScope{}); err != nil {
				t.Fatalf("%s: %v", m.Name, err)
			}
		}
	}
	return r
}

// The embedded engine tells no names apart by case, and here it is the same.
func TestNames_InAnyCase(t *testing.T) {
	r := mixedRig(t)
	for _, q := range []string{
		"select * from finance.paid order by 1", `select "VISITS", "paid EVER" from Finance."PAID" order by practiceid`,
		"select * from finance.PaidView order by 1", "select * from finance.above order by 1",
	} {
		if diff := cmp.Diff(rowsOf(t, r.embedded, q), rowsOf(t, r, q)); diff != "" {
			t.Errorf("%s (-embedded +redshift)\n%s", q, diff)
		}
		theirs, err := r.embedded.Describe(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := r.Describe(t.Context(), q)
		if err != nil || !slices.EqualFunc(ours, theirs, func(a, b archwire.Column) bool { return a.Name == b.Name && a.Type == b.Type }) {
			t.Errorf("%s: columns are %+v (%v), and in the embedded warehouse %+v", q, ours, err, theirs)
		}
	}
	r.want(t, "select * from finance.paid order by 1", "1|4|2", "2|7|1")
}

// A tenant that the model's header spells otherwise is the same tenant.
func TestNames_OfOneTenant(t *testing.T) {
	r := mixedRig(t)
	r.sql(t, `INSERT INTO rcm.visit VALUES (2, 4, 1.00), (1, 5, 1.00)`)
	r.changed(t, "finance.Paid")
	scope := archwire.RefreshScope{Tenants: []string{"2"}, Filter: map[string]string{"rcm.Visit": "PRACTICEid"}}
	done, err := r.Refresh(t.Context(), mixed[0], scope)
	if err != nil || done.Written != 1 {
		t.Errorf("one tenant of two: %+v, %v", done, err)
	}
	r.want(t, "select PracticeId, Visits from finance.paid order by 1", "1|2", "2|2")
	if p := r.changed(t, "finance.Paid"); !slices.Equal(p.Tenants, []string{"2"}) || len(p.All) > 0 {
		t.Errorf("changed are %+v", p)
	}
	compared, err := r.CompareModel(t.Context(), mixed[0])
	if err != nil || compared != (archwire.ModelComparison{Rows: 2, Differ: 2}) { // tenant 1's row is one visit behind: the kept one and the new one differ
		t.Errorf("compared: %+v, %v", compared, err)
	}
}

// What Redshift keeps of a view means the same whether or not the parameter group keeps
// the case of names in quotes: it refreshes by that group's settings.
func TestNames_OfViewsAreLower(t *testing.T) {
	r := mixedRig(t)
	quoted := regexp.MustCompile(`"[^"]+"`)
	made := r.server.Sent("(?i)^create materialized view")
	for _, sql := range made {
		for _, name := range quoted.FindAllString(sql, -1) {
			if name != strings.ToLower(name) {
				t.Errorf("%s has the name %s", sql, name)
			}
		}
	}
	if len(made) != 2 {
		t.Errorf("views were made by %q", made)
	}
}

// Words that Redshift reserves, and the embedded engine does not, are names in models.
func TestNames_ThatRedshiftReserves(t *testing.T) {
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "rcm", "visit", []string{"tag text", "open bool", "percent int64", "timestamp timestamp"}, "'a', true, 5, timestamp '2026-03-01 00:00:00'", "'b', false, 7, null")
	m := archwire.Model{
		Name: "finance.tags", Tenant: "tag", Key: []string{"tag"},
		SQL: "with old as (select * from rcm.visit) select o.Tag, max(percent) as delta, min(cast(timestamp as timestamp)) as timestamp from old o where open or percent > 5 group by tag",
	}
	for _, form := range []archwire.Materialization{archwire.AsTable, archwire.AsView} {
		m.Materialized = form
		r.refresh(t, m)
		r.want(t, "select tag, delta, timestamp from finance.tags order by tag", "a|5|2026-03-01T00:00:00Z", "b|7|(null)")
	}
}

// A key may have the names that statements of ours give to what they count.
func TestNames_OfKeys(t *testing.T) {
	r := newRig(t, redshifttest.Options{})
	names := []string{"n", "tenant", "side", "row_digest", "h", "one", "low", "r", "b", "d", "k", "u"}
	var defined []string
	for _, n := range names {
		defined = append(defined, n+" int64")
	}
	row := func(first, rest string) string { return first + strings.Repeat(", 1", len(names)-1) + rest }
	r.fill(t, "rcm", "odd", append(defined, "amount decimal(12,2)"), row("1", ", 1.00"), row("2", ", 2.00"), row("3", ", 3.00"))
	table := archwire.Table{Source: "rcm", Name: "odd", Tenant: "tenant", Key: names, Columns: columnsOf(t, append(defined, "amount decimal(12,2)")...)}
	load, err := r.Begin(t.Context(), "a", []archwire.LoadTable{{Table: table, Merge: true}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Stage(t.Context(), table, archwire.Chunk{}, jsonRows(t, table, "["+row("2", `, "9.00"]`))); err != nil {
		t.Fatal(err)
	}
	if _, err := load.Patch(t.Context(), table, jsonRows(t, table.KeyTable(), "["+row("3", "]")), nil); err != nil {
		t.Fatal(err)
	}
	done, err := load.Commit(t.Context(), archwire.Query{SQL: "select date '2026-11-20'"}, []archwire.JournalRow{{Run: "a", Table: "rcm.odd", Mode: "cursor", Rows: 2}})
	want := archwire.Changed{Updated: 1, Deleted: 1, Tenants: []string{"1"}}
	if diff := cmp.Diff(want, done.Tables["rcm.odd"]); diff != "" || err != nil {
		t.Errorf("the commit (%v) says: %s", err, diff)
	}
	r.want(t, "select n, amount from rcm.odd order by n", "1|1", "2|9")
	m := archwire.Model{Name: "finance.odd", Tenant: "tenant", Key: names, SQL: "select * from rcm.odd"}
	r.refresh(t, m)
	r.sql(t, "UPDATE rcm.odd SET amount = 7 WHERE n = 1")
	if _, err := r.Refresh(t.Context(), m, archwire.RefreshScope{Tenants: []string{"1"}, Filter: map[string]string{"rcm.odd": "tenant"}}); err != nil {
		t.Fatal(err)
	}
	r.want(t, "select n, amount from finance.odd order by n", "1|7", "2|9")
}

// Redshift takes no VARBYTE for a key (VARBYTE type): a model whose tenant is bytes lies
// as it comes.
func TestLayout_OfATenantOfBytes(t *testing.T) {
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "rcm", "scan", []string{"practice bytes", "id int64"}, "'ab', 1", "'cd', 2")
	m := archwire.Model{Name: "finance.scans", Tenant: "practice", Key: []string{"practice", "id"}, SQL: "select practice, id from rcm.scan"}
	r.refresh(t, m)
	m.Materialized = archwire.AsView
	r.refresh(t, m)
	r.want(t, "select count(*) from finance.scans", "2")
}

// The number of a materialized view stands behind the model's name, and Redshift cuts
// names off at 127 bytes.
func TestView_OfALongName(t *testing.T) {
	m := viewDaily
	m.Name = "finance." + strings.Repeat("n", 107)
	if n := len(numbered(m.Name, 9_999_999_999)); n != 127 {
		t.Errorf("the view's name has %d bytes, and Redshift keeps 127", n)
	}
	if err := CheckModel(m, nil, true); err != nil {
		t.Error(err)
	}
	m.Name += "n"
	r := newRig(t, redshifttest.Options{})
	r.ledger(t, "1, 1, 1.50, "+march)
	_, err := r.Refresh(t.Context(), m, archwire.RefreshScope{})
	if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "108 bytes") {
		t.Errorf("a name that would be cut off: %v", err)
	}
}

// Somebody has dropped a schema by hand: what earlier loads may have left in it is gone,
// and other tables are loaded.
func TestBegin_WithoutASchema(t *testing.T) {
	r := newRig(t, redshifttest.Options{})
	for _, schema := range []string{"old", "rcm"} {
		r.fill(t, schema, "visit", []string{"id int64"}, "1")
	}
	r.sql(t, append(retire("old", "visit", retiredName()), "DROP SCHEMA old CASCADE")...)
	table := archwire.LoadTable{Table: archwire.Table{Source: "rcm", Name: "visit", Columns: columnsOf(t, "id int64"), Key: []string{"id"}}}
	load, err := r.Begin(t.Context(), "a", []archwire.LoadTable{table})
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Abort(t.Context()); err != nil {
		t.Error(err)
	}
	r.want(t, "select id from rcm.visit", "1")
	err = r.session(t.Context(), func(l link) error {
		retired, err := lines(t.Context(), l, "SELECT table_name FROM archwire.retired")
		if len(retired) > 0 {
			t.Errorf("%q is kept in mind", retired)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
