package serve_test

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"testing"
	"time"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/operator"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
)

// A shelf is what operators are shown of a bundle.
type shelf struct{ *office }

// operated is an office whose operators see how the product does.
func operated(t *testing.T, change ...func(*serve.Config, *signin.Config)) *office {
	t.Helper()
	s := &shelf{}
	s.office = staffed(t, append(change, s.serve)...)
	return s.office
}

// serve has the server of a config answer operators.
func (s *shelf) serve(cfg *serve.Config, _ *signin.Config) {
	st := cfg.Office.(*state.Store)
	cfg.Project, cfg.Noun = "orthodontics", archwire.Noun{Singular: "practice", Plural: "practices"}
	cfg.Operator = operator.New(operator.Config{Journal: st, Publications: s, Access: st, Disclosures: s, Project: s, Now: now, Log: slog.New(slog.DiscardHandler)})
}

func (s *shelf) shelf() publish.Shelf {
	return publish.Shelf{Store: s.publisher.Store, Slices: s.slices}
}

func (s *shelf) Current(ctx context.Context) (archwire.Manifest, error) {
	return s.shelf().Current(ctx)
}

func (s *shelf) List(ctx context.Context) ([]publish.Listed, error) { return s.shelf().List(ctx) }

func (s *shelf) Held(ctx context.Context, id archwire.PublicationID) (archwire.Manifest, []archwire.Slice, error) {
	return s.shelf().Held(ctx, id)
}

func (s *shelf) Switch(ctx context.Context, id archwire.PublicationID, by string) (archwire.Manifest, error) {
	ctx, unlock, err := s.state.Lock(ctx, "rollback")
	if err != nil {
		return archwire.Manifest{}, err
	}
	defer unlock() //nolint:errcheck // the test sees what became of it
	before, err := s.state.Switches(ctx)
	if err != nil {
		return archwire.Manifest{}, err
	}
	m, err := s.publisher.Store.Rollback(ctx, s.slices, id)
	if err != nil {
		return m, err
	}
	return m, errors.Join(s.state.Entered(ctx, s.publisher.Store.Current), s.state.Credit(ctx, before, by))
}

func (s *shelf) archive() *ledger.Archive { return &ledger.Archive{Dir: s.ledgerDir, Store: s.objects} }

func (s *shelf) Uses(ctx context.Context, since time.Time) ([]ledger.Use, error) {
	return s.archive().Uses(ctx, since)
}

func (s *shelf) Lasts(ctx context.Context, since time.Time) (map[string]time.Time, error) {
	return s.archive().Lasts(ctx, since)
}

func (s *shelf) Promise() (time.Duration, time.Time) { return time.Hour, now().Add(time.Hour) }

func (s *shelf) Zone() *time.Location { return time.UTC }

func (s *shelf) Models(context.Context) ([]operator.Model, error) {
	return []operator.Model{
		{Name: "finance.daily", File: "models/finance/daily.sql", Reads: []string{"rcm.payment"}, ByTenant: true, Reason: "closed"},
		{Name: "finance.monthly", File: "models/finance/monthly.sql", Reads: []string{"finance.daily"}, Reason: "a ranking over all"},
	}, nil
}

func (s *shelf) Storage(ctx context.Context) (operator.Stored, error) {
	usage, err := s.publisher.Store.Usage(ctx)
	out := operator.Stored{Price: big.NewRat(23, 1000), Currency: "USD"}
	for _, u := range usage {
		out.Places = append(out.Places, operator.Place{Kind: u.Kind, Store: true, Objects: u.Objects, Bytes: u.Bytes})
	}
	return out, err
}
