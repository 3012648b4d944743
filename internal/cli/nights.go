package cli

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"archwire/internal/freshness"
	"archwire/internal/project"
	"archwire/internal/serve/operator"
)

func newNightsCommand(a *app) *cobra.Command {
	var days int
	cmd := &cobra.Command{
		Use:   "nights",
		Short: "Show day by day what was late, failed or missing: by source and tenant",
		Long: `Show day by day whether what was in service was in time (ok), older than promised at
some time of the day (late), left as it was since runs failed (failed), or without a
tenant (missing). Tenants of whom all days were in time are counted only.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if days < 1 || days > operator.MaxNights {
				return invalidFlag(fmt.Sprintf("--days %d is not between 1 and %d", days, operator.MaxNights), "Leave it out for two weeks.")
			}
			return a.asOperator(cmd.Context(), func(p *project.Project, h *operator.Handler) error {
				doc, err := h.NightsDoc(cmd.Context(), days)
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, doc)
				}
				a.showNights(p, doc)
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&days, "days", operator.DefaultNights, "how many days, today with them")
	return cmd
}

func (a *app) showNights(p *project.Project, doc operator.NightsDoc) {
	columns := []string{""}
	runs := []string{"runs"}
	for _, d := range doc.Days {
		columns, runs = append(columns, string(d.Day)[len("2026-"):]), append(runs, dash(string(d.Runs)))
	}
	t := newTable(a.Out, columns...)
	t.row(runs...)
	good := 0
	for _, s := range doc.Sources {
		t.row(nightCells("source "+s.Name, s.States)...)
	}
	for _, s := range doc.Tenants {
		if s.Bad == 0 {
			good++
			continue
		}
		t.row(nightCells(s.Name+" "+cmp.Or(s.Label, p.Noun.Singular), s.States)...)
	}
	t.flush()
	fmt.Fprintf(a.Out, "%d of %d %s were in time on all days; days are those of %s\n", good, len(doc.Tenants), p.Noun.Plural, doc.Timezone)
}

func nightCells(name string, states []freshness.State) []string {
	cells := []string{name}
	for _, s := range states {
		cells = append(cells, dash(string(s)))
	}
	return cells
}
