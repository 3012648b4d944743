package state_test

import (
	"database/sql"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

// everything is a grant of everything by each of the tenants.
func everything(profile archwire.Profile, tenants ...string) (grants []state.NewGrant) {
	for _, t := range tenants {
		grants = append(grants, state.NewGrant{Tenant: t, Profile: profile, Purpose: "tests", By: state.Operator("dana")})
	}
	return grants
}

// mint makes a key of a client that may see all.
func mint(t *testing.T, s *state.Store, client string) auth.Key {
	t.Helper()
	_, k, _, err := s.CreateKey(t.Context(), state.NewKey{Client: client, Grants: everything(archwire.Aggregate, auth.Everyone)})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var prefixes = cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })

func TestCreateKey_RemembersAllButTheKey(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		networks := []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8::/32")}
		key, k, made, err := s.CreateKey(t.Context(), state.NewKey{
			Client: "practice analytics", Expires: noon.Add(time.Hour), Networks: networks, Grants: everything(archwire.Pseudonymous, "7", "3"),
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
		want := auth.Key{
			ID: k.ID, Client: "practice analytics", Hash: auth.Hash(key), Networks: networks, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour),
		}
		if diff := cmp.Diff(want, got, prefixes, cmpopts.IgnoreFields(auth.Key{}, "Grants")); diff != "" {
			t.Errorf("Key (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(got, k, prefixes, cmpopts.IgnoreFields(auth.Key{}, "Grants")); diff != "" {
			t.Errorf("CreateKey gave another record (-Key +CreateKey):\n%s", diff)
		}
		grants, err := s.GrantsOf(t.Context(), "practice analytics")
		byTenant := cmpopts.SortSlices(func(a, b auth.Grant) bool { return a.Tenant < b.Tenant })
		if diff := cmp.Diff(made, grants, byTenant); err != nil || diff != "" || len(grants) != 2 {
			t.Errorf("its grants (-CreateKey +GrantsOf): %v\n%s", err, diff)
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

func TestCreateKey_FurtherOnesOpenWhatTheFirstDoes(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		first := mint(t, s, "partner")
		_, second, made, err := s.CreateKey(t.Context(), state.NewKey{Client: "partner"})
		if err != nil || second.Client != first.Client || second.ID == first.ID || len(made) != 0 {
			t.Errorf("%+v, grants %v, %v", second, made, err)
		}
		_, _, _, err = s.CreateKey(t.Context(), state.NewKey{Client: "partnr"})
		wantCode(t, err, archwire.NotFound)
		clients, err := s.Clients(t.Context())
		if diff := cmp.Diff([]state.Client{{Name: "partner", CreatedAt: noon}}, clients); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func TestCreateKey_RefusesUnclearKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		all := everything(archwire.Aggregate, auth.Everyone)
		for name, n := range map[string]state.NewKey{
			"no client":       {Client: "", Grants: all},
			"a blank client":  {Client: " ", Grants: all},
			"a padded client": {Client: "c ", Grants: all},
			"a line break":    {Client: "c\nd", Grants: all},
			"a practice's":    {Client: "17/c", Grants: all},
			"expired":         {Client: "c", Grants: all, Expires: noon},
			"odd network":     {Client: "c", Grants: all, Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.1/8")}},
			"no network":      {Client: "c", Grants: all, Networks: []netip.Prefix{{}}},
			"mapped network":  {Client: "c", Grants: all, Networks: []netip.Prefix{netip.MustParsePrefix("::ffff:10.0.0.0/104")}},
			"empty tenant":    {Client: "c", Grants: everything(archwire.Aggregate, "")},
			"no profile":      {Client: "c", Grants: everything("", "1")},
			"odd profile":     {Client: "c", Grants: everything("root", "1")},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, _, err := s.CreateKey(t.Context(), n)
				wantCode(t, err, archwire.Invalid)
			})
		}
		keys, err := s.Keys(t.Context())
		clients, err2 := s.Clients(t.Context())
		if err != nil || err2 != nil || len(keys) != 0 || len(clients) != 0 {
			t.Errorf("keys %v, %v, clients %v, %v; want none", keys, err, clients, err2)
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
			mint(t, s, client)
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
		k := mint(t, s, "c")
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

func TestUsed_KeepsTheLatestTime(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		a, b := mint(t, s, "a"), mint(t, s, "b")
		for _, used := range []map[string]time.Time{
			{a.ID: noon.Add(time.Minute), "unknown": noon}, {a.ID: noon, b.ID: noon.Add(time.Second)},
		} {
			if err := s.Used(t.Context(), used); err != nil {
				t.Fatal(err)
			}
		}
		for id, want := range map[string]time.Time{a.ID: noon.Add(time.Minute), b.ID: noon.Add(time.Second)} {
			if k, err := s.Key(t.Context(), id); err != nil || !k.UsedAt.Equal(want) {
				t.Errorf("used at %v, %v; want %v", k.UsedAt, err, want)
			}
		}
	})
}
