package signin

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, kept: map[[32]byte]*rate.Limiter{}}
}

func TestThrottle_SlowsOnePlaceDownAndNotTheOwnerElsewhere(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	th := newThrottle(func() time.Time { return at })
	thief, owner := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("198.51.100.1")
	let := 0
	for range 100 {
		if th.try("ann", thief) == nil {
			let++
		}
	}
	if let != paceOfPair.burst {
		t.Errorf("%d tries were let through", let)
	}
	if err := th.try("ann", owner); err != nil {
		t.Errorf("the owner, elsewhere: %v", err)
	}
	slow, ok := errors.AsType[*Slow](th.try("ann", thief))
	if !ok || slow.Wait <= 0 || slow.Wait > time.Minute {
		t.Fatalf("the thief is told %v", slow)
	}
	at = at.Add(slow.Wait)
	if err := th.try("ann", thief); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestThrottle_HoldsANameTriedFromEverywhereForSecondsOnly(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	th := newThrottle(func() time.Time { return at })
	let := 0
	for i := range 500 {
		if th.try("ann", netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})) == nil {
			let++
		}
	}
	if let != paceOfName.burst {
		t.Errorf("%d tries were let through", let)
	}
	slow, ok := errors.AsType[*Slow](th.try("ann", netip.MustParseAddr("198.51.100.1")))
	if !ok || slow.Wait > paceOfName.every {
		t.Errorf("the owner waits %v", slow)
	}
}

func TestThrottle_TakesALineOfIPv6ForOne(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	th := newThrottle(func() time.Time { return at })
	let := 0
	for i := range 100 {
		if th.try(fmt.Sprint("name", i), netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i+1))) == nil {
			let++
		}
	}
	if let != paceOfNetwork.burst {
		t.Errorf("%d tries were let through", let)
	}
}
