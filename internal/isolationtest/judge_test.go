package isolationtest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// practiceForm finds the id of a practice.
var practiceForm = regexp.MustCompile(`\bp[1-4]\b`)

// judge looks at what the sweep as a whole left behind, and whether it could have
// found anything.
func (s *sweep) judge(t *testing.T) {
	t.Helper()
	s.quiet(t, s.callers)
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

// quiet looks for what the server's log and metrics must not tell.
func (w *world) quiet(t *testing.T, callers []caller) {
	t.Helper()
	log := w.log.String()
	for line := range strings.Lines(log) {
		if strings.Contains(line, "level=ERROR") {
			t.Errorf("the server says %s", line)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.metrics, nil)
	must(t, err)
	for name, text := range map[string]string{"the log": log, "the metrics": send(t, http.DefaultTransport, r).text} {
		if f := found(text); len(f) > 0 {
			t.Errorf("%s has %v", name, f[0])
		}
		if strings.Contains(text, "CANARY") {
			t.Errorf("%s has a canary", name)
		}
		for _, c := range callers {
			if c.secret != "" && strings.Contains(text, c.secret) {
				t.Errorf("%s has the secret of %s", name, c.name)
			}
		}
		for line := range strings.Lines(text) {
			// What admins did is told to the operator with the practice it was done for.
			if practiceForm.MatchString(line) && !strings.Contains(line, "done at the office") {
				t.Errorf("%s names a practice: %s", name, line)
				break
			}
		}
	}
}
