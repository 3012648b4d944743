package isolationtest

import (
	"context"
	"log/slog"
	"math/big"
	"testing"
	"time"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/operator"
	"archwire/internal/state"
)

// A shown world is what operators are told of it.
type shown struct {
	publish.Shelf
}

// Switch looks for the publication, and leaves the one in service that the sweep asks.
func (s shown) Switch(ctx context.Context, id archwire.PublicationID, _ string) (archwire.Manifest, error) {
	m, _, err := s.Held(ctx, id)
	return m, err
}

func (shown) Promise() (time.Duration, time.Time) { return time.Hour, time.Time{} }

func (shown) Zone() *time.Location { return time.UTC }

func (shown) Models(context.Context) ([]operator.Model, error) {
	return []operator.Model{{Name: "mart.visits", Reads: []string{"src.visit"}}}, nil
}

func (shown) Storage(context.Context) (operator.Stored, error) {
	return operator.Stored{Price: big.NewRat(1, 50), Currency: "USD", Places: []operator.Place{{Kind: "slices", Store: true, Objects: 3, Bytes: 900}}}, nil
}

// aRun is the run that the state remembers.
const aRun = "20261121T013000Z-aaaa"

// operators answers operators, of a world in which something has run.
func operators(t *testing.T, st *state.Store, shelf publish.Shelf, archive *ledger.Archive) *operator.Handler {
	t.Helper()
	must(t, st.SaveRun(t.Context(), archwire.Run{
		ID: aRun, State: archwire.Succeeded, StartedAt: time.Now(), EndedAt: time.Now(),
		Details: []archwire.Detail{{Verb: archwire.Refresh, What: "mart.visits", Rows: 8, Took: time.Second}},
	}))
	s := shown{shelf}
	return operator.New(operator.Config{
		Journal: st, Publications: s, Access: st, Disclosures: archive, Project: s, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
}
