package cli

import (
	"context"
	"fmt"

	"archwire"
	"archwire/internal/project"
)

// formsOf tells for models by name in which form the project's warehouse keeps them.
func formsOf(ctx context.Context, p *project.Project, parser archwire.Parser) (map[string]formPlan, error) {
	kind, err := kindOf(p)
	if err != nil || kind.forms == nil {
		return nil, err
	}
	return kind.forms(ctx, p, parser)
}

// showForms prints in which form the warehouse keeps each model, where there are
// several.
func (a *app) showForms(p *project.Project, models []modelPlan) {
	t := newTable(a.Out, "model", "on "+p.Warehouse.Engine, "as a view", "why")
	shown := false
	for _, m := range models {
		f := m.Form
		if f == nil {
			continue
		}
		shown = true
		form, view := string(f.Form), "in full"
		if f.Auto {
			form += ", refreshed by itself"
		}
		switch {
		case f.refused:
			view = "not possible"
		case f.Incremental:
			view = "incremental"
		}
		why := f.Why
		if f.Line > 0 {
			why += fmt.Sprintf(" (%s:%d)", m.File, f.Line)
		}
		t.row(m.Model, form, view, why)
	}
	if shown {
		fmt.Fprintln(a.Out)
		t.flush()
	}
}
