package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"archwire"
)

// Keys finds keys and what they open. The state store is behind it.
type Keys interface {
	// Key returns the key of that id, one that is no good any more too. An
	// unknown id is an error of code NotFound.
	Key(ctx context.Context, id string) (Key, error)

	// GrantsOf lists the grants of a client, those that ended or were revoked, too.
	GrantsOf(ctx context.Context, client string) ([]Grant, error)

	// Used remembers when keys were last used, by id. A later time that is
	// remembered already stays.
	Used(ctx context.Context, last map[string]time.Time) error

	// Spend remembers until at least that time that an assertion was used; it is
	// not first if that is remembered already, whichever server it was used at.
	Spend(ctx context.Context, assertion string, until time.Time) (first bool, err error)
}

// An Authorizer turns credentials into Scopes. It is safe for use by several
// goroutines.
type Authorizer struct {
	keys     Keys
	now      func() time.Time
	tokens   *Tokens
	sessions *sessions // nil takes none

	mu      sync.RWMutex
	known   map[string]*entry    // by key id
	unknown map[string]time.Time // until when an id that the store has not is refused unasked
	used    map[string]time.Time // when keys were last used, as far as the store was not told
}

type entry struct {
	key   Key
	scope Scope
	until time.Time
	used  atomic.Bool
}

const (
	// fresh is how long an answer of the store is used again: what is revoked
	// opens nothing a second after its revocation, and a new key that was tried
	// before it was made opens what it should a second after.
	fresh = time.Second
	// maxKnown bounds the memory that keys take, and that ids which are none take.
	// They are apart, so that guessing does not drive good keys out.
	maxKnown = 10_000
)

// NewAuthorizer returns an Authorizer over keys.
func NewAuthorizer(keys Keys, now func() time.Time) *Authorizer {
	own := make([]byte, sha256.Size)
	rand.Read(own) // never fails, says its documentation
	return &Authorizer{
		keys: keys, now: now, tokens: &Tokens{own, TokenTTL},
		known: map[string]*entry{}, unknown: map[string]time.Time{}, used: map[string]time.Time{},
	}
}

// Authorize returns the scope of the key that credential is, or is a token of, or
// of the session that it is, for a caller at that address. A malformed, an unknown,
// a wrong, a revoked and an expired one, and one that is not to be used from there,
// all give the same error, of code Denied; when the keys cannot be read, the code is
// Unavailable. A token opens what its key opens at that moment, and nothing once the
// key does not.
func (a *Authorizer) Authorize(ctx context.Context, credential string, from netip.Addr) (Scope, error) {
	return a.authorize(ctx, credential, from, false)
}

// Anew is Authorize by what the store says when it is called, however lately it was asked:
// what was revoked before opens nothing.
func (a *Authorizer) Anew(ctx context.Context, credential string, from netip.Addr) (Scope, error) {
	return a.authorize(ctx, credential, from, true)
}

func (a *Authorizer) authorize(ctx context.Context, credential string, from netip.Addr, anew bool) (Scope, error) {
	if strings.HasPrefix(credential, sessionPrefix) {
		return a.sessions.authorize(ctx, credential, anew)
	}
	now := a.now()
	id, isToken := a.tokens.open(credential, now)
	if !isToken {
		var ok bool
		if id, ok = keyID(credential); !ok {
			return Scope{}, errDenied()
		}
	}
	e, err := a.find(ctx, id, now, anew)
	if err != nil {
		return Scope{}, err
	}
	if !isToken && !e.key.is(credential) || !e.key.good(now) || !e.key.usableFrom(from) {
		return Scope{}, errDenied()
	}
	a.uses(e, now)
	return e.scope, nil
}

// uses remembers that the key of e was used.
func (a *Authorizer) uses(e *entry, now time.Time) {
	if !e.used.Load() && !e.used.Swap(true) {
		keep(&a.mu, a.used, e.key.ID, now)
	}
}

func (a *Authorizer) find(ctx context.Context, id string, now time.Time, anew bool) (*entry, error) {
	a.mu.RLock()
	e, ok := a.known[id]
	refused := now.Before(a.unknown[id])
	a.mu.RUnlock()
	switch {
	case ok && !anew && now.Before(e.until):
		return e, nil
	case refused:
		return nil, errDenied()
	}
	k, err := a.keys.Key(ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		keep(&a.mu, a.unknown, id, now.Add(fresh))
		return nil, errDenied()
	}
	var r *reach
	if err == nil {
		r, err = a.reachOf(ctx, e, k, now)
	}
	if err != nil {
		return nil, errUnavailable(err)
	}
	e = &entry{key: k, scope: Scope{client: k.Client, key: k.ID, reach: r}, until: now.Add(fresh)}
	if !r.until.IsZero() && r.until.Before(e.until) {
		e.until = r.until
	}
	keep(&a.mu, a.known, id, e)
	return e, nil
}

// reachOf is what k opens: what it opened when it was last asked for, unless the
// grants of its client have become others since.
func (a *Authorizer) reachOf(ctx context.Context, last *entry, k Key, now time.Time) (*reach, error) {
	if last != nil && last.key.Client == k.Client && last.key.Grants == k.Grants && last.scope.reach.holds(now) {
		return last.scope.reach, nil
	}
	grants, err := a.keys.GrantsOf(ctx, k.Client)
	if err != nil {
		return nil, err
	}
	return newReach(grants, now)
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
		Hint: "Send a key as \"Authorization: Bearer aw_...\", or a token that is not over, awt_....",
	}
}

func errUnavailable(err error) error {
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "The key cannot be checked now.",
		Hint: "Try again in a few seconds.", Err: err,
	}
}
