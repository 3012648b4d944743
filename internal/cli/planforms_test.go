package cli

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/warehouse/duckdb"
)

// The verdicts are those of the Amazon Redshift Database Developer Guide, REFRESH
// MATERIALIZED VIEW, Limitations for incremental refresh.
func TestFormsOnRedshift(t *testing.T) {
	sandbox, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer sandbox.Close() //nolint:errcheck // nothing is kept
	for _, name := range []string{"practice", "receipt"} {
		columns := []archwire.Column{{Name: "practice_id", Type: archwire.Type{Kind: archwire.Int64}}, {Name: "amount", Type: archwire.Type{Kind: archwire.Int64}}}
		if err := sandbox.Table(t.Context(), archwire.Table{Source: "rcm", Name: name, Columns: columns}); err != nil {
			t.Fatal(err)
		}
	}
	const (
		sums = "select practice_id,\n  sum(amount) as amount\nfrom rcm.receipt group by 1"
		left = "select p.practice_id,\n  r.amount\nfrom rcm.practice p\nleft join rcm.receipt r on r.practice_id = p.practice_id"
	)
	p := &project.Project{Warehouse: project.WarehouseConfig{Engine: project.Redshift}, Models: []archwire.Model{
		{Name: "a.kept", SQL: sums, Line: 5},
		{Name: "a.fits", SQL: sums, Line: 5, Materialized: archwire.AsFits},
		{Name: "a.by_itself", SQL: sums, Line: 5, AutoRefresh: true},
		{Name: "a.fits_not", File: "models/a/fits_not.sql", SQL: left, Line: 6, Materialized: archwire.AsFits},
		{Name: "a.asked", File: "models/a/asked.sql", SQL: left, Line: 6, Materialized: archwire.AsView},
	}}
	forms, err := formsOf(t.Context(), p, sandbox)
	if err != nil {
		t.Fatal(err)
	}
	var plans []modelPlan
	for _, m := range p.Models {
		form := forms[m.Name]
		plans = append(plans, modelPlan{Model: m.Name, File: m.File, Form: &form})
	}
	var out bytes.Buffer
	a := &app{Environment: Environment{Out: &out}}
	a.showForms(p, plans)
	const want = `
MODEL        ON REDSHIFT                AS A VIEW    WHY
a.kept       table                      incremental  nothing in it stands against that
a.fits       view                       incremental  nothing in it stands against that
a.by_itself  view, refreshed by itself  incremental  nothing in it stands against that
a.fits_not   table                      in full      it has a left join (models/a/fits_not.sql:9)
a.asked      view                       in full      it has a left join (models/a/asked.sql:9)
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := fitsRedshift(t.Context(), p, sandbox); err != nil {
		t.Errorf("what can be a view is refused: %v", err)
	}
	p.Models = append(p.Models, archwire.Model{
		Name: "a.never", File: "models/a/never.sql", SQL: "select amount from rcm.receipt\norder by 1", Line: 6, Materialized: archwire.AsView,
	})
	const refused = "models/a/never.sql:7: it has an order by, which a view on Redshift cannot have; change that, or leave materialized and auto_refresh out"
	if err := fitsRedshift(t.Context(), p, sandbox); err == nil || err.Error() != refused || archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("what cannot be a view: %v, want %s", err, refused)
	}
	p.Warehouse.Engine = project.DuckDB
	if forms, err := formsOf(t.Context(), p, sandbox); err != nil || len(forms) != 0 {
		t.Errorf("DuckDB has the forms %v, %v", forms, err)
	}
}
