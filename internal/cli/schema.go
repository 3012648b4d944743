package cli

import (
	"github.com/spf13/cobra"

	"archwire/internal/project"
)

func newSchemaCommand(a *app) *cobra.Command {
	var markdown, types bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the project files, for editors",
		Long: `Print the JSON Schema (2020-12) of the project's YAML files.

An editor that speaks the YAML language server's protocol uses it with a first line
such as:  # yaml-language-server: $schema=archwire.schema.json#/$defs/source`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case types:
				text, err := typesDocument()
				if err != nil {
					return err
				}
				_, err = a.Out.Write(text)
				return err
			case markdown:
				_, err := a.Out.Write(project.Reference())
				return err
			}
			schema, err := project.Schema()
			if err != nil {
				return err
			}
			_, err = a.Out.Write(schema)
			return err
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print the reference for people instead")
	cmd.Flags().BoolVar(&types, "types", false, "print what the types of each source become instead")
	return cmd
}
