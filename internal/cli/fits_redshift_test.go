package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/warehouse/duckdb"
)

// The bounds are those of the Amazon Redshift Database Developer Guide: Names and
// identifiers, Numeric types, VARBYTE type.
func TestFitsOnRedshift(t *testing.T) {
	sandbox, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer sandbox.Close() //nolint:errcheck // nothing is kept
	column := func(name, kind string) archwire.Column {
		parsed, err := archwire.ParseType(kind)
		if err != nil {
			t.Fatal(err)
		}
		return archwire.Column{Name: name, Type: parsed}
	}
	long := strings.Repeat("n", 108)
	table := archwire.Table{Source: "rcm", Name: "scan", Columns: []archwire.Column{column("practice", "bytes"), column("id", "int64")}}
	if err := sandbox.Table(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	wide := archwire.Table{Source: "rcm", Name: "wide", Columns: []archwire.Column{column("share", "decimal(38,38)")}}
	const counted = "select id, count(*) as n from rcm.scan group by id"
	p := &project.Project{
		Sources: []project.Source{{Name: "rcm", Tables: []project.Table{{Table: table}, {Table: wide}}}},
		Models: []archwire.Model{
			{Name: "a." + long, SQL: counted, Line: 5},
			{Name: "b." + long, SQL: counted, Line: 5, Materialized: archwire.AsView},
			{Name: "c.bytes", SQL: "select practice, id from rcm.scan", Tenant: "PRACTICE"},
		},
		Datasets:  []archwire.Dataset{{Name: "scans", From: "rcm.scan", Tenant: "practice"}, {Name: "counts", From: "a." + long, Tenant: "id"}},
		Warehouse: project.WarehouseConfig{Engine: project.Redshift, Layout: []project.TableLayout{{Relation: "rcm.scan", DistributionKey: "practice", Sort: []string{"id", "practice"}}}},
	}
	err = fitsRedshift(t.Context(), p, sandbox)
	var got []string
	for line := range strings.Lines(err.Error()) {
		got = append(got, strings.TrimPrefix(strings.TrimSpace(strings.ReplaceAll(line, long, "LONG")), ": "))
	}
	const untold = "the tenant column practice is a bytes, by which tenants cannot be told on Redshift. Take a whole number, a text or a date for the tenant."
	want := []string{
		"the name of the model b.LONG has 108 bytes; as a view Redshift holds 1 to 107, behind which the view's number stands. " +
			"Give its file a shorter name, or leave materialized and auto_refresh out.",
		"tables.wide: rcm.wide, column share: Redshift has no decimal(38,38): 37 digits behind the point are its most. " +
			"Declare the column as text in the source's file, or as a decimal with fewer digits.",
		"tenant: c.bytes: " + untold, "tenant: rcm.scan: " + untold,
		"warehouse.layout.rcm.scan.distribution_key: rcm.scan cannot lie by practice, which is bytes: Redshift takes no VARBYTE for a key. " +
			"Take another column, or leave it to the planner.",
		"warehouse.layout.rcm.scan.sort[1]: rcm.scan cannot lie by practice, which is bytes: Redshift takes no VARBYTE for a key. " +
			"Take another column, or leave it to the planner.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
