package isolationtest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An ask is a request but for who sends it.
type ask struct {
	path     string
	shape    string // the path and the parameters without their values
	tries    string // the value that is being tried, which an answer may repeat
	encoding string
}

// first is what sorts asks that are to be tried early last.
func (a ask) first() string {
	if strings.HasPrefix(a.path, "/v1/ledger") {
		return "ledger"
	}
	return ""
}

// values are what a variable of a path or a parameter of a query is tried with.
type values map[string][]string

// values are of this world. Each list begins with what is harmless.
func (w *world) values(t *testing.T) values {
	t.Helper()
	var ids []string
	for _, m := range w.manifests {
		ids = append(ids, string(m.ID))
	}
	grants, err := w.state.Grants(t.Context(), "", "")
	must(t, err)
	var grantIDs []string
	for _, g := range grants {
		grantIDs = append(grantIDs, g.ID)
	}
	hidden := columns()
	return values{
		"dataset":     {"visits", "accounts", "directory", "account", "visits@1"},
		"metric":      {"taken", "opened", "named", "takes"},
		"publication": append(slices.Clone(ids), "current", "20200101T000000Z-ffff"),
		"webhook":     w.webhooks(t),
		"run":         {aRun, "none"},
		"issuer":      {"none"},
		"client":      {"partner", "vendor", "nobody", w.theirs["p3"]["client"]},
		"sha256":      append(w.files(t), someHash),
		"grant":       grantIDs,
		"practice":    {"p1", "p2", "p3", "p4", "p9", "*", "", "p1,p3", "p3' OR '1'='1", "P3"},
		"fields":      append(slices.Clone(hidden), strings.Join(hidden, ","), "*", "practice_id,name"),
		"order":       append(slices.Clone(hidden), "-name", "-amount", "name,account_id"),
		"by":          append(slices.Clone(hidden), "practice", "practice,kind", "kind,practice"),
		"filter": {
			"day=2026-11-01", "location_id=l2", "kind=ne:x", "kind=CANARY-p3-visits-public-l1", "amount=gt:0", "practice_id=p3", "practice=p3", "account_id=1", "patient_id=gt:72000000",
			"account_id=lt:9", "patient_id=71", "status=ne:x", "status=CANARY-p3-accounts-pseudonymous-l1", "name=ne:x", "name=null:false", "note=ne:x",
			"name=CANARY-p1-accounts-identified-l1", "label=ne:x", "location_id=gte:",
		},
		"from":    append(slices.Clone(ids), "2026-11-01", "2020-01-01"),
		"to":      append(slices.Clone(ids), "2026-11-30"),
		"since":   append(slices.Clone(ids), "20200101T000000Z-ffff"),
		"period":  {"2026-11-01", "2026-10-01"},
		"grain":   {"day", "month", "year"},
		"compare": {"previous_period", "previous_year"},
		"limit":   {"1", "10000", "99999999"},
		"days":    {"1", "14", "99"},
		"cursor":  {"AQ", strings.Repeat("a", 9000)},
	}
}

// encodings are what a caller may have an answer compressed by.
var encodings = []string{"identity", "gzip", "zstd"}

// asks are all of an operation: each parameter with each value, alone and together
// with each practice.
func (v values) asks(t *testing.T, op operation) (out []ask) {
	t.Helper()
	paths := []string{op.path}
	if op.variable != "" {
		paths = nil
		for _, value := range v.of(t, op, op.variable) {
			paths = append(paths, strings.Replace(op.path, "{"+op.variable+"}", url.PathEscape(value), 1))
		}
	}
	add := func(path, query, tries string) {
		names := ""
		if query != "" {
			path += "?" + query
			names = valueForm.ReplaceAllString(query, "")
		}
		out = append(out, ask{path: path, shape: op.path + "?" + names, tries: tries, encoding: encodings[len(out)%len(encodings)]})
	}
	for _, path := range paths {
		add(path, "", "")
		for _, name := range op.parameters {
			for _, value := range v.of(t, op, name) {
				pair := spell(name, value)
				add(path, pair, value)
				if name == "practice" || !slices.Contains(op.parameters, "practice") {
					continue
				}
				for _, practice := range together(value) {
					add(path, pair+"&practice="+practice, value)
				}
			}
		}
		if slices.Contains(op.parameters, "practice") {
			add(path, "practice=p1&practice=p3", "")
			add(path, "practice=p3&practice=p1", "")
		}
	}
	return out
}

var valueForm = regexp.MustCompile(`=[^&]*`)

// together are the practices that a value is tried with. What p3 has is not asked of
// p1 alone: the ledger shows p1 what was asked about it alone, and nothing that may
// have been asked about others.
func together(value string) []string {
	if strings.Contains(value, "CANARY-p3") {
		return []string{"p1&practice=p3", "p2&practice=p3", "p3"}
	}
	return []string{"p1", "p2", "p3"}
}

// of are the values of a name. One that has none here is not tested, so it fails.
func (v values) of(t *testing.T, op operation, name string) []string {
	t.Helper()
	found, ok := v[name]
	if !ok {
		t.Fatalf("%s takes %s, for which there are no values to ask with: add some to values", op.path, name)
	}
	return found
}

func spell(name, value string) string {
	if name == "filter" {
		column, rest, _ := strings.Cut(value, "=")
		return "filter%5B" + column + "%5D=" + url.QueryEscape(rest)
	}
	return name + "=" + url.QueryEscape(value)
}

// get asks.
func (w *world) get(t *testing.T, c caller, a ask, header ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+a.path, nil)
	must(t, err)
	c.sign(r)
	if a.encoding != "" {
		r.Header.Set("Accept-Encoding", a.encoding)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return send(t, http.DefaultTransport, r)
}
