package redshift

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// daily and total are views, one over the other.
var (
	viewDaily = archwire.Model{
		Name: "finance.daily", File: "models/finance/daily.sql", Line: 3, Tenant: "practice_id", Key: []string{"practice_id", "posted_on"}, Materialized: archwire.AsView,
		SQL: "select practice_id, posted_on, sum(amount) as amount, count(*) as n from rcm.ledger group by 1, 2",
	}
	viewTotal = archwire.Model{
		Name: "finance.total", File: "models/finance/total.sql", Line: 3, Tenant: "practice_id", Key: []string{"practice_id"}, Materialized: archwire.AsFits,
		SQL: "select practice_id, sum(n) as n from finance.daily group by 1;\n",
	}
)

func (r *rig) ledger(t *testing.T, rows ...string) {
	t.Helper()
	r.fill(t, "rcm", "ledger", []string{"practice_id int64", "id int64", "amount decimal(12,2)", "posted_on date"}, rows...)
}

func (r *rig) refresh(t *testing.T, m archwire.Model) archwire.Refreshed {
	t.Helper()
	done, err := r.Refresh(t.Context(), m, archwire.RefreshScope{})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// changed is what a reader of a model is told since it last asked.
func (r *rig) changed(t *testing.T, relation string) archwire.Pending {
	t.Helper()
	p, err := r.Pending(t.Context(), "reader", []string{relation})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Published(t.Context(), map[string]archwire.Acknowledged{"reader": {Seq: p.Seq}}); err != nil {
		t.Fatal(err)
	}
	p.Seq, p.Mark, p.Never = 0, "", false
	return p
}

func (r *rig) want(t *testing.T, sql string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, rowsOf(t, r, sql)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", sql, diff)
	}
}

