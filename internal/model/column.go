package model

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/project"
)

// A ColumnUse is a place of the project that uses a column.
type ColumnUse struct {
	What    string `json:"what"`           // model, check, dataset, metric, or project: its business date
	Name    string `json:"name,omitempty"` // of the model, check, dataset or metric
	File    string `json:"file"`
	Line    int    `json:"line"`
	Unclear bool   `json:"unclear,omitempty"` // a * or a name that may be another column's
}

// A ColumnImpact is what uses a column, and what depends on that at any
// distance.
type ColumnImpact struct {
	Uses []ColumnUse `json:"uses"` // sorted by file and line
	Impact
}

// ImpactOfColumn tells what would break without a column of a relation of p, and
// whom that reaches: models, checks and the business date that name it, datasets
// that publish it and metrics that count it, with where they do, and everything
// that is computed from those models. What is unclear counts as a use.
//
// It goes by what Check filled in, and asks e as Ways does.
func ImpactOfColumn(ctx context.Context, p *project.Project, e Engine, relation, column string) (ColumnImpact, error) {
	u := &users{known: relations{project: p, engine: e}, relation: strings.ToLower(relation), column: strings.ToLower(column)}
	for _, find := range []func(context.Context) error{u.models, u.checks, u.businessDate, u.datasets} {
		if err := find(ctx); err != nil {
			return ColumnImpact{}, err
		}
	}
	return u.impact(), nil
}

// users collects the uses of one column.
type users struct {
	known            relations
	relation, column string
	uses             []ColumnUse
}

// models are those that name the column, or show it by a *.
func (u *users) models(ctx context.Context) error {
	for _, m := range u.known.project.Models {
		if err := u.query(ctx, project.KindModel, m.Name, query{file: m.File, line: m.Line, sql: m.SQL}); err != nil {
			return err
		}
	}
	return nil
}

func (u *users) checks(ctx context.Context) error {
	for _, c := range u.known.project.Checks {
		if err := u.query(ctx, project.KindCheck, c.Name, query{file: c.File, line: c.Line, sql: c.SQL}); err != nil {
			return err
		}
	}
	return nil
}

func (u *users) businessDate(ctx context.Context) error {
	p := u.known.project
	if p.BusinessDate == "" {
		return nil
	}
	return u.field(ctx, project.Item{Kind: project.KindProject}, "business_date", p.BusinessDate)
}

// datasets are those of the relation itself that publish the column, and their
// metrics that count it.
func (u *users) datasets(ctx context.Context) error {
	p := u.known.project
	for _, d := range p.Datasets {
		if !strings.EqualFold(d.From, u.relation) {
			continue
		}
		item := project.Item{Kind: project.KindDataset, Name: d.Name}
		for _, c := range d.Columns {
			if strings.EqualFold(c.Name, u.column) {
				u.place(item, "columns."+c.Name)
			}
		}
		if strings.EqualFold(d.Tenant, u.column) {
			u.place(item, "tenant")
		}
		if err := u.metrics(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (u *users) metrics(ctx context.Context, d archwire.Dataset) error {
	for _, m := range u.known.project.Metrics {
		if m.Dataset != d.Name {
			continue
		}
		item := project.Item{Kind: project.KindMetric, Name: m.Name}
		if strings.EqualFold(m.Date, u.column) {
			u.place(item, "date")
		}
		for i, name := range m.Dimensions {
			if strings.EqualFold(name, u.column) {
				u.place(item, fmt.Sprintf("dimensions[%d]", i))
			}
		}
		for _, f := range []struct{ field, sql string }{{"numerator", m.Numerator}, {"denominator", m.Denominator}} {
			if f.sql == "" {
				continue
			}
			if err := u.field(ctx, item, f.field, "select ("+f.sql+"\n) as value from "+archwire.QuoteName(d.From)); err != nil {
				return err
			}
		}
	}
	return nil
}

// place notes a use in a field of the project's files.
func (u *users) place(item project.Item, field string) {
	at := u.known.project.Complaint(item, field, "")
	u.uses = append(u.uses, ColumnUse{What: item.Kind, Name: item.Name, File: at.File, Line: at.Line})
}

// field collects the uses in SQL that stands in a field.
func (u *users) field(ctx context.Context, item project.Item, field, sql string) error {
	found, err := u.in(ctx, sql)
	if err != nil {
		return fmt.Errorf("looking for columns in %s of %s %s: %w", field, item.Kind, item.Name, err)
	}
	if len(found) > 0 {
		u.place(item, field)
	}
	return nil
}

// query collects the uses in SQL that is a file.
func (u *users) query(ctx context.Context, what, name string, q query) error {
	found, err := u.in(ctx, q.sql)
	if err != nil {
		return fmt.Errorf("looking for columns in %s %s: %w", what, name, err)
	}
	for line, unclear := range found {
		u.uses = append(u.uses, ColumnUse{What: what, Name: name, File: q.file, Line: q.line + line - 1, Unclear: unclear})
	}
	return nil
}

// in are the lines of a query that use the column, and whether they do so
// unclearly.
func (u *users) in(ctx context.Context, sql string) (map[int]bool, error) {
	found, err := u.known.trace(ctx, sql, "")
	if err != nil {
		return nil, err
	}
	lines := map[int]bool{}
	for _, use := range found.Uses {
		if use.Relation == u.relation && use.Column == u.column {
			unclear, seen := lines[use.Line]
			lines[use.Line] = use.Unclear && (unclear || !seen)
		}
	}
	return lines, nil
}

// impact is what the uses reach.
func (u *users) impact() ColumnImpact {
	p := u.known.project
	models, datasets, metrics := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, use := range u.uses {
		switch use.What {
		case project.KindModel:
			models[use.Name] = true
			further := ImpactOf(p, use.Name)
			mark(models, further.Models)
			mark(datasets, further.Datasets)
			mark(metrics, further.Metrics)
		case project.KindDataset:
			datasets[use.Name] = true
			for _, m := range p.Metrics {
				metrics[m.Name] = metrics[m.Name] || m.Dataset == use.Name
			}
		case project.KindMetric:
			metrics[use.Name] = true
		}
	}
	slices.SortFunc(u.uses, func(a, b ColumnUse) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Name, b.Name))
	})
	return ColumnImpact{Uses: slices.Compact(u.uses), Impact: Impact{Models: marked(models), Datasets: marked(datasets), Metrics: marked(metrics)}}
}

func mark(set map[string]bool, names []string) {
	for _, n := range names {
		set[n] = true
	}
}

// marked are the names in a set, sorted.
func marked(set map[string]bool) []string {
	out := []string{}
	for n, in := range set {
		if in {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}
