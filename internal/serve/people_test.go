package serve_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/state"
)

func TestAnAdminSeesTheOwnPracticeOnly(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	both := o.person(t, "both@example.com", auth.PracticeUser, "p1", "")
	_, err := o.state.AddRole(t.Context(), both.ID, state.NewRole{Role: auth.PracticeAdmin, Tenant: "p2", By: "operator"})
	must(t, err)
	theirs := o.person(t, "theirs@example.com", auth.PracticeUser, "p2", "")
	o.key(t, "partner", "p2", archwire.Identified)
	for _, path := range []string{"/v1/people", "/v1/grants?practice=p1", "/v1/keys", "/v1/ledger"} {
		r := o.get(t, path, admin).want(t, 200)
		if strings.Contains(r.text, `"p2"`) || strings.Contains(r.text, "theirs@") || strings.Contains(r.text, `"partner"`) {
			t.Errorf("%s tells of another practice: %s", path, r.text)
		}
	}
	unknown := o.request(t, "DELETE", "/v1/people/nosuchperson", admin, "", "X-Request-Id", "r").want(t, 404)
	if foreign := o.request(t, "DELETE", "/v1/people/"+theirs.ID, admin, "", "X-Request-Id", "r"); foreign.text != unknown.text {
		t.Errorf("a person of another practice: %s; one that there is not: %s", foreign.text, unknown.text)
	}
	// Of somebody with roles elsewhere, only the own practice's ends.
	o.request(t, "DELETE", "/v1/people/"+both.ID, admin, "").want(t, 204)
	left, err := o.state.Person(t.Context(), both.Name)
	must(t, err)
	if len(left.Roles) != 1 || left.Roles[0].Tenant != "p2" || !left.DisabledAt.IsZero() {
		t.Errorf("left is %+v", left)
	}
	// A name that is there already is not let in a second time: the invitation
	// would choose the password of whoever has it.
	o.request(t, "POST", "/v1/people", admin, `{"practice":"p1","name":"theirs@example.com","role":"practice_user"}`).want(t, 409)
}

func TestNobodyHandsOnMoreThanTheySee(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	o.key(t, "partner", "p3", archwire.Aggregate)
	narrow := o.session(t, "narrow@example.com", auth.PracticeAdmin, "p1", "", archwire.Aggregate)
	for body, path := range map[string]string{
		grantBody("p1", "partner", archwire.Identified):                                           "/v1/grants",
		`{"practice":"p1","client":"bi","grant":{"profile":"pseudonymous","purpose":"x"}}`:        "/v1/keys",
		`{"practice":"p1","name":"a@example.com","role":"practice_user"}`:                         "/v1/people",
		`{"practice":"p1","name":"b@example.com","role":"practice_admin","profile":"identified"}`: "/v1/people",
	} {
		if r := o.request(t, "POST", path, narrow, body); r.status != 403 {
			t.Errorf("%s: %d %s", body, r.status, r.text)
		}
	}
	// A further key of a client that sees more would open that, too.
	wide := o.session(t, "wide@example.com", auth.PracticeAdmin, "p1", "")
	o.request(t, "POST", "/v1/keys", wide, `{"client":"bi","grant":{"profile":"identified","purpose":"x"}}`).want(t, 201)
	o.request(t, "POST", "/v1/keys", narrow, `{"client":"bi"}`).want(t, 403)
	o.request(t, "POST", "/v1/keys", wide, `{"client":"bi"}`).want(t, 201)
	o.request(t, "POST", "/v1/grants", narrow, grantBody("p1", "partner", archwire.Aggregate)).want(t, 201)
	o.request(t, "POST", "/v1/people", narrow, `{"practice":"p1","name":"c@example.com","role":"practice_user","profile":"aggregate"}`).want(t, 201)
}

