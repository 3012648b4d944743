package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/serve/operator"
)

func newPublicationsProofCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "proof",
		Short: "Show what was proved of the publication in service, table by table",
		Long: `Show what was proved of the publication in service before it was made: the rows of
each table here and in its source, and since when each part of it has been found
equal. To compare them again now, run archwire verify.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asOperator(cmd.Context(), func(_ *project.Project, h *operator.Handler) error {
				doc, err := h.VerificationDoc(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, doc)
				}
				a.showVerification(doc)
				return nil
			})
		},
	}
}

func (a *app) showVerification(doc operator.VerificationDoc) {
	if doc.Publication == "" {
		fmt.Fprintln(a.Out, "No publication yet. Make one with: archwire run")
		return
	}
	fmt.Fprintf(a.Out, "%s: %s rows in %d tables, by %s; %d checks found nothing\n\n", doc.Publication, progress.Count(doc.Rows), len(doc.Tables), doc.Method, doc.Checks)
	t := newTable(a.Out, "table", "rows in the source", "rows here", "differences", "compared in this run", "all compared since")
	for _, d := range doc.Tables {
		since := "-"
		if d.CoveredSince != nil {
			since = minute(*d.CoveredSince)
		}
		t.row(d.Table, progress.Count(d.SourceRows), progress.Count(d.WarehouseRows), progress.Count(d.Differences), progress.Count(d.PrintedRows), since)
	}
	t.flush()
}

// lasted is a number of seconds as people say it.
func lasted(seconds float64) string {
	return progress.Took(time.Duration(seconds * float64(time.Second)))
}
