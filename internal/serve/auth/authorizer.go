package auth

import (
	"context"
	"crypto/subtle"
	"sync"
	"time"

	"archwire"
)

// Keys finds keys by id. The state store is behind it.
type Keys interface {
	// Key returns the key of that id, a revoked one too. An unknown id is an
	// error of code NotFound.
	Key(ctx context.Context, id string) (Key, error)
}

// An Authorizer turns credentials into Scopes. It is safe for use by several
// goroutines.
type Authorizer struct {
	keys Keys
	now  func() time.Time

	mu    sync.RWMutex
	known map[string]entry // by key id
}

type entry struct {
	key   Key
	scope Scope
	until time.Time
}

const (
	// fresh is how long an answer of the store is used again: a revoked key
	// opens nothing a second after its revocation.
	fresh = time.Second
	// maxKnown bounds the memory that keys take.
	maxKnown = 10_000
)

// NewAuthorizer returns an Authorizer over keys.
func NewAuthorizer(keys Keys, now func() time.Time) *Authorizer {
	return &Authorizer{keys: keys, now: now, known: map[string]entry{}}
}

// Authorize returns the scope of the key that credential is. A malformed, an
// unknown, a wrong and a revoked key all give the same error, of code Denied;
// when the keys cannot be read, the code is Unavailable.
func (a *Authorizer) Authorize(ctx context.Context, credential string) (Scope, error) {
	id, ok := keyID(credential)
	if !ok {
		return Scope{}, errDenied()
	}
	e, err := a.find(ctx, id)
	if err != nil {
		return Scope{}, err
	}
	if subtle.ConstantTimeCompare(Hash(credential), e.key.Hash) != 1 || !e.key.RevokedAt.IsZero() {
		return Scope{}, errDenied()
	}
	return e.scope, nil
}

func (a *Authorizer) find(ctx context.Context, id string) (entry, error) {
	now := a.now()
	a.mu.RLock()
	e, ok := a.known[id]
	a.mu.RUnlock()
	if ok && now.Before(e.until) {
		return e, nil
	}
	k, err := a.keys.Key(ctx, id)
	switch {
	case archwire.CodeOf(err) == archwire.NotFound:
		return entry{}, errDenied()
	case err != nil:
		return entry{}, &archwire.Error{
			Code: archwire.Unavailable, Message: "The key cannot be checked now.",
			Hint: "Try again in a few seconds.", Err: err,
		}
	}
	e = entry{key: k, scope: newScope(k), until: now.Add(fresh)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= maxKnown {
		clear(a.known)
	}
	a.known[id] = e
	return e, nil
}

func errDenied() error {
	return &archwire.Error{
		Code: archwire.Denied, Message: "The key is missing or not known.",
		Hint: "Send a key as \"Authorization: Bearer aw_...\".",
	}
}
