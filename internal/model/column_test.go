package model_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/model"
)

func TestImpactOfAColumn(t *testing.T) {
	p, err := check(t, "testdata/valid")
	if err != nil {
		t.Fatal(err)
	}
	s := newSandbox(t)
	if err := model.Check(t.Context(), p, s); err != nil {
		t.Fatal(err)
	}
	none := []string{}
	everything := model.Impact{
		Models:   []string{"finance.collections_daily", "finance.collections_monthly"},
		Datasets: []string{"collections_daily"}, Metrics: []string{"net_collections"},
	}
	for name, want := range map[string]model.ColumnImpact{
		// A column of a source may be published as it is.
		"rcm.practice.name": {
			Uses:   []model.ColumnUse{{What: "dataset", Name: "practice", File: "datasets/c.yaml", Line: 15}},
			Impact: model.Impact{Models: none, Datasets: []string{"practice"}, Metrics: none},
		},
		// One that a model counts reaches all that is computed from that model.
		"rcm.ledger_transaction.amount": {
			Uses:   []model.ColumnUse{{What: "model", Name: "finance.collections_daily", File: "models/finance/collections_daily.sql", Line: 7}},
			Impact: everything,
		},
		"rcm.ledger_transaction.business_date": {
			Uses: []model.ColumnUse{
				{What: "project", File: "archwire.yaml", Line: 7},
				{What: "model", Name: "finance.collections_daily", File: "models/finance/collections_daily.sql", Line: 7},
			},
			Impact: everything,
		},
		// One of a published model is used by its checks, dataset, metrics and readers: of
		// these only the line with the * reads it, what follows reads what that line shows.
		"finance.collections_daily.net_amount": {
			Uses: []model.ColumnUse{
				{What: "check", Name: "negative", File: "checks/negative.sql", Line: 4},
				{What: "dataset", Name: "collections_daily", File: "datasets/c.yaml", Line: 7},
				{What: "metric", Name: "net_collections", File: "metrics/c.yaml", Line: 4},
				{What: "model", Name: "finance.collections_monthly", File: "models/finance/collections_monthly.sql", Line: 6, Unclear: true},
			},
			Impact: model.Impact{Models: []string{"finance.collections_monthly"}, Datasets: []string{"collections_daily"}, Metrics: []string{"net_collections"}},
		},
		"rcm.practice.no_such_column": {Impact: model.Impact{Models: none, Datasets: none, Metrics: none}},
	} {
		relation, column := splitLast(name)
		got, err := model.ImpactOfColumn(t.Context(), p, s, relation, column)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// In a project of many models, a name that other columns have too is followed
// from its own relation alone.
func TestImpactOfAColumnOfTheReferenceProject(t *testing.T) {
	p, s := reference(t)
	const file = "models/people/directory.sql"
	got, err := model.ImpactOfColumn(t.Context(), p, s, "pms.staff", "name")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Uses) == 0 || slices.ContainsFunc(got.Uses, func(u model.ColumnUse) bool { return u.File != file }) {
		t.Errorf("the name of a coordinator is used by %v, want %s alone", got.Uses, file)
	}
	if diff := cmp.Diff(model.ImpactOf(p, "people.directory").Datasets, got.Datasets); diff != "" || len(got.Datasets) == 0 {
		t.Errorf("datasets (-those of the directory, +got):\n%s", diff)
	}
}
