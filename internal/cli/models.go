package cli

import (
	"github.com/spf13/cobra"

	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/serve/operator"
)

func newModelsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "models",
		Short: "List the models: what each reads, and how the last run refreshed it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asOperator(cmd.Context(), func(p *project.Project, h *operator.Handler) error {
				docs, err := h.ModelDocs(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"models": docs})
				}
				a.showModelDocs(p, docs)
				return nil
			})
		},
	}
}

func (a *app) showModelDocs(p *project.Project, docs []operator.ModelDoc) {
	t := newTable(a.Out, "model", "refreshed", "rows", "took", "can be refreshed", "reads")
	for _, d := range docs {
		refreshed, rows, took := "not yet", "-", "-"
		if r := d.Refreshed; r != nil {
			refreshed, rows, took = dash(r.Mode), progress.Count(r.Rows), lasted(r.Seconds)
			if r.State == "skipped" {
				refreshed = "nothing to do"
			}
		}
		can := "only as a whole"
		if d.ByTenant {
			can = "by " + p.Noun.Singular
		}
		t.row(d.Model, refreshed, rows, took, can, few(d.Reads))
	}
	t.flush()
}
