package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

func newPersonCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "person",
		Short: "Let people sign in, say what they are, and let them in no more",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newPersonAddCommand(a), newPersonListCommand(a), newPersonRoleCommand(a), newPersonInviteCommand(a), newPersonPasswordCommand(a),
		newPersonTOTPCommand(a), newPersonDisableCommand(a), newPersonEnableCommand(a),
	)
	return cmd
}

// roleOptions are the flags that say a role.
type roleOptions struct{ role, practice, tenant, client, profile string }

func (o *roleOptions) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.role, "role", "", "operator, practice_admin, practice_user or partner")
	flags.StringVar(&o.practice, "practice", "", "the practice that the role is in, by id")
	flags.StringVar(&o.tenant, "tenant", "", "the same, in projects whose tenants are called otherwise")
	flags.StringVar(&o.client, "client", "", "the client that a partner calls for")
	flags.StringVar(&o.profile, "profile", "", "aggregate, pseudonymous or identified, if not what the role opens by itself")
	cmd.MarkFlagsMutuallyExclusive("practice", "tenant")
	_ = cmd.MarkFlagRequired("role") // the flag is defined above
}

// newRole is the role that the flags say. What they name is there.
func (a *app) newRole(ctx context.Context, p *project.Project, o roleOptions) (state.NewRole, error) {
	r := state.NewRole{
		Role: auth.Role(o.role), Tenant: o.practice + o.tenant, Client: o.client, Profile: archwire.Profile(o.profile), By: state.Operator(a.User),
	}
	if r.Tenant == "" {
		return r, nil
	}
	return r, a.knownTenants(ctx, p, []string{r.Tenant})
}

func newPersonAddCommand(a *app) *cobra.Command {
	var o roleOptions
	cmd := &cobra.Command{
		Use:   "add E-MAIL --role ROLE [--practice ID | --client NAME]",
		Short: "Let a person in; prints an invitation, once",
		Long: `Let a person in, by their e-mail address, in a role. The invitation is shown once and
good for a week: with it the person chooses a password, at /auth/accept. Somebody for
whom an issuer vouches (sign_in.oidc in archwire.yaml) needs none: the address that
the issuer has verified is enough.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				role, err := a.newRole(cmd.Context(), p, o)
				if err != nil {
					return err
				}
				added, invitation, err := st.AddPerson(cmd.Context(), state.NewPerson{Name: args[0], By: state.Operator(a.User), Roles: []state.NewRole{role}})
				if err != nil {
					return err
				}
				return a.showInvitation(added, invitation)
			})
		},
	}
	o.add(cmd)
	return cmd
}

func (a *app) showInvitation(p auth.Person, invitation string) error {
	if a.json {
		return writeJSON(a.Out, struct {
			Invitation string `json:"invitation"`
			auth.Person
		}{invitation, p})
	}
	_, err := fmt.Fprintf(a.Out, "%s\nThis invitation of %s is shown once and good for a week. Hand it to them alone: whoever has it chooses their password.\n", invitation, p.Name)
	return err
}

func newPersonInviteCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "invite E-MAIL",
		Short: "Print another invitation, by which a person chooses another password",
		Args:  cobra.ExactArgs(1),
		RunE: a.withPerson(func(ctx context.Context, _ *project.Project, st *state.Store, p auth.Person) error {
			invitation, err := st.Invite(ctx, p.ID)
			if err != nil {
				return err
			}
			return a.showInvitation(p, invitation)
		}),
	}
}

// withPerson runs do with the person whom the first argument names.
func (a *app) withPerson(do func(context.Context, *project.Project, *state.Store, auth.Person) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
			person, err := st.Person(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return do(cmd.Context(), p, st, person)
		})
	}
}

func newPersonListCommand(a *app) *cobra.Command {
	var o roleOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the people, what they are and how they sign in",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withState(cmd.Context(), func(_ *project.Project, st *state.Store) error {
				people, err := st.People(cmd.Context(), o.practice+o.tenant)
				if err != nil {
					return err
				}
				if a.json {
					return writeJSON(a.Out, map[string]any{"people": append([]auth.Person{}, people...)})
				}
				t := newTable(a.Out, "id", "name", "roles", "signs in by", "invited by", "disabled")
				for _, p := range people {
					t.row(p.ID, p.Name, rolesOf(p), signsInBy(p), p.InvitedBy, minute(p.DisabledAt))
				}
				t.flush()
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&o.practice, "practice", "", "only people with a role in this practice")
	cmd.Flags().StringVar(&o.tenant, "tenant", "", "the same, in projects whose tenants are called otherwise")
	cmd.MarkFlagsMutuallyExclusive("practice", "tenant")
	return cmd
}

func rolesOf(p auth.Person) string {
	var all []string
	for _, m := range p.Roles {
		text := strings.TrimSpace(string(m.Role) + " " + m.Tenant + m.Client)
		if m.Profile != "" {
			text += " (" + string(m.Profile) + ")"
		}
		all = append(all, text)
	}
	return cmp.Or(strings.Join(all, ", "), "-")
}

func signsInBy(p auth.Person) string {
	var ways []string
	if p.Password {
		ways = append(ways, "password")
	}
	if p.TOTP {
		ways = append(ways, "code")
	}
	ways = append(ways, p.Issuers...)
	return cmp.Or(strings.Join(ways, ", "), "-")
}

func newPersonDisableCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "disable E-MAIL",
		Short: "Let a person in no more; servers refuse them within a second",
		Args:  cobra.ExactArgs(1),
		RunE: a.withPerson(func(ctx context.Context, _ *project.Project, st *state.Store, p auth.Person) error {
			if err := st.DisablePerson(ctx, p.ID); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.Out, "%s is disabled; their sessions have ended\n", p.Name)
			return err
		}),
	}
}

func newPersonEnableCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "enable E-MAIL",
		Short: "Let a person in again who was disabled, in the roles that are left",
		Args:  cobra.ExactArgs(1),
		RunE: a.withPerson(func(ctx context.Context, _ *project.Project, st *state.Store, p auth.Person) error {
			if err := st.EnablePerson(ctx, p.ID); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.Out, "%s may sign in: %s\n", p.Name, rolesOf(p))
			return err
		}),
	}
}
