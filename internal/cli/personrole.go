package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

func newPersonRoleCommand(a *app) *cobra.Command {
	var o roleOptions
	var remove bool
	cmd := &cobra.Command{
		Use:   "role E-MAIL --role ROLE [--practice ID | --client NAME] [--remove]",
		Short: "Give a person a further role, or take one away",
		Long: `Give a person a further role, or take one away with --remove. Servers know of it
within a second. Somebody whose last role is taken away is disabled. Look at who has
invited the person before giving them a role elsewhere: archwire person list.`,
		Args: cobra.ExactArgs(1),
		RunE: a.withPerson(func(ctx context.Context, p *project.Project, st *state.Store, person auth.Person) error {
			if remove {
				return a.removeRole(ctx, st, person, o)
			}
			role, err := a.newRole(ctx, p, o)
			if err != nil {
				return err
			}
			if _, err := st.AddRole(ctx, person.ID, role); err != nil {
				return err
			}
			return a.showRoles(ctx, st, person)
		}),
	}
	o.add(cmd)
	cmd.Flags().BoolVar(&remove, "remove", false, "take the role away")
	return cmd
}

func (a *app) removeRole(ctx context.Context, st *state.Store, person auth.Person, o roleOptions) error {
	err := st.EndRoles(ctx, person.ID, func(m auth.Membership) bool {
		return m.Role == auth.Role(o.role) && m.Tenant == o.practice+o.tenant && m.Client == o.client && (o.profile == "" || string(m.Profile) == o.profile)
	})
	if err != nil {
		return err
	}
	return a.showRoles(ctx, st, person)
}

func (a *app) showRoles(ctx context.Context, st *state.Store, person auth.Person) error {
	person, err := st.Person(ctx, person.Name)
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.Out, person)
	}
	_, err = fmt.Fprintf(a.Out, "%s: %s\n", person.Name, rolesOf(person))
	return err
}
