package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/project"
	"archwire/internal/serve/ledger"
	"archwire/internal/state"
)

func newLedgerCommand(a *app) *cobra.Command {
	var f ledgerFlags
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Show what was disclosed: to whom, when, about whom",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := f.filter()
			if err != nil {
				return err
			}
			return a.withArchive(cmd.Context(), func(p *project.Project, archive *ledger.Archive, st *state.Store) error {
				if err := a.showElsewhere(cmd.Context(), archive, st); err != nil {
					return err
				}
				none := func() error {
					if err := a.inLedger(cmd.Context(), p, archive, st, filter); err != nil || a.json {
						return err
					}
					_, err := fmt.Fprintln(a.Out, "Nothing of the kind was disclosed, as far as the ledger goes back.")
					return err
				}
				return a.showRecords(cmd.Context(), st, archive.Find(cmd.Context(), filter), none)
			})
		},
	}
	cmd.Flags().StringVar(&f.practice, "practice", "", "only what is about this practice")
	cmd.Flags().StringVar(&f.practice, "tenant", "", "the same, in projects whose tenants are called otherwise")
	cmd.Flags().StringVar(&f.client, "client", "", "only what was sent to this client")
	cmd.Flags().StringVar(&f.name, "name", "", "only this dataset or metric")
	cmd.Flags().StringVar(&f.since, "since", "", "from this UTC day on: 2026-11-20")
	cmd.Flags().StringVar(&f.until, "until", "", "up to this UTC day, with all of it")
	cmd.AddCommand(newLedgerVerifyCommand(a), newLedgerWhoCommand(a))
	return cmd
}

// ledgerFlags are which entries are wanted.
type ledgerFlags struct{ practice, client, name, since, until string }

func (f ledgerFlags) filter() (filter ledger.Filter, err error) {
	filter = ledger.Filter{Tenant: f.practice, Client: f.client, Name: f.name}
	if filter.From, err = dayFlag("since", f.since); err != nil {
		return filter, err
	}
	if filter.Until, err = dayFlag("until", f.until); !filter.Until.IsZero() {
		filter.Until = filter.Until.AddDate(0, 0, 1)
	}
	return filter, err
}

// dayFlag is the start of the day that a flag names; the zero time if it is not set.
func dayFlag(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	d, err := archwire.ParseDay(text)
	if err != nil {
		return time.Time{}, &archwire.Error{Code: archwire.Invalid, Message: "--" + name + ": " + err.Error()}
	}
	return d.Time(), nil
}

// openLedger opens the ledger of disclosures for writing, and gives the secret by
// which it tells persons.
func (a *app) openLedger(ctx context.Context, p *project.Project, st *state.Store, log *slog.Logger) (*ledger.Ledger, []byte, error) {
	secret, err := st.LedgerSecret(ctx)
	if err != nil {
		return nil, nil, err
	}
	objects, err := openObjects(p)
	if err != nil {
		return nil, nil, err
	}
	l, err := ledger.Open(ctx, ledger.Config{
		Dir: p.Path(p.Ledger.Path), Store: objects, Anchors: st, Now: a.Now, Log: log,
		Keep: time.Duration(p.Ledger.Days) * 24 * time.Hour,
	})
	return l, secret, err
}

func openObjects(p *project.Project) (object.Store, error) {
	url, err := p.ResolveStore()
	if err != nil {
		return nil, err
	}
	return object.Open(url)
}

// withArchive runs do with the project's ledger.
func (a *app) withArchive(ctx context.Context, do func(*project.Project, *ledger.Archive, *state.Store) error) error {
	return a.withState(ctx, func(p *project.Project, st *state.Store) error {
		objects, err := openObjects(p)
		if err != nil {
			return err
		}
		return do(p, &ledger.Archive{Dir: p.Path(p.Ledger.Path), Store: objects, Now: a.Now}, st)
	})
}

func newLedgerVerifyCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Prove that the ledger is what was written",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withArchive(cmd.Context(), func(_ *project.Project, archive *ledger.Archive, st *state.Store) error {
				proof, err := archive.Verify(cmd.Context(), st)
				if err != nil {
					return err
				}
				return errors.Join(a.showProof(proof), proof.Err())
			})
		},
	}
}

func newLedgerWhoCommand(a *app) *cobra.Command {
	var person string
	cmd := &cobra.Command{
		Use:   "who --patient KEY",
		Short: "Show who was sent rows about a person",
		Long: `Show who was sent rows about a person, by the key that datasets give: the column
that person: names in datasets/*.yaml. Rows that had a pseudonym in its place are
found, too. The key of another practice's person may be the same; the practices are
shown.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if person == "" {
				return &archwire.Error{
					Code: archwire.Invalid, Message: "which person is asked about is not said",
					Hint: "Add --patient KEY: the person's key as the API writes it.",
				}
			}
			return a.withArchive(cmd.Context(), func(p *project.Project, archive *ledger.Archive, st *state.Store) error {
				persons, err := personsOf(cmd.Context(), p, st, person)
				if err != nil {
					return err
				}
				if err := a.showElsewhere(cmd.Context(), archive, st); err != nil {
					return err
				}
				nobody := func() error { return a.showNobody(cmd.Context(), archive) }
				return a.showRecords(cmd.Context(), st, archive.Who(cmd.Context(), persons...), nobody)
			})
		},
	}
	cmd.Flags().StringVar(&person, "patient", "", "the person's key, as the API writes it to identified readers")
	cmd.Flags().StringVar(&person, "person", "", "the same, in projects whose persons are called otherwise")
	return cmd
}
