package serve_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/signin"
)

func TestGrantsNameLocationsThatThereAre(t *testing.T) {
	o := staffed(t)
	o.placed(t)
	o.key(t, "partner", "p3", archwire.Aggregate)
	person := o.person(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	admin, _, err := o.state.StartSession(t.Context(), person.ID)
	must(t, err)
	ask := func(session, tenant, purpose, locations string) reply {
		return o.request(t, "POST", "/v1/grants", session,
			fmt.Sprintf(`{"practice":%q,"client":"partner","profile":"aggregate","purpose":%q,"locations":%s}`, tenant, purpose, locations), "X-Request-Id", "r")
	}
	ask(admin, "p1", "x", `["north","south"]`).want(t, 201)
	r := ask(admin, "p1", "y", `["north","nowhere"]`).want(t, 400)
	if r.at(t, "field") != "locations" || r.at(t, "detail") != "There is no location nowhere in any row of practice p1." ||
		r.at(t, "hint") != `There are "north" and "south". One that is new is there with the next publication.` {
		t.Errorf("the answer is %s", r.text)
	}
	// What was told is in the ledger of the practice.
	told := o.disclosed(t, ledger.Filter{})
	if len(told) != 1 || told[0].Resource != "locations" || told[0].Person != person.ID {
		t.Fatalf("the ledger has %+v", told)
	}
	if diff := cmp.Diff([]ledger.Part{{Tenant: "p1", Grant: person.Roles[0].ID, Rows: 2}}, told[0].Parts); diff != "" {
		t.Errorf("the ledger (-want +got):\n%s", diff)
	}
	in := o.request(t, "POST", "/v1/keys", admin, `{"client":"bi","grant":{"profile":"aggregate","purpose":"x","locations":["nowhere"]}}`).want(t, 400)
	if in.at(t, "field") != "grant.locations" {
		t.Errorf("the answer is %s", in.text)
	}
	// Those of another practice are as those that there are not, and nobody is told of them.
	elsewhere := o.session(t, "p2@example.com", auth.PracticeAdmin, "p2", "")
	other := ask(elsewhere, "p2", "x", `["north"]`).want(t, 400)
	if none := ask(elsewhere, "p2", "x", `["snowy"]`).want(t, 400); strings.ReplaceAll(none.text, "snowy", "north") != other.text || strings.Count(other.text, "north") != 1 {
		t.Errorf("a location of another practice: %s; one that there is not: %s", other.text, none.text)
	}
	// Whoever does not administer the practice learns nothing, and what cannot be known passes.
	for _, locations := range []string{`["north"]`, `["nowhere"]`} {
		ask(elsewhere, "p1", "x", locations).want(t, 404)
		ask(o.session(t, fmt.Sprintf("user%d@example.com", len(locations)), auth.PracticeUser, "p1", ""), "p1", "x", locations).want(t, 403)
	}
	operator := o.session(t, "op@example.com", auth.Operator, "", "")
	ask(operator, "*", "x", `["to come"]`).want(t, 201)
	ask(operator, "p3", "x", `["new"]`).want(t, 201)
	ask(operator, "p1", "z", `["new"]`).want(t, 400)
}

// A request that is repeated is answered as it was, also when it could not be carried out
// any more: a key is told again after its end is over and its location is gone.
func TestARepetitionIsNotAskedWhetherItCouldBeDoneNow(t *testing.T) {
	var later atomic.Int64
	o := staffed(t, func(cfg *serve.Config, _ *signin.Config) {
		cfg.Now = func() time.Time { return now().Add(time.Duration(later.Load())) }
	})
	o.placed(t)
	o.key(t, "partner", "p3", archwire.Aggregate)
	admin := o.session(t, "admin@example.com", auth.PracticeAdmin, "p1", "")
	end := now().Add(time.Hour).UTC().Format(time.RFC3339)
	grant := fmt.Sprintf(`"profile":"aggregate","purpose":"x","metrics":["fees"],"locations":["north"],"until":%q`, end)
	asks := map[string]string{
		"/v1/keys":   fmt.Sprintf(`{"client":"bi","expires":%q,"grant":{%s}}`, end, grant),
		"/v1/grants": fmt.Sprintf(`{"practice":"p1","client":"partner",%s}`, grant),
	}
	key := func(try, path string) string { return "the-" + try + "-try-of" + path }
	first := map[string]string{}
	for path, body := range asks {
		first[path] = o.request(t, "POST", path, admin, body, "Idempotency-Key", key("first", path)).want(t, 201).text
	}
	o.published(t, map[string]string{
		"mart.seen": `select 'p1' as practice_id, 4711002::bigint as patient_id, 'south' as location_id, '2026-10-02'::date as day, 7::decimal(12,2) as fee, 'Bob' as name`,
		"mart.owed": `select 'p1' as practice_id, '4711001' as payer`,
	})
	later.Store(int64(2 * time.Hour))
	for path, body := range asks {
		if r := o.request(t, "POST", path, admin, body, "Idempotency-Key", key("first", path)).want(t, 201); r.text != first[path] {
			t.Errorf("%s answers %s again, first %s", path, r.text, first[path])
		}
		o.request(t, "POST", path, admin, body, "Idempotency-Key", key("second", path)).want(t, 400)
	}
	later.Store(0)
	before := len(o.disclosed(t, ledger.Filter{}))
	for path, body := range asks {
		o.request(t, "POST", path, admin, body, "Idempotency-Key", key("first", path)).want(t, 201)
	}
	if told := len(o.disclosed(t, ledger.Filter{})); told != before {
		t.Errorf("repetitions are %d entries of the ledger", told-before)
	}
	for path, body := range asks {
		r := o.request(t, "POST", path, admin, body, "Idempotency-Key", key("third", path)).want(t, 400)
		if field, _ := r.at(t, "field").(string); !strings.HasSuffix(field, "locations") {
			t.Errorf("%s refuses %s", path, r.text)
		}
	}
}
