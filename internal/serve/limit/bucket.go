package limit

import (
	"math"
	"time"
)

// A bucket holds at most what it is made with, and fills again by rate a second.
type bucket struct {
	most, rate float64
	left       float64
	at         time.Time
}

func newBucket(most, rate float64, now time.Time) *bucket { return &bucket{most, rate, most, now} }

// fill brings it to now. A clock that went back fills nothing, and empties nothing.
func (b *bucket) fill(now time.Time) {
	if now.After(b.at) {
		b.left = min(b.most, b.left+b.rate*now.Sub(b.at).Seconds())
	}
	b.at = now
}

// take takes n out. There may then be less than nothing in it, which it makes up
// for before there is something again.
func (b *bucket) take(n float64, now time.Time) {
	b.fill(now)
	b.left -= n
}

// wait is how many seconds from now, whole and at least one, there will be n in it.
func (b *bucket) wait(n float64, now time.Time) int {
	b.fill(now)
	return max(1, int(math.Ceil((n-b.left)/b.rate)))
}

// full says whether it is as if it had been made anew.
func (b *bucket) full(now time.Time) bool {
	b.fill(now)
	return b.left >= b.most
}
