package model_test

import (
	"strings"
	"testing"

	"archwire/internal/model"
	"archwire/internal/project"
	"archwire/internal/warehouse/duckdb"
)

// reference is the reference project, checked. Each of its tables that has the
// column of the tenants' key is by tenant.
func reference(t *testing.T) (*project.Project, *duckdb.Sandbox) {
	t.Helper()
	p, err := project.Load("../../examples/orthodontics", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Sources {
		for j := range p.Sources[i].Tables {
			table := &p.Sources[i].Tables[j]
			if _, ok := table.Column(p.Tenants.Key); ok {
				table.Tenant = p.Tenants.Key
			}
		}
	}
	s := newSandbox(t)
	if err := model.Check(t.Context(), p, s); err != nil {
		t.Fatal(err)
	}
	return p, s
}

// splitLast cuts a name at its last point.
func splitLast(name string) (before, after string) {
	at := strings.LastIndex(name, ".")
	return name[:at], name[at+1:]
}

// Every model of the reference project that has a tenant can be refreshed by
// tenant.
func TestTheReferenceProjectIsRefreshedByTenant(t *testing.T) {
	p, s := reference(t)
	ways, err := model.Ways(t.Context(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Models) == 0 || len(ways) != len(p.Models) {
		t.Fatalf("%d ways for %d models", len(ways), len(p.Models))
	}
	for _, m := range p.Models {
		w := ways[m.Name]
		t.Logf("%s:%d %s", m.File, w.Line, w.Reason)
		if w.ByTenant != (m.Tenant != "") {
			t.Errorf("%s (%s:%d): %s", m.Name, m.File, w.Line, w.Reason)
		}
	}
}
