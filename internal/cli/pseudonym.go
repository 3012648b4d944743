package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/pseudonym"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/state"
)

func newPseudonymCommand(a *app) *cobra.Command {
	var client, domain string
	cmd := &cobra.Command{
		Use:   "pseudonym --client NAME --domain NAME KEY",
		Short: "Show the pseudonym that a client is given for a key",
		Long: `Show the pseudonym that a client is given for a key, as rows of identified readers
have it, in the columns that name a domain (pseudonym: in datasets/*.yaml). There is
no way back: whom a pseudonym stands for is found by asking for those that it may be.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				if err := knownClient(cmd.Context(), st, client, p.Noun.Singular); err != nil {
					return err
				}
				if known := domainsOf(p); !slices.Contains(known, domain) {
					return &archwire.Error{
						Code: archwire.NotFound, Message: fmt.Sprintf("there is no domain of pseudonyms %q%s", domain, project.DidYouMean(domain, known)),
						Hint: "Name one that a column of the project's datasets has as its pseudonym.",
					}
				}
				secret, err := st.PseudonymSecret(cmd.Context())
				if err != nil {
					return err
				}
				is := string(pseudonym.NewKey(secret, auth.ClientAudience(client)).Of(domain, []byte(args[0])))
				if a.json {
					return writeJSON(a.Out, map[string]any{"client": client, "domain": domain, "pseudonym": is})
				}
				fmt.Fprintln(a.Out, is)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the client")
	cmd.Flags().StringVar(&domain, "domain", "", "the domain: patient, account or what else the project's datasets name")
	_ = cmd.MarkFlagRequired("client") // the flags are defined above
	_ = cmd.MarkFlagRequired("domain")
	return cmd
}

// domainsOf lists the domains of pseudonyms that a project's datasets name, sorted.
func domainsOf(p *project.Project) []string {
	domains := map[string]bool{}
	for _, d := range p.Datasets {
		for _, c := range d.Columns {
			if c.Pseudonym != "" {
				domains[c.Pseudonym] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(domains))
}

// personsOf are the hashes under which the ledger has a person: of the key itself,
// and of the pseudonyms that clients are given for it.
func personsOf(ctx context.Context, p *project.Project, st *state.Store, key string) ([]uint64, error) {
	hashed, err := st.LedgerSecret(ctx)
	if err != nil {
		return nil, err
	}
	secret, err := st.PseudonymSecret(ctx)
	if err != nil {
		return nil, err
	}
	clients, err := st.Clients(ctx)
	if err != nil {
		return nil, err
	}
	hasher := ledger.NewHasher(hashed)
	persons := []uint64{hasher.Person([]byte(key))}
	for _, c := range clients {
		of := pseudonym.NewKey(secret, auth.ClientAudience(c.Name))
		for _, domain := range domainsOf(p) {
			persons = append(persons, hasher.Person(of.Of(domain, []byte(key))))
		}
	}
	return persons, nil
}
