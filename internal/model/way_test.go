package model_test

import (
	"slices"
	"testing"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
)

// Every model of the reference project that has a tenant can be refreshed by
// tenant.
func TestTheReferenceProjectIsRefreshedByTenant(t *testing.T) {
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
	ways, err := model.Ways(t.Context(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range p.Models {
		w := ways[m.Name]
		t.Logf("%s:%d %s", m.File, w.Line, w.Reason)
		if w.ByTenant != (m.Tenant != "") {
			t.Errorf("%s (%s:%d): %s", m.Name, m.File, w.Line, w.Reason)
		}
	}
	if !slices.ContainsFunc(p.Models, func(m archwire.Model) bool { return m.Tenant == "" }) {
		t.Error("every model has a tenant")
	}
}
