package serve_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

// nights is a store whose rows, tenants and grants change at random.
type nights struct {
	*bundle
	random  *rand.Rand
	clock   *hands
	tenants []string
	rows    map[string][]string // by tenant and key: the values behind the key
	made    map[archwire.PublicationID]time.Time
	with    map[archwire.PublicationID]string // its tenants
	current archwire.PublicationID
	granted time.Time // when grants changed last
	clients []string
	mixed   map[string]bool // clients whose grants open other profiles for some tenants
}

// things is the dataset: a column of each kind that is easily taken for another.
func things() archwire.Dataset {
	return archwire.Dataset{
		Name: "things", From: "mart.things", Tenant: "practice_id", Contract: 1, Description: "Things.", Key: []string{"a", "b"}, Person: "x", Location: "b",
		Columns: []archwire.DatasetColumn{
			{Name: "n", Type: "decimal(10,2)", Class: archwire.ClassPublic},
			{Name: "a", Type: "int64", Class: archwire.ClassPublic},
			{Name: "b", Type: "text", Class: archwire.ClassPublic},
			{Name: "op", Type: "text", Class: archwire.ClassPublic},
			{Name: "f", Type: "float64", Class: archwire.ClassPublic},
			{Name: "x", Type: "text", Class: archwire.ClassPseudonymous, Pseudonym: "thing"},
			{Name: "y", Type: "text", Class: archwire.ClassIdentified},
		},
	}
}

func newNights(t *testing.T, seed uint64) *nights {
	t.Helper()
	clock := &hands{at: time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)}
	keys := authtest.New()
	n := &nights{
		bundle: setup(t, func(c *serve.Config) { c.Authorizer, c.Now = auth.NewAuthorizer(keys, clock.now), clock.now }),
		clock:  clock, random: rand.New(rand.NewPCG(seed, seed)), rows: map[string][]string{}, made: map[archwire.PublicationID]time.Time{},
		with: map[archwire.PublicationID]string{}, tenants: []string{"p1", "p2", "p3"},
		mixed: map[string]bool{"client mixed": true},
	}
	n.keys, n.publisher.Now = keys, clock.now
	n.input.Datasets, n.input.Metrics = []archwire.Dataset{things()}, nil
	return n
}

func (n *nights) one(of ...string) string { return of[n.random.IntN(len(of))] }

// values are those of a row behind its key.
func (n *nights) values() []string {
	return []string{
		n.one("null", "0", "-1.50", "99999999.99"),
		n.one("null", "''", "'a'", "'é'", "'null'"),
		n.one("null", "0.0::double", "'-0.0'::double", "'nan'::double", "'inf'::double", "0.1::double"),
		n.one("null", "''", "'x1'", "'x2'", "'x3'"),
		n.one("null", "''", "'name'", "'other name'"),
	}
}

func (n *nights) someKey() string {
	keys := slices.Sorted(maps.Keys(n.rows))
	if len(keys) == 0 {
		return ""
	}
	return keys[n.random.IntN(len(keys))]
}

// change changes rows and tenants, as a night might.
func (n *nights) change() {
	for range n.random.IntN(12) {
		tenant := n.tenants[n.random.IntN(len(n.tenants))]
		key := fmt.Sprintf("%s|%d|%s", tenant, n.random.IntN(6), n.one("", "a", "B", "é", "😀"))
		old := n.someKey()
		switch n.random.IntN(5) {
		case 0, 1:
			n.rows[key] = n.values()
		case 2:
			if old != "" {
				values := slices.Clone(n.rows[old])
				i := n.random.IntN(len(values))
				values[i] = n.values()[i]
				n.rows[old] = values
			}
		case 3:
			delete(n.rows, old)
		case 4: // to another tenant
			if old != "" {
				_, rest, _ := strings.Cut(old, "|")
				values := n.rows[old]
				delete(n.rows, old)
				n.rows[tenant+"|"+rest] = values
			}
		}
	}
	if n.random.IntN(4) == 0 { // a tenant leaves or comes
		tenant := n.one("p2", "p3", "p4")
		if i := slices.Index(n.tenants, tenant); i >= 0 {
			n.tenants = slices.Delete(n.tenants, i, i+1)
			maps.DeleteFunc(n.rows, func(key string, _ []string) bool { return strings.HasPrefix(key, tenant+"|") })
		} else {
			n.tenants = append(n.tenants, tenant)
		}
	}
}

// night publishes what there is.
func (n *nights) night(t *testing.T) {
	t.Helper()
	n.clock.move(time.Hour)
	lines := []string{"(null, 0, '', null, null, null, null, null)"}
	for key, values := range n.rows {
		parts := strings.SplitN(key, "|", 3)
		lines = append(lines, fmt.Sprintf("('%s', %s, '%s', %s)", parts[0], parts[1], parts[2], strings.Join(values, ", ")))
	}
	n.input.Tenants = nil
	for _, id := range n.tenants {
		n.input.Tenants = append(n.input.Tenants, archwire.Tenant{ID: id, Label: id, Timezone: "UTC"})
	}
	m := n.published(t, map[string]string{"mart.things": `select practice_id::varchar as practice_id, n::decimal(10,2) as n, a::bigint as a, b::varchar as b,
		op::varchar as op, f::double as f, x::varchar as x, y::varchar as y
		from (values ` + strings.Join(lines, ", ") + `) v(practice_id, a, b, n, op, f, x, y) where practice_id is not null`})
	n.made[m.ID], n.with[m.ID], n.current = m.CreatedAt, strings.Join(slices.Sorted(slices.Values(n.tenants)), " "), m.ID
}

