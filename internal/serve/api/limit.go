package api

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits counts how often each key calls.
type limits struct {
	rate  rate.Limit
	burst int
	limit []string // burst, as a header's value
	now   func() time.Time

	mu   sync.Mutex
	keys map[string]*rate.Limiter
}

func newLimits(perSecond float64, burst int, now func() time.Time) *limits {
	burst = max(burst, 1)
	return &limits{rate: rate.Limit(perSecond), burst: burst, limit: []string{strconv.Itoa(burst)}, now: now, keys: map[string]*rate.Limiter{}}
}

// admit counts one call of a key, says in the header how many are left, and
// refuses when there are none.
func (l *limits) admit(key string, head http.Header) error {
	if l.rate <= 0 {
		return nil
	}
	now := l.now()
	limiter := l.of(key, now)
	allowed := limiter.AllowN(now, 1)
	left := math.Max(0, math.Floor(limiter.TokensAt(now)))
	full := math.Ceil((float64(l.burst) - left) / float64(l.rate))
	head["Ratelimit-Limit"] = l.limit
	head["Ratelimit-Remaining"] = []string{strconv.FormatInt(int64(left), 10)}
	head["Ratelimit-Reset"] = []string{strconv.FormatInt(int64(full), 10)}
	if allowed {
		return nil
	}
	wait := max(1, int(math.Ceil(1/float64(l.rate))))
	head.Set("Retry-After", strconv.Itoa(wait))
	p := problem(kindRate, fmt.Sprintf("The key makes more than %v requests a second.", float64(l.rate)))
	p.Hint = fmt.Sprintf("Wait %d s. Conditional requests and larger pages need fewer.", wait)
	return p
}

// of finds the limiter of a key. Those that are full again know nothing worth
// keeping and are dropped when there are many.
func (l *limits) of(key string, now time.Time) *rate.Limiter {
	const many = 10_000
	l.mu.Lock()
	defer l.mu.Unlock()
	if found, ok := l.keys[key]; ok {
		return found
	}
	if len(l.keys) >= many {
		for k, old := range l.keys {
			if old.TokensAt(now) >= float64(l.burst) {
				delete(l.keys, k)
			}
		}
	}
	limiter := rate.NewLimiter(l.rate, l.burst)
	l.keys[key] = limiter
	return limiter
}
