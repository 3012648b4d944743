package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"archwire/internal/project"
)

func newInitCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init NAME",
		Short: "Make a new, empty project in the folder",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := project.Init(a.dir, args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.Out, "%s is a project now.\nNext: archwire discover NAME --dsn '${NAME_DSN}' writes sources/NAME.yaml.\n", a.dir)
			return err
		},
	}
}
