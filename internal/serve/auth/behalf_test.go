package auth_test

import (
	"net/netip"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

func TestOnBehalfOpensOnePracticeAndNothingWider(t *testing.T) {
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	role := func(r auth.Role, tenant, client string, profile archwire.Profile) auth.Membership {
		return auth.Membership{ID: string(r) + tenant, Role: r, Tenant: tenant, Client: client, Profile: profile, CreatedAt: now.Add(-time.Hour)}
	}
	ended := role(auth.PracticeAdmin, "p1", "", "")
	ended.EndedAt = now.Add(-time.Minute)
	both := []auth.Membership{role(auth.PracticeAdmin, "p1", "", ""), role(auth.PracticeUser, "p2", "", "")}
	for name, test := range map[string]struct {
		roles   []auth.Membership
		tenant  string
		widest  archwire.Profile
		profile archwire.Profile // that p1 opens; "" is refused
	}{
		"an admin":                 {both, "p1", "", archwire.Identified},
		"an admin, narrowed":       {both, "p1", archwire.Aggregate, archwire.Aggregate},
		"a narrow role stays so":   {[]auth.Membership{role(auth.PracticeUser, "p1", "", archwire.Aggregate)}, "p1", archwire.Identified, archwire.Aggregate},
		"an operator":              {[]auth.Membership{role(auth.Operator, "", "", archwire.Pseudonymous)}, "p1", "", archwire.Pseudonymous},
		"somebody of another":      {both[1:], "p1", "", ""},
		"a partner":                {[]auth.Membership{role(auth.Partner, "", "c1", "")}, "p1", "", ""},
		"a role that has ended":    {[]auth.Membership{ended}, "p1", "", ""},
		"no practice":              {both, "", "", ""},
		"everybody's is no tenant": {both, auth.Everyone, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			sessions, secret, err := auth.OnBehalf(auth.Person{ID: "x1", Name: "ann@example.com", Roles: test.roles}, test.tenant, test.widest, now)
			if test.profile == "" {
				if archwire.CodeOf(err) != archwire.Denied {
					t.Fatalf("error %v, want code denied", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			a := auth.NewAuthorizer(authtest.New(), func() time.Time { return now })
			a.Admit(sessions)
			scope, err := a.Authorize(t.Context(), secret, netip.MustParseAddr("127.0.0.1"))
			if err != nil {
				t.Fatal(err)
			}
			if got := scope.Person().Name; got != "ann@example.com" {
				t.Errorf("asks as %q", got)
			}
			for _, g := range scope.Grants() {
				if g.Profile != test.profile {
					t.Errorf("opens %s of %s", g.Profile, g.Tenant)
				}
			}
			if operates := scope.Operates(); !scope.Allows("p1") || scope.Allows("p2") != operates {
				t.Errorf("opens %v", scope.Tenants())
			}
			if _, other, err := auth.MintSession(zeros{}); err != nil {
				t.Fatal(err)
			} else if _, err := a.Authorize(t.Context(), other, netip.MustParseAddr("127.0.0.1")); archwire.CodeOf(err) != archwire.Denied {
				t.Errorf("another session: %v, want code denied", err)
			}
		})
	}
}

// zeros makes a secret that nobody was given.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestNobodyIsActedForWhoIsDisabled(t *testing.T) {
	now := time.Now()
	p := auth.Person{ID: "x1", DisabledAt: now, Roles: []auth.Membership{{Role: auth.PracticeAdmin, Tenant: "p1", CreatedAt: now}}}
	if _, _, err := auth.OnBehalf(p, "p1", "", now); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("error %v, want code denied", err)
	}
}
