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

	mu      sync.RWMutex
	known   map[string]entry     // by key id
	unknown map[string]time.Time // until when an id that the store has not is refused unasked
}

type entry struct {
	key   Key
	scope Scope
	until time.Time
}

const (
	// fresh is how long an answer of the store is used again: a revoked key
	// opens nothing a second after its revocation, and a new one that was tried
	// before it was made opens what it should a second after.
	fresh = time.Second
	// maxKnown bounds the memory that keys take, and that ids which are none take.
	// They are apart, so that guessing does not drive good keys out.
	maxKnown = 10_000
)

// NewAuthorizer returns an Authorizer over keys.
func NewAuthorizer(keys Keys, now func() time.Time) *Authorizer {
	return &Authorizer{keys: keys, now: now, known: map[string]entry{}, unknown: map[string]time.Time{}}
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
	refused := now.Before(a.unknown[id])
	a.mu.RUnlock()
	switch {
	case ok && now.Before(e.until):
		return e, nil
	case refused:
		return entry{}, errDenied()
	}
	k, err := a.keys.Key(ctx, id)
	switch {
	case archwire.CodeOf(err) == archwire.NotFound:
		keep(&a.mu, a.unknown, id, now.Add(fresh))
		return entry{}, errDenied()
	case err != nil:
		return entry{}, &archwire.Error{
			Code: archwire.Unavailable, Message: "The key cannot be checked now.",
			Hint: "Try again in a few seconds.", Err: err,
		}
	}
	e = entry{key: k, scope: newScope(k), until: now.Add(fresh)}
	keep(&a.mu, a.known, id, e)
	return e, nil
}

// keep puts v into m, which mu guards and which is emptied when it is full.
func keep[V any](mu sync.Locker, m map[string]V, id string, v V) {
	mu.Lock()
	defer mu.Unlock()
	if len(m) >= maxKnown {
		clear(m)
	}
	m[id] = v
}

func errDenied() error {
	return &archwire.Error{
		Code: archwire.Denied, Message: "The key is missing or not known.",
		Hint: "Send a key as \"Authorization: Bearer aw_...\".",
	}
}
