package auth

import (
	"context"
	"crypto/subtle"
	"sync"
	"time"

	"archwire"
)

// Sessions finds sessions and what their persons may do. The state store is
// behind it.
type Sessions interface {
	// Session returns the session of that id, one that has ended too. An unknown id
	// is an error of code NotFound.
	Session(ctx context.Context, id string) (Session, error)

	// Roles lists the roles that a person has.
	Roles(ctx context.Context, person string) ([]Membership, error)

	// GrantsOf is that of Keys.
	GrantsOf(ctx context.Context, client string) ([]Grant, error)

	// Touch remembers that a session was used.
	Touch(ctx context.Context, id string, at time.Time) error
}

// sessions turns the secrets of sessions into Scopes.
type sessions struct {
	store Sessions
	now   func() time.Time

	mu      sync.Mutex
	known   map[string]*visit    // by the session's id
	unknown map[string]time.Time // until when an id that the store has not is refused unasked
}

// A visit is a session as it was last read.
type visit struct {
	session Session
	scope   Scope
	until   time.Time
}

// touchEvery is how often the use of a session is written down.
const touchEvery = time.Minute

// Admit has the Authorizer take sessions too. It is called before Authorize is.
func (a *Authorizer) Admit(store Sessions) {
	a.sessions = &sessions{store: store, now: a.now, known: map[string]*visit{}, unknown: map[string]time.Time{}}
}

// authorize returns the scope of the session that credential is the secret of. It asks
// the store anew, or as often as is fresh enough.
func (s *sessions) authorize(ctx context.Context, credential string, anew bool) (Scope, error) {
	id, ok := idOf(credential, sessionPrefix)
	if !ok || s == nil {
		return Scope{}, errNotSignedIn()
	}
	now := s.now()
	v, err := s.find(ctx, id, now, anew)
	if err != nil {
		return Scope{}, err
	}
	if subtle.ConstantTimeCompare(Hash(credential), v.session.Hash) != 1 {
		return Scope{}, errNotSignedIn()
	}
	good, due := s.use(v, now)
	if !good {
		return Scope{}, errNotSignedIn()
	}
	if due {
		if err := s.store.Touch(ctx, id, now); err != nil {
			return Scope{}, errUnchecked(err)
		}
	}
	return v.scope, nil
}

func (s *sessions) find(ctx context.Context, id string, now time.Time, anew bool) (*visit, error) {
	s.mu.Lock()
	last := s.known[id]
	refused := now.Before(s.unknown[id])
	s.mu.Unlock()
	switch {
	case last != nil && !anew && now.Before(last.until):
		return last, nil
	case refused:
		return nil, errNotSignedIn()
	}
	session, err := s.store.Session(ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		keep(&s.mu, s.unknown, id, now.Add(fresh))
		return nil, errNotSignedIn()
	}
	if err != nil {
		return nil, errUnchecked(err)
	}
	v, err := s.visit(ctx, last, session, now)
	if err != nil {
		return nil, errUnchecked(err)
	}
	keep(&s.mu, s.known, id, v)
	return v, nil
}

// visit says what a session opens: what it opened when it was last asked for,
// unless the person's standing has become another since.
func (s *sessions) visit(ctx context.Context, last *visit, session Session, now time.Time) (*visit, error) {
	v := &visit{session: session, until: now.Add(fresh)}
	if last != nil && last.session.Person == session.Person && last.session.Standing == session.Standing && last.scope.reach.holds(now) {
		v.scope = last.scope
	} else {
		roles, err := s.store.Roles(ctx, session.Person)
		if err != nil {
			return nil, err
		}
		v.scope = Scope{client: clientOf(roles), key: session.ID, person: Person{ID: session.Person, Name: session.Name, Roles: roles}}
		if v.scope.reach, err = s.reachOf(ctx, roles, now); err != nil {
			return nil, err
		}
	}
	if until := v.scope.reach.until; !until.IsZero() && until.Before(v.until) {
		v.until = until
	}
	return v, nil
}

// reachOf is what roles open.
func (s *sessions) reachOf(ctx context.Context, roles []Membership, now time.Time) (*reach, error) {
	var grants []Grant
	for _, m := range roles {
		if g, ok := m.grant(); ok {
			grants = append(grants, g)
		}
	}
	if client := clientOf(roles); client != "" {
		theirs, err := s.store.GrantsOf(ctx, client)
		if err != nil {
			return nil, err
		}
		grants = append(grants, theirs...)
	}
	return newReach(grants, now)
}

// use says whether the session is good, and whether its use is due to be written
// down.
func (s *sessions) use(v *visit, now time.Time) (good, due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !v.session.good(now) {
		return false, false
	}
	if due = now.Sub(v.session.UsedAt) >= touchEvery; due {
		v.session.UsedAt = now
	}
	return true, due
}

func errNotSignedIn() error {
	return &archwire.Error{
		Code: archwire.Denied, Message: "The session is not known or has ended.",
		Hint: "Sign in again.",
	}
}

func errUnchecked(err error) error {
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "Who you are cannot be checked now.",
		Hint: "Try again in a few seconds.", Err: err,
	}
}
