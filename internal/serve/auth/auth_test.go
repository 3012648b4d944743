package auth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

var morning = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// here is where the callers of most tests are.
var here = netip.MustParseAddr("192.0.2.7")

func setup() (*authtest.Keys, *clock, *auth.Authorizer) {
	s, c := authtest.New(), &clock{morning}
	return s, c, auth.NewAuthorizer(s, c.now)
}

func TestRefusalsLookTheSame(t *testing.T) {
	s, _, a := setup()
	grants := authtest.Everything(archwire.Identified)
	good := s.Mint(t, auth.Key{}, grants...)
	_, unknown, err := auth.Mint(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	revoked := s.Mint(t, auth.Key{RevokedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, grants...)
	expired := s.Mint(t, auth.Key{ExpiresAt: morning}, grants...)
	elsewhere := s.Mint(t, auth.Key{Networks: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, grants...)
	other := s.Mint(t, auth.Key{}, grants...)
	mixed := other[:strings.LastIndex(other, "_")] + good[strings.LastIndex(good, "_"):]
	var texts []string
	for _, credential := range []string{
		"", "aw_", "aw__", "aw_x", "aw_x_", "aw__x", good[:len(good)-1], good + "x", strings.ToUpper(good), "Bearer " + good,
		unknown, revoked, expired, elsewhere, mixed, "aw_a_b_c", "aw_é_x", "aw_a b_x", "aw_x_" + strings.Repeat("a", 1000), "aw_'; drop table_x",
	} {
		_, err := a.Authorize(t.Context(), credential, here)
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

func TestKeysAreUsableFromTheirNetworks(t *testing.T) {
	s, _, a := setup()
	var networks []netip.Prefix
	for _, n := range []string{"198.51.100.0/24", "203.0.113.9/32", "2001:db8::/32"} {
		networks = append(networks, netip.MustParsePrefix(n))
	}
	bound := s.Mint(t, auth.Key{Networks: networks}, authtest.Everything(archwire.Aggregate)...)
	free := s.Open(t, archwire.Aggregate)
	for from, want := range map[string]bool{
		"198.51.100.1": true, "198.51.101.1": false, "203.0.113.9": true, "203.0.113.8": false, "::ffff:198.51.100.1": true,
		"2001:db8::1": true, "2001:db9::1": false, "2001:db8::1%eth0": true, "127.0.0.1": false, "::1": false, "": false,
	} {
		var addr netip.Addr // of a connection that has none
		if from != "" {
			addr = netip.MustParseAddr(from)
		}
		if _, err := a.Authorize(t.Context(), bound, addr); (err == nil) != want {
			t.Errorf("from %q: %v, want that it is let in: %t", from, err, want)
		}
		if _, err := a.Authorize(t.Context(), free, addr); err != nil {
			t.Errorf("a key without networks from %q: %v", from, err)
		}
	}
}

func TestWhatIsRevokedOpensNothingWithinASecond(t *testing.T) {
	for name, revoke := range map[string]func(*authtest.Keys, time.Time){
		"key":   func(s *authtest.Keys, at time.Time) { s.Revoke(at, nil, func(auth.Key) bool { return true }) },
		"grant": func(s *authtest.Keys, at time.Time) { s.Revoke(at, func(auth.Grant) bool { return true }, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			s, c, a := setup()
			key := s.Open(t, archwire.Aggregate)
			for range 3 {
				if scope, err := a.Authorize(t.Context(), key, here); err != nil || !scope.Allows("p1") {
					t.Fatal(err)
				}
			}
			if asked := s.Asked(); asked != 2 {
				t.Errorf("the store was asked %d times within a second, want once for the key and once for its grants", asked)
			}
			revoke(s, c.at)
			c.at = c.at.Add(time.Second)
			if scope, err := a.Authorize(t.Context(), key, here); err == nil && scope.Allows("p1") {
				t.Error("a second after its revocation it opens something")
			}
		})
	}
}

func TestWhatIsRevokedOpensNothingToWhoAsksAnew(t *testing.T) {
	for name, revoke := range map[string]func(*authtest.Keys, time.Time){
		"key":   func(s *authtest.Keys, at time.Time) { s.Revoke(at, nil, func(auth.Key) bool { return true }) },
		"grant": func(s *authtest.Keys, at time.Time) { s.Revoke(at, func(auth.Grant) bool { return true }, nil) },
	} {
		s, c, a := setup()
		key := s.Open(t, archwire.Aggregate)
		for range 2 {
			if scope, err := a.Anew(t.Context(), key, here); err != nil || !scope.Allows("p1") {
				t.Fatal(err)
			}
		}
		revoke(s, c.at)
		if scope, err := a.Anew(t.Context(), key, here); err == nil && scope.Allows("p1") {
			t.Errorf("%s: after its revocation it opens something", name)
		}
		if scope, err := a.Authorize(t.Context(), key, here); err == nil && scope.Allows("p1") {
			t.Errorf("%s: what was learnt anew is not known", name)
		}
	}
	l, _, a, id, secret := signedIn(t, adminOf("17"))
	if _, err := a.Authorize(t.Context(), secret, here); err != nil {
		t.Fatal(err)
	}
	l.change(id, func(s *auth.Session) { s.EndedAt = morning })
	if _, err := a.Anew(t.Context(), secret, here); archwire.CodeOf(err) != archwire.Denied {
		t.Errorf("a session that has ended: %v", err)
	}
}

func TestTimesTakeEffectAtOnce(t *testing.T) {
	s, c, _ := setup()
	grant := authtest.Everything(archwire.Aggregate)[0]
	grant.From, grant.Until = morning.Add(300*time.Millisecond), morning.Add(600*time.Millisecond)
	key := s.Mint(t, auth.Key{ExpiresAt: morning.Add(900 * time.Millisecond)}, grant)
	for after, want := range map[time.Duration]string{
		0: "nothing", 299 * time.Millisecond: "nothing", 300 * time.Millisecond: "p1", 599 * time.Millisecond: "p1",
		600 * time.Millisecond: "nothing", 899 * time.Millisecond: "nothing", 900 * time.Millisecond: "denied",
	} {
		for _, before := range []time.Duration{0, after} { // as the first question, and after an earlier one
			a := auth.NewAuthorizer(s, c.now)
			c.at = morning.Add(before)
			_, _ = a.Authorize(t.Context(), key, here)
			c.at = morning.Add(after)
			scope, err := a.Authorize(t.Context(), key, here)
			got := "nothing"
			switch {
			case err != nil:
				got = "denied"
			case scope.Allows("p1"):
				got = "p1"
			}
			if got != want {
				t.Errorf("%v after the key was made, first asked after %v: it opens %s, want %s", after, before, got, want)
			}
		}
	}
}

func TestGrantsAreReadAgainOnlyWhenTheyHaveChanged(t *testing.T) {
	s, c, a := setup()
	key := s.Mint(t, auth.Key{Client: "partner"}, authtest.Everything(archwire.Aggregate, "p1")...)
	ask := func() (auth.Scope, int) {
		t.Helper()
		before := s.Asked()
		c.at = c.at.Add(time.Second)
		scope, err := a.Authorize(t.Context(), key, here)
		if err != nil {
			t.Fatal(err)
		}
		return scope, s.Asked() - before
	}
	first, _ := ask()
	same, asked := ask()
	if asked != 1 || same.Digest() != first.Digest() {
		t.Errorf("a second later the store was asked %d times, digests %s and %s", asked, first.Digest(), same.Digest())
	}
	s.Grant("partner", authtest.Everything(archwire.Aggregate, "p2")...)
	s.Grant("somebody else", authtest.Everything(archwire.Aggregate, "p3")...)
	more, asked := ask()
	if asked != 2 || !more.Allows("p2") || more.Allows("p3") || more.Digest() == first.Digest() {
		t.Errorf("after a new grant: asked %d times, tenants %v", asked, more.Tenants())
	}
}

func TestAWrongKeyAsksTheStoreOnceASecond(t *testing.T) {
	s, c, a := setup()
	id, wrong, err := auth.Mint(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := a.Authorize(t.Context(), wrong, here); archwire.CodeOf(err) != archwire.Denied {
			t.Fatalf("%v, want Denied", err)
		}
	}
	if asked := s.Asked(); asked != 1 {
		t.Errorf("the store was asked %d times within a second", asked)
	}
	s.Put(auth.Key{ID: id, Hash: auth.Hash(wrong)}) // now it is a key
	c.at = c.at.Add(time.Second)
	if _, err := a.Authorize(t.Context(), wrong, here); err != nil {
		t.Errorf("a second after the key was made: %v", err)
	}
}

func TestGuessingDrivesNoKeyOut(t *testing.T) {
	s, _, a := setup()
	good := s.Open(t, archwire.Aggregate)
	if _, err := a.Authorize(t.Context(), good, here); err != nil {
		t.Fatal(err)
	}
	for range 25_000 {
		_, wrong, err := auth.Mint(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Authorize(t.Context(), wrong, here); archwire.CodeOf(err) != archwire.Denied {
			t.Fatalf("%v, want Denied", err)
		}
	}
	asked := s.Asked()
	if _, err := a.Authorize(t.Context(), good, here); err != nil || s.Asked() != asked {
		t.Errorf("%v; the store was asked %d times for a key that it had just given", err, s.Asked()-asked)
	}
}

func TestKeysThatCannotBeReadOpenNothing(t *testing.T) {
	s, c, a := setup()
	key := s.Open(t, archwire.Aggregate)
	if _, err := a.Authorize(t.Context(), key, here); err != nil {
		t.Fatal(err)
	}
	s.Fail(errors.New("disk full: /var/lib/state.db"))
	c.at = c.at.Add(2 * time.Second)
	_, err := a.Authorize(t.Context(), key, here)
	if archwire.CodeOf(err) != archwire.Unavailable || strings.Contains(err.Error(), "/var") {
		t.Errorf("%v, want Unavailable without the path", err)
	}
}

func TestUsesAreWrittenEachMinuteAndAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := authtest.New()
		a := auth.NewAuthorizer(s, time.Now)
		key, wrong := s.Open(t, archwire.Aggregate), s.Open(t, archwire.Aggregate)
		id := strings.Split(key, "_")[1]
		ctx, cancel := context.WithCancel(t.Context())
		var reported []error
		done := make(chan struct{})
		go func() {
			defer close(done)
			a.WriteUses(ctx, func(err error) { reported = append(reported, err) })
		}()
		use := func(credential string) { _, _ = a.Authorize(t.Context(), credential, here) }
		sleep := func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		}
		began := time.Now()
		use(key)
		use(wrong + "x")
		sleep(59 * time.Second)
		if got := s.UsedAt(); len(got) != 0 {
			t.Errorf("within a minute uses were written: %v", got)
		}
		use(key)
		sleep(2 * time.Second)
		if diff := cmp.Diff(map[string]time.Time{id: began.Add(59 * time.Second)}, s.UsedAt()); diff != "" {
			t.Errorf("after a minute (-want +got):\n%s", diff)
		}
		s.Fail(errors.New("busy"))
		sleep(time.Minute)
		if len(reported) != 0 {
			t.Errorf("nothing was used, and yet: %v", reported)
		}
		s.Fail(nil)
		use(key)
		s.Fail(errors.New("busy"))
		sleep(time.Minute)
		if len(reported) != 1 {
			t.Errorf("reported %v, want that it could not be written", reported)
		}
		s.Fail(nil)
		cancel()
		<-done
		if diff := cmp.Diff(map[string]time.Time{id: began.Add(121 * time.Second)}, s.UsedAt()); diff != "" {
			t.Errorf("at the end (-want +got):\n%s", diff)
		}
	})
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
