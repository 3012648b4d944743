// Package authtest keeps keys and grants in memory, for tests of what callers may
// see.
package authtest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// T is what is needed of a test: testing.T, testing.B and rapid.T have it.
type T interface {
	Helper()
	Fatal(args ...any)
	Context() context.Context
}

// Keys are keys in memory. It is safe for use by several goroutines.
type Keys struct {
	mu     sync.Mutex
	keys   map[string]auth.Key
	grants []auth.Grant
	used   map[string]time.Time
	spent  map[string]time.Time
	asked  int
	err    error
}

// New returns a store without keys.
func New() *Keys {
	return &Keys{keys: map[string]auth.Key{}, used: map[string]time.Time{}, spent: map[string]time.Time{}}
}

// Key implements auth.Keys.
func (s *Keys) Key(_ context.Context, id string) (auth.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	k, ok := s.keys[id]
	switch {
	case s.err != nil:
		return auth.Key{}, s.err
	case !ok:
		return auth.Key{}, &archwire.Error{Code: archwire.NotFound, Message: "no such key"}
	}
	var all, revoked int
	for _, g := range s.grants {
		if g.Client == k.Client {
			all++
			if !g.RevokedAt.IsZero() {
				revoked++
			}
		}
	}
	k.Grants = fmt.Sprint(all, revoked)
	return k, nil
}

// GrantsOf implements auth.Keys.
func (s *Keys) GrantsOf(_ context.Context, client string) ([]auth.Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return slices.DeleteFunc(slices.Clone(s.grants), func(g auth.Grant) bool { return g.Client != client }), s.err
}

// Used implements auth.Keys.
func (s *Keys) Used(_ context.Context, last map[string]time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		maps.Copy(s.used, last)
	}
	return s.err
}

// Spend implements auth.Keys.
func (s *Keys) Spend(_ context.Context, assertion string, until time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.spent[assertion]; again || s.err != nil {
		return false, s.err
	}
	s.spent[assertion] = until
	return true, nil
}

// MintPublic makes a key of k whose secret half the store does not have, and gives
// its client grants. It returns the key's id.
func (s *Keys) MintPublic(t T, k auth.Key, jwk json.RawMessage, grants ...auth.Grant) string {
	t.Helper()
	text := s.Mint(t, k, grants...)
	id := strings.Split(text, "_")[1]
	s.mu.Lock()
	defer s.mu.Unlock()
	k = s.keys[id]
	k.Hash, k.PublicKey = nil, jwk
	s.keys[id] = k
	return id
}

// Mint makes a key of k, of a client of its own unless k names one, and gives the
// client grants.
func (s *Keys) Mint(t T, k auth.Key, grants ...auth.Grant) string {
	t.Helper()
	id, key, err := auth.Mint(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k.ID, k.Hash = id, auth.Hash(key)
	if k.Client == "" {
		k.Client = "client of " + id
	}
	s.mu.Lock()
	s.keys[id] = k
	s.mu.Unlock()
	s.Grant(k.Client, grants...)
	return key
}

// Open makes a key that opens everything of the given tenants, or of all if none
// are given, in a profile.
func (s *Keys) Open(t T, profile archwire.Profile, tenants ...string) string {
	t.Helper()
	return s.Mint(t, auth.Key{}, Everything(profile, tenants...)...)
}

// Grant gives a client grants.
func (s *Keys) Grant(client string, grants ...auth.Grant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range grants {
		if g.ID == "" {
			g.ID = fmt.Sprintf("grant%d", len(s.grants))
		}
		g.Client = client
		s.grants = append(s.grants, g)
	}
}

// Revoke revokes the grants and keys for which which is true.
func (s *Keys) Revoke(at time.Time, grant func(auth.Grant) bool, key func(auth.Key) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.grants {
		if grant != nil && grant(s.grants[i]) {
			s.grants[i].RevokedAt = at
		}
	}
	for id, k := range s.keys {
		if key != nil && key(k) {
			k.RevokedAt = at
			s.keys[id] = k
		}
	}
}

// Put puts a key as it is.
func (s *Keys) Put(k auth.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[k.ID] = k
}

// Fail makes the store fail with err from now on; nil makes it work again.
func (s *Keys) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// Asked is how often the store was asked for a key or for grants.
func (s *Keys) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// UsedAt is when keys were used, by id, as far as the store was told.
func (s *Keys) UsedAt() map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.used)
}

// Scope is what a key opens now, to a caller from anywhere.
func (s *Keys) Scope(t T, key string, now time.Time) auth.Scope {
	t.Helper()
	scope, err := auth.NewAuthorizer(s, func() time.Time { return now }).Authorize(t.Context(), key, netip.Addr{})
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// Everything is a grant of everything by each of the given tenants, or by all if
// none are given.
func Everything(profile archwire.Profile, tenants ...string) []auth.Grant {
	if len(tenants) == 0 {
		tenants = []string{auth.Everyone}
	}
	var grants []auth.Grant
	for _, t := range tenants {
		grants = append(grants, auth.Grant{Tenant: t, Profile: profile, Purpose: "test"})
	}
	return grants
}
