package isolationtest

import (
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// each is how many asks of each caller the short form of the sweep tries. With
// ARCHWIRE_LONG set it tries all.
const each = 330

// long says whether everything is asked that can be, and not a part of it.
func long() bool { return os.Getenv("ARCHWIRE_LONG") != "" }

// A sweep is one pass over all asks.
type sweep struct {
	*world
	seed    uint64
	callers []caller
	asks    []ask

	mu     sync.Mutex
	held   map[string]map[canary]bool // what came out, by caller
	status map[int]int
	given  given
}

func TestNobodyHoldsWhatIsAnothers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := &sweep{
		world: w, seed: uint64(time.Now().UnixNano()), callers: w.callers(t),
		status: map[int]int{}, held: map[string]map[canary]bool{}, given: newGiven(),
	}
	t.Logf("seed %d", s.seed)
	values := w.values(t)
	var base []ask // without parameters: what shows that there is something to see
	for _, op := range w.operations(t) {
		if op.method != http.MethodGet {
			continue
		}
		for _, a := range values.asks(t, op) {
			if strings.Contains(a.path, "?") {
				s.asks = append(s.asks, a)
			} else {
				base = append(base, a)
			}
		}
	}
	// What reads the ledger is asked for first: it reads all that was sent before.
	slices.SortStableFunc(s.asks, func(a, b ask) int { return strings.Compare(b.first(), a.first()) })
	for _, c := range s.callers {
		s.held[c.name] = map[canary]bool{}
		for _, a := range base {
			s.try(t, c, a)
		}
	}
	t.Run("each", func(t *testing.T) {
		for i, c := range s.callers {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(s.seed, uint64(i)))
				for _, a := range s.drawn(c, random) {
					if random.IntN(4) == 0 {
						s.try(t, s.callers[0], a) // so that an answer to somebody else is kept
					}
					s.try(t, c, a)
				}
			})
		}
	})
	s.judge(t)
}

// drawn are the asks of one caller. All of them are asked only by callers who are
// told apart after they are let in: whoever is refused is refused before the request
// is read, and a token opens what its key does.
func (s *sweep) drawn(c caller, random *rand.Rand) []ask {
	if long() && !c.refused && c.like == "" {
		return s.asks
	}
	out := make([]ask, each)
	for i := range out {
		out[i] = s.asks[random.IntN(len(s.asks))]
	}
	return out
}

// try asks, with the tags and the cursors that others got for it too.
func (s *sweep) try(t *testing.T, c caller, a ask) {
	t.Helper()
	s.look(t, c, a, s.get(t, c, a))
	for _, other := range s.others(c, a) {
		if other.tag != "" {
			if r := s.get(t, c, a, "If-None-Match", other.tag); r.status == http.StatusNotModified {
				t.Errorf("%s has the answer that %s got to %s", c.name, other.owner, a.path)
			}
		}
		if other.cursor == "" {
			continue
		}
		with := a
		with.path += map[bool]string{true: "&", false: "?"}[strings.Contains(a.path, "?")] + "cursor=" + other.cursor
		r := s.get(t, c, with)
		s.look(t, c, with, r)
		if other.owner != c.whose() && r.status == http.StatusOK {
			t.Errorf("%s reads on with a cursor of %s: %s", c.name, other.owner, with.path)
		}
	}
}

// look looks for what the caller may not hold.
func (s *sweep) look(t *testing.T, c caller, a ask, r reply) {
	t.Helper()
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
	came := found(text)
	for _, f := range came {
		if !c.may(f) {
			t.Errorf("%s holds %s by %s (%d)", c.name, f, short(a.path), r.status)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[r.status]++
	for _, f := range came {
		s.held[c.name][f] = true
	}
	s.given.remember(c, a, r)
}

// short keeps paths that were made long from filling the screen.
func short(path string) string { return path[:min(len(path), 200)] }
