package serve_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/ledger"
)

// disclosed are the entries of the ledger so far.
func (b *bundle) disclosed(t *testing.T, f ledger.Filter) (all []ledger.Entry) {
	t.Helper()
	archive := ledger.Archive{Dir: b.ledgerDir, Store: b.objects}
	for r, err := range archive.Find(t.Context(), f) {
		must(t, err)
		all = append(all, r.Entry)
	}
	return all
}

// person is what the ledger knows a person by.
func person(key string) uint64 { return ledger.NewHasher(personSecret).Person([]byte(key)) }

// keyed is the keyed hash of a text.
func keyed(text string) string {
	mac := hmac.New(sha256.New, personSecret)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestRowsAreDisclosed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Pseudonymous, "p1", "p3")
	r := b.get(t, "/v1/datasets/patients/rows?fields=wait_days&filter[wait_days]=lt:8", key, "X-Request-Id", "request-1").want(t, 200)
	got := b.disclosed(t, ledger.Filter{})
	if len(got) != 1 {
		t.Fatalf("%d entries for one answer", len(got))
	}
	e := got[0]
	if e.Request != "request-1" || e.Outcome != ledger.Sent || e.Client == "" || !strings.Contains(key, e.Key) || e.Address != "127.0.0.1" ||
		e.Resource != "rows" || e.Name != "patients" || e.Profile != archwire.Pseudonymous || string(e.Publication) != r.at(t, "meta.publication") ||
		e.Query != fmt.Sprintf("fields=wait_days&filter%%5Bwait_days%%5D=lt%%3Ahmac%%3A%016x", person("8")) {
		t.Errorf("entry %+v", e)
	}
	if diff := cmp.Diff([]string{"wait_days"}, e.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	// Patients 1 and 3 of p1 waited less than 8 days, and the one of p3.
	if len(e.Parts) != 2 || e.Parts[0].Tenant != "p1" || e.Parts[0].Rows != 2 || e.Parts[1].Tenant != "p3" || e.Parts[1].Rows != 1 {
		t.Fatalf("parts %+v", e.Parts)
	}
	for key, want := range map[string]bool{"1": true, "2": false, "3": true, "9007199254740993": false} {
		if e.Parts[0].Subjects.Has(person(key)) != want {
			t.Errorf("patient %s of p1 was sent: %t", key, !want)
		}
	}
	if !e.Parts[1].Subjects.Has(person("9007199254740993")) || e.Parts[0].Keys != keyed("\x00\x00\x00\x011\x00\x00\x00\x013") || e.Parts[0].Keys == e.Parts[1].Keys {
		t.Errorf("parts %+v", e.Parts)
	}
}

func TestPagesAreDisclosedAsFarAsTheyWereSent(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1", "p3")
	first := b.get(t, "/v1/datasets/patients/rows?limit=2", key).want(t, 200)
	next := first.at(t, "page.next").(string)
	b.get(t, "/v1/datasets/patients/rows?limit=2&cursor="+next, key).want(t, 200)
	var rows []int64
	for _, e := range b.disclosed(t, ledger.Filter{Tenant: "p1"}) {
		rows = append(rows, e.Rows())
		if strings.Contains(e.Query, "cursor") {
			t.Errorf("the ledger holds a cursor: %s", e.Query)
		}
	}
	if diff := cmp.Diff([]int64{2, 1}, rows); diff != "" {
		t.Errorf("rows of p1 by page (-want +got):\n%s", diff)
	}
}

func TestFiguresAreDisclosed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1", "p3")
	path := "/v1/metrics/net_collections?from=2026-09-01&to=2026-10-31&by=practice"
	b.get(t, path, key).want(t, 200)
	b.get(t, path, key).want(t, 200) // from memory
	got := b.disclosed(t, ledger.Filter{})
	if len(got) != 2 {
		t.Fatalf("%d entries for two answers", len(got))
	}
	for _, e := range got {
		want := []ledger.Part{{Tenant: "p1", Grant: "grant0", Rows: 2}, {Tenant: "p3", Grant: "grant1", Rows: 2}}
		if diff := cmp.Diff(want, e.Parts); e.Resource != "metric" || e.Name != "net_collections" || diff != "" {
			t.Errorf("entry of %s %s, parts (-want +got):\n%s", e.Resource, e.Name, diff)
		}
	}
}

func TestWhatTellsNothingIsNotDisclosed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	for _, path := range []string{"/v1", "/v1/practices", "/v1/metrics", "/v1/datasets", "/openapi.json"} {
		b.get(t, path, key).want(t, 200)
	}
	b.get(t, "/v1/metrics/net_collections?practice=p2", key).want(t, 404)
	b.get(t, "/v1/metrics/net_collections?grain=eon", key).want(t, 400)
	if got := b.disclosed(t, ledger.Filter{}); len(got) != 0 {
		t.Fatalf("entries %+v", got)
	}
	tag := b.get(t, "/v1/metrics/net_collections", key).want(t, 200).header.Get("ETag")
	b.get(t, "/v1/metrics/net_collections", key, "If-None-Match", tag).want(t, http.StatusNotModified)
	if got := b.disclosed(t, ledger.Filter{}); len(got) != 1 {
		t.Errorf("%d entries after an answer and one that said that nothing is new", len(got))
	}
}

// fullLedger takes nothing.
type fullLedger struct{}

func (fullLedger) Append(context.Context, ledger.Entry) error {
	return &archwire.Error{Code: archwire.Unavailable, Message: "no room at /secret/place", Err: errors.New("disk full")}
}

func (l fullLedger) Keep(ctx context.Context, _ string, _ ledger.Subjects) error {
	return l.Append(ctx, ledger.Entry{})
}

func (fullLedger) Kept(string) bool { return false }

func TestWhatCannotBeWrittenDownIsNotSent(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Ledger = fullLedger{} })
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	for _, path := range []string{"/v1/metrics/net_collections", "/v1/metrics/net_collections", "/v1/datasets/patients/rows"} {
		r := b.get(t, path, key, "Accept-Encoding", "gzip").want(t, http.StatusServiceUnavailable)
		if strings.Contains(r.text, "1284") || strings.Contains(r.text, "Ada") || strings.Contains(r.text, "/secret") ||
			r.header.Get("Retry-After") == "" || r.header.Get("ETag") != "" || r.header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %v %s", path, r.header, r.text)
		}
	}
	b.get(t, "/v1/practices", key).want(t, 200)
}
