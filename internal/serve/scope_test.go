package serve_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"archwire"
)

// canary is in every text of p2, and 7777777.77 is its money. A key that does
// not open p2 must never be sent either.
const canary = "CANARY"

// asks is every path with every parameter, each with the values that a caller
// might try to get at another practice with.
func asks() []string {
	tries := []string{
		"p2", "p1", "", "*", "%", "p1,p2", "p2'--", "' OR '1'='1", "p1' OR practice_id='p2", "1=1", "null:false", "ne:p1", "gte:", "gte:p2",
		"CANARY-p2", "ne:x", "-1", "0", "1000000", "2026-10-15", "day", "practice", "practice_id", "payer_kind,practice", "previous_year",
		"../p2", "p2\x00", "ｐ2", "slice", "(select 1)", "\"practice_id\"", "{\"practice\":\"p2\"}", strings.Repeat("a", 3000),
	}
	out := []string{
		"/openapi.json", "/docs", "/healthz", "/readyz", "/v1/practices/p2", "/v1/metrics/p2", "/v1/datasets/p2/rows", "/v1/datasets/../practices",
		"/v1/metrics/net_collections/../../practices", "/v1/metrics/%2e%2e%2fpractices", "/v1/datasets/collections%2frows", "//v1/practices",
		"/V1/practices", "/v1/slices/x.parquet", "/metrics", "/v1/metrics/net_collections'--", "/etc/passwd", "/v1/%00", "/v1/metrics/%ff",
	}
	for _, path := range []string{
		"/v1", "/v1/practices", "/v1/metrics", "/v1/metrics/net_collections", "/v1/metrics/average_payment", "/v1/metrics/receivables",
		"/v1/metrics/wait", "/v1/metrics/wait/explain", "/v1/metrics/net_collections/explain", "/v1/datasets", "/v1/datasets/collections/rows", "/v1/datasets/patients/rows", "/v1/datasets/patients/changes", "/docs",
	} {
		out = append(out, path)
		for _, name := range []string{
			"practice", "by", "from", "to", "grain", "compare", "fields", "limit", "cursor", "since", "period", "filter[payer_kind]", "filter[practice_id]",
			"filter[full_name]", "filter[amount]", "tenant", "Practice",
		} {
			for _, try := range tries {
				out = append(out, path+"?"+url.QueryEscape(name)+"="+url.QueryEscape(try))
			}
		}
		out = append(out, path+"?practice=p1&practice=p2", path+"?practice=p2&practice=p1", path+"?by=practice&practice=p1&PRACTICE=p2")
	}
	return out
}

func TestNoByteOfAnotherPractice(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key, all := b.keys.Open(t, archwire.Identified, "p1"), b.keys.Open(t, archwire.Identified)
	for _, path := range []string{"/v1/practices", "/v1/metrics/net_collections?by=payer_kind", "/v1/datasets/patients/rows"} {
		if !strings.Contains(b.get(t, path, all).want(t, 200).text, canary) {
			t.Fatalf("%s does not show the canary to who may see it", path) // and would prove nothing below
		}
	}
	statuses := map[int]int{}
	for _, ask := range asks() {
		r := b.get(t, ask, key)
		statuses[r.status]++
		if r.status >= 500 {
			t.Errorf("%s: status %d: %s", ask, r.status, r.text)
		}
		// What the caller sent may be repeated to it.
		text := strings.ReplaceAll(r.text+fmt.Sprint(r.header), "CANARY-p2", unlessSent(ask))
		for _, secret := range []string{canary, "7777777.77", "999999.99", "8777777.76", "4242.42", "America/New_York"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: the answer has %s: %s", ask, secret, r.text)
			}
		}
	}
	if statuses[200] < 50 || statuses[400] < 500 || statuses[404] < 50 {
		t.Errorf("statuses %v: the sweep asks for too little", statuses)
	}
	log := b.log.String()
	for _, secret := range []string{canary, "p2", "7777777", key, "Ada", "net_collections"} {
		// As a word: the random ids of keys and requests hold any short text sometimes.
		if regexp.MustCompile(`\b` + secret + `\b`).MatchString(log) {
			t.Errorf("the log has %q", secret)
		}
	}
}

