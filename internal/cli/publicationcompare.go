package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/serve/operator"
)

func newPublicationsCompareCommand(a *app) *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use:   "compare PUBLICATION",
		Short: "Show what changed from one publication to another",
		Long: `Show what changed from one publication to another: datasets and whose slices,
tenants, definitions, and what of it breaks a contract. current stands for the one
in service; without --since it is compared with the one that was in service when it
was made.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.asOperator(cmd.Context(), func(p *project.Project, h *operator.Handler) error {
				doc, err := h.Compared(cmd.Context(), archwire.PublicationID(args[0]), archwire.PublicationID(since))
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, doc)
				}
				a.showCompared(p, doc)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "the publication that it is compared with")
	return cmd
}

func (a *app) showCompared(p *project.Project, doc operator.ComparedDoc) {
	fmt.Fprintf(a.Out, "from %s (as of %s) to %s (as of %s)\n", doc.Since, doc.SinceAsOf, doc.Publication, doc.AsOf)
	for _, b := range doc.Breaks {
		fmt.Fprintf(a.Out, "breaks a contract: %s\n", b)
	}
	if doc.ProjectChanged {
		fmt.Fprintln(a.Out, "the project's files changed")
	}
	for _, t := range doc.TenantsAdded {
		fmt.Fprintf(a.Out, "%s %s (%s) was added\n", p.Noun.Singular, t.ID, t.Label)
	}
	for _, t := range doc.TenantsRemoved {
		fmt.Fprintf(a.Out, "%s %s (%s) is gone\n", p.Noun.Singular, t.ID, t.Label)
	}
	for _, m := range doc.Metrics {
		fmt.Fprintf(a.Out, "metric %s %s: %s\n", m.Metric, m.State, dash(strings.Join(m.What, ", ")))
	}
	fmt.Fprintf(a.Out, "%d datasets changed, %d did not\n", len(doc.Datasets), doc.Unchanged)
	if len(doc.Datasets) == 0 {
		return
	}
	t := newTable(a.Out, "dataset", "state", "rows before", "rows", "of which "+p.Noun.Plural)
	for _, d := range doc.Datasets {
		all := append(append(append([]string{}, d.Changed...), d.Added...), d.Removed...)
		t.row(d.Dataset, d.State, progress.Count(d.RowsBefore), progress.Count(d.Rows), dash(few(all)))
	}
	t.flush()
}

// few names the first few of many.
func few(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
