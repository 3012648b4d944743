package demo

import (
	"math"
	"time"
)

// Size says how much history to make, and which.
type Size struct {
	Practices int
	Months    int       // of history that ends on AsOf
	Seed      uint64    // the same size and seed make the same rows
	AsOf      time.Time // business date that the history ends on; only its date counts
}

// DefaultSize is the demo's: a dozen practices over two years.
func DefaultSize() Size {
	return Size{Practices: 12, Months: 24, Seed: 1, AsOf: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
}

// warmUpMonths is how long before its go-live a practice is simulated, so
// that it goes live with patients in every stage: the longest path leads from
// observation through phase 1 and the pause after it to the end of phase 2.
const warmUpMonths = 100

// world is what all practices share. It is read only once made.
type world struct {
	size        Size
	start, asOf day
	zones       map[string]*zone
	payers      []payer
	plans       []plan
}

func newWorld(size Size, start, asOf day) (*world, error) {
	w := &world{size: size, start: start, asOf: asOf}
	names := make([]string, 0, len(regions))
	for _, r := range regions {
		names = append(names, r.zone)
	}
	var err error
	w.zones, err = loadZones(names, w.start.months(-240), w.asOf.months(12))
	if err != nil {
		return nil, err
	}
	w.insurers()
	return w, nil
}

// regions lists where practices are, so that a handful of practices already
// covers the four zones of the mainland and Arizona, which keeps no summer
// time.
var regions = [...]struct{ state, region, zone, zip3 string }{
	{"CO", "mountain", "America/Denver", "802"},
	{"TX", "south", "America/Chicago", "770"},
	{"NY", "northeast", "America/New_York", "100"},
	{"CA", "west", "America/Los_Angeles", "941"},
	{"AZ", "mountain", "America/Phoenix", "850"},
	{"FL", "south", "America/New_York", "331"},
	{"IL", "midwest", "America/Chicago", "606"},
	{"UT", "mountain", "America/Denver", "841"},
	{"WA", "west", "America/Los_Angeles", "981"},
	{"PA", "northeast", "America/New_York", "191"},
	{"TN", "south", "America/Chicago", "372"},
	{"OR", "west", "America/Los_Angeles", "972"},
	{"GA", "south", "America/New_York", "303"},
	{"MN", "midwest", "America/Chicago", "554"},
}

// bigTenant is the practice that has a fifth of all rows, once there are
// enough practices for that to stay one practice.
const (
	bigTenant   = 2
	bigTenantOf = 8
)

func (w *world) isBig(id int64) bool {
	return id == bigTenant && w.size.Practices >= bigTenantOf
}

// startsPerYear returns how many treatments the practice starts in a year of
// steady state: lognormal with median 230 and sigma 0.7. The quantiles are
// spread evenly over the practices, so that a dozen already has small and
// large ones in the right proportion.
func (w *world) startsPerYear(id int64) float64 {
	n := w.size.Practices
	if w.isBig(id) {
		total := 0.0
		for other := int64(1); other <= int64(n); other++ {
			if other != bigTenant {
				total += w.startsPerYear(other)
			}
		}
		return total / 4
	}
	// Steps of a number without common factors scatter the ranks.
	step := 7
	for gcd(step, n) > 1 {
		step += 2
	}
	rank := (int(id)*step + 3) % n
	z := math.Sqrt2 * math.Erfinv(2*(float64(rank)+0.5)/float64(n)-1)
	return 230 * math.Exp(0.7*z)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
