package cli

import (
	"fmt"
	"strings"

	"archwire/internal/model"
	"archwire/internal/progress"
	"archwire/internal/project"
)

func (a *app) showPlan(p *project.Project, plan plan) {
	t := newTable(a.Out, "table", "rows (estimate)", "mode", "why")
	for _, s := range plan.Sources {
		for _, tp := range s.Tables {
			why := tp.Why
			if tp.Since != "" && tp.Mode != "tracking" { // its positions are the server's own
				why += " (from " + tp.Since + ")"
			}
			t.row(tp.Table, estimate(tp.Rows), tp.Mode, why)
		}
	}
	t.flush()
	fmt.Fprintln(a.Out)
	t = newTable(a.Out, "wave", "model", "refreshed", "why")
	for _, m := range plan.Models {
		how := "in full"
		if m.ByTenant {
			how = "by " + p.Noun.Singular
		}
		t.row(fmt.Sprint(m.Wave), m.Model, how, fmt.Sprintf("%s (%s:%d)", m.Why, m.File, m.Line))
	}
	t.flush()
	a.showForms(p, plan.Models)
	fmt.Fprintf(a.Out, "\nThen %d datasets with %d metrics are published.\n", plan.Datasets, plan.Metrics)
	a.showDrift(plan)
	a.showContracts(plan.Contracts)
}

func (a *app) showDrift(plan plan) {
	var shown bool
	for _, s := range plan.Sources {
		for _, d := range s.Drift {
			if !shown {
				fmt.Fprintln(a.Out, "\nNot as the project declares it (archwire discover SOURCE takes it over):")
			}
			shown = true
			fmt.Fprintf(a.Out, "  %s: a run %s\n", d.Departure, d.Does)
			if d.Breaks != "" {
				fmt.Fprintf(a.Out, "    needed by %s\n", d.Breaks)
			} else if used := affected(d.Impact.Impact); used != "" {
				fmt.Fprintf(a.Out, "    %s\n", used)
			}
		}
	}
	if !shown {
		fmt.Fprintln(a.Out, "The sources are as the project declares them.")
	}
}

// affected says who uses what changed.
func affected(i model.Impact) string {
	if len(i.Models)+len(i.Datasets)+len(i.Metrics) == 0 {
		return ""
	}
	return fmt.Sprintf("used by models %s; datasets %s; metrics %s", orNone(i.Models), orNone(i.Datasets), orNone(i.Metrics))
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func estimate(rows int64) string {
	if rows < 0 {
		return "?"
	}
	return "~" + progress.Count(rows)
}
