package auth

import (
	"context"
	"net/netip"
	"time"

	"archwire"
)

// ClientCredentials are what a client shows to be given a token: the id of its key
// and the key itself, or an assertion.
type ClientCredentials struct {
	ID        string // may be left out beside an assertion
	Secret    string
	Assertion string
	Audiences []string // what an assertion may be addressed to, the first of them preferred
}

// KeyID is the id of the key that the credentials say they are of.
func (c ClientCredentials) KeyID() string {
	if c.ID != "" || c.Assertion == "" {
		return c.ID
	}
	said, _ := parseAssertion(c.Assertion)
	return said.key
}

// A Token is what a client is given in exchange for its credentials.
type Token struct {
	Text  string
	Key   string // the id of the key that it stands for
	Until time.Time
	TTL   time.Duration // as of when it was made
}

// Accept makes the Authorizer give out and take tokens of servers that share a
// secret, where otherwise it knows its own alone. It is called before the Authorizer
// is used.
func (a *Authorizer) Accept(t *Tokens) { a.tokens = t }

// Token gives a token for credentials shown from that address. Wrong, unknown,
// revoked, expired and malformed ones, and those that are not to be used from
// there, give the same error, of code Denied. One of code Invalid says what is wrong
// with an assertion that the client's own key has signed. When the keys cannot be
// read or used assertions not remembered, the code is Unavailable.
func (a *Authorizer) Token(ctx context.Context, c ClientCredentials, from netip.Addr) (Token, error) {
	now := a.now()
	e, err := a.client(ctx, c, from, now)
	if err != nil {
		return Token{}, err
	}
	a.uses(e, now)
	text, until := a.tokens.make(e.key, now)
	return Token{Text: text, Key: e.key.ID, Until: until, TTL: until.Sub(now.Truncate(time.Second))}, nil
}

// client finds the key that the credentials show.
func (a *Authorizer) client(ctx context.Context, c ClientCredentials, from netip.Addr, now time.Time) (*entry, error) {
	if c.Assertion != "" {
		return a.asserted(ctx, c, from, now)
	}
	id, ok := keyID(c.Secret)
	if !ok || id != c.ID {
		return nil, errDenied()
	}
	e, err := a.find(ctx, id, now, false)
	if err != nil {
		return nil, err
	}
	if !e.key.is(c.Secret) || !e.key.good(now) || !e.key.usableFrom(from) {
		return nil, errDenied()
	}
	return e, nil
}

// asserted finds the key that has signed the assertion, which is good once.
func (a *Authorizer) asserted(ctx context.Context, c ClientCredentials, from netip.Addr, now time.Time) (*entry, error) {
	said, ok := parseAssertion(c.Assertion)
	if !ok || c.ID != "" && c.ID != said.key {
		return nil, errDenied()
	}
	e, err := a.find(ctx, said.key, now, false)
	if err != nil {
		return nil, err
	}
	claims, ok := said.verified(e.key)
	if !ok || !e.key.good(now) || !e.key.usableFrom(from) {
		return nil, errDenied()
	}
	if why := refusal(claims, c.Audiences, now); why != "" {
		return nil, refused(why)
	}
	first, err := a.keys.Spend(ctx, spending(said.key, claims.ID), claims.Expiry.Time())
	switch {
	case err != nil:
		return nil, errUnavailable(err)
	case !first:
		return nil, refused("The assertion was used before: each needs a jti of its own.")
	}
	return e, nil
}

func refused(why string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: why}
}
