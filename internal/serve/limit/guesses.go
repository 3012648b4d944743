package limit

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"archwire/internal/serve/edge"
	"archwire/internal/serve/problem"
)

const (
	guessRate  = 5.0  // wrong credentials a second from one place, in the long run
	guessBurst = 10.0 // and at once
	trusted    = time.Hour
	mostPlaces = 10_000
)

// Guesses limits how often wrong credentials are tried from one place. Whoever
// was right from there is not held up by others who are wrong there: behind one
// address there may be many.
type Guesses struct {
	now func() time.Time

	mu     sync.Mutex
	places map[netip.Prefix]*bucket
	right  map[righted]time.Time // when a key was last shown from a place
}

type righted struct {
	place netip.Prefix
	key   string
}

// NewGuesses returns Guesses that know of none.
func NewGuesses(now func() time.Time) *Guesses {
	return &Guesses{now: now, places: map[netip.Prefix]*bucket{}, right: map[righted]time.Time{}}
}

// A guess is one that was admitted, and is wrong until it is said to be right.
type guess struct {
	of      *Guesses
	by      righted
	counted bool
}

// Admit lets credentials be tried, which say that they are of that key.
func (g *Guesses) Admit(from netip.Addr, key string, head http.Header) (guess, error) {
	now := g.now()
	by := righted{edge.Place(from), key}
	g.mu.Lock()
	defer g.mu.Unlock()
	if at, ok := g.right[by]; ok && now.Sub(at) < trusted {
		return guess{g, by, false}, nil
	}
	b := g.places[by.place]
	if b == nil {
		sweep(g.places, func(old *bucket) bool { return old.full(now) })
		b = newBucket(guessBurst, guessRate, now)
		g.places[by.place] = b
	}
	if b.fill(now); b.left < 1 {
		wait := b.wait(1, now)
		head.Set("Retry-After", strconv.Itoa(wait))
		p := problem.New(problem.KindRate, "Too many wrong credentials come from where you are.")
		p.Hint = fmt.Sprintf("Wait %d s, and look at what you send.", wait)
		return guess{}, p
	}
	b.take(1, now)
	return guess{g, by, true}, nil
}

// WasRight takes the guess back, and remembers who was right.
func (x guess) WasRight() {
	now := x.of.now()
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	sweep(x.of.right, func(at time.Time) bool { return now.Sub(at) >= trusted })
	x.of.right[x.by] = now
	if b := x.of.places[x.by.place]; x.counted && b != nil {
		b.left = min(b.most, b.left+1)
	}
}

// sweep makes room in a map that is full: of what is not worth keeping or, where
// everything is, of everything.
func sweep[K comparable, V any](m map[K]V, done func(V) bool) {
	if len(m) < mostPlaces {
		return
	}
	for k, v := range m {
		if done(v) {
			delete(m, k)
		}
	}
	if len(m) >= mostPlaces {
		clear(m)
	}
}
