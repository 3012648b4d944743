package cli

import (
	"context"
	"fmt"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
	"archwire/internal/warehouse/redshift"
)

// fitsRedshift complains about what Redshift cannot keep: tables and models by their
// shapes, models that are to be views and can be none, and layouts by columns of bytes.
func fitsRedshift(ctx context.Context, p *project.Project, engine model.Engine) error {
	f := fitting{project: p, columns: map[string][]archwire.Column{}}
	f.tables()
	if err := f.models(ctx, engine); err != nil {
		return err
	}
	f.layouts()
	f.datasets()
	return f.complaints.Err()
}

// A fitting holds a project against what Redshift can keep.
type fitting struct {
	project    *project.Project
	columns    map[string][]archwire.Column // by relation
	complaints project.Complaints
}

// complain files what is wrong with a field of an item, and what to do about it; nothing
// if err is nil.
func (f *fitting) complain(item project.Item, field string, err error) {
	if err == nil {
		return
	}
	says := archwire.MessageOf(err)
	if hint := archwire.HintOf(err); hint != "" {
		says += ". " + hint
	}
	f.complaints = append(f.complaints, f.project.Complaint(item, field, "%s", says))
}

func (f *fitting) tables() {
	for _, s := range f.project.Sources {
		for _, t := range s.Tables {
			f.columns[t.ID()] = t.Columns
			f.complain(project.Item{Kind: project.KindSource, Name: s.Name}, "tables."+t.Name, redshift.CheckTable(t.Table))
		}
	}
}

func (f *fitting) models(ctx context.Context, engine model.Engine) error {
	forms, err := redshiftForms(ctx, f.project, engine)
	if err != nil {
		return err
	}
	for _, m := range f.project.Models {
		if f.columns[m.Name], err = engine.Describe(ctx, m.SQL); err != nil {
			return fmt.Errorf("reading the columns of %s: %w", m.Name, err)
		}
		form := forms[m.Name]
		if form.Form == archwire.AsView && form.refused {
			f.complaints = append(f.complaints, project.Complaint{
				File: m.File, Line: form.Line, Message: form.Why + ", which a view on Redshift cannot have; change that, or leave materialized and auto_refresh out",
			})
		}
		item := project.Item{Kind: project.KindModel, Name: m.Name}
		f.complain(item, "", redshift.CheckModel(m, f.columns[m.Name], form.Form == archwire.AsView))
		if m.Tenant != "" {
			f.complain(item, "tenant", redshift.CheckTenant(m.Name, f.columns[m.Name], m.Tenant))
		}
	}
	return nil
}

func (f *fitting) layouts() {
	item := project.Item{Kind: project.KindProject}
	for _, t := range f.project.Warehouse.Layout {
		at := "warehouse.layout." + t.Relation
		if t.DistributionKey != "" {
			f.complain(item, at+".distribution_key", redshift.CheckLayoutKey(t.Relation, f.columns[t.Relation], t.DistributionKey))
		}
		for i, c := range t.Sort {
			f.complain(item, fmt.Sprintf("%s.sort[%d]", at, i), redshift.CheckLayoutKey(t.Relation, f.columns[t.Relation], c))
		}
	}
}

func (f *fitting) datasets() {
	for _, d := range f.project.Datasets {
		f.complain(project.Item{Kind: project.KindDataset, Name: d.Name}, "tenant", redshift.CheckTenant(d.From, f.columns[d.From], d.Tenant))
	}
}
