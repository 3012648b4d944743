package serve_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/ledger"
)

// renamed is the patients with patient 3 renamed, 2 gone and 4 new in p1.
func renamed() map[string]string {
	return map[string]string{"mart.patients": strings.NewReplacer("Zoë", "Zoe", "('p1', 2, '2026-10-02', 8, null", "('p1', 4, '2026-10-02', 8, ''").Replace(data()["mart.patients"])}
}

// texts are the elements of data, each as it is written.
func (r reply) texts(t *testing.T) (all []string) {
	t.Helper()
	var p page
	must(t, json.Unmarshal([]byte(r.want(t, 200).text), &p))
	for _, one := range p.Data {
		all = append(all, string(one))
	}
	return all
}

func TestChangesAreExact(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	second := b.published(t, renamed())
	key := b.keys.Open(t, archwire.Identified, "p1", "p3")
	path := "/v1/datasets/patients/changes?since="
	r := b.get(t, path+string(first.ID), key)
	want := []string{
		`{"op":"delete","practice_id":"p1","patient_id":2}`,
		`{"op":"upsert","practice_id":"p1","patient_id":3,"added_on":"2026-10-03","wait_days":5,"full_name":"Zoe","seen_at":"2026-10-08T00:00:00Z","extra":[]}`,
		`{"op":"upsert","practice_id":"p1","patient_id":4,"added_on":"2026-10-02","wait_days":8,"full_name":"","seen_at":null,"extra":null}`,
	}
	if diff := cmp.Diff(want, r.texts(t)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if r.at(t, "meta.publication") != string(second.ID) || r.at(t, "meta.since") != string(first.ID) || r.at(t, "page.next") != nil {
		t.Errorf("the answer is %s", r.text)
	}
	// Who does not see names does not see that one has changed.
	r = b.get(t, path+string(first.ID), b.keys.Open(t, archwire.Pseudonymous, "p1"))
	if got := r.texts(t); len(got) != 2 || !strings.HasPrefix(got[1], `{"op":"upsert","practice_id":"p1","patient_id":4`) {
		t.Errorf("without names the changes are %v", got)
	}
	r = b.get(t, path+string(first.ID)+"&fields=wait_days", key)
	if diff := cmp.Diff([]string{want[0], `{"op":"upsert","practice_id":"p1","patient_id":4,"wait_days":8}`}, r.texts(t)); diff != "" {
		t.Errorf("changes of one field (-want +got):\n%s", diff)
	}
	for _, empty := range []string{path + string(second.ID), path + string(first.ID) + "&practice=p3"} {
		if got := b.get(t, empty, key).texts(t); len(got) != 0 {
			t.Errorf("%s has %v", empty, got)
		}
	}
}

// Keys of every type are matched, and each page goes on where the last one ended.
func TestChangesOfKeysOfManyTypes(t *testing.T) {
	b := setup(t)
	b.publishMixed(t)
	key := b.keys.Open(t, archwire.Aggregate)
	f := &follower{name: "mixed", key: key, path: "/v1/datasets/mixed", keys: []string{"practice_id", "d", "m", "s", "z", "u", "b"}}
	f.begin(t, b)
	again := f.clone()
	sql := `select practice_id, d, m, s, z, u, b, n + case when n % 5 = 0 then 1000 else 0 end as n from (` + mixedSQL + `) where n % 7 <> 0
		union all select practice_id, d + 40, m, s, z, u, b, n from (` + mixedSQL + `) where n % 9 = 0 and d < '2026-02-01'`
	b.published(t, map[string]string{"mart.mixed": sql})
	for _, c := range []struct {
		f     *follower
		limit int
	}{{f, 10_000}, {again, 37}} {
		if status := c.f.follow(t, b, c.limit, func() {}); status != 200 {
			t.Fatalf("changes answer %d", status)
		}
		c.f.equals(t, b)
	}
}

func TestChangesThatCannotBeToldAreGone(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1", "p3")
	gone := func(name, path string) {
		t.Helper()
		r := b.get(t, path, key).want(t, 410)
		if r.at(t, "type") != "/docs#problem-start-over" || r.at(t, "field") != "since" || !strings.Contains(r.text, "/rows") {
			t.Errorf("%s: %s", name, r.text)
		}
	}
	since := "?since=" + string(first.ID)
	gone("a publication that never was", "/v1/datasets/patients/changes?since=20200101T000000Z-0000")

	b.input.Datasets[2].Columns = append(b.input.Datasets[2].Columns, archwire.DatasetColumn{Name: "note", Type: "text", Class: archwire.ClassIdentified})
	b.published(t, map[string]string{"mart.patients": `select *, 'x' as note from (` + renamed()["mart.patients"] + `)`})
	gone("another column", "/v1/datasets/patients/changes"+since)
	if got := b.get(t, "/v1/datasets/patients/changes"+since+"&fields=full_name", key).texts(t); len(got) != 3 {
		t.Errorf("changes of a column that there was: %v", got)
	}
	gone("a column that there was not", "/v1/datasets/patients/changes"+since+"&fields=note")
	// Who does not see the new column has the columns that it had.
	b.get(t, "/v1/datasets/patients/changes"+since, b.keys.Open(t, archwire.Pseudonymous, "p1")).want(t, 200)
	b.get(t, "/v1/datasets/collections/changes"+since, key).want(t, 200)

	b.input.Datasets[0].Columns[3].Type = "int32"
	b.input.Datasets[1].Key = []string{"bucket", "snapshot_date"}
	b.published(t, map[string]string{"mart.patients": `select *, 'x' as note from (` + renamed()["mart.patients"] + `)`})
	gone("another type", "/v1/datasets/collections/changes"+since)
	gone("another key", "/v1/datasets/balances/changes"+since)
	gone("another key", "/v1/datasets/balances/changes"+since+"&fields=balance")

	added := b.input.Datasets[0]
	added.Name = "receipts"
	b.input.Datasets = append(b.input.Datasets, added)
	b.published(t, map[string]string{"mart.patients": `select *, 'x' as note from (` + renamed()["mart.patients"] + `)`})
	gone("a dataset that there was not", "/v1/datasets/receipts/changes"+since)

	for range 2 {
		_, err := b.publisher.Collect(t.Context(), 1, 0)
		must(t, err)
	}
	gone("a publication that was collected", "/v1/datasets/patients/changes"+since)
}

func TestChangesBeginAnewWhereGrantsChanged(t *testing.T) {
	clock := &hands{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	keys := authtest.New()
	b := setup(t, func(c *serve.Config) { c.Authorizer = auth.NewAuthorizer(keys, clock.now) })
	b.publisher.Now = clock.now
	key := keys.Mint(t, auth.Key{Client: "c"},
		auth.Grant{ID: "a", Tenant: "p1", Profile: archwire.Identified, CreatedAt: clock.at.Add(-time.Hour)},
		auth.Grant{ID: "b", Tenant: "p3", Profile: archwire.Identified, CreatedAt: clock.at.Add(-time.Hour), Until: clock.at.Add(5 * time.Hour)})
	first := b.published(t, nil)
	ask := func(query string, status int) reply {
		t.Helper()
		clock.move(2 * time.Second)
		return b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID)+query, key).want(t, status)
	}
	clock.move(time.Hour)
	b.published(t, renamed())
	ask("", 200)
	// A grant that came and went leaves what is opened as it was, and who read meanwhile has more.
	keys.Grant("c", auth.Grant{ID: "c", Tenant: "p2", Profile: archwire.Identified, CreatedAt: clock.now(), From: clock.now()})
	ask("", 410)
	keys.Revoke(clock.now(), func(g auth.Grant) bool { return g.ID == "c" }, nil)
	ask("", 410)
	ask("&practice=p1", 200)
	ask("&practice=p3", 200)
	ask("&practice=p2", 404)
	clock.move(5 * time.Hour)
	ask("&practice=p3", 404)
	ask("&practice=p1", 200)
	keys.Grant("c", auth.Grant{ID: "d", Tenant: "p1", Metrics: []string{"wait"}, Profile: archwire.Aggregate, CreatedAt: clock.now(), From: clock.now()})
	ask("&practice=p1", 200) // rows are not what it opens
	keys.Grant("c", auth.Grant{ID: "e", Tenant: auth.Everyone, Profile: archwire.Aggregate, CreatedAt: clock.now(), From: clock.now()})
	// The publication in service was made before, too: to read its rows is not enough.
	if hint := ask("&practice=p1", 410).at(t, "hint").(string); !strings.Contains(hint, "/rows") || !strings.Contains(hint, "again from the next publication") {
		t.Errorf("while nothing is published the hint is %s", hint)
	}
	clock.move(time.Hour)
	next := b.published(t, nil)
	if hint := ask("", 410).at(t, "hint").(string); !strings.Contains(hint, "/rows") || strings.Contains(hint, "next publication") {
		t.Errorf("once it is published the hint is %s", hint)
	}
	first = next
	ask("", 200)
}

