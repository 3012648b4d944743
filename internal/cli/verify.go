package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/pipeline"
	"archwire/internal/progress"
	"archwire/internal/verify"
)

// verifyShown is how many keys of a table are printed; --json lists more.
const verifyShown = 20

func newVerifyCommand(a *app) *cobra.Command {
	var tables []string
	var all, repair, models, accept bool
	cmd := &cobra.Command{
		Use:   "verify [MODEL...]",
		Short: "Compare every row of the copies with the sources, by fingerprints",
		Long: `Compare the copies with their sources as of now, by fingerprints that both sides
compute themselves. Parts that differ are looked into, and the rows that differ
are named by their keys. --repair reads them again and compares once more; the
next run refreshes and publishes what follows from them.

--models computes models in full and compares them with what is kept of them,
row by row and to the last digit.

What has changed since the last run is read first and is no difference; a table
that each run copies whole, or by fingerprints, is compared as it was copied.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && !models || all && len(tables) > 0 {
				return &archwire.Error{
					Code: archwire.Invalid, Message: "verify takes tables by --tables, or models by --models and their names",
					Hint: "See archwire verify --help.",
				}
			}
			p, err := a.load()
			if err != nil {
				return err
			}
			return a.withRunner(cmd.Context(), p, awakeShape, func(ctx context.Context, r *pipeline.Runner, id runID) error {
				if models {
					reports, err := r.VerifyModels(ctx, args)
					if err != nil {
						return err
					}
					return a.showModels(reports)
				}
				r.Repair, r.AcceptDeletes = repair, accept
				report, err := r.Verify(ctx, id, tables)
				if err != nil {
					return err
				}
				return a.showReport(report)
			})
		},
	}
	cmd.Flags().StringSliceVar(&tables, "tables", nil, "compare these tables only: source.table,...")
	cmd.Flags().BoolVar(&all, "all", false, "compare all tables, which is what no --tables means, too")
	cmd.Flags().BoolVar(&repair, "repair", false, "read rows again that differ")
	cmd.Flags().BoolVar(&accept, "accept-deletes", false, "go on, whatever share of a table has vanished from its source")
	cmd.Flags().BoolVar(&models, "models", false, "compare models with a full computation instead")
	return cmd
}

// showReport prints what was compared, and then which rows differ.
func (a *app) showReport(report verify.Report) error {
	if a.json {
		if err := writeJSON(a.Out, report); err != nil {
			return err
		}
		return report.Err()
	}
	t := newTable(a.Out, "table", "rows compared", "missing", "changed", "too many", "")
	for _, r := range report.Tables {
		t.row(r.Table, progress.Count(r.Rows), progress.Count(r.Missing), progress.Count(r.Changed), progress.Count(r.Extra), verdict(r))
	}
	t.flush()
	for _, r := range report.Tables {
		for i, k := range r.Keys {
			if i == verifyShown {
				fmt.Fprintf(a.Out, "%s: and %d more; --json lists up to %d\n", r.Table, r.Missing+r.Changed+r.Extra-verifyShown, verify.MostKeys)
				break
			}
			fmt.Fprintf(a.Out, "%s (%s): %s\n", r.Table, strings.Join(k.Values, ", "), differs[k.What])
		}
	}
	return report.Err()
}

// differs says in words how a row differs.
var differs = map[string]string{
	"missing": "is in the source and not in the copy",
	"changed": "has other values in the copy",
	"extra":   "is in the copy and not in the source",
}

func verdict(r verify.TableReport) string {
	switch {
	case r.Equal():
		return "equal"
	case r.Repaired:
		return "repaired"
	case r.Unkeyed:
		return "differs; it has no key to name rows by"
	}
	return "differs"
}

// showModels prints how models compare with a full computation.
func (a *app) showModels(reports []pipeline.ModelReport) error {
	if a.json {
		if err := writeJSON(a.Out, map[string]any{"models": reports}); err != nil {
			return err
		}
		return pipeline.WrongModels(reports)
	}
	t := newTable(a.Out, "model", "rows", "differ")
	for _, m := range reports {
		t.row(m.Model, progress.Count(m.Rows), progress.Count(m.Differ))
	}
	t.flush()
	return pipeline.WrongModels(reports)
}
