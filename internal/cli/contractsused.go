package cli

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/serve/operator"
)

func newContractsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "contracts",
		Short: "List what is promised of datasets and metrics, and who uses it",
		Long: `List what is promised of datasets and metrics, and who was sent any of it within 90
days: what nobody used may be changed. What a change of the project would break is
told by archwire plan.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asOperator(cmd.Context(), func(_ *project.Project, h *operator.Handler) error {
				doc, err := h.ContractsDoc(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, doc)
				}
				a.showContractsUsed(doc)
				return nil
			})
		},
	}
}

func (a *app) showContractsUsed(doc operator.ContractsDoc) {
	t := newTable(a.Out, "", "name", "contract", "state", "used by", "answers", "last")
	unused := 0
	for _, c := range doc.Contracts {
		state := "served"
		switch {
		case !c.Served:
			state = "not served"
		case c.Sunset != "":
			state = "ends after " + string(c.Sunset)
		}
		if len(c.Users) == 0 {
			unused++
		}
		for _, u := range c.Users {
			t.row(c.Kind, c.Name, strconv.Itoa(c.Contract), state, cmp.Or(u.Client, u.Person), progress.Count(int64(u.Answers)), minute(u.Last))
		}
	}
	if unused < len(doc.Contracts) {
		t.flush()
	}
	fmt.Fprintf(a.Out, "%d of %d were not sent to anybody within %d days\n", unused, len(doc.Contracts), doc.Days)
}
