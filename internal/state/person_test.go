package state_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func admit(t *testing.T, s *state.Store, name string, roles ...state.NewRole) (auth.Person, string) {
	t.Helper()
	for i := range roles {
		roles[i].By = state.Operator("dana")
	}
	p, invitation, err := s.AddPerson(t.Context(), state.NewPerson{Name: name, By: state.Operator("dana"), Roles: roles})
	if err != nil {
		t.Fatal(err)
	}
	return p, invitation
}

func admin(tenant string) state.NewRole {
	return state.NewRole{Role: auth.PracticeAdmin, Tenant: tenant}
}

func TestAddPerson_NamesOnePersonByOneAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		p, _ := admit(t, s, "Ann@Example.com", admin("17"))
		got, err := s.Person(t.Context(), "ann@example.COM")
		if err != nil || got.ID != p.ID || got.Name != "ann@example.com" || len(got.Roles) != 1 || got.Roles[0].Tenant != "17" {
			t.Errorf("got %+v, %v", got, err)
		}
		_, _, err = s.AddPerson(t.Context(), state.NewPerson{Name: "ANN@example.com", By: "operator", Roles: []state.NewRole{admin("18")}})
		wantCode(t, err, archwire.Conflict)
		for _, name := range []string{"", "ann", "Ann <ann@example.com>", "ann@example.com\n", " ann@example.com", strings.Repeat("a", 250) + "@example.com"} {
			_, _, err := s.AddPerson(t.Context(), state.NewPerson{Name: name, By: "operator"})
			wantCode(t, err, archwire.Invalid)
		}
		all, err := s.People(t.Context(), "17")
		if err != nil || len(all) != 1 {
			t.Errorf("practice 17 has %v, %v", all, err)
		}
		if all, err := s.People(t.Context(), "18"); err != nil || len(all) != 0 {
			t.Errorf("practice 18 has %v, %v", all, err)
		}
	})
}

func TestAddRole_RefusesWhatMakesNoSense(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		mint(t, s, "partner")
		p, _ := admit(t, s, "ann@example.com", admin("17"))
		for name, r := range map[string]state.NewRole{
			"no such role":               {Role: "boss"},
			"a practice's without one":   {Role: auth.PracticeUser},
			"a practice's of all":        {Role: auth.PracticeAdmin, Tenant: auth.Everyone},
			"an operator's of one":       {Role: auth.Operator, Tenant: "17"},
			"a partner's without client": {Role: auth.Partner},
			"a partner's profile":        {Role: auth.Partner, Client: "partner", Profile: archwire.Identified},
			"no such profile":            {Role: auth.Operator, Profile: "everything"},
			"a partner beside another":   {Role: auth.Partner, Client: "partner"},
		} {
			if _, err := s.AddRole(t.Context(), p.ID, r); archwire.CodeOf(err) != archwire.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, _, err := s.AddPerson(t.Context(), state.NewPerson{Name: "b@example.com", Roles: []state.NewRole{{Role: auth.Partner, Client: "nobody"}}})
		wantCode(t, err, archwire.NotFound)
		if _, err := s.Person(t.Context(), "b@example.com"); archwire.CodeOf(err) != archwire.NotFound {
			t.Errorf("a person was made without the role: %v", err)
		}
	})
}

func TestAccept_IsGoodOnceAndForAWeek(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		c := &clock{at: noon}
		s := open(t, url, c.now)
		p, first := admit(t, s, "ann@example.com", admin("17"))
		second, err := s.Invite(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Accept(t.Context(), first, "hash", nil)
		wantCode(t, err, archwire.NotFound)
		_, err = s.Accept(t.Context(), second[:len(second)-1]+"0", "hash", nil)
		wantCode(t, err, archwire.NotFound)
		if got, err := s.Accept(t.Context(), second, "hash", []byte("sealed")); err != nil || got != "ann@example.com" {
			t.Fatalf("got %q, %v", got, err)
		}
		_, err = s.Accept(t.Context(), second, "hash", nil)
		wantCode(t, err, archwire.NotFound)
		got, err := s.Credentials(t.Context(), "ann@example.com")
		if err != nil || got.Password != "hash" || string(got.TOTP) != "sealed" || got.Person != p.ID {
			t.Errorf("got %+v, %v", got, err)
		}
		third, err := s.Invite(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		c.pass(state.InvitationLasts)
		_, err = s.Accept(t.Context(), third, "hash", nil)
		wantCode(t, err, archwire.NotFound)
	})
}