func TestBadBodiesSayWhatIsAllowed(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	o.key(t, "partner", "p3", archwire.Aggregate)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	for _, test := range []struct {
		path, body string
		status     int
		field      string
	}{
		{"/v1/grants", `{}`, 400, "profile"},
		{"/v1/grants", `{"practice":17}`, 400, "practice"},
		{"/v1/grants", `{"practise":"p1"}`, 400, "practise"},
		{"/v1/grants", `{"Client":"partner"}`, 400, "Client"},
		{"/v1/grants", `[]`, 400, ""},
		{"/v1/grants", `{"profile":"everything"}`, 400, "profile"},
		{"/v1/grants", `{"profile":"aggregate","client":"nobody","purpose":"x"}`, 404, "client"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner"}`, 400, "purpose"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":" "}`, 400, "purpose"},
		{"/v1/grants", `{"purpose":"x","client":"partner"}`, 400, "profile"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","datasets":"patients"}`, 400, "datasets"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","metrics":[1]}`, 400, "metrics"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","from":"tomorrow"}`, 400, "from"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","from":20270131}`, 400, "from"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","datasets":["nothing"]}`, 400, "datasets"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","datasets":["patients"]}`, 400, "profile"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","metrics":["nothing"]}`, 400, "metrics"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","datasets":[],"metrics":[]}`, 400, "datasets"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","metrics":[]}`, 400, "metrics"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","metrics":["net_collections"],"locations":[]}`, 400, "locations"},
		{"/v1/keys", `{"client":"bi","grant":{"profile":"aggregate","purpose":"x","datasets":[]}}`, 400, "grant.datasets"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","until":"2020-01-01T00:00:00Z"}`, 400, "until"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","until":"2020-01-01"}`, 400, "until"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","from":"2098-01-02","until":"2098-01-01"}`, 400, "until"},
		{"/v1/keys", `{"client":"bi","grant":{"profile":"aggregate","purpose":"x","until":"2020-01-01"}}`, 400, "grant.until"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","until":"soon"}`, 400, "until"},
		{"/v1/grants", `{"profile":"aggregate","client":"partner","purpose":"x","metrics":["net_collections"],"locations":["L1"]}`, 400, "locations"},
		{"/v1/keys", `{"client":""}`, 400, "client"},
		{"/v1/keys", `{"client":"bi","networks":["everywhere"]}`, 400, "networks"},
		{"/v1/keys", `{"client":"bi","expires":"2020-01-01T00:00:00Z","grant":{"profile":"aggregate","purpose":"x"}}`, 400, "expires"},
		{"/v1/keys", `{"client":"bi","expires":"90d","grant":{"profile":"aggregate","purpose":"x"}}`, 400, "expires"},
		{"/v1/keys", `{"client":"bi","grant":{"profile":"aggregate","purpose":"x","until":"soon"}}`, 400, "grant.until"},
		{"/v1/keys", `{"client":"bi","grant":{"profile":"aggregate","purpose":"x","datasets":{}}}`, 400, "grant.datasets"},
		{"/v1/keys", `{"client":"bi","grant":{"profile":"aggregate"}}`, 400, "grant.purpose"},
		{"/v1/keys", `{"client":"bi","grant":[]}`, 400, "grant"},
		{"/v1/keys", `{"client":"bi"}`, 404, "client"},
		{"/v1/people", `{"name":"ann","role":"practice_user"}`, 400, ""},
		{"/v1/people", `{"name":"ann@example.com","role":"boss"}`, 400, "role"},
		{"/v1/people", `{"name":"ann@example.com","role":"practice_user","profile":"all"}`, 400, ""},
	} {
		r := o.request(t, "POST", test.path, admin, test.body)
		field, _ := r.json(t)["field"].(string)
		if r.status != test.status || field != test.field || test.status == 400 && r.json(t)["hint"] == nil {
			t.Errorf("%s %s: %d %s", test.path, test.body, r.status, r.text)
		}
	}
}

func TestADayIsTheLastOfWhatItEnds(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	o.key(t, "partner", "p3", archwire.Aggregate)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	grant := o.request(t, "POST", "/v1/grants", admin, `{"client":"partner","profile":"aggregate","purpose":"x","from":"2097-01-01","until":"2097-01-31"}`).want(t, 201)
	if grant.at(t, "from") != "2097-01-01T00:00:00Z" || grant.at(t, "until") != "2097-02-01T00:00:00Z" {
		t.Errorf("the grant is %s", grant.text)
	}
	key := o.request(t, "POST", "/v1/keys", admin, `{"client":"bi","expires":"2097-01-31","grant":{"profile":"aggregate","purpose":"x"}}`).want(t, 201)
	if key.at(t, "expires_at") != "2097-02-01T00:00:00Z" {
		t.Errorf("the key is %s", key.text)
	}
}

func TestAKeyOfAPracticesOwnClientOpensWhatItGrants(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	r := o.request(t, "POST", "/v1/keys", admin, `{"client":"bi","grant":{"profile":"identified","purpose":"our own warehouse"}}`).want(t, 201)
	if r.header.Get("Cache-Control") != "no-store" || r.at(t, "client") != "p1/bi" {
		t.Errorf("the answer is %s", r.text)
	}
	key := r.at(t, "secret").(string)
	rows := o.get(t, "/v1/datasets/patients/rows", key).want(t, 200)
	if !strings.Contains(rows.text, "Zoë") || strings.Contains(rows.text, canary) {
		t.Errorf("the rows are %s", rows.text)
	}
	if list := o.get(t, "/v1/keys", admin).want(t, 200); strings.Contains(list.text, key) || !strings.Contains(list.text, r.at(t, "key").(string)) {
		t.Errorf("the list is %s", list.text)
	}
	o.get(t, "/v1/grants", key).want(t, 200)
	if strings.Contains(o.log.String(), key) {
		t.Error("the log has the key")
	}
}

