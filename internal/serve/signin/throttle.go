package signin

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"archwire/internal/serve/edge"
)

// A throttle slows down guessing and locks nobody out: whoever is refused may try
// again after the seconds that the refusal says. What strangers try slows strangers
// down; a device by which a person has signed in before keeps paces of its own. It
// takes the same memory whatever is tried.
type throttle struct {
	now func() time.Time

	mu sync.Mutex

	// Of strangers: a name from one network, all names from one network, and a name
	// from everywhere, so that many networks together do not guess faster.
	pairs, networks, names *meter

	// Of devices that are known: each, and all of one name together.
	devices, known *meter

	codes *meter // wrong codes behind a right password, of a person or a device
	trips *meter // beginnings and ends of journeys to issuers, of a network
}

var (
	paceOfPair    = pace{10 * time.Second, 5}
	paceOfNetwork = pace{2 * time.Second, 30}
	paceOfName    = pace{10 * time.Second, 30}
	paceOfDevice  = pace{10 * time.Second, 5}
	paceOfKnown   = pace{4 * time.Second, 30}
	paceOfCode    = pace{5 * time.Minute, 5}
	paceOfTrip    = pace{time.Second, 60}
)

func newThrottle(now func() time.Time) *throttle {
	return &throttle{
		now:   now,
		pairs: newMeter(paceOfPair), networks: newMeter(paceOfNetwork), names: newMeter(paceOfName),
		devices: newMeter(paceOfDevice), known: newMeter(paceOfKnown),
		codes: newMeter(paceOfCode), trips: newMeter(paceOfTrip),
	}
}

// A Slow error says that something was tried too often, and when it may be tried
// again.
type Slow struct{ Wait time.Duration }

// Error says so.
func (s *Slow) Error() string { return fmt.Sprintf("tried too often; again in %s", s.Wait) }

// A use is of a thing that a meter holds to its pace.
type use struct {
	meter *meter
	name  string
}

// try counts a try of a name, and refuses it with a *Slow when there were too many.
// device is the one, if any, by which that name has signed in before. A try that is
// right gives back what it took of others who come from the same network or try the
// same name.
func (t *throttle) try(name, device string, from netip.Addr) (right func(), err error) {
	if device != "" {
		return t.take([]use{{t.devices, device}}, []use{{t.known, name}})
	}
	network := networkOf(from)
	return t.take([]use{{t.pairs, fmt.Sprintf("%s %q", network, name)}}, []use{{t.networks, network}, {t.names, name}})
}

// trip counts a step of a journey to an issuer, which is given back if it was right.
func (t *throttle) trip(step string, from netip.Addr) (right func(), err error) {
	return t.take(nil, []use{{t.trips, step + " " + networkOf(from)}})
}

// code counts a code that a person shows, or one who has come by a device. It is
// given back if it was right.
func (t *throttle) code(person, device string) (right func(), err error) {
	if device != "" {
		return t.take(nil, []use{{t.codes, "device " + device}})
	}
	return t.take(nil, []use{{t.codes, "person " + person}})
}

// take counts all uses, or none where one of them has to wait: a try that is
// refused does not put the next one off.
func (t *throttle) take(kept, lent []use) (giveBack func(), err error) {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	var wait time.Duration
	for _, uses := range [][]use{kept, lent} {
		for _, u := range uses {
			wait = max(wait, u.meter.wait(u.name, now))
		}
	}
	if wait > 0 {
		return nil, &Slow{wait}
	}
	for _, u := range kept {
		u.meter.take(u.name, now)
	}
	var back []func()
	for _, u := range lent {
		back = append(back, u.meter.take(u.name, now))
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, give := range back {
			give()
		}
	}, nil
}

func networkOf(from netip.Addr) string { return edge.Place(from).String() }
