// Package limit counts how often each key calls and how much it is sent, and how often
// wrong credentials come from one place.
package limit

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"archwire/internal/serve/problem"
)

// Limits counts how often each key calls, how many of its requests are under way,
// and how many bytes it is sent.
type Limits struct {
	rate   rate.Limit
	burst  int
	limit  []string // burst, as a header's value
	policy []string // all that is limited over time, as a header's value
	now    func() time.Time

	underWay int   // at most, for each key; 0 sets no limit
	hourly   int64 // bytes for each key; 0 sets no limit

	mu   sync.Mutex
	keys map[string]*account
}

// An account is what is counted of one key.
type account struct {
	requests *rate.Limiter
	bytes    *bucket // nil where they are not limited
	underWay int
}

// New limits how often each key calls, on average and at once.
func New(perSecond float64, burst int, now func() time.Time) *Limits {
	burst = max(burst, 1)
	l := &Limits{rate: rate.Limit(perSecond), burst: burst, limit: []string{strconv.Itoa(burst)}, now: now, keys: map[string]*account{}}
	l.policy = []string{l.policies()}
	return l
}

// Also limits how many requests of a key are under way and how many bytes it is
// sent in an hour, where these are not 0.
func (l *Limits) Also(underWay int, hourly int64) *Limits {
	l.underWay, l.hourly = underWay, hourly
	l.policy = []string{l.policies()}
	return l
}

func (l *Limits) policies() string {
	var all []string
	if l.rate > 0 {
		all = append(all, fmt.Sprintf(`%d;w=%d;comment="requests"`, l.burst, int(math.Ceil(float64(l.burst)/float64(l.rate)))))
	}
	if l.hourly > 0 {
		all = append(all, fmt.Sprintf(`%d;w=3600;comment="bytes"`, l.hourly))
	}
	return strings.Join(all, ", ")
}

// Admit counts one call of a key, says in the header how many are left, and refuses
// when there are none, when too many are under way, and when the key was sent too
// much. What it admits is under way until leave.
func (l *Limits) Admit(key string, head http.Header) error {
	if l.rate <= 0 && l.underWay <= 0 && l.hourly <= 0 {
		return nil
	}
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.of(key, now)
	if l.policy[0] != "" {
		head["Ratelimit-Policy"] = l.policy
	}
	if err := l.often(a, head, now); err != nil {
		return err
	}
	if a.bytes != nil {
		if a.bytes.fill(now); a.bytes.left <= 0 {
			wait := a.bytes.wait(1, now)
			head["Ratelimit-Limit"], head["Ratelimit-Remaining"] = []string{strconv.FormatInt(l.hourly, 10)}, []string{"0"}
			head["Ratelimit-Reset"] = []string{strconv.Itoa(wait)}
			return limited(head, "bytes", wait, fmt.Sprintf("The key was sent more than %d bytes within the hour.", l.hourly), "Conditional requests need fewer, and so do compressed answers.")
		}
	}
	if l.underWay > 0 && a.underWay >= l.underWay {
		return limited(head, "concurrency", 1, fmt.Sprintf("The key has %d requests under way, and may not have more.", l.underWay), "Send requests one after the other.")
	}
	a.underWay++
	return nil
}

// often counts the call.
func (l *Limits) often(a *account, head http.Header, now time.Time) error {
	if l.rate <= 0 {
		return nil
	}
	allowed := a.requests.AllowN(now, 1)
	left := math.Max(0, math.Floor(a.requests.TokensAt(now)))
	full := math.Ceil((float64(l.burst) - left) / float64(l.rate))
	head["Ratelimit-Limit"] = l.limit
	head["Ratelimit-Remaining"] = []string{strconv.FormatInt(int64(left), 10)}
	head["Ratelimit-Reset"] = []string{strconv.FormatInt(int64(full), 10)}
	if allowed {
		return nil
	}
	return limited(head, "requests", max(1, int(math.Ceil(1/float64(l.rate)))),
		fmt.Sprintf("The key makes more than %v requests a second.", float64(l.rate)), "Conditional requests and larger pages need fewer.")
}

func limited(head http.Header, which string, wait int, detail, hint string) *problem.Problem {
	head.Set("Retry-After", strconv.Itoa(wait))
	p := problem.New(problem.KindRate, detail)
	p.Limit, p.Hint = which, fmt.Sprintf("Wait %d s. %s", wait, hint)
	return p
}

// Leave ends a call that was admitted, and counts the bytes that it was answered
// with.
func (l *Limits) Leave(key string, bytes int64) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	a, ok := l.keys[key]
	if !ok {
		return
	}
	a.underWay--
	if a.bytes != nil {
		a.bytes.take(float64(bytes), now)
	}
}

// of finds the account of a key. Those that nothing worth keeping is known of are
// dropped when there are many. mu must be held.
func (l *Limits) of(key string, now time.Time) *account {
	const many = 10_000
	if found, ok := l.keys[key]; ok {
		return found
	}
	if len(l.keys) >= many {
		for k, old := range l.keys {
			if l.idle(old, now) {
				delete(l.keys, k)
			}
		}
	}
	a := &account{requests: rate.NewLimiter(l.rate, l.burst)}
	if l.hourly > 0 {
		a.bytes = newBucket(float64(l.hourly), float64(l.hourly)/time.Hour.Seconds(), now)
	}
	l.keys[key] = a
	return a
}

func (l *Limits) idle(a *account, now time.Time) bool {
	return a.underWay == 0 && (l.rate <= 0 || a.requests.TokensAt(now) >= float64(l.burst)) && (a.bytes == nil || a.bytes.full(now))
}