// back puts an earlier or a later publication into service.
func (n *nights) back(t *testing.T) {
	t.Helper()
	ids := slices.Sorted(maps.Keys(n.made))
	n.current = ids[n.random.IntN(len(ids))]
	_, err := n.publisher.Store.Rollback(t.Context(), n.slices, n.current)
	must(t, err)
	n.await(t, n.current)
}

// grant revokes a grant and gives one.
func (n *nights) grant() {
	n.clock.move(time.Hour)
	n.granted = n.clock.now()
	client, tenant := n.one(n.clients...), n.one("p1", "p2", "p3", "p4")
	n.keys.Revoke(n.granted, func(g auth.Grant) bool { return g.Client == client && g.Tenant == tenant && g.RevokedAt.IsZero() }, nil)
	if n.random.IntN(3) > 0 {
		n.mixed[client] = true
		profile := archwire.Profile(n.one("aggregate", "pseudonymous", "identified"))
		n.keys.Grant(client, auth.Grant{
			ID: fmt.Sprint("later", n.granted.Unix()), Tenant: tenant, Profile: profile, Purpose: "test", CreatedAt: n.granted, From: n.granted,
		})
	}
	n.clock.move(time.Hour)
}

func (n *nights) followers(t *testing.T) []*follower {
	t.Helper()
	var all []*follower
	add := func(name, query string, grants ...auth.Grant) {
		client := "client " + name
		n.clients = append(n.clients, client)
		all = append(all, &follower{
			name: name, key: n.keys.Mint(t, auth.Key{Client: client}, grants...), path: "/v1/datasets/things", query: query,
			keys: []string{"practice_id", "a", "b"},
		})
	}
	for _, profile := range archwire.Profiles() {
		add(string(profile), "", authtest.Everything(profile)...)
	}
	mixed := slices.Concat(authtest.Everything(archwire.Identified, "p1", "p4"), authtest.Everything(archwire.Pseudonymous, "p2"),
		[]auth.Grant{{Tenant: "p3", Datasets: []string{"things"}, Profile: archwire.Aggregate}})
	add("mixed", "", mixed...)
	add("one practice", "&practice=p1", mixed...)
	add("locations", "", auth.Grant{Tenant: auth.Everyone, Profile: archwire.Pseudonymous, Locations: []string{"a", "é"}})
	add("fields", "&fields=a,b,f", authtest.Everything(archwire.Aggregate)...)
	return all
}

// Whoever follows the feed has what /rows shows, through everything that nights do,
// whatever the pages and however late it asks; and it has to begin anew only when
// its grants changed.
func TestWhoFollowsChangesHasTheRows(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	n := newNights(t, seed)
	n.change()
	n.night(t)
	followers := n.followers(t)
	n.clock.move(time.Hour)
	for _, f := range followers {
		f.begin(t, n.bundle)
	}
	steps, told := 16, 0
	for range steps {
		switch n.random.IntN(8) {
		case 0:
			n.back(t)
		case 1:
			n.grant()
		case 2:
			n.night(t) // everything is computed anew, and equal
		default:
			n.change()
			n.night(t)
		}
		for _, f := range followers {
			if n.random.IntN(3) == 0 {
				continue // it comes later
			}
			// It asks at least once: grants may have changed though the publication did not.
			for asked := false; !asked || f.since != string(n.current) || n.random.IntN(3) == 0; asked = true {
				since := n.made[archwire.PublicationID(f.since)]
				status := 410
				if f.since != "" {
					interrupted := n.random.IntN(10) == 0
					status = f.follow(t, n.bundle, 1+n.random.IntN(7), func() {
						if interrupted {
							interrupted = false
							n.change()
							n.night(t)
						}
					})
				}
				if status == 200 {
					told++
					continue
				}
				// What several tenants open in common may be other columns when one of them comes or leaves.
				others := n.mixed["client "+f.name] && f.name != "one practice" && n.with[archwire.PublicationID(f.since)] != n.with[n.current]
				if status != 410 && status != 404 || n.granted.Before(since) && !others {
					t.Fatalf("%s: changes since %s of %s answer %d, grants changed at %s", f.name, f.since, since, status, n.granted)
				}
				f.begin(t, n.bundle)
				if f.since == "" {
					break
				}
			}
			if f.since == string(n.current) || f.since == "" {
				f.equals(t, n.bundle)
			}
		}
	}
	if told < steps {
		t.Errorf("%d feeds were followed to their end", told)
	}
}