func TestAClientGivesItsOwnGrantUp(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	key, _, own := o.key(t, "partner", "p1", archwire.Aggregate)
	_, _, other := o.key(t, "other", "p1", archwire.Aggregate)
	o.request(t, "DELETE", "/v1/grants/"+other.ID, key, "").want(t, 404)
	o.request(t, "DELETE", "/v1/grants/"+own.ID, key, "").want(t, 204)
	g, err := o.state.FindGrant(t.Context(), own.ID)
	must(t, err)
	if g.RevokedAt.IsZero() {
		t.Error("the grant is there still")
	}
}

func TestTheSameRequestHasOneEffect(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	body := `{"client":"bi","grant":{"profile":"identified","purpose":"our own warehouse"}}`
	const key = "0f8d6b1c-5a53-4a0c-9a53-6b1c5a534a0c"
	var mu sync.Mutex
	answers := map[string]int{}
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			r := o.request(t, "POST", "/v1/keys", admin, body, "Idempotency-Key", key)
			mu.Lock()
			defer mu.Unlock()
			answers[fmt.Sprint(r.status, r.text)]++
		})
	}
	all.Wait()
	if len(answers) != 1 {
		t.Fatalf("different answers: %v", answers)
	}
	for text := range answers {
		if !strings.HasPrefix(text, "201") || !strings.Contains(text, `"secret":"aw_`) {
			t.Errorf("the answer is %s", text)
		}
	}
	keys, err := o.state.OwnKeys(t.Context(), "p1")
	must(t, err)
	if len(keys) != 1 {
		t.Errorf("%d keys were made", len(keys))
	}
	o.request(t, "POST", "/v1/keys", admin, strings.Replace(body, "bi", "bj", 1), "Idempotency-Key", key).want(t, 422)
	o.request(t, "POST", "/v1/grants", admin, body, "Idempotency-Key", key).want(t, 400)
	for _, odd := range []string{"short", strings.Repeat("x", 256), "with some spaces in it", `"half quoted key`} {
		o.request(t, "POST", "/v1/keys", admin, body, "Idempotency-Key", odd).want(t, 400)
	}
	// Another caller's key of that text is another key; another session of the same
	// person does not carry out the same again, and is not told the secret.
	other := o.session(t, "other@example.com", auth.PracticeAdmin, "p2", "")
	o.request(t, "POST", "/v1/keys", other, body, "Idempotency-Key", key).want(t, 201)
	p, err := o.state.Person(t.Context(), "admin@example.com")
	must(t, err)
	again, _, err := o.state.StartSession(t.Context(), p.ID)
	must(t, err)
	if r := o.request(t, "POST", "/v1/keys", again, body, "Idempotency-Key", key).want(t, 409); strings.Contains(r.text, "aw_") {
		t.Errorf("the answer is %s", r.text)
	}
}

func TestAPracticeReadsWhatWasDisclosedAboutIt(t *testing.T) {
	o := staffed(t)
	o.published(t, nil)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	operator := o.person(t, "op@example.com", auth.Operator, "", "")
	secret, _, err := o.state.StartSession(t.Context(), operator.ID)
	must(t, err)
	o.get(t, "/v1/metrics/net_collections?practice=p1&practice=p2", secret).want(t, 200)
	o.get(t, "/v1/metrics/net_collections?practice=p2", secret).want(t, 200)
	for range 3 {
		o.get(t, "/v1/metrics/net_collections?practice=p1", secret).want(t, 200)
	}
	if got := o.disclosed(t, ledger.Filter{}); len(got) != 5 || got[0].Person != operator.ID || got[0].Client != "" {
		t.Fatalf("the ledger has %+v", got)
	}
	var seen []string
	path := "/v1/ledger?limit=3"
	for path != "" {
		r := o.get(t, path, admin).want(t, 200)
		if strings.Contains(r.text, `"p2"`) || strings.Contains(r.text, "practice=p2") || strings.Contains(r.text, "example.com") {
			t.Errorf("the ledger tells of others: %s", r.text)
		}
		for _, e := range r.at(t, "data").([]any) {
			entry := e.(map[string]any)
			if entry["practice"] != "p1" || entry["person"] != operator.ID || entry["name"] != "net_collections" {
				t.Errorf("an entry is %v", entry)
			}
			seen = append(seen, fmt.Sprint(entry["link"]))
		}
		path = ""
		if next, ok := r.at(t, "page.next").(string); ok {
			path = "/v1/ledger?limit=3&cursor=" + next
			o.get(t, "/v1/ledger?practice=p1&cursor="+next, secret).want(t, 400) // another caller's
			o.get(t, "/v1/ledger?client=x&cursor="+next, admin).want(t, 400)     // another query's
		}
	}
	if len(seen) != 4 {
		t.Errorf("the practice saw %d entries, want 4", len(seen))
	}
	if r := o.get(t, "/v1/ledger?to=2020-01-01", admin).want(t, 200); len(r.at(t, "data").([]any)) != 0 {
		t.Errorf("before all: %s", r.text)
	}
}