func TestUseStep_TakesEachStepOnceAndNoneBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		p, _ := admit(t, s, "ann@example.com", admin("17"))
		if err := s.SetTOTP(t.Context(), p.ID, []byte("sealed")); err != nil {
			t.Fatal(err)
		}
		var good []int64
		for _, step := range []int64{10, 10, 9, 11, 11, 10} {
			ok, err := s.UseStep(t.Context(), p.ID, step)
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				good = append(good, step)
			}
		}
		if !slices.Equal(good, []int64{10, 11}) {
			t.Errorf("steps %v were good", good)
		}
	})
}

func TestSession_EndsWithItsPersonAndTheirPassword(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		p, _ := admit(t, s, "ann@example.com", admin("17"))
		for name, end := range map[string]func(id string) error{
			"signing out":    func(id string) error { return s.EndSession(t.Context(), id) },
			"a new password": func(string) error { return s.SetPassword(t.Context(), p.ID, "hash") },
			"a new secret":   func(string) error { return s.SetTOTP(t.Context(), p.ID, nil) },
			"being disabled": func(string) error { return s.DisablePerson(t.Context(), p.ID) },
		} {
			if err := s.EnablePerson(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
			_, session, err := s.StartSession(t.Context(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := s.Session(t.Context(), session.ID); err != nil || !got.EndedAt.IsZero() || got.Person != p.ID || got.Name != p.Name {
				t.Errorf("before %s: %+v, %v", name, got, err)
			}
			if err := end(session.ID); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Session(t.Context(), session.ID); err != nil || got.EndedAt.IsZero() {
				t.Errorf("after %s: %+v, %v", name, got, err)
			}
		}
		if err := s.DisablePerson(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.StartSession(t.Context(), p.ID)
		wantCode(t, err, archwire.NotFound)
		_, err = s.Credentials(t.Context(), p.Name)
		wantCode(t, err, archwire.NotFound)
	})
}

func TestEndRoles_DisablesWhoeverHasNoneLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		p, _ := admit(t, s, "ann@example.com", admin("17"), admin("18"))
		of := func(tenant string) func(auth.Membership) bool {
			return func(m auth.Membership) bool { return m.Tenant == tenant }
		}
		for _, step := range []struct {
			tenant   string
			code     archwire.Code
			disabled bool
		}{{"19", archwire.NotFound, false}, {"17", "", false}, {"17", archwire.NotFound, false}, {"18", "", true}} {
			err := s.EndRoles(t.Context(), p.ID, of(step.tenant))
			got, errPerson := s.Person(t.Context(), p.Name)
			if errPerson != nil || archwire.CodeOf(err) != step.code || got.DisabledAt.IsZero() == step.disabled {
				t.Errorf("after ending the role in %s: %v, %+v, %v", step.tenant, err, got, errPerson)
			}
		}
	})
}

func TestVouched_BindsAnAddressOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		ann, _ := admit(t, s, "ann@example.com", admin("17"))
		bob, _ := admit(t, s, "bob@example.com", admin("17"))
		if err := s.SetPassword(t.Context(), bob.ID, "hash"); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct{ subject, email, want string }{
			{"s1", "", ""},                    // an address that is not verified
			{"s1", "carl@example.com", ""},    // nobody
			{"s1", "Ann@example.com", ann.ID}, // the first time
			{"s1", "", ann.ID},                // known from then on
			{"s1", "bob@example.com", ann.ID}, // by subject, not by address
			{"s2", "ann@example.com", ""},     // an address that was given to another
			{"s3", "bob@example.com", ""},     // has a password
		} {
			got, err := s.Vouched(t.Context(), "https://issuer", step.subject, step.email)
			if got != step.want || (err == nil) != (step.want != "") {
				t.Errorf("%+v: got %q, %v", step, got, err)
			}
		}
		_, err := s.Vouched(t.Context(), "https://another", "s1", "ann@example.com") // which vouches for whom the first one knows
		wantCode(t, err, archwire.NotFound)
		if err := s.DisablePerson(t.Context(), ann.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.Vouched(t.Context(), "https://issuer", "s1", "")
		wantCode(t, err, archwire.NotFound)
	})
}

