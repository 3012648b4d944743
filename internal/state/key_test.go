package state_test

import (
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

func TestCreateKey_RemembersAllButTheKey(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		key, k, err := s.CreateKey(t.Context(), state.NewKey{
			Client: "practice analytics", Tenants: []string{"7", "3", "7"}, Profile: archwire.Pseudonymous,
		})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(key, "aw_"+k.ID+"_") || len(key) < 50 {
			t.Errorf("key %q is not of the form aw_<id>_<secret>", key)
		}
		got, err := s.Key(t.Context(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := state.Key{
			ID: k.ID, Client: "practice analytics", Hash: auth.Hash(key), Tenants: []string{"3", "7"},
			Profile: archwire.Pseudonymous, CreatedAt: noon,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Key (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(got, k); diff != "" {
			t.Errorf("CreateKey gave another record (-Key +CreateKey):\n%s", diff)
		}
		secret := key[strings.LastIndexByte(key, '_')+1:]
		if strings.Contains(contents(t, url), secret) {
			t.Error("the state holds the secret")
		}
	})
}

// contents are all bytes of a SQLite state, or all keys of the other.
func contents(t *testing.T, url string) string {
	t.Helper()
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		log, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return string(file) + string(log)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the test is over
	var text string
	if err := db.QueryRow("select string_agg(k::text, ' ') from archwire.api_key k").Scan(&text); err != nil || text == "" {
		t.Fatalf("%q, %v", text, err)
	}
	return text
}

func TestCreateKey_RefusesUnclearKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		for name, n := range map[string]state.NewKey{
			"no client":    {Client: " ", All: true, Profile: archwire.Aggregate},
			"no tenants":   {Client: "c", Profile: archwire.Aggregate},
			"empty tenant": {Client: "c", Tenants: []string{""}, Profile: archwire.Aggregate},
			"all and some": {Client: "c", All: true, Tenants: []string{"1"}, Profile: archwire.Aggregate},
			"no profile":   {Client: "c", All: true},
			"odd profile":  {Client: "c", All: true, Profile: "root"},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, err := s.CreateKey(t.Context(), n)
				wantCode(t, err, archwire.Invalid)
			})
		}
		if keys, err := s.Keys(t.Context()); err != nil || len(keys) != 0 {
			t.Errorf("Keys = %v, %v; want none", keys, err)
		}
	})
}

func TestKey_UnknownIsNotFoundAndNotRepeated(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		_, err := s.Key(t.Context(), "aw_id_thesecret")
		wantCode(t, err, archwire.NotFound)
		if strings.Contains(err.Error(), "thesecret") {
			t.Errorf("the error repeats what was given: %v", err)
		}
		wantCode(t, s.RevokeKey(t.Context(), "unknown"), archwire.NotFound)
	})
}

func TestKeys_AreInTheOrderOfTheirMaking(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		now := noon
		s := open(t, url, func() time.Time { now = now.Add(time.Second); return now })
		for _, client := range []string{"b", "a", "c"} {
			if _, _, err := s.CreateKey(t.Context(), state.NewKey{Client: client, All: true, Profile: archwire.Identified}); err != nil {
				t.Fatal(err)
			}
		}
		keys, err := s.Keys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, k := range keys {
			got = append(got, k.Client)
		}
		if diff := cmp.Diff([]string{"b", "a", "c"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRevokeKey_KeepsTheFirstTime(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		_, k, err := s.CreateKey(t.Context(), state.NewKey{Client: "c", All: true, Profile: archwire.Aggregate})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RevokeKey(t.Context(), k.ID); err != nil {
			t.Fatal(err)
		}
		if err := open(t, url, at(noon.Add(time.Hour))).RevokeKey(t.Context(), k.ID); err != nil {
			t.Fatal(err)
		}
		got, err := s.Key(t.Context(), k.ID)
		if err != nil || !got.RevokedAt.Equal(noon) {
			t.Errorf("revoked at %v, %v; want %v", got.RevokedAt, err, noon)
		}
	})
}
