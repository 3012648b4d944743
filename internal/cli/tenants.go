package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/serve/operator"
)

func newTenantsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "tenants",
		Short: "List the tenants in service: rows, bytes, people, clients, and when they were read last",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asOperator(cmd.Context(), func(p *project.Project, h *operator.Handler) error {
				docs, err := h.TenantDocs(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"tenants": docs})
				}
				t := newTable(a.Out, p.Noun.Singular, "name", "rows", "size", "last read", "people", "admins", "clients")
				for _, d := range docs {
					read := "not within a week"
					if d.DisclosedAt != nil {
						read = minute(*d.DisclosedAt)
					}
					t.row(d.ID, d.Label, progress.Count(d.Rows), size(d.Bytes), read, strconv.Itoa(d.People), strconv.Itoa(d.Admins), dash(few(d.Clients)))
				}
				t.flush()
				return nil
			})
		},
	}
}
