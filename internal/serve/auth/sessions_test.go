package auth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

// lobby keeps sessions in memory.
type lobby struct {
	*authtest.Keys
	mu       sync.Mutex
	sessions map[string]auth.Session
	roles    []auth.Membership
	touched  int
	err      error
}

func (l *lobby) Session(_ context.Context, id string) (auth.Session, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.sessions[id]
	switch {
	case l.err != nil:
		return auth.Session{}, l.err
	case !ok:
		return auth.Session{}, &archwire.Error{Code: archwire.NotFound, Message: "no such session"}
	}
	return s, nil
}

func (l *lobby) Roles(context.Context, string) ([]auth.Membership, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.roles), l.err
}

func (l *lobby) Touch(_ context.Context, id string, at time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.touched++
	s := l.sessions[id]
	s.UsedAt = at
	l.sessions[id] = s
	return l.err
}

// change changes a session as another server, or the command line, would.
func (l *lobby) change(id string, f func(*auth.Session)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sessions[id]
	f(&s)
	l.sessions[id] = s
}

// signedIn is somebody with roles who has just signed in.
func signedIn(t *testing.T, roles ...auth.Membership) (l *lobby, c *clock, a *auth.Authorizer, id, secret string) {
	t.Helper()
	keys, c, a := setup()
	id, secret, err := auth.MintSession(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l = &lobby{Keys: keys, roles: roles, sessions: map[string]auth.Session{
		id: {ID: id, Person: "ann", Hash: auth.Hash(secret), CreatedAt: morning, UsedAt: morning},
	}}
	a.Admit(l)
	return l, c, a, id, secret
}

func adminOf(tenant string) auth.Membership {
	return auth.Membership{ID: "m-" + tenant, Role: auth.PracticeAdmin, Tenant: tenant, CreatedAt: morning.Add(-time.Hour)}
}

func TestSessionsEndWhenTheyAreToo(t *testing.T) {
	for name, test := range map[string]struct {
		every, long time.Duration // a request each
		want        bool
	}{
		"in use":                  {10 * time.Minute, 11 * time.Hour, true},
		"idle":                    {auth.Idle + time.Minute, 2 * auth.Idle, false},
		"in use for all too long": {10 * time.Minute, auth.Absolute, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, c, a, _, secret := signedIn(t, adminOf("17"))
			var err error
			for end := morning.Add(test.long); c.at.Before(end); {
				c.at = c.at.Add(test.every)
				if _, err = a.Authorize(t.Context(), secret, here); err != nil {
					break
				}
			}
			if (err == nil) != test.want || err != nil && archwire.CodeOf(err) != archwire.Denied {
				t.Errorf("after %s: %v", c.at.Sub(morning), err)
			}
		})
	}
}

func TestSessionsAreTouchedOnceAMinute(t *testing.T) {
	l, c, a, _, secret := signedIn(t, adminOf("17"))
	for range 600 {
		if _, err := a.Authorize(t.Context(), secret, here); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(time.Second)
	}
	if l.touched < 8 || l.touched > 10 {
		t.Errorf("ten minutes of requests were written down %d times", l.touched)
	}
}

