package limit

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However the time passes and whatever is taken, a bucket never holds more than its
// most, and what was let out over any time is at most that and what came in.
func TestABucketLetsOutWhatCameIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most, rate := float64(rapid.IntRange(1, 100).Draw(t, "most")), float64(rapid.IntRange(1, 10).Draw(t, "rate"))
		began := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
		now, b, out := began, newBucket(most, rate, began), 0.0
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond)
			n := float64(rapid.IntRange(1, 20).Draw(t, "n"))
			if b.fill(now); b.left >= n {
				b.take(n, now)
				out += n
			} else if wait := b.wait(n, now); n <= most {
				later := *b
				if later.fill(now.Add(time.Duration(wait) * time.Second)); later.left < n-1e-6 {
					t.Fatalf("after the wait of %d s there are %v, not %v", wait, later.left, n)
				}
			}
			if b.left > most || out > most+rate*now.Sub(began).Seconds()+1e-6 || math.IsNaN(b.left) {
				t.Fatalf("%v left of %v, %v out", b.left, most, out)
			}
		}
	})
}
