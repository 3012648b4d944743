package notify

import (
	"time"

	"archwire/internal/state"
)

const (
	lease       = time.Minute      // longer than an attempt takes
	firstWait   = 15 * time.Second // after the first attempt, then twice as long each time
	longestWait = time.Hour
	mostTries   = 30 // within about a day
)

// A verdict is what an attempt came to.
type verdict struct {
	delivered bool
	final     bool          // trying again would not help
	wait      time.Duration // at least so long, as the hook asks
}

// settle says in n what follows from the verdict. jitter is evenly from [0, 1).
func (v verdict) settle(n *state.Notification, answer string, now time.Time, jitter func() float64) {
	n.Answer = answer
	switch {
	case v.delivered:
		n.State, n.EndedAt = state.Delivered, now
	case v.final, n.Attempts >= mostTries:
		n.State, n.EndedAt = state.GivenUp, now
	default:
		n.State, n.NextAt = state.Pending, now.Add(max(backoff(n.Attempts, jitter), v.wait))
	}
}

// backoff is how long to wait after so many attempts: twice as long each time,
// of which the last half is left to chance, so that many do not come at once.
func backoff(attempts int, jitter func() float64) time.Duration {
	wait := firstWait << min(attempts-1, 20)
	wait = min(wait, longestWait)
	return wait/2 + time.Duration(jitter()*float64(wait/2))
}
