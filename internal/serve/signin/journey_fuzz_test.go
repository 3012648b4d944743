package signin

import (
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"
)

// A browser brings back what it was given to carry, and nothing else is a journey: not
// another issuer's, not one of another state, and nothing that was made up.
func FuzzJourney(f *testing.F) {
	trips, err := NewSealer([]byte("0123456789abcdef0123456789abcdef"), "trips to issuers")
	if err != nil {
		f.Fatal(err)
	}
	p, now := &providers{issuers: map[string]Issuer{"one": {URL: "https://one.example"}, "two": {}}, trips: trips}, time.Unix(1_800_000_000, 0)
	text, err := json.Marshal(journey{Issuer: "one", State: "s", Nonce: "n", To: "/docs", Ends: now.Add(time.Minute)})
	if err != nil {
		f.Fatal(err)
	}
	good := base64.RawURLEncoding.EncodeToString(trips.Seal(text, "one"))
	f.Add(good, "one", "s", "code", "")
	f.Add(good, "two", "s", "code", "")
	f.Add(good, "one", "t", "code", "https://two.example")
	f.Add("", "one", "", "", "")
	f.Add("AAAA", "one", "s", "code", "https://one.example")
	f.Fuzz(func(t *testing.T, carried, name, state, code, issuer string) {
		j, err := p.journey(Return{Name: name, Carried: carried, State: state, Code: code, Issuer: issuer}, now)
		if err != nil {
			return
		}
		sealed, err := base64.RawURLEncoding.DecodeString(carried)
		wasGiven, _ := base64.RawURLEncoding.DecodeString(good)
		if err != nil || string(sealed) != string(wasGiven) || name != "one" || state != "s" || code == "" || issuer != "" && issuer != "https://one.example" || j.To != "/docs" {
			t.Errorf("%q of %q with state %q is taken: %+v", carried, name, state, j)
		}
	})
}