func TestChangesOfWhatIsNotOpenedDoNotExist(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	b.published(t, renamed())
	aggregate := b.keys.Open(t, archwire.Aggregate, "p1")
	for _, since := range []string{string(first.ID), "20200101T000000Z-0000"} {
		for _, pair := range [][2]string{
			{"patients/changes?since=" + since, "patientz/changes?since=" + since},
			{"collections/changes?practice=p2&since=" + since, "collections/changes?practice=p9&since=" + since},
			{"collections/changes?practice=p2&cursor=x&since=" + since, "collections/changes?practice=p9&cursor=x&since=" + since},
			{"patients/changes?cursor=x&since=" + since, "patientz/changes?cursor=x&since=" + since},
		} {
			hidden, missing := b.get(t, "/v1/datasets/"+pair[0], aggregate), b.get(t, "/v1/datasets/"+pair[1], aggregate)
			same := strings.NewReplacer("p9", "p2", "patientz", "patients")
			if hidden.status < 400 || hidden.status != missing.status || cutID(hidden.text) != cutID(same.Replace(missing.text)) {
				t.Errorf("%s: %d %s\n%s: %d %s", pair[0], hidden.status, hidden.text, pair[1], missing.status, missing.text)
			}
		}
	}
	for _, wrong := range []string{"", "?since=", "?since=../CURRENT", "?since=20200101T000000Z-0000&since=20200101T000000Z-0001", "?since=20200101t000000z-0000"} {
		if r := b.get(t, "/v1/datasets/collections/changes"+wrong, aggregate).want(t, 400); r.at(t, "field") != "since" {
			t.Errorf("%q: %s", wrong, r.text)
		}
	}
}

