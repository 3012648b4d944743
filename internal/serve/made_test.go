package serve_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/pseudonym"
	"archwire/internal/publish"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/ledger"
	"archwire/internal/warehouse/duckdb"
)

// placed makes the bundle publish patients by number and by location, and what they
// owe, with the number as a text.
func (b *bundle) placed(t *testing.T) {
	t.Helper()
	metric := func(name, numerator string, dimensions ...string) archwire.Metric {
		return archwire.Metric{
			Name: name, Label: name, Dataset: "seen", Numerator: numerator, Additivity: archwire.Additive, Basis: archwire.BasisEvent, Date: "day",
			Dimensions: dimensions, Unit: "count", Better: "up", Definition: name, Version: 1,
		}
	}
	b.input.Datasets = []archwire.Dataset{
		{
			Name: "seen", From: "mart.seen", Tenant: "practice_id", Contract: 1, Key: []string{"patient_id"}, Person: "patient_id", Location: "location_id",
			Columns: []archwire.DatasetColumn{
				{Name: "patient_id", Type: "int64", Class: archwire.ClassPseudonymous, Pseudonym: "patient"},
				{Name: "location_id", Type: "text", Class: archwire.ClassPublic},
				{Name: "day", Type: "date", Class: archwire.ClassPublic},
				{Name: "fee", Type: "decimal(12,2)", Class: archwire.ClassPublic},
				{Name: "name", Type: "text", Class: archwire.ClassIdentified},
			},
		},
		{
			Name: "owed", From: "mart.owed", Tenant: "practice_id", Contract: 1, Key: []string{"payer"}, Person: "payer",
			Columns: []archwire.DatasetColumn{{Name: "payer", Type: "text", Class: archwire.ClassPseudonymous, Pseudonym: "patient"}},
		},
	}
	b.input.Metrics = []archwire.Metric{metric("fees", "sum(fee)", "location_id"), metric("patients", "count(distinct patient_id)"), metric("each", "count(*)", "patient_id")}
	b.published(t, map[string]string{
		"mart.seen": `select practice_id, patient_id::bigint as patient_id, location_id, day::date as day, fee::decimal(12,2) as fee, name from (values
			('p1', 4711001, 'north', '2026-10-01', 10.01, 'Ada'), ('p1', 4711002, 'south', '2026-10-02', 700.77, 'Bob'),
			('p1', 4711003, 'north', '2026-10-03', 20.02, 'Cy'), ('p1', 4711004, null, '2026-10-04', 900.99, 'Dee'),
			('p2', 4711001, 'south', '2026-10-05', 800.88, 'Eve')) v(practice_id, patient_id, location_id, day, fee, name)`,
		"mart.owed": `select practice_id, payer from (values ('p1', '4711001'), ('p1', '4711004'), ('p2', '4711001')) v(practice_id, payer)`,
	})
}

// column are the values of a column of a page's rows, sorted.
func (b *bundle) column(t *testing.T, path, key, name string) (values []string) {
	t.Helper()
	for _, row := range b.get(t, path, key).want(t, 200).json(t)["data"].([]any) {
		values = append(values, fmt.Sprint(row.(map[string]any)[name]))
	}
	slices.Sort(values)
	return values
}

func named(client string) auth.Key { return auth.Key{Client: client} }

func TestPseudonymsAreAClientsOwn(t *testing.T) {
	b := setup(t)
	b.placed(t)
	one := b.keys.Mint(t, named("one"), authtest.Everything(archwire.Pseudonymous, "p1")...)
	two := b.keys.Mint(t, named("two"), authtest.Everything(archwire.Pseudonymous, "p1")...)
	const seen, owed = "/v1/datasets/seen/rows", "/v1/datasets/owed/rows"
	want := func(client string, keys ...string) (out []string) {
		of := pseudonym.NewKey(pseudonymSecret, "client:"+client)
		for _, k := range keys {
			out = append(out, string(of.Of("patient", []byte(k))))
		}
		slices.Sort(out)
		return out
	}
	for key, client := range map[string]string{one: "one", two: "two"} {
		if diff := cmp.Diff(want(client, "4711001", "4711002", "4711003", "4711004"), b.column(t, seen, key, "patient_id")); diff != "" {
			t.Errorf("patients of %s (-want +got):\n%s", client, diff)
		}
		if diff := cmp.Diff(want(client, "4711001", "4711004"), b.column(t, owed, key, "payer")); diff != "" {
			t.Errorf("payers of %s (-want +got):\n%s", client, diff)
		}
	}
	ada := want("one", "4711001")[0]
	if got := b.column(t, seen+"?filter[patient_id]="+ada, one, "fee"); !cmp.Equal(got, []string{"10.01"}) {
		t.Errorf("filtered by a pseudonym: %v", got)
	}
	for _, value := range []string{"4711001", want("two", "4711001")[0]} {
		if got := b.column(t, seen+"?filter[patient_id]="+value, one, "fee"); got != nil {
			t.Errorf("filtered by %s, which is no pseudonym of the client: %v", value, got)
		}
	}
	// Page by page each row comes once, in the order of the pseudonyms.
	var paged []string
	for path := seen + "?limit=1"; path != ""; {
		r := b.get(t, path, one).want(t, 200)
		paged = append(paged, r.at(t, "data.0.patient_id").(string))
		path = ""
		if next, ok := r.at(t, "page.next").(string); ok {
			path = seen + "?limit=1&cursor=" + url.QueryEscape(next)
		}
	}
	if diff := cmp.Diff(want("one", "4711001", "4711002", "4711003", "4711004"), paged); diff != "" {
		t.Errorf("page by page (-want +got):\n%s", diff)
	}
	if got := b.column(t, "/v1/metrics/each?by=patient_id&from=2026-10-01&to=2026-10-31", one, "patient_id"); !cmp.Equal(got, paged) {
		t.Errorf("a metric by patient: %v", got)
	}
	if r := b.get(t, "/v1/datasets", one).want(t, 200); r.at(t, "data.1.columns.0.type") != "text" || r.at(t, "data.1.columns.0.pseudonym") != "patient" || r.at(t, "data.1.location") != "location_id" {
		t.Errorf("the catalogue: %s", r.text)
	}
	identified := b.keys.Mint(t, named("one"), authtest.Everything(archwire.Identified, "p1")...)
	if r := b.get(t, "/v1/datasets", identified).want(t, 200); r.at(t, "data.1.columns.0.type") != "int64" || strings.Contains(r.text, `"pseudonym":`) {
		t.Errorf("the catalogue of who sees the values: %s", r.text)
	}
}

