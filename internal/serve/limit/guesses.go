package limit

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"archwire/internal/serve/edge"
	"archwire/internal/serve/problem"
)

const (
	trusted     = time.Hour
	trustedTell = time.Minute // how exactly it is remembered since when
	mostPlaces  = 10_000
)

// Guesses limits how often wrong credentials are tried from one place. Whoever
// was right from there is not held up by others who are wrong there: behind one
// address there may be many.
type Guesses struct {
	now     func() time.Time
	rate    float64 // wrong ones a second from one place, in the long run
	burst   float64 // and at once
	repeats bool    // whether the same again is one more
	seed    maphash.Seed

	mu     sync.Mutex
	places map[netip.Prefix]*guessed
	right  map[righted]time.Time // when a credential was last shown from a place
}

// guessed is what was tried from a place.
type guessed struct {
	*bucket
	wrong [8]uint64 // the last few that were wrong
	next  int       // where the next one goes
}

type righted struct {
	place netip.Prefix
	shown uint64
}

// TokenGuesses limits what clients show to be given a token, by the id of the key
// that they say they have: an assertion is another each time.
func TokenGuesses(now func() time.Time) *Guesses { return newGuesses(now, 5, 10, true) }

// CallerGuesses limits what callers show to be answered. A program that sends one key
// on and on after its end guesses nothing.
func CallerGuesses(now func() time.Time) *Guesses { return newGuesses(now, 5, 50, false) }

func newGuesses(now func() time.Time, rate, burst float64, repeats bool) *Guesses {
	return &Guesses{
		now: now, rate: rate, burst: burst, repeats: repeats, seed: maphash.MakeSeed(),
		places: map[netip.Prefix]*guessed{}, right: map[righted]time.Time{},
	}
}

// A Guess is something that was shown, of which is not known yet whether it is right.
type Guess struct {
	all *Guesses
	by  righted
}

// Of is a guess from an address: what is shown, or names what is.
func (g *Guesses) Of(from netip.Addr, shown string) Guess {
	return Guess{g, righted{edge.Place(from), maphash.String(g.seed, shown)}}
}

// Admit lets what is shown be looked at, unless too much from there was wrong.
func (x Guess) Admit(head http.Header) error {
	now := x.all.now()
	x.all.mu.Lock()
	defer x.all.mu.Unlock()
	p := x.all.places[x.by.place]
	if p == nil {
		return nil
	}
	if p.fill(now); p.left >= 1 {
		return nil
	}
	if at, ok := x.all.right[x.by]; ok && now.Sub(at) < trusted {
		return nil
	}
	wait := p.wait(1, now)
	head.Set("Retry-After", strconv.Itoa(wait))
	refused := problem.New(problem.KindRate, "Too many wrong credentials come from where you are.")
	refused.Hint = fmt.Sprintf("Wait %d s, and look at what you send.", wait)
	return refused
}

// WasWrong counts the guess. What is looked at at the same time may make a place owe,
// at most as much again as it may have at once.
func (x Guess) WasWrong() {
	now := x.all.now()
	x.all.mu.Lock()
	defer x.all.mu.Unlock()
	p := x.all.places[x.by.place]
	if p == nil {
		sweep(x.all.places, func(old *guessed) bool { return old.full(now) })
		p = &guessed{bucket: newBucket(x.all.burst, x.all.rate, now)}
		x.all.places[x.by.place] = p
	}
	if !x.all.repeats && slices.Contains(p.wrong[:], x.by.shown) {
		return
	}
	p.wrong[p.next], p.next = x.by.shown, (p.next+1)%len(p.wrong)
	p.take(1, now)
	p.left = max(p.left, -x.all.burst)
}

// WasRight remembers who was right.
func (x Guess) WasRight() {
	now := x.all.now()
	x.all.mu.Lock()
	defer x.all.mu.Unlock()
	if at, ok := x.all.right[x.by]; ok && now.Sub(at) < trustedTell {
		return
	}
	sweep(x.all.right, func(at time.Time) bool { return now.Sub(at) >= trusted })
	x.all.right[x.by] = now
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