// numberOf is which materialized view stands behind a model.
func (r *rig) numberOf(t *testing.T, model string) (number int64) {
	t.Helper()
	err := r.session(t.Context(), func(l link) error {
		kept, err := viewsKept(t.Context(), l)
		number = kept[model].number
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return number
}

const (
	march  = "date '2026-03-01'"
	dayInt = "2026-03-01"
)

func TestRefreshView(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.ledger(t, "1, 1, 1.50, "+march, "1, 2, 2.50, "+march, "2, 3, 7.00, "+march)
	if done := r.refresh(t, viewDaily); done.Rows != 2 {
		t.Errorf("%+v", done)
	}
	r.refresh(t, viewTotal)
	r.want(t, "select * from finance.daily order by 1", "1|"+dayInt+"|4|2", "2|"+dayInt+"|7|1")
	r.want(t, "select * from finance.total order by 1", "1|2", "2|1")
	if n := r.numberOf(t, "finance.total"); n != 1 {
		t.Errorf("the total, which is incremental, is the view %d", n)
	}
	columns, err := r.Describe(t.Context(), "select n from finance.total")
	if err != nil || columns[0].Type.String() != "decimal(38,0)" {
		t.Errorf("the column is %+v (%v), want the type of the embedded engine", columns, err)
	}
	r.changed(t, "finance.daily")

	r.refresh(t, viewDaily)
	if p := r.changed(t, "finance.daily"); !p.None() {
		t.Errorf("nothing has changed: %+v", p)
	}
	r.sql(t, "INSERT INTO rcm.ledger VALUES (2, 4, 1.00, "+march+"), (3, 5, 1.00, "+march+")")
	r.server.Forget()
	r.refresh(t, viewDaily)
	r.want(t, "select * from finance.daily order by 1", "1|"+dayInt+"|4|2", "2|"+dayInt+"|8|2", "3|"+dayInt+"|1|1")
	if p := r.changed(t, "finance.daily"); !slices.Equal(p.Tenants, []string{"2", "3"}) || len(p.All) > 0 {
		t.Errorf("changed are %+v", p)
	}
	if got := r.server.Sent("(?i)^refresh"); !slices.Equal(got, []string{`REFRESH MATERIALIZED VIEW "finance"."daily archwire 1"`}) {
		t.Errorf("refreshed by %q", got)
	}
	if got := r.server.Sent("(?i)cascade"); len(got) > 0 {
		t.Errorf("CASCADE is used: %q", got)
	}
}

// A view that is to be another is made beside the old one, and so is each above it.
func TestRefreshView_MakesAnotherBeside(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.ledger(t, "1, 1, 1.50, "+march)
	r.refresh(t, viewDaily)
	r.refresh(t, viewTotal)
	r.changed(t, "finance.daily")
	other := viewDaily
	other.SQL = strings.Replace(other.SQL, "count(*)", "count(*) + 1", 1)
	r.refresh(t, other)
	r.want(t, "select n from finance.daily", "2")
	r.want(t, "select n from finance.total", "1") // until it is refreshed
	r.refresh(t, viewTotal)
	r.want(t, "select n from finance.total", "2")
	if d, n := r.numberOf(t, "finance.daily"), r.numberOf(t, "finance.total"); d != 2 || n != 2 {
		t.Errorf("the views are %d and %d, want both the second", d, n)
	}
	for _, name := range []string{"daily archwire 1", "total archwire 1"} {
		err := r.session(t.Context(), func(l link) error {
			_, err := l.exec(t.Context(), `SELECT * FROM "finance"."`+name+`"`)
			return err
		})
		if !isNoSuchRelation(err) {
			t.Errorf("%s is still there (%v)", name, err)
		}
	}
	wide := other
	wide.SQL = strings.Replace(other.SQL, "as n", "as visits", 1)
	r.refresh(t, wide)
	r.want(t, "select visits from finance.daily", "2")
	if p := r.changed(t, "finance.daily"); len(p.All) != 1 {
		t.Errorf("changed are %+v", p)
	}
	auto := wide
	auto.AutoRefresh = true
	r.server.Forget()
	r.refresh(t, auto)
	if got := r.server.Sent("(?i)^create materialized view.* auto refresh yes as"); len(got) != 1 {
		t.Errorf("made by %q", r.server.Sent("(?i)^create mat"))
	}
}

// A view that Redshift can refresh no more is made anew, whatever became of the table
// below (STV_MV_INFO, state).
func TestRefreshView_UnrefreshableIsMadeAnew(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	table := viewDaily
	table.Materialized = archwire.AsTable
	r.ledger(t, "1, 1, 1.50, "+march)
	r.refresh(t, table)
	r.refresh(t, viewTotal)
	other := table
	other.SQL = strings.Replace(table.SQL, "count(*) as n", "count(*) + 4 as n, 1 as more", 1)
	r.refresh(t, other) // the table below has other columns
	r.want(t, "select n from finance.total", "1")
	r.refresh(t, viewTotal)
	r.want(t, "select n from finance.total", "5")
	if n := r.numberOf(t, "finance.total"); n != 2 {
		t.Errorf("it is the view %d, want a second one", n)
	}
	if n := len(r.retired(t)); n > 0 {
		t.Errorf("%d tables from before are still there", n)
	}
}

// retired are the names of tables that gave way to others and are there still.
func (r *rig) retired(t *testing.T) (names []string) {
	t.Helper()
	err := r.session(t.Context(), func(l link) error {
		noted, err := lines(t.Context(), l, "SELECT schema_name, table_name FROM archwire.retired")
		for _, v := range noted {
			names = append(names, relation(string(v[0]), string(v[1])))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A table may change its columns again while a view is over what it was: one that was
// not made anew, since its key was none, or its model has gone from the project.
func TestRefreshTable_ChangesAgainUnderAnOldView(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	table := viewDaily
	table.Materialized = archwire.AsTable
	r.ledger(t, "1, 1, 1.50, "+march)
	r.refresh(t, table)
	r.refresh(t, viewTotal)
	for i, column := range []string{"second", "third", "fourth"} {
		other := table
		other.SQL = strings.Replace(table.SQL, "count(*) as n", "count(*) as n, 1 as "+column, 1)
		r.refresh(t, other)
		r.want(t, "select "+column+" from finance.daily", "1")
		r.want(t, "select n from finance.total", "1")
		if names := r.retired(t); len(names) != 1 {
			t.Errorf("after %d changes %d tables are kept, want the one that the view is over", i+1, len(names))
		}
	}
	r.refresh(t, viewTotal)
	if names := r.retired(t); len(names) != 0 {
		t.Errorf("%d tables are kept, and nothing is over them", len(names))
	}
}

// A model lies as the project says, whether it is a table or a view.
func TestRefresh_LaysModelsAsTheProjectSays(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.config.Layout = map[string]Layout{"finance.daily": {Distribution: "all", Sort: []string{"posted_on"}}, "finance.total": {Distribution: "even"}}
	table := viewDaily
	table.Materialized = archwire.AsTable
	r.ledger(t, "1, 1, 1.50, "+march)
	for _, m := range []archwire.Model{table, viewDaily, viewTotal} {
		r.refresh(t, m)
	}
	for match, want := range map[string]int{
		`(?i)^create table "finance"."daily" .* diststyle all compound sortkey \("posted_on"\)$`:       1,
		`(?i)^create materialized view "finance"."daily.* diststyle all sortkey \("posted_on"\) auto`:  1,
		`(?i)^create materialized view "finance"."total archwire 1" diststyle even auto refresh no as`: 1,
	} {
		if got := len(r.server.Sent(match)); got != want {
			t.Errorf("%d statements are %s, want %d", got, match, want)
		}
	}
}

// A model may become a view, and a table again.
func TestRefreshView_OfWhatWasATable(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.ledger(t, "1, 1, 1.50, "+march)
	table := viewDaily
	table.Materialized = archwire.AsTable
	for _, m := range []archwire.Model{table, viewDaily, table, viewDaily} {
		r.refresh(t, m)
		r.want(t, "select * from finance.daily", "1|"+dayInt+"|1.5|1")
		_, err := r.Refresh(t.Context(), m, archwire.RefreshScope{Tenants: []string{"1"}, Filter: map[string]string{"rcm.ledger": "practice_id"}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefreshView_Refuses(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.ledger(t, "1, 1, 1.50, "+march, "1, 2, 1.50, "+march)
	ordered := viewDaily
	ordered.SQL = viewDaily.SQL + "\norder by 1"
	_, err := r.Refresh(t.Context(), ordered, archwire.RefreshScope{})
	if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "models/finance/daily.sql:4") || !strings.Contains(err.Error(), "order by") {
		t.Errorf("the error is %v", err)
	}
	doubled := viewDaily
	doubled.SQL = "select practice_id, posted_on, amount, 1 as n from rcm.ledger"
	if _, err := r.Refresh(t.Context(), doubled, archwire.RefreshScope{}); archwire.CodeOf(err) != archwire.Mismatch {
		t.Errorf("a key that is none gives %v", err)
	}
	if _, err := tryRows(r, "select * from finance.daily"); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("a view whose key is none is in service (%v)", err)
	}
}

func tryRows(w interface {
	Query(context.Context, archwire.Query) archwire.Batches
}, sql string,
) (n int64, err error) {
	for b, err := range w.Query(context.Background(), archwire.Query{SQL: sql}) {
		if err != nil {
			return n, err
		}
		n += b.NumRows()
	}
	return n, nil
}