func TestPseudonymsAreAsDescribed(t *testing.T) {
	b := setup(t)
	b.placed(t)
	path := []string{"paths", "/v1/datasets/{dataset}/rows", "get", "responses", "200", "content", "application/json", "schema"}
	for _, profile := range []archwire.Profile{archwire.Pseudonymous, archwire.Identified} {
		key := b.keys.Open(t, profile)
		s := specOf(t, b, key)
		schema := s.at(path...)
		answer := b.get(t, "/v1/datasets/seen/rows", key).want(t, 200).json(t)
		for _, complaint := range s.check(schema, answer, string(profile)) {
			t.Error(complaint)
		}
	}
}

// secrets are what a client with the rows of north must never be sent: the values of
// other rows, of sums with them, and the values behind pseudonyms.
var secrets = []string{"700.77", "730.80", "900.99", "930.79", "1631.79", "800.88", "47110", "Bob", "Dee", "south"}

func TestNoByteOfAnotherLocation(t *testing.T) {
	b := setup(t)
	b.placed(t)
	grant := auth.Grant{Tenant: "p1", Profile: archwire.Pseudonymous, Locations: []string{"north"}}
	key := b.keys.Mint(t, named("one"), grant)
	const october = "from=2026-10-01&to=2026-10-31"
	for path, has := range map[string]string{
		"/v1/datasets/seen/rows": "20.02", "/v1/datasets/seen/rows?filter[fee]=gt:1": "10.01", "/v1/datasets/seen/rows?fields=fee": "10.01",
		"/v1/datasets/seen/export.csv": "north", "/v1/datasets/seen/export.ndjson": "north",
		"/v1/metrics/fees?" + october: `"value":30.03`, "/v1/metrics/fees?by=location_id&" + october: `"value":30.03`,
		"/v1/metrics/fees?grain=day&" + october:   `"value":20.02`,
		"/v1/metrics/patients?" + october:         `"value":2`,
		"/v1/metrics/fees?by=practice&" + october: `"value":30.03`,
		"/v1/metrics/each?" + october:             `"value":2`,
		"/v1/metrics/fees?practice=p1&" + october: `"value":30.03`,
		"/v1/metrics":  "fees",
		"/v1/datasets": `"dataset":"seen"`,
		"/v1/grants":   `"locations":["north"]`,
		"/v1/metrics/fees?compare=previous_year&" + october: `"value":30.03`,
	} {
		for range 2 { // made, and kept
			r := b.get(t, path, key).want(t, 200)
			if !strings.Contains(r.text, has) {
				t.Errorf("%s: want %s in %s", path, has, r.text)
			}
			for _, secret := range secrets {
				if strings.Contains(r.text, secret) {
					t.Errorf("%s: %s in %s", path, secret, r.text)
				}
			}
		}
	}
	// What belongs to other locations is as what there is not.
	for path, status := range map[string]int{
		"/v1/datasets/owed/rows": 404, "/v1/datasets/owed/export.csv": 404, "/v1/datasets/seen/rows?practice=p2": 404,
		"/v1/datasets/seen/rows?filter[location_id]=south": 200, "/v1/metrics/fees?filter[location_id]=south&" + october: 200,
		"/v1/datasets/seen/rows?filter[fee]=700.77": 200, "/v1/datasets/seen/rows?filter[location_id]=null:true": 200,
		"/v1/datasets/seen/rows?filter[location_id]=ne:north": 200,
	} {
		r := b.get(t, path, key).want(t, status)
		if status == 200 && strings.Contains(path, "rows") && !strings.Contains(r.text, `"data":[]`) || strings.Contains(r.text, "700.77\"") {
			t.Errorf("%s: %s", path, r.text)
		}
	}
	if r := b.get(t, "/v1/datasets/seen/export.parquet", key).want(t, 200); strings.Contains(r.text, "south") {
		t.Error("the Parquet export holds the other location")
	}
	for _, e := range b.disclosed(t, ledger.Filter{Client: "one"}) {
		for _, part := range e.Parts {
			if part.Tenant != "p1" || e.Resource != "metric" && part.Rows > 2 {
				t.Errorf("%s %s tells of %d rows of %s", e.Resource, e.Query, part.Rows, part.Tenant)
			}
		}
	}
}

