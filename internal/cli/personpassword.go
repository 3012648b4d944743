package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
)

func newPersonPasswordCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "password E-MAIL",
		Short: "Set a person's password, which is asked for; their sessions end",
		Long: `Set a person's password. It is asked for on the terminal, or read from the first line
of the input; it is never an argument. The person's sessions end. To have the person
choose it, print an invitation instead: archwire person invite.`,
		Args: cobra.ExactArgs(1),
	}
	cmd.RunE = a.withPerson(func(ctx context.Context, _ *project.Project, st *state.Store, p auth.Person) error {
		password, err := a.askPassword(cmd.InOrStdin())
		if err != nil {
			return err
		}
		if err := signin.CheckPassword(password); err != nil {
			return err
		}
		if err := st.SetPassword(ctx, p.ID, signin.DefaultCost().HashPassword(password)); err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.Out, "the password of %s is set\n", p.Name)
		return err
	})
	return cmd
}

// askPassword reads a password: twice from a terminal, which does not show it, or
// a line of anything else.
func (a *app) askPassword(in io.Reader) (string, error) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"password: ", "once more: "} {
		fmt.Fprint(a.Err, prompt)
		text, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(a.Err)
		if err != nil {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", &archwire.Error{Code: archwire.Invalid, Message: "the two passwords differ", Hint: "Type the same twice."}
	}
	return typed[0], nil
}

func newPersonTOTPCommand(a *app) *cobra.Command {
	var off bool
	cmd := &cobra.Command{
		Use:   "totp E-MAIL",
		Short: "Have a person show a code of an authenticator app, too; prints its secret, once",
		Args:  cobra.ExactArgs(1),
		RunE: a.withPerson(func(ctx context.Context, p *project.Project, st *state.Store, person auth.Person) error {
			if off {
				if err := st.SetTOTP(ctx, person.ID, nil); err != nil {
					return err
				}
				_, err := fmt.Fprintf(a.Out, "%s needs no code\n", person.Name)
				return err
			}
			secret, err := a.signInSecret(ctx, p, st)
			if err != nil {
				return err
			}
			codes, err := signin.NewCodeSealer(secret)
			if err != nil {
				return err
			}
			sealed, uri := signin.NewCode(codes, p.Name, person.Name)
			if err := st.SetTOTP(ctx, person.ID, sealed); err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.Out, "%s\nThis is shown once. Enter it in an authenticator app, or show it as a picture; without its codes %s cannot sign in by password.\n", uri, person.Name)
			return err
		}),
	}
	cmd.Flags().BoolVar(&off, "off", false, "need no code any more")
	return cmd
}

// signInSecret is what secrets of codes are encrypted with.
func (a *app) signInSecret(ctx context.Context, p *project.Project, st *state.Store) ([]byte, error) {
	resolved, err := p.ResolveSignIn()
	if err != nil {
		return nil, err
	}
	if resolved.Secret != "" {
		return []byte(resolved.Secret), nil
	}
	return st.SignInSecret(ctx)
}

// openDesk opens where people sign in, and says where they reach it.
func (a *app) openDesk(ctx context.Context, p *project.Project, st *state.Store) (desk *signin.Desk, url string, err error) {
	resolved, err := p.ResolveSignIn()
	if err != nil {
		return nil, "", err
	}
	secret, err := a.signInSecret(ctx, p, st)
	if err != nil {
		return nil, "", err
	}
	issuers := map[string]signin.Issuer{}
	for _, i := range resolved.Issuers {
		issuers[i.Name] = signin.Issuer{URL: i.Issuer, ClientID: i.ClientID, Secret: i.Secret, Domains: i.Domains}
	}
	desk, err = signin.New(signin.Config{People: st, Secret: secret, Project: p.Name, Issuers: issuers, Now: a.Now})
	return desk, resolved.URL, err
}
