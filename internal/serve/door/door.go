// Package door answers those who have yet to show who they are: people who sign in, and
// programs that ask for tokens. It knows which cookies and headers say who asks.
package door

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/limit"
	"archwire/internal/serve/request"
	"archwire/internal/serve/signin"
)

// An Authorizer turns credentials into scopes, and into tokens: auth.Authorizer is
// the one.
type Authorizer interface {
	Authorize(ctx context.Context, credential string, from netip.Addr) (auth.Scope, error)
	Token(ctx context.Context, c auth.ClientCredentials, from netip.Addr) (auth.Token, error)
}

// Config is what a Handler is made of. All but Desk and Origin must be set.
type Config struct {
	Authorizer Authorizer
	Desk       Desk          // nil lets nobody sign in
	Origin     string        // where people reach the server, if it is not where they seem to
	URL        func() string // where callers reach it
	Now        func() time.Time
	Log        *slog.Logger
}

// A Handler answers the routes of signing in and of tokens.
type Handler struct {
	Config

	crossing *http.CrossOriginProtection
	guesses  *limit.Guesses
}

// New returns a Handler.
func New(cfg Config) (*Handler, error) {
	crossing, err := newCrossing(cfg.Origin)
	if err != nil {
		return nil, err
	}
	return &Handler{Config: cfg, crossing: crossing, guesses: limit.NewGuesses(cfg.Now)}, nil
}

// A Call is a request of somebody who has yet to show who they are.
type Call struct {
	*request.Call

	Admit func() error           // finds out who calls by what they show
	Count func(key string) error // counts the request against the limits of a key
	Tell  func(key string)       // tells the log of a key or session
}

// A Desk is where people show who they are: signin.Desk is the one.
type Desk interface {
	Password(ctx context.Context, t signin.Try) (signin.Entry, error)
	Accept(ctx context.Context, invitation, password string, codes bool, from netip.Addr) (uri string, err error)
	Start(ctx context.Context, issuer, callback, to string, from netip.Addr) (address, carried string, err error)
	Finish(ctx context.Context, r signin.Return) (secret string, session auth.Session, to string, err error)
	SignOut(ctx context.Context, session string) error
}
