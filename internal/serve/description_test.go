package serve_test

import (
	"net/http"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve"
)

func TestAPublicCatalogueIsDescribedToEverybody(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Catalogue = true })
	b.published(t, nil)
	narrow := b.keys.Open(t, archwire.Aggregate, "p1")
	for _, path := range []string{"/openapi.json", "/docs"} {
		if text := b.get(t, path, "").want(t, http.StatusOK).text; !strings.Contains(text, "full_name") {
			t.Errorf("%s names no column to those who show nothing", path)
		}
		if text := b.get(t, path, narrow).want(t, http.StatusOK).text; strings.Contains(text, "full_name") {
			t.Errorf("%s names a column to a key that does not open it", path)
		}
	}
	b.get(t, "/v1/datasets", "").want(t, http.StatusUnauthorized)
}

// TestTheDescriptionHasWhatOpensToItsReader looks for names of the catalogue in what
// describes the API.
func TestTheDescriptionHasWhatOpensToItsReader(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	names := []string{"full_name", "wait_days", "payer_kind", "collections"}
	for _, path := range []string{"/openapi.json", "/docs"} {
		for _, reader := range []struct {
			who, key string
			sees     []string
		}{
			{"nobody", "", nil},
			{"who may see no rows about persons", b.keys.Open(t, archwire.Aggregate, "p1"), []string{"collections", "payer_kind"}},
			{"who may see everything", b.keys.Open(t, archwire.Identified, "p1"), names},
		} {
			text := b.get(t, path, reader.key).want(t, http.StatusOK).text
			for _, name := range names {
				want := false
				for _, seen := range reader.sees {
					want = want || seen == name
				}
				if got := strings.Contains(text, name); got != want {
					t.Errorf("%s for %s has %s: %t", path, reader.who, name, got)
				}
			}
		}
		if r := b.get(t, path, "aw_aaaaaaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").want(t, http.StatusUnauthorized); r.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %v", path, r.header)
		}
	}
}
