package isolationtest

import (
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// each is how many asks of each caller the short form of the sweep tries. With
// ARCHWIRE_LONG set it tries all.
const each = 700

// A sweep is one pass over all asks.
type sweep struct {
	*world
	random  *rand.Rand
	callers []caller
	asks    []ask

	tags    map[string]map[string]string // ETags by path and who got them
	cursors map[string]map[string]string // page.next by path and who got them
	held    map[string]map[canary]bool   // what came out, by caller
	status  map[int]int
}

func TestNobodyHoldsWhatIsAnothers(t *testing.T) {
	w := newWorld(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s := &sweep{
		world: w, random: rand.New(rand.NewPCG(seed, 0)), callers: w.callers(t), status: map[int]int{},
		tags: map[string]map[string]string{}, cursors: map[string]map[string]string{}, held: map[string]map[canary]bool{},
	}
	values := w.values(t)
	var base []ask // without parameters: what shows that there is something to see
	for _, op := range w.operations(t) {
		for _, a := range values.asks(t, op) {
			if strings.Contains(a.path, "?") {
				s.asks = append(s.asks, a)
			} else {
				base = append(base, a)
			}
		}
	}
	for _, c := range s.callers {
		s.held[c.name] = map[canary]bool{}
		for _, a := range base {
			s.try(t, c, a)
		}
	}
	for _, c := range s.callers {
		for _, a := range s.drawn() {
			if s.random.IntN(2) == 0 {
				s.try(t, s.callers[0], a) // so that an answer to somebody else is kept
			}
			s.try(t, c, a)
		}
	}
	s.judge(t)
}

// drawn are the asks of one caller.
func (s *sweep) drawn() []ask {
	if os.Getenv("ARCHWIRE_LONG") != "" {
		return s.asks
	}
	out := make([]ask, each)
	for i := range out {
		out[i] = s.asks[s.random.IntN(len(s.asks))]
	}
	return out
}

// try asks, with the tag and the cursor that others got for it too.
func (s *sweep) try(t *testing.T, c caller, a ask) {
	t.Helper()
	s.look(t, c, a, s.get(t, c, a))
	for owner, tag := range s.tags[a.path] {
		if owner != c.name && owner != c.like && tag != s.tags[a.path][c.name] { // equal bytes that both may have are no secret
			if r := s.get(t, c, a, "If-None-Match", tag); r.status == http.StatusNotModified && !strings.HasPrefix(a.path, "/openapi") && !strings.HasPrefix(a.path, "/docs") {
				t.Errorf("%s has the answer that %s got to %s", c.name, owner, a.path)
			}
		}
	}
	for owner, cursor := range s.cursors[a.path] {
		with := a
		with.path += map[bool]string{true: "&", false: "?"}[strings.Contains(a.path, "?")] + "cursor=" + cursor
		r := s.get(t, c, with)
		s.look(t, c, with, r)
		if owner != c.name && owner != c.like && r.status == http.StatusOK {
			t.Errorf("%s reads on with a cursor of %s: %s", c.name, owner, with.path)
		}
	}
}

// look looks for what the caller may not hold.
func (s *sweep) look(t *testing.T, c caller, a ask, r reply) {
	t.Helper()
	s.status[r.status]++
	if c.refused && strings.HasPrefix(a.path, "/v1") && r.status != http.StatusUnauthorized && r.status != http.StatusRequestURITooLong {
		t.Errorf("%s: %s answers %d", c.name, short(a.path), r.status)
	}
	if r.status >= http.StatusInternalServerError {
		t.Errorf("%s: %s answers %d: %s", c.name, short(a.path), r.status, r.text)
	}
	text := r.all()
	if strings.Contains(a.tries, "CANARY") {
		text = strings.ReplaceAll(text, strings.TrimPrefix(a.tries[strings.Index(a.tries, "=")+1:], "eq:"), "") // what was sent may be repeated
	}
	for _, f := range found(text) {
		s.held[c.name][f] = true
		if !c.may(f) {
			t.Errorf("%s holds %s by %s (%d)", c.name, f, short(a.path), r.status)
		}
	}
	s.remember(c, a, r)
}

// short keeps paths that were made long from filling the screen.
func short(path string) string { return path[:min(len(path), 200)] }

var nextForm = regexp.MustCompile(`"next":"([^"]+)"`)

func (s *sweep) remember(c caller, a ask, r reply) {
	keep := func(m map[string]map[string]string, value string) {
		if m[a.path] == nil {
			m[a.path] = map[string]string{}
		}
		m[a.path][c.name] = value
	}
	if tag := r.header.Get("ETag"); tag != "" && r.status == http.StatusOK {
		keep(s.tags, tag)
	}
	if next := nextForm.FindStringSubmatch(r.text); next != nil && !strings.Contains(a.path, "cursor=") {
		keep(s.cursors, next[1])
	}
}

// judge looks at what the sweep as a whole left behind, and whether it could have
// found anything.
func (s *sweep) judge(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "level=ERROR") {
			t.Errorf("the server says %s", line)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.metrics, nil)
	must(t, err)
	metrics := send(t, r).text
	for name, text := range map[string]string{"the log": s.log.String(), "the metrics": metrics} {
		if f := found(text); len(f) > 0 {
			t.Errorf("%s has %v", name, f[0])
		}
		if strings.Contains(text, "CANARY") {
			t.Errorf("%s has a canary", name)
		}
		for _, c := range s.callers {
			if c.secret != "" && strings.Contains(text, c.secret) {
				t.Errorf("%s has the secret of %s", name, c.name)
			}
		}
		for line := range strings.Lines(text) {
			// What admins did is told to the operator with the practice it was done for.
			if regexp.MustCompile(`\bp[1-4]\b`).MatchString(line) && !strings.Contains(line, "done at the office") {
				t.Errorf("%s names a practice: %s", name, line)
				break
			}
		}
	}
	there := s.held[s.callers[0].name]
	for f := range there {
		for _, c := range s.callers {
			if c.may(f) && !s.held[c.name][f] && !c.mayNotRead(f) {
				t.Errorf("%s was never shown %s, which it may hold: the sweep would not have found it either", c.name, f)
			}
		}
	}
	if want := len(practices()) * 8; len(there) != want { // as rows and input have them
		t.Errorf("%d canaries came out to %s, of %d", len(there), s.callers[0].name, want)
	}
	t.Logf("%d asks, statuses %v", len(s.asks), s.status)
	if s.status[http.StatusOK] < 500 || s.status[http.StatusBadRequest] < 500 || s.status[http.StatusNotFound] < 500 {
		t.Errorf("statuses %v: the sweep asks for too little", s.status)
	}
}
