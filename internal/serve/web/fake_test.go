package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// canned answers as the API does, of one practice with two locations.
type canned struct {
	roles     string // of the viewer, as JSON; "" is nobody
	tenants   int
	dashboard string
	fails     map[string]int // statuses, by path
	status    string         // as /v1/status tells it, as JSON; "" is a good night
}

const cannedMeta = `"meta":{"publication":"20261121T021400Z-4f9c","as_of":"2026-11-20","data_through":"2026-11-21T08:30:00Z","verified":{"method":"fingerprint","tables":31,"checks":16,"at":"2026-11-21T08:40:00Z"}},"page":{"next":null}}`

const cannedDashboards = `[{"dashboard":"overview","title":"Overview","description":"What to look at first.","position":1,"filters":["location_id"],"tiles":[
{"tile":"number","metrics":["net_collections"],"width":3},{"tile":"number","metrics":["case_acceptance"],"target":"0.7","width":3},
{"tile":"line","metrics":["net_collections"],"by":["location_id"],"periods":3,"width":6},{"tile":"table","metrics":["net_collections","case_acceptance"],"by":["location_id"],"width":6},
{"tile":"table","title":"Oldest accounts","metrics":[],"dataset":"accounts","fields":["patient_id","opened","balance"],"order_by":"-balance","width":6},
{"tile":"number","metrics":["hidden"],"width":3}]},
{"dashboard":"funnel","title":"Funnel","position":2,"filters":[],"tiles":[]}]`

const cannedMetrics = `[{"metric":"net_collections","id":"K25","label":"Net collections","definition":"Payments received less refunds.","unit":"usd","better":"up","additivity":"additive","basis":"posting","dimensions":["location_id"],"dataset":"accounts","version":1},
{"metric":"case_acceptance","id":"K11","label":"Case acceptance","definition":"Starts of the exams kept.","unit":"share","better":"up","additivity":"ratio","basis":"event","dimensions":["location_id"],"version":2}]`

const cannedDatasets = `[{"dataset":"accounts","description":"One row an account.","tenant":"practice_id","key":["patient_id"],"contract":1,"columns":[
{"name":"patient_id","type":"text","class":"pseudonymous","pseudonym":"patient"},{"name":"location_id","type":"int64","class":"public"},
{"name":"opened","type":"date","class":"public"},{"name":"balance","type":"decimal(12,2)","class":"public","unit":"usd"},{"name":"payer_kind","type":"text","class":"public"}]},
{"dataset":"directory","description":"What ids stand for.","tenant":"practice_id","key":["dimension","id"],"contract":1,"columns":[
{"name":"dimension","type":"text","class":"public"},{"name":"id","type":"text","class":"public"},{"name":"label","type":"text","class":"public"}]}]`

const cannedRows = `[{"practice_id":1,"patient_id":"p_9f2c","location_id":3,"opened":"2026-01-05","balance":1284.50,"payer_kind":"responsible_party"},
{"practice_id":1,"patient_id":"p_a771","location_id":4,"opened":"2026-02-06","balance":-0.05,"payer_kind":null}]`

const cannedExplain = `{"from":{"publication":"20261120T021400Z-83d1","as_of":"2026-11-19","period":"2026-11-01","value":1200.00,"definition":"x","version":1},
"to":{"publication":"20261121T021400Z-4f9c","as_of":"2026-11-20","period":"2026-11-01","value":1284.50,"definition":"x","version":1},"difference":84.50,
"parts":[{"part":"left","rows":1,"change":-100.00,"value":1100.00},{"part":"changed","rows":1,"change":-15.50,"value":1084.50},{"part":"entered","rows":3,"change":200.00,"value":1284.50},{"part":"definition","rows":0,"change":0.00,"value":1284.50}],
"rows":[{"part":"left","old":{"opened":"2026-11-02","balance":100.00},"new":null},{"part":"changed","old":{"opened":"2026-11-03","balance":50.00},"new":{"opened":"2026-11-03","balance":34.50}}]}`

