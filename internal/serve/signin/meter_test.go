package signin

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestMeter_IsATokenBucket compares a meter that a single thing uses with the
// definition: in any stretch of time no more is let through than the burst and one
// for each pace that fits into it, and who waits as long as they are told is let
// through.
func TestMeter_IsATokenBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pace{time.Duration(rapid.IntRange(1, 20).Draw(t, "every")) * time.Second, rapid.IntRange(1, 6).Draw(t, "burst")}
		m := newMeter(p)
		now := time.Unix(1_800_000_000, 0)
		var let []time.Time
		for _, pause := range rapid.SliceOfN(rapid.IntRange(0, 30), 1, 60).Draw(t, "pauses") {
			now = now.Add(time.Duration(pause) * time.Second)
			wait := m.wait("ann", now)
			if wait > 0 {
				if m.wait("ann", now.Add(wait)) != 0 || m.wait("ann", now.Add(wait-1)) == 0 {
					t.Fatalf("told to wait %s, which is not when it may be done", wait)
				}
				continue
			}
			m.take("ann", now)
			let = append(let, now)
			for i, from := range let {
				if n, most := len(let)-i, p.burst+int(now.Sub(from)/p.every); n > most {
					t.Fatalf("%d in %s, at most %d", n, now.Sub(from), most)
				}
			}
		}
	})
}

// TestMeter_NeverForgetsUnderAFlood tries many more names than there are cells: what
// was counted of one stays counted, and the meter has no place to grow.
func TestMeter_NeverForgetsUnderAFlood(t *testing.T) {
	m := newMeter(pace{10 * time.Second, 5})
	now := time.Unix(1_800_000_000, 0)
	for range 5 {
		m.take("ann", now)
	}
	for i := range 20 * meterCells {
		m.take(fmt.Sprint("flood", i), now)
	}
	if wait := m.wait("ann", now); wait < 10*time.Second {
		t.Errorf("after the flood ann waits %s", wait)
	}
	if grew := testing.AllocsPerRun(1000, func() { _ = m.wait("another name", now) }); grew != 0 {
		t.Errorf("a name that is not known takes %v pieces of memory", grew)
	}
}

// TestMeter_HoldsFewUpForOthers has as many names tried at once as a large project
// has people: hardly any of those who come then is slowed down for them.
func TestMeter_HoldsFewUpForOthers(t *testing.T) {
	m := newMeter(pace{10 * time.Second, 5})
	now := time.Unix(1_800_000_000, 0)
	for i := range 5000 {
		for range 5 {
			m.take(fmt.Sprint("stranger", i), now)
		}
	}
	held := 0
	for i := range 1000 {
		if m.wait(fmt.Sprint("person", i), now) > 0 {
			held++
		}
	}
	if held > 30 { // (5000/16384)^4 of them, 0.5 %, are expected
		t.Errorf("%d of 1000 are held up", held)
	}
}

func TestMeter_TakesBackWhatItCounted(t *testing.T) {
	m := newMeter(pace{10 * time.Second, 1})
	now := time.Unix(1_800_000_000, 0)
	give := m.take("ann", now)
	if m.wait("ann", now) == 0 {
		t.Fatal("nothing was counted")
	}
	give()
	if wait := m.wait("ann", now); wait != 0 {
		t.Errorf("ann still waits %s", wait)
	}
	give, _ = m.take("ann", now), m.take("ann", now)
	give()
	if m.wait("ann", now) == 0 {
		t.Error("what was counted later is forgotten")
	}
}

// TestMeter_TakesBackNothingOfOthers has another thing share a cell of each row, which it
// brings no further: what was counted of it stays when the first one is given back.
func TestMeter_TakesBackNothingOfOthers(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for row := range meterRows {
		m := newMeter(pace{10 * time.Second, 1})
		ann := m.cellsOf("ann")[row]
		other, sharing := "", func(name string) bool { return m.cellsOf(name)[row] == ann }
		for i := 0; other == ""; i++ {
			if name := fmt.Sprint("other ", i); sharing(name) {
				other = name
			}
		}
		give := m.take("ann", now)
		m.take(other, now)
		give()
		if m.wait(other, now) == 0 {
			t.Errorf("what was counted of another thing is forgotten with the cell of row %d", row)
		}
	}
}
