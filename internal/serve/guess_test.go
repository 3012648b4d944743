package serve_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
)

// asked counts how often the store is asked for keys and sessions.
type asked struct {
	*state.Store
	n atomic.Int64
}

func (a *asked) Key(ctx context.Context, id string) (auth.Key, error) {
	a.n.Add(1)
	return a.Store.Key(ctx, id)
}

func (a *asked) Session(ctx context.Context, id string) (auth.Session, error) {
	a.n.Add(1)
	return a.Store.Session(ctx, id)
}

func TestWrongCredentialsAreLimitedForEachNetwork(t *testing.T) {
	for kind, form := range map[string]string{
		"keys": "aw_guess%d_x", "sessions": "aws_guess%d_x", "tokens": "awt_guess%d", "malformed ones": "guess%d",
		"wrong secrets of one key": "aw_guess_x%d",
	} {
		clock := &hands{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
		keys := &asked{}
		o := staffed(t, func(c *serve.Config, desk *signin.Config) {
			keys.Store = desk.People.(*state.Store)
			a := auth.NewAuthorizer(keys, clock.now)
			a.Admit(keys)
			c.Authorizer, c.Now, c.Proxies = a, clock.now, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		})
		o.published(t, nil)
		before := keys.n.Load()
		looked := map[int]int{}
		for i := range 200 {
			r := o.get(t, "/v1/metrics", fmt.Sprintf(form, i), networkNamed(1)...)
			looked[r.status]++
			if r.status == 429 && (r.header.Get("Retry-After") != "1" || r.at(t, "type") != "/docs#problem-rate" || r.header.Get("WWW-Authenticate") != "") {
				t.Fatalf("%s: %v %s", kind, r.header, r.text)
			}
		}
		if looked[401] != 50 || looked[429] != 150 {
			t.Errorf("%s: %v", kind, looked)
		}
		if n := keys.n.Load() - before; n > 50 {
			t.Errorf("%s: the store was asked %d times", kind, n)
		}
		o.get(t, "/v1/metrics", fmt.Sprintf(form, 200), networkNamed(2)...).want(t, 401)
		o.get(t, "/auth/me", fmt.Sprintf(form, 201), networkNamed(1)...)
		clock.move(time.Second)
		looked = map[int]int{}
		for i := range 20 {
			looked[o.get(t, "/v1/metrics", fmt.Sprintf(form, 300+i), networkNamed(1)...).status]++
		}
		if looked[401] != 5 {
			t.Errorf("%s: a second later: %v", kind, looked)
		}
	}
}

func TestGuessingHoldsNoGoodCredentialUp(t *testing.T) {
	clock := &hands{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	keys := authtest.New()
	b := setup(t, func(c *serve.Config) { c.Authorizer, c.Now = auth.NewAuthorizer(keys, clock.now), clock.now })
	b.published(t, nil)
	known, other := keys.Open(t, archwire.Aggregate), keys.Open(t, archwire.Aggregate)
	b.get(t, "/v1", known).want(t, 200)
	token := b.askToken(t, credentials(), idOf(other), other).want(t, 200).at(t, "access_token").(string)
	flood := func() {
		for i := range 100 {
			b.get(t, "/v1", fmt.Sprintf("aw_guess%d_x", i))
		}
		b.get(t, "/v1", "aw_guess_y").want(t, 429)
	}
	flood()
	for range 20 {
		b.get(t, "/v1", known).want(t, 200) // who was right from here
		if r := b.get(t, "/v1", token).want(t, 200); r.header.Get("Retry-After") != "" {
			t.Error("who is let in is told to wait")
		}
	}
	b.get(t, "/v1", other).want(t, 429) // not seen from here: it could be a guess
	b.get(t, "/v1", "").want(t, 401)
	clock.move(time.Second)
	b.get(t, "/v1", other).want(t, 200)
	flood()
	b.get(t, "/v1", other).want(t, 200)
	b.get(t, "/v1", known+"x").want(t, 429)
	clock.move(61 * time.Minute) // nobody is known for good
	flood()
	b.get(t, "/v1", known).want(t, 429)
}

func TestACredentialThatHasEndedIsNoGuess(t *testing.T) {
	clock := &hands{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	b := setup(t, func(c *serve.Config) { c.Now = clock.now })
	b.published(t, nil)
	for range 200 { // by several programs of one network
		for _, ended := range []string{"aw_ended1_x", "aws_ended2_x", "awt_ended3"} {
			b.get(t, "/v1", ended).want(t, 401)
		}
	}
}
