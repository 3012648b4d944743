package isolationtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// writes are requests that change something, and what became of the state.
type writes struct {
	*world
	random  *rand.Rand
	kept    *tables
	callers []caller
	mine    things   // of the caller whose turn it is
	secrets []string // that answers told
	done    map[string]int
	status  map[int]int
	alike   int // pairs of answers that were compared
}

// A request is one of an operation.
type request struct {
	of       operation
	variable string
	query    string
	body     any // body, or a text to be sent as it is
	header   []string
}

// from is where a caller connects from: guessing is slowed down by where it comes from.
func from(i int) *http.Transport {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(i+1), 1)}}
	return &http.Transport{DialContext: dialer.DialContext}
}

// encoded is the body as it is sent.
func (r request) encoded(t *testing.T) []byte {
	t.Helper()
	members, ok := r.body.(body)
	if text, plain := r.body.(string); plain || !ok {
		return []byte(text)
	}
	if r.of.media == "application/json" {
		text, err := json.Marshal(members)
		must(t, err)
		return text
	}
	form := url.Values{}
	for name, value := range members {
		if value != nil {
			form.Set(name, fmt.Sprint(value))
		}
	}
	return []byte(form.Encode())
}

// with is r with another value of a variable, a parameter or a member.
func (r request) with(name string, value any) request {
	members, _ := r.body.(body)
	switch {
	case name == r.of.variable:
		r.variable = fmt.Sprint(value)
	case slices.Contains(r.of.parameters, name):
		r.query = name + "=" + url.QueryEscape(fmt.Sprint(value))
	default:
		r.body = body{}
		for k, v := range members {
			r.body.(body)[k] = v
		}
		r.body.(body)[name] = value
	}
	return r
}

func (r request) String() string {
	return fmt.Sprintf("%s %s?%s %v %v", r.of, r.variable, r.query, r.body, r.header)
}

var secretForm = regexp.MustCompile(`"(?:secret|invitation|access_token)":"([^"]+)"|archwire=(aws_[^;]+);`)

// send sends a request, and looks at what came back and at what became of the state.
func (x *writes) send(t *testing.T, c caller, by http.RoundTripper, what change, q request) reply {
	t.Helper()
	path := strings.Replace(q.of.path, "{"+q.of.variable+"}", url.PathEscape(q.variable), 1)
	text := q.encoded(t)
	r, err := http.NewRequestWithContext(t.Context(), q.of.method, x.url+path+"?"+q.query, bytes.NewReader(text))
	must(t, err)
	c.sign(r)
	if q.of.media != "" {
		r.Header.Set("Content-Type", q.of.media)
	}
	for i := 0; i+1 < len(q.header); i += 2 {
		r.Header.Add(q.header[i], q.header[i+1])
	}
	got := send(t, by, r)
	x.status[got.status]++
	if got.status >= http.StatusInternalServerError {
		t.Errorf("%s: %s answers %d: %s", c.name, q, got.status, got.text)
	}
	for _, f := range found(got.all()) {
		if !c.may(f) && !bytes.Contains(text, []byte(f.String())) { // what was sent may be repeated
			t.Errorf("%s holds %s by %s (%d)", c.name, f, q, got.status)
		}
	}
	for _, m := range secretForm.FindAllStringSubmatch(got.all(), -1) {
		x.secrets = append(x.secrets, cmp.Or(m[1], m[2]))
	}
	x.judge(t, c, what, q, got)
	return got
}

// good says whether what was asked for was done.
func (r reply) good() bool { return r.status < http.StatusMultipleChoices }

// judge compares what became of the state with what the caller may do.
func (x *writes) judge(t *testing.T, c caller, what change, q request, got reply) {
	t.Helper()
	rows := x.kept.changed(t)
	switch {
	case !got.good() && len(rows) > 0:
		t.Errorf("%s: %s is refused (%d), and changed %v", c.name, q, got.status, rows)
	case got.good() && !what.may(c):
		t.Errorf("%s may do %s: %d %s", c.name, q, got.status, got.text)
	case got.good():
		x.done[q.of.String()]++
	}
	for _, row := range rows {
		if table := tableOf(row); !slices.Contains(what.tables, table) && !(q.of.keyed && table == "kept_answer") {
			t.Errorf("%s: %s changed %s", c.name, q, row)
		}
		if why := c.foreign(row, x.theirs); why != "" {
			t.Errorf("%s: %s changed what is of %s: %s", c.name, q, why, row)
		}
	}
}

// foreign says whose a row of the state is that is not the caller's; "" of the caller's
// own, and of what tells nothing.
func (c caller) foreign(row string, theirs map[string]things) string {
	if c.operates || c.client != "" && strings.Contains(row, "|"+c.client+"|") {
		return ""
	}
	for _, p := range practices() {
		if p != c.admin && strings.Contains(row, "|"+p+"|") {
			return p
		}
		for name, value := range theirs[p] {
			if p != c.admin && name != "practice" && strings.Contains(row, "|"+value+"|") {
				return p
			}
		}
	}
	return ""
}
