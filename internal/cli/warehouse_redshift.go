package cli

import (
	"context"
	"fmt"
	"strings"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/object"
	"archwire/internal/project"
	"archwire/internal/warehouse/redshift"
	"archwire/internal/warehouse/redshift/mview"
)

// A warehouse whose capacity changes is asked whether it takes writes.
var _ capacity.Prober = (*redshift.Warehouse)(nil)

// onRedshift is a warehouse on Amazon Redshift.
func onRedshift() warehouseKind {
	return warehouseKind{open: openRedshift, check: checkRedshift, fits: fitsRedshift, forms: redshiftForms}
}

// openRedshift opens the warehouse.
func openRedshift(ctx context.Context, p *project.Project) (warehouse, error) {
	w, err := p.ResolveWarehouse()
	if err != nil {
		return nil, err
	}
	if err := checkRedshift(p); err != nil {
		return nil, err
	}
	layout := make(map[string]redshift.Layout, len(w.Layout))
	for _, t := range w.Layout {
		layout[t.Relation] = redshift.Layout{Distribution: string(t.Distribution), Key: t.DistributionKey, Sort: t.Sort}
	}
	if err := makeFolder(p.Scratch()); err != nil {
		return nil, err
	}
	return redshift.Open(ctx, redshift.Config{
		URL: w.URL, Staging: w.Staging, Role: w.Role, Layout: layout, Memory: w.Memory, TempDir: p.Scratch(),
	})
}

// checkRedshift looks at how the warehouse is reached, as far as the environment
// gives it.
func checkRedshift(p *project.Project) error {
	w, err := p.ResolveWarehouse()
	if err != nil {
		return nil //nolint:nilerr // a variable may be set where the project runs only
	}
	var complaints project.Complaints
	for _, of := range []struct {
		field, says string // says is how complaints about it begin
		err         error
	}{
		{"warehouse.url", "the warehouse's URL ", redshift.CheckURL(w.URL)},
		{"warehouse.staging", "the store's URL ", object.Check(w.Staging)},
	} {
		if of.err != nil {
			complaints = append(complaints, p.Complaint(project.Item{Kind: project.KindProject}, of.field, "%s; %s",
				strings.TrimPrefix(archwire.MessageOf(of.err), of.says), archwire.HintOf(of.err)))
		}
	}
	return complaints.Err()
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
		form := formPlan{Form: formOf(m, verdict), Incremental: verdict.Incremental, Auto: m.AutoRefresh, refused: verdict.Refused}
		if form.Why = "nothing in it stands against that"; verdict.Why != "" {
			form.Why, form.Line = "it "+verdict.Why, m.Line+verdict.Line-1
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
