package auth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// store is a key store that counts how often it is asked.
type store struct {
	keys  map[string]auth.Key
	err   error
	asked int
}

func (s *store) Key(_ context.Context, id string) (auth.Key, error) {
	s.asked++
	if s.err != nil {
		return auth.Key{}, s.err
	}
	k, ok := s.keys[id]
	if !ok {
		return auth.Key{}, &archwire.Error{Code: archwire.NotFound, Message: "no such key"}
	}
	return k, nil
}

func (s *store) mint(t *testing.T, k auth.Key) string {
	t.Helper()
	id, key, err := auth.Mint(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k.ID, k.Hash = id, auth.Hash(key)
	s.keys[id] = k
	return key
}

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func setup() (*store, *clock, *auth.Authorizer) {
	s, c := &store{keys: map[string]auth.Key{}}, &clock{time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	return s, c, auth.NewAuthorizer(s, c.now)
}

func TestScopeOpensWhatItsKeySays(t *testing.T) {
	s, _, a := setup()
	key := s.mint(t, auth.Key{Client: "gaidge", Tenants: []string{"p2", "p1", "p2"}, Profile: archwire.Pseudonymous})
	scope, err := a.Authorize(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(scope.Tenants(), " "); got != "p1 p2" {
		t.Errorf("tenants %q, want each once and sorted", got)
	}
	for tenant, want := range map[string]bool{"p1": true, "p2": true, "p3": false, "": false, "P1": false} {
		if scope.Allows(tenant) != want {
			t.Errorf("Allows(%q) is %v", tenant, !want)
		}
	}
	if scope.All() || scope.Client() != "gaidge" || scope.Profile() != archwire.Pseudonymous || !strings.Contains(key, "_"+scope.Key()+"_") {
		t.Errorf("scope is %+v", scope)
	}
	scope.Tenants()[0] = "p9"
	if scope.Allows("p9") {
		t.Error("a caller's change to Tenants changed the scope")
	}
}

func TestScopeOfAllNamesNone(t *testing.T) {
	s, _, a := setup()
	scope, err := a.Authorize(t.Context(), s.mint(t, auth.Key{All: true, Tenants: []string{"p1"}}))
	if err != nil || !scope.All() || scope.Tenants() != nil || !scope.Allows("anyone") {
		t.Errorf("scope is %+v, error %v", scope, err)
	}
}

func TestZeroScopeSeesNothing(t *testing.T) {
	var scope auth.Scope
	if scope.All() || scope.Allows("") || scope.Allows("p1") || scope.Profile().Opens(archwire.ClassPublic) {
		t.Error("the zero scope opens something")
	}
}

func TestDigestTellsScopesApart(t *testing.T) {
	s, _, a := setup()
	seen := map[string]int{}
	for i, k := range []auth.Key{
		{Tenants: []string{"p1"}, Profile: archwire.Aggregate},
		{Tenants: []string{"p1"}, Profile: archwire.Identified},
		{Tenants: []string{"p1", "p2"}, Profile: archwire.Aggregate},
		{Tenants: []string{"p1p2"}, Profile: archwire.Aggregate},
		{Tenants: []string{"p1", "2:p2"}, Profile: archwire.Aggregate},
		{All: true, Profile: archwire.Aggregate},
		{Profile: archwire.Aggregate},
	} {
		scope, err := a.Authorize(t.Context(), s.mint(t, k))
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := seen[scope.Digest()]; ok {
			t.Errorf("keys %d and %d have one digest", before, i)
		}
		seen[scope.Digest()] = i
	}
}

func TestRefusalsLookTheSame(t *testing.T) {
	s, _, a := setup()
	good := s.mint(t, auth.Key{All: true})
	_, unknown, err := auth.Mint(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	revoked := s.mint(t, auth.Key{All: true, RevokedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	other := s.mint(t, auth.Key{All: true})
	mixed := other[:strings.LastIndex(other, "_")] + good[strings.LastIndex(good, "_"):]
	var texts []string
	for _, credential := range []string{
		"", "aw_", "aw__", "aw_x", "aw_x_", "aw__x", good[:len(good)-1], good + "x", strings.ToUpper(good), "Bearer " + good,
		unknown, revoked, mixed, "aw_a_b_c", "aw_é_x", "aw_a b_x", "aw_x_" + strings.Repeat("a", 1000), "aw_'; drop table_x",
	} {
		_, err := a.Authorize(t.Context(), credential)
		if archwire.CodeOf(err) != archwire.Denied {
			t.Errorf("%q: %v, want Denied", credential, err)
			continue
		}
		texts = append(texts, err.Error()+archwire.HintOf(err))
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("one refusal says %q, another %q", text, texts[0])
		}
	}
}

func TestRevocationIsSeenWithinASecond(t *testing.T) {
	s, c, a := setup()
	key := s.mint(t, auth.Key{All: true})
	for range 3 {
		if _, err := a.Authorize(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if s.asked != 1 {
		t.Errorf("the store was asked %d times within a second", s.asked)
	}
	for id, k := range s.keys {
		k.RevokedAt = c.at
		s.keys[id] = k
	}
	c.at = c.at.Add(time.Second)
	if _, err := a.Authorize(t.Context(), key); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("a second after its revocation: %v, want Denied", err)
	}
}

func TestAWrongKeyAsksTheStoreOnceASecond(t *testing.T) {
	s, c, a := setup()
	id, wrong, err := auth.Mint(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := a.Authorize(t.Context(), wrong); archwire.CodeOf(err) != archwire.Denied {
			t.Fatalf("%v, want Denied", err)
		}
	}
	if s.asked != 1 {
		t.Errorf("the store was asked %d times within a second", s.asked)
	}
	s.keys[id] = auth.Key{ID: id, All: true, Hash: auth.Hash(wrong)} // now it is a key
	c.at = c.at.Add(time.Second)
	if _, err := a.Authorize(t.Context(), wrong); err != nil {
		t.Errorf("a second after the key was made: %v", err)
	}
}

func TestGuessingDrivesNoKeyOut(t *testing.T) {
	s, _, a := setup()
	good := s.mint(t, auth.Key{All: true})
	if _, err := a.Authorize(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	for range 25_000 {
		_, wrong, err := auth.Mint(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Authorize(t.Context(), wrong); archwire.CodeOf(err) != archwire.Denied {
			t.Fatalf("%v, want Denied", err)
		}
	}
	asked := s.asked
	if _, err := a.Authorize(t.Context(), good); err != nil || s.asked != asked {
		t.Errorf("%v; the store was asked %d times for a key that it had just given", err, s.asked-asked)
	}
}

func TestKeysThatCannotBeReadOpenNothing(t *testing.T) {
	s, c, a := setup()
	key := s.mint(t, auth.Key{All: true})
	if _, err := a.Authorize(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	s.err = errors.New("disk full: /var/lib/state.db")
	c.at = c.at.Add(2 * time.Second)
	_, err := a.Authorize(t.Context(), key)
	if archwire.CodeOf(err) != archwire.Unavailable || strings.Contains(err.Error(), "/var") {
		t.Errorf("%v, want Unavailable without the path", err)
	}
}

func TestMintedKeysDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		id, key, err := auth.Mint(rand.Reader)
		if err != nil || seen[id] || seen[key] || !strings.HasPrefix(key, "aw_"+id+"_") {
			t.Fatalf("id %q, key %q, error %v", id, key, err)
		}
		seen[id], seen[key] = true, true
	}
	if _, _, err := auth.Mint(strings.NewReader("short")); err == nil {
		t.Error("a key was made of too few random bytes")
	}
}
