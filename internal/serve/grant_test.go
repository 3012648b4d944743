package serve_test

import (
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

// mixed is a key that p1 opens everything to as identified, p2 as aggregate and p3
// as pseudonymous.
func mixed(t *testing.T, b *bundle) string {
	t.Helper()
	grants := authtest.Everything(archwire.Identified, "p1")
	grants = append(grants, authtest.Everything(archwire.Aggregate, "p2")...)
	grants = append(grants, authtest.Everything(archwire.Pseudonymous, "p3")...)
	return b.keys.Mint(t, auth.Key{}, grants...)
}

func TestAnswersShowWhatAllThatOpenThemDo(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := mixed(t, b)
	rows, practices := "/v1/datasets/patients/rows", func(ids ...string) string { return "practice=" + strings.Join(ids, "&practice=") }
	const october = "from=2026-10-01&to=2026-10-31"
	for _, c := range []struct {
		path   string
		status int
		has    string
		not    []string
	}{
		// Without practices, those that open it are in, with the columns that all of them open.
		{rows, 200, `"practice_id":"p3"`, []string{"full_name", "Ada", "p2"}},
		{rows, 200, `"practice_id":"p1","patient_id":1`, nil},
		{rows + "?" + practices("p1"), 200, `Ada`, []string{"p2", "p3"}},
		{rows + "?" + practices("p3"), 200, `"wait_days":1`, []string{"full_name", "Lin"}},
		{rows + "?" + practices("p3", "p1"), 200, `"wait_days":3`, []string{"full_name", "Ada"}},
		{rows + "?" + practices("p2"), 404, "There is no practice p2 here.", []string{canary}},
		{rows + "?" + practices("p1", "p2"), 404, "There is no practice p2 here.", []string{"Ada"}},
		{"/v1/datasets/collections/rows?" + practices("p2"), 200, canary, []string{"p1", "p3"}},
		// What only some open is no column of all of them.
		{rows + "?fields=full_name", 400, "/v1/datasets?practice=ID", []string{"Ada"}},
		{rows + "?filter[full_name]=Lin", 400, "/v1/datasets?practice=ID", []string{"wait_days"}},
		{rows + "?fields=full_nam", 400, "There is practice_id, patient_id", []string{"full_name", "/v1/datasets?"}},
		{rows + "?fields=full_name&" + practices("p1"), 200, "Ada", []string{"wait_days"}},
		{rows + "?filter[full_name]=Zoë&" + practices("p1"), 200, "Zoë", []string{"Ada"}},
		// The catalogue is what one of them opens.
		{"/v1", 200, `"profile":"identified"`, nil},
		{"/v1?practice=p2", 200, `"profile":"aggregate"`, nil},
		{"/v1/datasets", 200, "full_name", nil},
		{"/v1/datasets?practice=p3", 200, "wait_days", []string{"full_name"}},
		{"/v1/datasets?practice=p2", 200, "collections", []string{"patients"}},
		{"/v1/metrics", 200, `"metric":"named"`, nil},
		{"/v1/metrics?practice=p3", 200, `"metric":"wait"`, []string{`"metric":"named"`}},
		{"/v1/metrics?practice=p2", 200, `"metric":"net_collections"`, []string{`"metric":"wait"`}},
		{"/v1/practices?practice=p3", 200, "Bay Smiles", []string{"Maple", canary}},
		{"/v1/practices?practice=p9", 404, "There is no practice p9 here.", nil},
		// A metric is that of the practices that open it.
		{"/v1/metrics/named?" + october, 200, `"value":2`, nil},
		{"/v1/metrics/named?" + october + "&" + practices("p3"), 404, "There is no practice p3 here.", nil},
		{"/v1/metrics/wait?by=practice&" + october, 200, `"practice":"p3"`, []string{"p2", `:99`}},
		{"/v1/metrics/net_collections?by=practice&" + october, 200, `"practice":"p2"`, nil},
	} {
		r := b.get(t, c.path, key).want(t, c.status)
		if !strings.Contains(r.text, c.has) {
			t.Errorf("%s: want %q in %s", c.path, c.has, r.text)
		}
		for _, not := range c.not {
			if strings.Contains(r.text, not) {
				t.Errorf("%s: want no %q in %s", c.path, not, r.text)
			}
		}
	}
}

func TestAGrantOfAMetricOpensNoRows(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Mint(t, auth.Key{}, auth.Grant{Tenant: "p1", Metrics: []string{"wait"}, Profile: archwire.Pseudonymous})
	if got := b.get(t, "/v1/metrics/wait?from=2026-10-01&to=2026-10-31", key).want(t, 200); !strings.Contains(got.text, `"count":3`) {
		t.Errorf("the metric: %s", got.text)
	}
	if got := b.get(t, "/v1/metrics", key).want(t, 200); !strings.Contains(got.text, `"metric":"wait"`) || strings.Contains(got.text, "patients") || strings.Contains(got.text, "net_") {
		t.Errorf("the catalogue: %s", got.text)
	}
	if got := b.get(t, "/v1/datasets", key).want(t, 200); !strings.Contains(got.text, `"data":[]`) {
		t.Errorf("the datasets: %s", got.text)
	}
	for _, pair := range [][2]string{
		{"/v1/datasets/patients/rows", "/v1/datasets/patientz/rows"},
		{"/v1/datasets/patients/rows?practice=p1", "/v1/datasets/patientz/rows?practice=p1"},
		{"/v1/metrics/receivables", "/v1/metrics/receivablex"},
		{"/v1/metrics/wait?practice=p2", "/v1/metrics/wait?practice=p8"},
		{"/v1/metrics/wait?practice=p3", "/v1/metrics/wait?practice=p8"},
		{"/v1/metrics/wait?filter[full_name]=x", "/v1/metrics/wait?filter[full_nom]=x"},
	} {
		hidden, missing := b.get(t, pair[0], key), b.get(t, pair[1], key)
		same := strings.NewReplacer("patientz", "patients", "receivablex", "receivables", "p8", pair[0][len(pair[0])-2:], "full_nom", "full_name")
		if hidden.status != missing.status || hidden.status < 400 || cutID(hidden.text) != cutID(same.Replace(missing.text)) {
			t.Errorf("%s says %d %s\n%s says %d %s", pair[0], hidden.status, hidden.text, pair[1], missing.status, missing.text)
		}
	}
}

func TestGrantsAreListed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Mint(t, auth.Key{},
		auth.Grant{ID: "one", Tenant: "p1", Datasets: []string{"visits"}, Profile: archwire.Aggregate, Purpose: "a", From: time.Unix(0, 0), Until: now().AddDate(1, 0, 0)},
		auth.Grant{ID: "all", Tenant: auth.Everyone, Profile: archwire.Aggregate, Purpose: "b"},
		auth.Grant{ID: "later", Tenant: "p2", Profile: archwire.Aggregate, Purpose: "c", From: now().AddDate(1, 0, 0)},
		auth.Grant{ID: "over", Tenant: "p2", Profile: archwire.Aggregate, Purpose: "d", Until: time.Unix(1, 0)})
	b.keys.Open(t, archwire.Identified, "p1") // somebody else's
	for path, want := range map[string]string{
		"/v1/grants": "all later one", "/v1/grants?practice=p1": "all one", "/v1/grants?practice=p2": "all later", "/v1/grants?practice=p3": "all",
	} {
		r := b.get(t, path, key).want(t, 200)
		var got []string
		for _, g := range r.json(t)["data"].([]any) {
			got = append(got, g.(map[string]any)["grant"].(string))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s lists %v, want %s", path, got, want)
		}
	}
	r := b.get(t, "/v1/grants?practice=p1", key)
	if r.at(t, "data.1.practice") != "p1" || r.at(t, "data.1.datasets.0") != "visits" || r.at(t, "data.1.purpose") != "a" ||
		r.at(t, "data.1.from") != "1970-01-01T00:00:00Z" || r.at(t, "data.0.until") != nil || r.at(t, "data.0.practice") != "*" {
		t.Errorf("grants: %s", r.text)
	}
}

