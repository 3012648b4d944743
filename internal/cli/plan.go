package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"archwire/internal/model"
	"archwire/internal/progress"
	"archwire/internal/project"
)

// A plan is what the next run would do.
type plan struct {
	Sources  []sourcePlan `json:"sources"`
	Models   []modelPlan  `json:"models"`
	Datasets int          `json:"datasets"`
	Metrics  int          `json:"metrics"`
	Changed  []string     `json:"changed"` // what is not as the project declares it
}

type sourcePlan struct {
	Source string      `json:"source"`
	Tables []tablePlan `json:"tables"`
}

type tablePlan struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"` // the source's estimate; -1 when it has none
	Mode  string `json:"mode"`
}

type modelPlan struct {
	Model string   `json:"model"`
	Wave  int      `json:"wave"` // models of one wave are refreshed side by side
	Reads []string `json:"reads"`
}

func newPlanCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "plan",
		Short: "Show what the next run would do, and what changed in the sources",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.checked(cmd.Context())
			if err != nil {
				return err
			}
			plan, err := a.plan(cmd.Context(), p)
			if err != nil {
				return err
			}
			if a.json {
				return writeJSON(a.Out, plan)
			}
			a.showPlan(plan)
			return nil
		},
	}
}

// plan asks every source for its catalogue and orders the models.
func (a *app) plan(ctx context.Context, p *project.Project) (plan, error) {
	out := plan{Datasets: len(p.Datasets), Metrics: len(p.Metrics), Changed: []string{}}
	for _, s := range p.Sources {
		tables, err := a.catalogue(ctx, p, s)
		if err != nil {
			return out, err
		}
		rows := map[string]int64{}
		for _, t := range tables {
			rows[t.Schema+"."+t.Origin] = t.Rows
		}
		sp := sourcePlan{Source: s.Name}
		for _, t := range s.Tables {
			n, ok := rows[t.Schema+"."+t.Origin]
			if !ok {
				n = -1
			}
			sp.Tables = append(sp.Tables, tablePlan{Table: t.ID(), Rows: n, Mode: "full"})
		}
		out.Sources = append(out.Sources, sp)
		_, differences, err := sourceFile(s, true, p.Path(s.File), tables)
		if err != nil {
			return out, err
		}
		for _, d := range differences {
			what, _, _ := strings.Cut(describe(s.Name, d), ";") // the rest says what was done in the file, which is not written here
			out.Changed = append(out.Changed, what+affected(model.ImpactOf(p, s.Name+"."+d.Table)))
		}
	}
	waves, err := model.Order(p.Models)
	if err != nil {
		return out, err
	}
	for i, wave := range waves {
		for _, m := range wave {
			out.Models = append(out.Models, modelPlan{Model: m.Name, Wave: i + 1, Reads: m.Reads})
		}
	}
	return out, nil
}

// affected says who uses what changed.
func affected(i model.Impact) string {
	if len(i.Models)+len(i.Datasets)+len(i.Metrics) == 0 {
		return ""
	}
	return fmt.Sprintf(" (used by models %s; datasets %s; metrics %s)",
		orNone(i.Models), orNone(i.Datasets), orNone(i.Metrics))
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func (a *app) showPlan(p plan) {
	t := newTable(a.Out, "table", "rows (estimate)", "mode")
	for _, s := range p.Sources {
		for _, tp := range s.Tables {
			t.row(tp.Table, estimate(tp.Rows), tp.Mode)
		}
	}
	t.flush()
	fmt.Fprintln(a.Out)
	t = newTable(a.Out, "wave", "model", "reads")
	for _, m := range p.Models {
		t.row(fmt.Sprint(m.Wave), m.Model, strings.Join(m.Reads, ", "))
	}
	t.flush()
	fmt.Fprintf(a.Out, "\nThen %d datasets with %d metrics are published.\n", p.Datasets, p.Metrics)
	if len(p.Changed) == 0 {
		fmt.Fprintln(a.Out, "The sources are as the project declares them.")
		return
	}
	fmt.Fprintln(a.Out, "\nNot as the project declares it (archwire discover SOURCE takes it over):")
	for _, c := range p.Changed {
		fmt.Fprintln(a.Out, "  "+c)
	}
}

func estimate(rows int64) string {
	if rows < 0 {
		return "?"
	}
	return "~" + progress.Count(rows)
}
