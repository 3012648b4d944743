package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/serve/operator"
)

func newStorageCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "storage",
		Short: "Show what lies in the store and on this machine, and what it costs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asOperator(cmd.Context(), func(_ *project.Project, h *operator.Handler) error {
				doc, err := h.StorageDoc(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, doc)
				}
				a.showStorage(doc)
				return nil
			})
		},
	}
}

func (a *app) showStorage(doc operator.StorageDoc) {
	fmt.Fprintf(a.Out, "in the store: %s\n", size(doc.Bytes))
	if c := doc.Cost; c != nil {
		fmt.Fprintf(a.Out, "a month of it: %s %s, at %s a GB\n", c.Amount, c.Currency, c.PerGB)
	}
	fmt.Fprintln(a.Out)
	t := newTable(a.Out, "what", "where", "objects", "size")
	for _, p := range doc.Places {
		t.row(p.Kind, p.Where, progress.Count(int64(p.Objects)), size(p.Bytes))
	}
	t.flush()
	if len(doc.Datasets) == 0 {
		return
	}
	fmt.Fprintln(a.Out)
	t = newTable(a.Out, "dataset", "slices", "rows", "size")
	for _, d := range doc.Datasets {
		t.row(d.Dataset, progress.Count(int64(d.Slices)), progress.Count(d.Rows), size(d.Bytes))
	}
	t.flush()
}
