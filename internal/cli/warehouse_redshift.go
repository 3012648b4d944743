package cli

import (
	"context"
	"fmt"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/project"
	"archwire/internal/warehouse/redshift/mview"
)

// onRedshift is a warehouse on Amazon Redshift.
func onRedshift() warehouseKind {
	return warehouseKind{open: openRedshift, check: checkRedshift, forms: redshiftForms}
}

// openRedshift opens the warehouse.
func openRedshift(_ context.Context, p *project.Project) (warehouse, error) {
	if _, err := p.ResolveWarehouse(); err != nil {
		return nil, err
	}
	return nil, &archwire.Error{Code: archwire.Unavailable, Message: "this build cannot reach a warehouse on Redshift", Hint: "Use engine: duckdb."}
}

// checkRedshift looks at how the warehouse is reached, as far as the environment
// gives it.
func checkRedshift(p *project.Project) error {
	w, err := p.ResolveWarehouse()
	if err != nil {
		return nil //nolint:nilerr // a variable may be set where the project runs only
	}
	if err := object.Check(w.Staging); err != nil {
		return fmt.Errorf("looking at warehouse.staging: %w", err)
	}
	return nil
}

// redshiftForms tells in which form Redshift would keep each model, and how it would
// refresh it as a materialized view.
func redshiftForms(ctx context.Context, p *project.Project, parser archwire.Parser) (map[string]formPlan, error) {
	forms := make(map[string]formPlan, len(p.Models))
	for _, m := range p.Models {
		tree, err := parser.Tree(ctx, m.SQL)
		if err != nil {
			return nil, fmt.Errorf("taking %s apart: %w", m.Name, err)
		}
		verdict, err := mview.Of(tree)
		if err != nil {
			return nil, fmt.Errorf("judging %s: %w", m.Name, err)
		}
		form := formPlan{Form: formOf(m, verdict), Incremental: verdict.Incremental, Auto: m.AutoRefresh}
		if form.Why = "nothing in it stands against that"; verdict.Why != "" {
			form.Why, form.Line = "it "+verdict.Why, m.Line+verdict.Line-1
		}
		if verdict.Refused {
			form.Why = "no view is possible: " + form.Why
		}
		forms[m.Name] = form
	}
	return forms, nil
}

// formOf is the form in which Redshift keeps a model.
func formOf(m archwire.Model, verdict mview.Verdict) archwire.Materialization {
	switch {
	case m.AutoRefresh, m.Materialized == archwire.AsView, m.Materialized == archwire.AsFits && verdict.Incremental:
		return archwire.AsView
	}
	return archwire.AsTable
}
