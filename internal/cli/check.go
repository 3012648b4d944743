package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"archwire/internal/object"
	"archwire/internal/project"
)

func newCheckCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check every file and every statement of the project, without a database",
		Long: `Check every file and every statement of the project. No database is needed: the
columns that discover wrote are enough to bind each model, metric and check.
All complaints come at once, each with file, line, field and what would be right.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.checked(cmd.Context())
			if err != nil {
				return err
			}
			if err := checkStore(p); err != nil {
				return err
			}
			if err := checkWarehouse(p); err != nil {
				return err
			}
			_, _, ended := p.On(p.Yesterday(a.Now()))
			if a.json {
				return writeJSON(a.Out, map[string]any{
					"project": p.Name, "version": p.Version, "sources": len(p.Sources), "tables": tableCount(p),
					"models": len(p.Models), "checks": len(p.Checks), "datasets": len(p.Datasets), "metrics": len(p.Metrics),
					"dashboards": len(p.Dashboards), "ended": append([]project.Ended{}, ended...),
				})
			}
			_, err = fmt.Fprintf(a.Out, "%s: no complaints: %d sources with %d tables, %d models, %d checks, %d datasets, %d metrics, %d dashboards\n",
				p.Name, len(p.Sources), tableCount(p), len(p.Models), len(p.Checks), len(p.Datasets), len(p.Metrics), len(p.Dashboards))
			a.showEnds(ended, nil)
			return err
		},
	}
}

// checkStore looks at the store's URL, as far as the environment gives it.
func checkStore(p *project.Project) error {
	url, err := p.ResolveStore()
	if err != nil {
		return nil //nolint:nilerr // a variable may be set where the project runs only
	}
	return object.Check(url)
}

func tableCount(p *project.Project) int {
	n := 0
	for _, s := range p.Sources {
		n += len(s.Tables)
	}
	return n
}
