package signin

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A throttle slows down guessing. Each name may be tried a few times from one
// network at once and then at a steady pace; each network, and each name from
// everywhere, more often. Nobody is locked out: whoever is refused may try again
// after the seconds that the refusal says.
type throttle struct {
	now func() time.Time

	mu   sync.Mutex
	kept map[[sha256.Size]byte]*rate.Limiter // names are not kept in clear
}

// A pace is how often something may be done: burst times at once, then once in
// every.
type pace struct {
	every time.Duration
	burst int
}

var (
	paceOfPair    = pace{10 * time.Second, 5}
	paceOfName    = pace{4 * time.Second, 30}
	paceOfNetwork = pace{2 * time.Second, 30}
)

// A Slow error says that something was tried too often, and when it may be tried
// again.
type Slow struct{ Wait time.Duration }

// Error says so.
func (s *Slow) Error() string { return fmt.Sprintf("tried too often; again in %s", s.Wait) }

// try counts a try, and refuses it with a *Slow when there were too many.
func (t *throttle) try(name string, from netip.Addr) error {
	net := network(from)
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	var wait time.Duration
	var taken []*rate.Reservation
	for _, l := range []*rate.Limiter{
		t.of(paceOfNetwork, now, "network", net), t.of(paceOfPair, now, "pair", net, name), t.of(paceOfName, now, "name", name),
	} {
		r := l.ReserveN(now, 1)
		taken = append(taken, r)
		wait = max(wait, r.DelayFrom(now))
	}
	if wait == 0 {
		return nil
	}
	for _, r := range taken { // a try that is refused does not put the next one off
		r.CancelAt(now)
	}
	return &Slow{wait}
}

// of finds the limiter of something. Those that know nothing worth keeping are
// dropped when there are many.
func (t *throttle) of(p pace, now time.Time, what ...string) *rate.Limiter {
	const many = 20_000
	key := sha256.Sum256(fmt.Appendf(nil, "%q", what))
	if l, ok := t.kept[key]; ok {
		return l
	}
	if len(t.kept) >= many {
		for k, l := range t.kept {
			if l.TokensAt(now) >= float64(l.Burst()) {
				delete(t.kept, k)
			}
		}
	}
	l := rate.NewLimiter(rate.Every(p.every), p.burst)
	t.kept[key] = l
	return l
}

// network is what one caller has at its disposal: an IPv4 address, or the 64 bits
// of IPv6 that a line is commonly given.
func network(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	if !from.Is6() {
		return from.String()
	}
	p, err := from.Prefix(64)
	if err != nil {
		return from.String()
	}
	return p.String()
}
