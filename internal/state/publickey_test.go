package state_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

const jwkOne, jwkTwo = `{"kty":"OKP","crv":"Ed25519","x":"one"}`, `{"kty":"OKP","crv":"Ed25519","x":"two"}`

func TestAddPublicKeys_AreKeysLikeOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		secret := mint(t, s, "partner")
		networks := []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
		added, err := s.AddPublicKeys(t.Context(), state.NewPublicKeys{
			Client: "partner", Expires: noon.Add(time.Hour), Networks: networks, Keys: []json.RawMessage{[]byte(jwkOne), []byte(jwkTwo)},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []auth.Key{
			secret,
			{ID: added[0].ID, Client: "partner", PublicKey: []byte(jwkOne), Networks: networks, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)},
			{ID: added[1].ID, Client: "partner", PublicKey: []byte(jwkTwo), Networks: networks, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)},
		}
		keys, err := s.Keys(t.Context())
		byID := cmpopts.SortSlices(func(a, b auth.Key) bool { return a.ID < b.ID })
		if diff := cmp.Diff(want, keys, prefixes, byID, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(auth.Key{}, "Grants")); err != nil || diff != "" {
			t.Errorf("Keys: %v (-want +got):\n%s", err, diff)
		}
		if err := s.RevokeKey(t.Context(), added[0].ID); err != nil {
			t.Fatal(err)
		}
		if k, err := s.Key(t.Context(), added[0].ID); err != nil || !k.RevokedAt.Equal(noon) || string(k.PublicKey) != jwkOne {
			t.Errorf("after its revocation: %+v, %v", k, err)
		}
	})
}

func TestAddPublicKeys_AddsAllOrNone(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		mint(t, s, "partner")
		add := func(client string, keys ...json.RawMessage) ([]auth.Key, error) {
			return s.AddPublicKeys(t.Context(), state.NewPublicKeys{Client: client, Keys: keys})
		}
		added, err := add("partner", []byte(jwkOne))
		if err != nil {
			t.Fatal(err)
		}
		_, err = add("partner", []byte(jwkTwo), []byte(jwkOne))
		wantCode(t, err, archwire.Conflict)
		if !strings.Contains(archwire.HintOf(err), added[0].ID) {
			t.Errorf("the hint does not name the key: %s", archwire.HintOf(err))
		}
		_, err = add("partnr", []byte(jwkTwo))
		wantCode(t, err, archwire.NotFound)
		keys, err := s.Keys(t.Context())
		if err != nil || len(keys) != 2 {
			t.Errorf("%d keys, %v; want the secret one and the first public one", len(keys), err)
		}
		if err := s.RevokeKey(t.Context(), added[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := add("partner", []byte(jwkOne)); err != nil {
			t.Errorf("once the other is revoked: %v", err)
		}
	})
}
