package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A grant of nothing is none: only whoever says "everything" grants everything
// (docs/reference/people.md).
func TestNothingChosenGrantsNothing(t *testing.T) {
	for name, more := range map[string]url.Values{
		"some, with nothing chosen": {"what": {"some"}},
		"neither all nor some":      {},
		"a word of nobody's":        {"what": {"none"}},
		"all, and some besides":     {"what": {"all"}, "datasets": {"patients"}},
		"locations of no name":      {"what": {"all"}, "locations": {" , "}},
		"no location chosen":        {"what": {"all"}, "where": {"some"}},
		"all locations and some":    {"what": {"all"}, "where": {"all"}, "location": {"L1"}},
		"neither all nor some here": {"what": {"all"}, "where": {""}, "location": {"L1"}},
	} {
		for path, asks := range map[string]string{"/practice/grants": "POST /v1/grants", "/practice/keys": "POST /v1/keys"} {
			t.Run(name+" "+path, func(t *testing.T) {
				answers := kept()
				answers[asks] = object{"grant": "g9", "secret": "aw_secret"}
				h, api := pages(t, admin(), answers)
				form := url.Values{"practice": {"17"}, "client": {"partner"}, "profile": {"identified"}, "purpose": {"x"}}
				maps.Copy(form, more)
				w := send(t, h, path, path, form)
				if w.Code != http.StatusBadRequest || len(api.asked) != 0 {
					t.Errorf("%d, asked %v", w.Code, api.asked)
				}
				if some := strings.Contains(w.Body.String(), `value="some" checked`); some != (form.Get("what") == "some") {
					t.Errorf("the form has what to choose by: %v", some)
				}
			})
		}
	}
}

// What is narrower is within what is granted: g1 is of patients and collections_daily,
// pseudonymous, of L1, until the end of 2027-01-31.
func TestNarrowingNeverWidens(t *testing.T) {
	within := func() url.Values {
		return url.Values{
			"practice": {"17"}, "client": {"partner"}, "profile": {"aggregate"}, "purpose": {"x"}, "narrows": {"g1"},
			"what": {"some"}, "datasets": {"patients"}, "locations": {"L1"}, "until": {"2027-01-31"},
		}
	}
	for name, c := range map[string]struct {
		change url.Values
		status int
	}{
		"within":                         {url.Values{}, http.StatusSeeOther},
		"a figure of a granted dataset":  {url.Values{"datasets": {}, "metrics": {"net_collections"}}, http.StatusSeeOther},
		"a wider profile":                {url.Values{"profile": {"identified"}}, http.StatusBadRequest},
		"everything":                     {url.Values{"what": {"all"}}, http.StatusBadRequest},
		"another dataset":                {url.Values{"datasets": {"patients", "accounts"}}, http.StatusBadRequest},
		"a figure of another dataset":    {url.Values{"metrics": {"aged"}}, http.StatusBadRequest},
		"all locations":                  {url.Values{"locations": {""}}, http.StatusBadRequest},
		"another location":               {url.Values{"locations": {"L1, L2"}}, http.StatusBadRequest},
		"a later end":                    {url.Values{"until": {"2027-02-01"}}, http.StatusBadRequest},
		"an open end":                    {url.Values{"until": {""}}, http.StatusBadRequest},
		"what is revoked":                {url.Values{"narrows": {"g3"}}, http.StatusNotFound},
		"what is not there":              {url.Values{"narrows": {"g8"}}, http.StatusNotFound},
		"a profile that there is not":    {url.Values{"profile": {"identified "}}, http.StatusBadRequest},
		"nothing, of figures or of rows": {url.Values{"datasets": {}}, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			answers := kept()
			answers["POST /v1/grants"], answers["DELETE /v1/grants/g1"] = object{"grant": "g9"}, object{}
			answers["GET /v1/metrics"] = data([]object{{"metric": "net_collections", "dataset": "collections_daily@1"}, {"metric": "aged", "dataset": "accounts"}})
			h, api := pages(t, admin(), answers)
			form := within()
			maps.Copy(form, c.change)
			w := send(t, h, "/practice/grants?narrow=g1", "/practice/grants", form)
			if w.Code != c.status {
				t.Errorf("answers %d, asked %v", w.Code, api.asked)
			}
			if refused := c.status != http.StatusSeeOther; refused && len(api.asked) != 0 {
				t.Errorf("asked %v", api.asked)
			}
		})
	}
}

// An end within a day stays that end where its day is not changed.
func TestNarrowingKeepsTheEnd(t *testing.T) {
	answers := kept()
	answers["GET /v1/grants"] = data([]object{{
		"grant": "g1", "client": "partner", "profile": "aggregate", "purpose": "x", "datasets": []string{"patients", "gone"}, "from": "2026-08-01T00:00:00Z", "created_at": "2026-08-01T00:00:00Z", "until": "2027-01-31T08:30:00Z",
	}})
	answers["POST /v1/grants"], answers["DELETE /v1/grants/g1"] = object{"grant": "g9"}, object{}
	h, api := pages(t, admin(), answers)
	page := get(t, h, "/practice/grants?narrow=g1").Body.String()
	for _, kept := range []string{`name="until" type="date" value="2027-01-31"`, `value="some" checked`, `value="gone" checked`, `value="patients" checked`} {
		if !strings.Contains(page, kept) {
			t.Errorf("the form lacks %s", kept)
		}
	}
	send(t, h, "/practice/grants?narrow=g1", "/practice/grants", url.Values{"practice": {"17"}, "profile": {"aggregate"}, "purpose": {"x"}, "narrows": {"g1"}, "what": {"some"}, "datasets": {"gone"}, "until": {"2027-01-31"}})
	want := `POST /v1/grants {"client":"partner","datasets":["gone"],"practice":"17","profile":"aggregate","purpose":"x","until":"2027-01-31T08:30:00Z"}`
	if len(api.asked) != 2 || api.asked[0] != want {
		t.Errorf("asked %v", api.asked)
	}
}
