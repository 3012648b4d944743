package cli

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

func newKeyAddPublicCommand(a *app) *cobra.Command {
	var client, expires string
	var networks []string
	cmd := &cobra.Command{
		Use:   "add-public --client NAME FILE",
		Short: "Add the public keys of a client that signs with private ones",
		Long: `Add the public keys of a file, PEM or JWKS, to a client that there is already. With
the private key, which nobody else ever has, the client signs assertions, for which
/oauth/token gives it short-lived tokens. Each public key is a key of its own: it is
listed, expires and is revoked as others are.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withState(cmd.Context(), func(p *project.Project, st *state.Store) error {
				n := state.NewPublicKeys{Client: client}
				var err error
				if n.Expires, err = a.endOf(p, "--expires", expires); err != nil {
					return err
				}
				if n.Networks, err = networksOf(networks); err != nil {
					return err
				}
				if n.Keys, err = publicKeysOf(args[0]); err != nil {
					return err
				}
				if err := knownClient(cmd.Context(), st, client, p.Noun.Singular); err != nil {
					return err
				}
				keys, err := st.AddPublicKeys(cmd.Context(), n)
				if err != nil {
					return err
				}
				return a.showPublicKeys(keys)
			})
		},
	}
	cmd.Flags().StringVar(&client, "client", "", "the program that has the private key")
	cmd.Flags().StringVar(&expires, "expires", "", "how long the key is good for, such as 90d, or its last day, such as 2027-01-31; for ever when left out")
	cmd.Flags().StringSliceVar(&networks, "network", nil, "where the key may be used from, such as 203.0.113.0/24; repeat for several, everywhere when left out")
	_ = cmd.MarkFlagRequired("client") // the flag is defined above
	return cmd
}

// publicKeysOf reads the keys of a file.
func publicKeysOf(path string) ([]json.RawMessage, error) {
	const most = 1 << 20
	info, err := os.Stat(path)
	if err != nil {
		return nil, &archwire.Error{Code: archwire.NotFound, Message: fmt.Sprintf("the file %s cannot be read", path), Hint: "Name a file with public keys, PEM or JWKS.", Err: err}
	}
	if info.Size() > most {
		return nil, &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("%s is too large for a file of public keys", path)}
	}
	text, err := os.ReadFile(path) //nolint:gosec // the file that the person at the command line names
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return auth.ReadPublicKeys(text)
}

func (a *app) showPublicKeys(keys []auth.Key) error {
	if a.json {
		return writeJSON(a.Out, map[string]any{"keys": keys})
	}
	for _, k := range keys {
		fmt.Fprintf(a.Out, "%s is a public key of %s\n", k.ID, k.Client)
	}
	_, err := fmt.Fprintln(a.Out, "Its id is iss and sub of the assertions that are signed with its private half; /oauth/token gives tokens for them.")
	return err
}

// kindOfKey says for a person which half of a key is stored.
func kindOfKey(k auth.Key) string {
	if len(k.PublicKey) > 0 {
		return "public"
	}
	return "secret"
}