func (c canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := c.fails[r.URL.Path]; status != 0 {
		c.problem(w, status, "It did not work out.", "Try something else.")
		return
	}
	if c.roles == "" && r.URL.Path != "/auth/sign-in" && r.URL.Path != "/auth/accept" {
		c.problem(w, 401, "Nobody has signed in.", "")
		return
	}
	data, ok := c.data(r)
	if !ok {
		c.problem(w, 404, "There is nothing at this path.", "/docs lists the paths.")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(r.URL.Path, "/auth/") {
		fmt.Fprint(w, data)
		return
	}
	fmt.Fprintf(w, `{"data":%s,%s`, data, cannedMeta)
}

func (c canned) problem(w http.ResponseWriter, status int, detail, hint string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"title":"A problem","status":%d,"detail":%q,"hint":%q}`, status, detail, hint)
}

func (c canned) data(r *http.Request) (string, bool) {
	switch r.URL.Path {
	case "/auth/me":
		return `{"person":"x1","name":"ann@example.com","roles":` + c.roles + `}`, true
	case "/auth/accept":
		return `{"totp":"otpauth://totp/orthodontics:ann@example.com?secret=ABC"}`, true
	case "/v1":
		return `{"project":"orthodontics","tenant":{"noun":"practice","plural":"practices"},"profile":"pseudonymous","published_at":"2026-11-21T09:14:00Z"}`, true
	case "/v1/status":
		return cmp.Or(c.status, `{"within_seconds":93600,"late":false,"last_run":{"state":"succeeded","started_at":"2026-11-21T08:25:00Z","ended_at":"2026-11-21T09:14:00Z","verb":"publish"}}`), true
	case "/v1/practices":
		var list []string
		for i := range c.tenants {
			list = append(list, fmt.Sprintf(`{"id":"%d","label":"Practice %d","timezone":"America/Denver"}`, i+1, i+1))
		}
		return "[" + strings.Join(list, ",") + "]", true
	case "/v1/dashboards":
		return c.dashboard, true
	case "/v1/metrics":
		return cannedMetrics, true
	case "/v1/datasets":
		return cannedDatasets, true
	case "/v1/datasets/accounts/rows":
		return cannedRows, true
	case "/v1/datasets/directory/rows":
		return `[{"dimension":"location_id","id":3,"label":"Maple Street"},{"dimension":"location_id","id":"4","label":"Bay & Sons <east>"}]`, true
	case "/v1/publications":
		return `[{"id":"20261121T021400Z-4f9c","as_of":"2026-11-20","created_at":"2026-11-21T09:14:00Z"},{"id":"20261120T021400Z-83d1","as_of":"2026-11-19","created_at":"2026-11-20T09:14:00Z"}]`, true
	case "/v1/metrics/net_collections/explain":
		return cannedExplain, true
	case "/v1/metrics/net_collections", "/v1/metrics/case_acceptance":
		return cannedFigures(r.URL.Query(), strings.HasSuffix(r.URL.Path, "acceptance")), true
	}
	return "", false
}

// cannedFigures are those of the months or days asked for: the year and the month tell them.
func cannedFigures(q url.Values, ratio bool) string {
	from, _ := time.Parse(time.DateOnly, q.Get("from"))
	to, _ := time.Parse(time.DateOnly, q.Get("to"))
	parts := []string{""}
	if q.Has("by") {
		parts = []string{`"location_id":3,`, `"location_id":4,`}
	}
	step := func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
	if q.Get("grain") == "day" {
		step = func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	}
	var rows []string
	for t := from; !t.After(to); t = step(t) {
		for i, part := range parts {
			n := 100*(t.Year()-2020) + 10*int(t.Month()) + i
			figure := fmt.Sprintf(`"value":%d.25`, n)
			if ratio {
				figure = fmt.Sprintf(`"value":0.5,"numerator":%d,"denominator":%d`, n, 2*n)
			}
			rows = append(rows, fmt.Sprintf(`{"period":%q,"grain":%q,"complete":%t,%s%s}`, t.Format(time.DateOnly), q.Get("grain"), t.Month() != 11, part, figure))
		}
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// handler is the pages before canned answers.
func handler(t *testing.T, c canned, issuers ...string) *Handler {
	t.Helper()
	h, err := New(Config{
		API: c, Session: func(*http.Request) string { return "aws_1_x" }, Secret: []byte("a secret of the tests"), Issuers: issuers,
		Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }, Log: quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}