func TestOnce_OfManyAtOnceHasOneEffect(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		c := &clock{at: noon}
		s := open(t, url, c.now)
		mint(t, s, "partner")
		ask := state.Kept{Caller: "ann", Key: "k", Request: "r"}
		grant := func(ctx context.Context) (int, []byte, error) {
			made, err := s.Grant(ctx, "partner", []state.NewGrant{{Tenant: "17", Profile: archwire.Aggregate, Purpose: "p", By: "ann"}})
			if err != nil || len(made) != 1 {
				return 0, nil, errors.Join(err, errors.New("none was made"))
			}
			return 201, []byte(made[0].ID), nil
		}
		failed := errors.New("a failure after the effect")
		_, _, err := s.Once(t.Context(), ask, func(ctx context.Context) (int, []byte, error) {
			_, _, err := grant(ctx)
			return 0, nil, errors.Join(err, failed)
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if _, before, err := s.Answered(t.Context(), ask.Caller, ask.Key); before || err != nil {
			t.Errorf("what failed is kept: %v, %v", before, err)
		}
		answers := make(chan string, 6)
		for range 6 {
			go func() {
				k, _, err := s.Once(context.Background(), ask, grant)
				if err != nil {
					t.Error(err)
				}
				answers <- string(k.Body)
			}()
		}
		first := <-answers
		for range 5 {
			if got := <-answers; got != first || got == "" {
				t.Errorf("answers %q and %q", first, got)
			}
		}
		if k, before, err := s.Answered(t.Context(), ask.Caller, ask.Key); err != nil || !before || string(k.Body) != first || k.Status != 201 || k.Request != ask.Request {
			t.Errorf("what is kept: %+v, %v, %v", k, before, err)
		}
		if _, before, err := s.Answered(t.Context(), "another", ask.Key); before || err != nil {
			t.Errorf("what is another caller's: %v, %v", before, err)
		}
		grants, err := s.Grants(t.Context(), "", "17")
		if err != nil || len(grants) != 2 || !slices.ContainsFunc(grants, func(g auth.Grant) bool { return g.ID == first }) { // one is everyone's
			t.Errorf("got %v, %v", grants, err)
		}
		c.pass(state.KeptFor)
		if _, before, err := s.Answered(t.Context(), ask.Caller, ask.Key); before || err != nil {
			t.Errorf("after a day it is kept: %v, %v", before, err)
		}
		if _, before, err := s.Once(t.Context(), ask, func(context.Context) (int, []byte, error) { return 200, nil, nil }); err != nil || before {
			t.Errorf("after a day: %v, %v", before, err)
		}
	})
}

func TestCreateKey_OfATenantsOwnClientLeavesOthersAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		mint(t, s, "ours")
		own := func(client, tenant string, grants ...state.NewGrant) error {
			_, _, _, err := s.CreateKey(t.Context(), state.NewKey{Client: client, Tenant: tenant, Grants: grants})
			return err
		}
		wantCode(t, own("ours", "17", everything(archwire.Aggregate, "17")...), archwire.Conflict)
		wantCode(t, own("ours", "17"), archwire.NotFound)
		wantCode(t, own("17/bi", "17"), archwire.NotFound)
		if err := own("17/bi", "17", everything(archwire.Aggregate, "17")...); err != nil {
			t.Fatal(err)
		}
		wantCode(t, own("17/bi", "18"), archwire.NotFound)
		if err := own("17/bi", "17"); err != nil {
			t.Fatal(err)
		}
		for tenant, want := range map[string]int{"17": 2, "18": 0} {
			if keys, err := s.OwnKeys(t.Context(), tenant); err != nil || len(keys) != want {
				t.Errorf("%s has %d keys, want %d: %v", tenant, len(keys), want, err)
			}
		}
	})
}
