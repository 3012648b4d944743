package signin

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// bench is a throttle and its clock.
type bench struct {
	*throttle
	at time.Time
}

func newBench() *bench {
	b := &bench{at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	b.throttle = newThrottle(func() time.Time { return b.at })
	return b
}

// let says how many of n tries are let through, of which each says its own name,
// device and address.
func (b *bench) let(n int, try func(i int) (name, device string, from netip.Addr)) (let int) {
	for i := range n {
		if _, err := b.try(try(i)); err == nil {
			let++
		}
	}
	return let
}

// addressOf is the i-th of many networks.
func addressOf(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

var (
	thief = netip.MustParseAddr("203.0.113.7")
	owner = netip.MustParseAddr("198.51.100.1")
)

func TestThrottle_SlowsOnePlaceDownAndNotTheOwnerElsewhere(t *testing.T) {
	b := newBench()
	if let := b.let(100, func(int) (string, string, netip.Addr) { return "ann", "", thief }); let != paceOfPair.burst {
		t.Errorf("%d tries were let through", let)
	}
	if _, err := b.try("ann", "", owner); err != nil {
		t.Errorf("the owner, elsewhere: %v", err)
	}
	_, err := b.try("ann", "", thief)
	slow, ok := errors.AsType[*Slow](err)
	if !ok || slow.Wait <= 0 || slow.Wait > time.Minute {
		t.Fatalf("the thief is told %v", err)
	}
	b.at = b.at.Add(slow.Wait)
	if _, err := b.try("ann", "", thief); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestThrottle_HoldsAllNetworksTogetherToOnePaceOfAName(t *testing.T) {
	b := newBench()
	everywhere := func(i int) (string, string, netip.Addr) { return "ann", "", addressOf(i) }
	if let := b.let(500, everywhere); let != paceOfName.burst {
		t.Errorf("%d tries were let through at once", let)
	}
	let := 0
	for range 24 * 60 { // a day of trying once a second, from a network each time
		b.at = b.at.Add(time.Minute)
		let += b.let(60, func(i int) (string, string, netip.Addr) { return "ann", "", addressOf(1000 + let*60 + i) })
	}
	if most := int(24 * time.Hour / paceOfName.every); let > most || let < most-paceOfName.burst {
		t.Errorf("%d tries were let through in a day, which has room for %d", let, most)
	}
}

func TestThrottle_DoesNotHoldUpAKnownDeviceForStrangers(t *testing.T) {
	b := newBench()
	b.let(500, func(i int) (string, string, netip.Addr) { return "ann", "", addressOf(i) })
	b.let(500, func(i int) (string, string, netip.Addr) { return fmt.Sprint("name", i), "", owner }) // beside the owner
	if _, err := b.try("ann", "", owner); err == nil {
		t.Fatal("nothing slows the name down")
	}
	for i := range paceOfDevice.burst {
		if _, err := b.try("ann", "device", owner); err != nil {
			t.Fatalf("try %d of the known device: %v", i, err)
		}
	}
	if _, err := b.try("ann", "device", owner); err == nil {
		t.Error("whoever has the device guesses on and on")
	}
	if _, err := b.try("ann", "another", owner); err != nil {
		t.Errorf("another device of the same person: %v", err)
	}
	// Somebody who has kept many devices does not guess faster by them.
	if let := b.let(500, func(i int) (string, string, netip.Addr) { return "ann", fmt.Sprint("kept", i), thief }); let > paceOfKnown.burst {
		t.Errorf("%d tries by many devices were let through", let)
	}
}

func TestThrottle_GivesBackWhatWasRight(t *testing.T) {
	b := newBench()
	for i := range 500 { // an office in the morning, behind one address
		right, err := b.try(fmt.Sprint("name", i), "", owner)
		if err != nil {
			t.Fatalf("person %d: %v", i, err)
		}
		right()
	}
	let := 0
	for range 100 { // and one name, whose own pace being right does not lift
		if right, err := b.try("ann", "", owner); err == nil {
			let++
			right()
		}
	}
	if let != paceOfPair.burst {
		t.Errorf("%d right tries were let through", let)
	}
	// Being right with a name of one's own gives nothing back of what was guessed.
	b = newBench()
	let = 0
	for i := range 200 {
		if right, err := b.try(fmt.Sprint("own", i), "", thief); err == nil {
			right()
		}
		if _, err := b.try(fmt.Sprint("victim", i), "", thief); err == nil {
			let++
		}
	}
	if let != paceOfNetwork.burst {
		t.Errorf("%d guesses were let through between right tries", let)
	}
}

func TestThrottle_TakesALineOfIPv6ForOne(t *testing.T) {
	b := newBench()
	let := b.let(100, func(i int) (string, string, netip.Addr) {
		return fmt.Sprint("name", i), "", netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i+1))
	})
	if let != paceOfNetwork.burst {
		t.Errorf("%d tries were let through", let)
	}
}

func TestThrottle_HasCodesGuessedAtTheirOwnPace(t *testing.T) {
	b := newBench()
	let := func(person, device string, n int) (let int) {
		for range n {
			if _, err := b.code(person, device); err == nil {
				let++
			}
		}
		return let
	}
	if got := let("ann", "", 50); got != paceOfCode.burst {
		t.Errorf("%d wrong codes were looked at", got)
	}
	if got := let("ann", "device", 1) + let("bob", "", 1); got != 2 {
		t.Error("a known device, or another person, is held up by strangers' codes")
	}
	b.at = b.at.Add(paceOfCode.every)
	if got := let("ann", "", 50); got != 1 {
		t.Errorf("%d wrong codes were looked at one pace later", got)
	}
	for range 50 {
		right, err := b.code("carl", "")
		if err != nil {
			t.Fatalf("right codes are held up: %v", err)
		}
		right()
	}
}