func TestCursorsOfChangesAreBound(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	second := b.published(t, renamed())
	key, other := b.keys.Open(t, archwire.Identified, "p1"), b.keys.Open(t, archwire.Identified, "p1")
	path := "/v1/datasets/patients/changes?limit=1&since="
	page := b.get(t, path+string(first.ID), key).want(t, 200)
	cursor := "&cursor=" + page.at(t, "page.next").(string)
	b.published(t, nil) // back to what was
	r := b.get(t, path+string(first.ID)+cursor, key).want(t, 200)
	if r.at(t, "meta.publication") != string(second.ID) || !strings.Contains(r.text, "Zoe") {
		t.Errorf("the second page leads to %s", r.text)
	}
	b.get(t, path+string(first.ID)+cursor, other).want(t, 400)
	b.get(t, path+string(second.ID)+cursor, key).want(t, 400)
	b.get(t, path+string(first.ID)+"&practice=p1"+cursor, key).want(t, 400)
	b.get(t, "/v1/datasets/patients/rows?limit=1"+cursor, key).want(t, 400)
	for range 2 { // the target goes
		_, err := b.publisher.Collect(t.Context(), 1, 0)
		must(t, err)
	}
	b.get(t, path+string(second.ID)+cursor, key).want(t, 400)
	if r := b.get(t, path+string(first.ID)+"&fields=patient_id", key).want(t, 410); r.at(t, "type") != "/docs#problem-start-over" {
		t.Errorf("a start that is gone: %s", r.text)
	}
}

func TestChangesAreDisclosed(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	second := b.published(t, renamed())
	key := b.keys.Open(t, archwire.Identified, "p1", "p3")
	b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID), key).want(t, 200)
	got := b.disclosed(t, ledger.Filter{})
	if len(got) != 1 {
		t.Fatalf("%d entries for one answer", len(got))
	}
	e := got[0]
	if e.Resource != "changes" || e.Name != "patients" || e.Publication != second.ID || e.Query != "since="+string(first.ID) || e.Profile != archwire.Identified {
		t.Errorf("entry %+v", e)
	}
	if len(e.Parts) != 1 || e.Parts[0].Tenant != "p1" || e.Parts[0].Rows != 3 || e.Parts[0].Grant == "" ||
		e.Parts[0].Keys != keyed("\x00\x00\x00\x012\x00\x00\x00\x013\x00\x00\x00\x014") {
		t.Fatalf("parts %+v", e.Parts)
	}
	for patient, want := range map[string]bool{"1": false, "2": true, "3": true, "4": true} {
		if e.Parts[0].Subjects.Has(person(patient)) != want {
			t.Errorf("patient %s was sent: %t", patient, !want)
		}
	}
}