func TestSessionsOpenWhatRolesDo(t *testing.T) {
	for name, test := range map[string]struct {
		roles     []auth.Membership
		opens     map[string]archwire.Profile // by tenant; "" is nothing
		operates  bool
		admin     []string
		audience  string
		mayHandOn map[archwire.Profile]bool // of tenant 17
	}{
		"nobody": {nil, map[string]archwire.Profile{"17": "", "18": ""}, false, nil, "person:ann", map[archwire.Profile]bool{archwire.Aggregate: false}},
		"an operator": {
			[]auth.Membership{{ID: "m", Role: auth.Operator}},
			map[string]archwire.Profile{"17": archwire.Aggregate, "18": archwire.Aggregate},
			true, nil, "person:ann",
			map[archwire.Profile]bool{archwire.Identified: true},
		},
		"an operator who sees more": {
			[]auth.Membership{{ID: "m", Role: auth.Operator, Profile: archwire.Pseudonymous}}, map[string]archwire.Profile{"17": archwire.Pseudonymous}, true, nil, "person:ann", nil,
		},
		"an admin": {
			[]auth.Membership{adminOf("17")},
			map[string]archwire.Profile{"17": archwire.Identified, "18": ""},
			false,
			[]string{"17"},
			"person:ann",
			map[archwire.Profile]bool{archwire.Identified: true},
		},
		"an admin who sees less": {
			[]auth.Membership{{ID: "m", Role: auth.PracticeAdmin, Tenant: "17", Profile: archwire.Pseudonymous}},
			map[string]archwire.Profile{"17": archwire.Pseudonymous},
			false,
			[]string{"17"},
			"person:ann",
			map[archwire.Profile]bool{archwire.Identified: false, archwire.Pseudonymous: true, archwire.Aggregate: true},
		},
		"a user": {
			[]auth.Membership{{ID: "m", Role: auth.PracticeUser, Tenant: "17"}},
			map[string]archwire.Profile{"17": archwire.Identified, "18": ""},
			false, nil, "person:ann",
			map[archwire.Profile]bool{archwire.Aggregate: false},
		},
		"of two practices": {
			[]auth.Membership{adminOf("18"), {ID: "m", Role: auth.PracticeUser, Tenant: "17", Profile: archwire.Aggregate}},
			map[string]archwire.Profile{"17": archwire.Aggregate, "18": archwire.Identified, "19": ""},
			false,
			[]string{"18"},
			"person:ann", nil,
		},
		"a partner":                  {[]auth.Membership{{ID: "m", Role: auth.Partner, Client: "partner"}}, map[string]archwire.Profile{"17": archwire.Pseudonymous, "18": ""}, false, nil, "client:partner", nil},
		"a role of every practice":   {[]auth.Membership{{ID: "m", Role: auth.PracticeUser, Tenant: auth.Everyone}}, map[string]archwire.Profile{"17": "", "18": ""}, false, nil, "person:ann", nil},
		"a role that there is not":   {[]auth.Membership{{ID: "m", Role: "boss", Tenant: "17"}}, map[string]archwire.Profile{"17": ""}, false, nil, "person:ann", nil},
		"a role that has ended":      {[]auth.Membership{{ID: "m", Role: auth.PracticeUser, Tenant: "17", EndedAt: morning}}, map[string]archwire.Profile{"17": ""}, false, nil, "person:ann", nil},
		"a profile that there's not": {[]auth.Membership{{ID: "m", Role: auth.PracticeUser, Tenant: "17", Profile: "all"}}, map[string]archwire.Profile{"17": ""}, false, nil, "person:ann", nil},
	} {
		t.Run(name, func(t *testing.T) {
			l, _, a, id, secret := signedIn(t, test.roles...)
			l.Grant("partner", auth.Grant{Tenant: "17", Profile: archwire.Pseudonymous})
			scope, err := a.Authorize(t.Context(), secret, here)
			if err != nil {
				t.Fatal(err)
			}
			for tenant, want := range test.opens {
				access, ok := scope.Opens(tenant, auth.Resource{Dataset: "patients"})
				if ok != (want != "") || access.Profile != want || scope.Allows(tenant) != ok {
					t.Errorf("%s is opened %+v, %t; want %q", tenant, access, ok, want)
				}
			}
			if scope.Operates() != test.operates || !slices.Equal(scope.Administered(), test.admin) || scope.Audience() != test.audience ||
				scope.Person().ID != "ann" || scope.Key() != id {
				t.Errorf("scope: %t, %v, %s", scope.Operates(), scope.Administered(), scope.Audience())
			}
			for p, want := range test.mayHandOn {
				if scope.MayHandOn("17", p) != want {
					t.Errorf("handing on %s: %t", p, !want)
				}
			}
			for _, g := range scope.Grants() {
				if g.Client == "" {
					t.Errorf("a role is among the grants: %+v", g)
				}
			}
		})
	}
}

func TestSessionsFollowWhatChangesWithinASecond(t *testing.T) {
	l, c, a, id, secret := signedIn(t, adminOf("17"))
	if _, err := a.Authorize(t.Context(), secret, here); err != nil {
		t.Fatal(err)
	}
	l.mu.Lock()
	l.roles = []auth.Membership{adminOf("18")}
	l.mu.Unlock()
	l.change(id, func(s *auth.Session) { s.Standing = "another" })
	c.at = c.at.Add(time.Second)
	scope, err := a.Authorize(t.Context(), secret, here)
	if err != nil || scope.Allows("17") || !scope.Administers("18") {
		t.Errorf("after the roles changed: %v, %v", scope.Administered(), err)
	}
	l.change(id, func(s *auth.Session) { s.EndedAt = c.at })
	c.at = c.at.Add(time.Second)
	if _, err := a.Authorize(t.Context(), secret, here); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("after its end: %v", err)
	}
	l.change(id, func(s *auth.Session) { s.EndedAt = time.Time{} })
	l.mu.Lock()
	l.err = errors.New("the disk is gone")
	l.mu.Unlock()
	c.at = c.at.Add(time.Second)
	if _, err := a.Authorize(t.Context(), secret, here); archwire.CodeOf(err) != archwire.Unavailable {
		t.Errorf("without a state: %v", err)
	}
}

// FuzzSession gives the authorizer what a browser might send for a session.
func FuzzSession(f *testing.F) {
	id, secret, err := auth.MintSession(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	keys, _, a := setup()
	a.Admit(&lobby{Keys: keys, sessions: map[string]auth.Session{id: {ID: id, Person: "ann", Hash: auth.Hash(secret), CreatedAt: morning, UsedAt: morning}}})
	for _, seed := range []string{"", "aws_", secret, secret[:len(secret)-1], "aws_" + id + "_x", "aw_" + secret[4:], strings.ToUpper(secret), "awi_" + secret[4:]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scope, err := a.Authorize(t.Context(), text, here)
		if (err == nil) != (text == secret) || err != nil && archwire.CodeOf(err) != archwire.Denied {
			t.Errorf("%q: %v", text, err)
		}
		if err == nil && scope.Person().ID != "ann" {
			t.Errorf("%q is %+v", text, scope.Person())
		}
	})
}
