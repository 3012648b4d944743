package model_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
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

func TestAWaySaysWhichLineDecides(t *testing.T) {
	p, s := reference(t)
	p.Models = append(p.Models,
		archwire.Model{
			Name: "x.rates", File: "models/x/rates.sql", Line: 11, Tenant: "practice_id",
			SQL: "select c.practice_id, a.account_id\nfrom rcm.claim c\njoin base.accounts a on a.payer_id = c.payer_id",
		},
		archwire.Model{Name: "x.payers", File: "models/x/payers.sql", Line: 5, Tenant: "payer_id", SQL: "select payer_id from rcm.payer"},
	)
	ways, err := model.Ways(t.Context(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(ways, func(name string, _ model.Way) bool {
		return name != "finance.ledger_daily" && name != "base.history" && !strings.HasPrefix(name, "x.")
	})
	want := map[string]model.Way{
		"finance.ledger_daily": {
			ByTenant: true, Filter: map[string]string{"rcm.ledger_transaction": "practice_id", "rcm.contract_account": "practice_id"},
			Shared: []string{"archwire.run"}, Line: 19,
			Reason: "by practice: every join equates practice_id, every group is by practice_id; for every practice when archwire.run moves",
		},
		"base.history": {Shared: []string{"rcm.ledger_transaction", "rcm.practice"}, Line: 5, Reason: "in full: its rows belong to no practice"},
		"x.rates": {
			Shared: []string{"base.accounts", "rcm.claim"}, Line: 13,
			Reason: "in full: line 13 joins base.accounts on payer_id alone, so a row may depend on other practices' rows",
		},
		"x.payers": {Shared: []string{"rcm.payer"}, Line: 5, Reason: "in full: it reads no relation with a tenant column"},
	}
	if diff := cmp.Diff(want, ways); diff != "" {
		t.Errorf("ways (-want +got):\n%s", diff)
	}
}