// hands is a clock that tests move while a server reads it.
type hands struct {
	mu sync.Mutex
	at time.Time
}

func (h *hands) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hands) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func TestRevocationReachesWhatWasGivenOut(t *testing.T) {
	clock := &hands{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	keys := authtest.New()
	b := setup(t, func(c *serve.Config) { c.Authorizer = auth.NewAuthorizer(keys, clock.now) })
	b.published(t, nil)
	key := keys.Mint(t, auth.Key{},
		auth.Grant{ID: "rows", Tenant: "p1", Datasets: []string{"patients"}, Profile: archwire.Identified},
		auth.Grant{ID: "rest", Tenant: "p1", Datasets: []string{"collections"}, Profile: archwire.Aggregate, Until: clock.at.Add(time.Hour)})
	rows, sums := "/v1/datasets/patients/rows?limit=1", "/v1/metrics/net_collections?practice=p1"
	first := b.get(t, rows, key).want(t, 200)
	tag := first.header.Get("ETag")
	next := rows + "&cursor=" + url.QueryEscape(first.at(t, "page.next").(string))
	for range 2 { // the second time from what was kept
		b.get(t, next, key).want(t, 200)
		b.get(t, rows, key, "If-None-Match", tag).want(t, 304)
		b.get(t, sums, key).want(t, 200)
	}
	keys.Revoke(clock.now(), func(g auth.Grant) bool { return g.ID == "rows" }, nil)
	clock.move(time.Second)
	for _, path := range []string{rows, next} {
		if r := b.get(t, path, key, "If-None-Match", tag).want(t, 404); strings.Contains(r.text, "Ada") {
			t.Errorf("%s after the revocation: %s", path, r.text)
		}
	}
	if r := b.get(t, "/v1/grants", key).want(t, 200); strings.Contains(r.text, `"grant":"rows"`) || !strings.Contains(r.text, `"grant":"rest"`) {
		t.Errorf("grants after the revocation: %s", r.text)
	}
	b.get(t, sums, key).want(t, 200)
	clock.move(time.Hour - time.Second)
	b.get(t, sums, key).want(t, 404)
	keys.Revoke(clock.now(), nil, func(auth.Key) bool { return true })
	clock.move(time.Second)
	b.get(t, "/v1", key).want(t, 401)
}

func TestTheAddressIsThatOfTheConnection(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	bound := func(network string) string {
		return b.keys.Mint(t, auth.Key{Networks: []netip.Prefix{netip.MustParsePrefix(network)}}, authtest.Everything(archwire.Aggregate)...)
	}
	b.get(t, "/v1", bound("127.0.0.0/8")).want(t, 200)
	elsewhere := bound("198.51.100.0/24")
	wrong := b.get(t, "/v1", elsewhere+"x").want(t, 401)
	for _, header := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "True-Client-Ip"} {
		r := b.get(t, "/v1", elsewhere, header, "198.51.100.7").want(t, 401)
		if cutID(r.text) != cutID(wrong.text) {
			t.Errorf("from elsewhere: %s\na wrong key: %s", r.text, wrong.text)
		}
	}
}