func unlessSent(ask string) string {
	if strings.Contains(ask, "CANARY-p2") {
		return ""
	}
	return "CANARY-p2"
}

func TestWhatMayNotBeSeenDoesNotExist(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	for _, pair := range [][2]string{
		{"/v1/metrics/net_collections?practice=p2", "/v1/metrics/net_collections?practice=p9"},
		{"/v1/datasets/collections/rows?practice=p2", "/v1/datasets/collections/rows?practice=p9"},
		{"/v1/datasets/patients/rows", "/v1/datasets/patientz/rows"},
		{"/v1/metrics/wait", "/v1/metrics/waix"},
	} {
		hidden, missing := b.get(t, pair[0], key).want(t, 404), b.get(t, pair[1], key).want(t, 404)
		same := strings.NewReplacer("p9", "p2", "patientz", "patients", "waix", "wait")
		if got, want := hidden.text, same.Replace(missing.text); cutID(got) != cutID(want) {
			t.Errorf("%s says %s\n%s says %s", pair[0], got, pair[1], want)
		}
	}
}

func cutID(text string) string {
	before, _, _ := strings.Cut(text, `"request_id"`)
	return before
}

func TestProfilesOpenTheirColumns(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	aggregate, pseudonymous, identified := b.keys.Open(t, archwire.Aggregate), b.keys.Open(t, archwire.Pseudonymous), b.keys.Open(t, archwire.Identified)
	unknown := b.keys.Open(t, "owner")
	for _, c := range []struct {
		path, key string
		status    int
		has, not  string
	}{
		{"/v1/datasets", aggregate, 200, "collections", "patients"},
		{"/v1/datasets", pseudonymous, 200, "patient_id", "full_name"},
		{"/v1/datasets", identified, 200, "full_name", "nothing"},
		{"/v1/datasets", unknown, 200, "[]", "collections"},
		{"/v1/metrics", aggregate, 200, "net_collections", "wait"},
		{"/v1/metrics", pseudonymous, 200, "wait", "named"},
		{"/v1/metrics", identified, 200, "named", "nothing"},
		{"/v1/metrics/named", pseudonymous, 404, "named", "full_name"},
		{"/v1/metrics/named", identified, 200, "value", "nothing"},
		{"/v1/datasets/patients/rows", pseudonymous, 200, "wait_days", "Ada"},
		{"/v1/datasets/patients/rows?fields=full_name", pseudonymous, 400, "There is no column full_name", "Ada"},
		{"/v1/datasets/patients/rows?filter[full_name]=Ada", pseudonymous, 400, "no column full_name", "Did you mean full_name"},
		{"/v1/datasets/patients/rows", unknown, 404, "There is no dataset", "Ada"},
	} {
		r := b.get(t, c.path, c.key).want(t, c.status)
		if !strings.Contains(r.text, c.has) || strings.Contains(r.text, c.not) {
			t.Errorf("%s: want %q and not %q in %s", c.path, c.has, c.not, r.text)
		}
	}
}

func TestNoKeyNoAnswer(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified)
	for _, path := range []string{"/v1", "/v1/practices", "/v1/metrics", "/v1/metrics/wait", "/v1/datasets", "/v1/datasets/patients/rows", "/v1/nothing"} {
		for _, wrong := range []string{"", "aw_x_y", key + "x"} {
			r := b.get(t, path, wrong).want(t, http.StatusUnauthorized)
			if r.header.Get("WWW-Authenticate") == "" || strings.Contains(r.text, canary) {
				t.Errorf("%s: %v %s", path, r.header, r.text)
			}
		}
	}
	b.get(t, "/v1", "", "X-API-Key", key).want(t, 200)
	b.get(t, "/v1", "", "Authorization", "bearer "+key).want(t, 200)
	b.get(t, "/v1", "", "Authorization", "Basic "+key).want(t, 401)
}