func TestGrantsOfSeveralLocationsOpenTheirs(t *testing.T) {
	b := setup(t)
	b.placed(t)
	at := func(profile archwire.Profile, locations ...string) auth.Grant {
		return auth.Grant{ID: strings.Join(append(locations, string(profile)), "-"), Tenant: "p1", Profile: profile, Locations: locations}
	}
	for name, c := range map[string]struct {
		grants []auth.Grant
		fees   []string
		grant  string
	}{
		"two":                  {[]auth.Grant{at(archwire.Pseudonymous, "north"), at(archwire.Pseudonymous, "south")}, []string{"10.01", "20.02", "700.77"}, "north-pseudonymous,south-pseudonymous"},
		"one and all":          {[]auth.Grant{at(archwire.Pseudonymous, "north"), at(archwire.Pseudonymous)}, []string{"10.01", "20.02", "700.77", "900.99"}, "pseudonymous"},
		"the widest profile's": {[]auth.Grant{at(archwire.Identified, "south"), at(archwire.Pseudonymous)}, []string{"700.77"}, "south-identified"},
		"none that there is":   {[]auth.Grant{at(archwire.Pseudonymous, "west")}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			key := b.keys.Mint(t, named(name), c.grants...)
			if got := b.column(t, "/v1/datasets/seen/rows", key, "fee"); !cmp.Equal(got, c.fees) {
				t.Errorf("rows of %v, want %v", got, c.fees)
			}
			for _, e := range b.disclosed(t, ledger.Filter{Client: name}) {
				if e.Parts[0].Grant != c.grant && c.grant != "" || int(e.Rows()) != len(c.fees) {
					t.Errorf("the ledger names grant %s and %d rows, want %s", e.Parts[0].Grant, e.Rows(), c.grant)
				}
			}
		})
	}
}

func TestThePersonBehindAPseudonymIsFoundInTheLedger(t *testing.T) {
	b := setup(t)
	b.placed(t)
	key := b.keys.Mint(t, named("one"), auth.Grant{Tenant: "p1", Profile: archwire.Pseudonymous, Locations: []string{"north"}})
	b.get(t, "/v1/datasets/seen/rows", key).want(t, 200)
	b.get(t, "/v1/datasets/seen/export.csv", key).want(t, 200)
	archive := ledger.Archive{Dir: b.ledgerDir, Store: b.objects}
	of := pseudonym.NewKey(pseudonymSecret, "client:one")
	for patient, want := range map[string]string{"4711001": "rows export", "4711003": "rows export", "4711002": "", "4711004": ""} {
		var got []string
		for r, err := range archive.Who(t.Context(), person(patient), person(string(of.Of("patient", []byte(patient))))) {
			must(t, err)
			if r.Outcome == ledger.Sent {
				got = append(got, r.Resource)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("patient %s was in %v, want %s", patient, got, want)
		}
	}
}

// full is a reader whose disk is full.
type full struct{ *duckdb.Reader }

func (full) MakeSlice(context.Context, archwire.Batches, string) (int64, error) {
	return 0, &archwire.Error{Code: archwire.Unavailable, Message: "making a slice: the disk is full"}
}

func TestAFullDiskIsNotAnswered(t *testing.T) {
	b := setup(t)
	b.placed(t)
	store, err := publish.NewStore(b.objects)
	must(t, err)
	must(t, b.stop())
	b.start(t, serve.Config{
		Reader: publish.OpenReader(store, full{b.slices}).Keyed(pseudonymSecret), Authorizer: auth.NewAuthorizer(b.keys, now), Ledger: fullLedger{},
		Log: slog.New(slog.NewTextHandler(b.log, nil)), Now: now, Listen: "127.0.0.1:0",
	})
	key := b.keys.Mint(t, named("one"), auth.Grant{Tenant: "p1", Profile: archwire.Pseudonymous, Locations: []string{"north"}})
	for _, path := range []string{"/v1/datasets/seen/rows", "/v1/metrics/fees", "/v1/metrics/patients"} {
		r := b.get(t, path, key).want(t, 503)
		if !strings.Contains(r.text, "cannot be read now") || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", path, r.text)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(b.store, "made", "*", "*")); len(left) > 0 {
		t.Errorf("left in the store: %v", left)
	}
}