// What p2 opens to the key is its balances; no byte of anything else of it is ever
// sent, whatever is asked for.
func TestNoByteOfWhatAPracticeDoesNotOpen(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	grants := authtest.Everything(archwire.Identified, "p1")
	grants = append(grants, auth.Grant{Tenant: "p2", Datasets: []string{"balances"}, Profile: archwire.Pseudonymous},
		auth.Grant{Tenant: "p3", Metrics: []string{"wait"}, Profile: archwire.Pseudonymous})
	key := b.keys.Mint(t, auth.Key{}, grants...)
	if r := b.get(t, "/v1/datasets/balances/rows", key).want(t, 200); !strings.Contains(r.text, "4242.42") {
		t.Fatalf("what p2 opens is not there: %s", r.text)
	}
	seen := 0
	for _, ask := range asks() {
		if !strings.Contains(ask, "practice") && !strings.Contains(ask, "filter") && !strings.Contains(ask, "by=") && strings.Contains(ask, "?") {
			continue
		}
		r := b.get(t, ask, key)
		if r.status == 200 {
			seen++
		}
		// The label of p2 is in the list of practices, and what was sent may be repeated.
		for _, secret := range []string{"7777777.77", "999999.99", "8777777.76", "2027-01-01T00:00:00Z", `:"CANARY-p2","amount`, "123456789012345678901234567890123456", "9007199254740993", `"Lin"`} {
			if strings.Contains(r.text, secret) {
				t.Errorf("%s: the answer has %s: %s", ask, secret, r.text)
			}
		}
	}
	if seen < 50 {
		t.Errorf("%d answers: the sweep asks for too little", seen)
	}
}
