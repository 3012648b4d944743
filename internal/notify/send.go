package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"archwire/internal/project"
	"archwire/internal/state"
)

const (
	timeout     = 15 * time.Second // of one attempt, from dialling to the end of the answer
	lease       = time.Minute      // longer than an attempt takes
	firstWait   = 15 * time.Second // after the first attempt, then twice as long each time
	longestWait = time.Hour
	mostTries   = 30 // within about a day
)

// An Outbox is where notifications wait, as a state.Store keeps them.
type Outbox interface {
	Take(ctx context.Context, lease time.Duration) (state.Notification, bool, error)
	Settle(ctx context.Context, n state.Notification) error
}

// A Sender sends what is in an outbox. All fields must be set.
type Sender struct {
	Outbox Outbox
	Hooks  []project.ResolvedHook
	Client *http.Client // as NewClient makes it
	Now    func() time.Time
	Jitter func() float64 // evenly from [0, 1)
	Log    *slog.Logger
	Agent  string // names the program
}

// NewClient makes a client that trusts nobody but the hook's own host: it checks
// certificates, and does not follow where an answer points.
func NewClient() *http.Client {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true, MaxIdleConns: 10, IdleConnTimeout: time.Minute,
	}
	return &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send sends what is due, one after the other, until nothing is or ctx ends. It
// returns how many were delivered and how many were not; these are tried again
// later or given up. Errors are the outbox's.
func (s *Sender) Send(ctx context.Context) (delivered, not int, err error) {
	for !over(ctx) {
		n, found, err := s.Outbox.Take(ctx, lease)
		if err != nil || !found {
			return delivered, not, err
		}
		answer, verdict := s.attempt(ctx, n)
		if over(ctx) {
			break // not the hook's fault: its lease ends, and it is sent then
		}
		s.settle(&n, answer, verdict)
		if err := s.Outbox.Settle(ctx, n); err != nil {
			return delivered, not, err
		}
		s.Log.InfoContext(ctx, "notification", "id", n.ID, "hook", n.Hook, "event", n.Event, "state", n.State, "attempts", n.Attempts, "answer", n.Answer)
		if n.State == state.Delivered {
			delivered++
		} else {
			not++
		}
	}
	return delivered, not, nil
}

func over(ctx context.Context) bool { return ctx.Err() != nil }

// A verdict is what an attempt came to.
type verdict struct {
	delivered bool
	final     bool          // trying again would not help
	wait      time.Duration // at least so long, as the hook asks
}

func (s *Sender) settle(n *state.Notification, answer string, v verdict) {
	now := s.Now()
	n.Answer = answer
	switch {
	case v.delivered:
		n.State, n.EndedAt = state.Delivered, now
	case v.final, n.Attempts >= mostTries:
		n.State, n.EndedAt = state.GivenUp, now
	default:
		n.State, n.NextAt = state.Pending, now.Add(max(s.backoff(n.Attempts), v.wait))
	}
}

// backoff is how long to wait after so many attempts: twice as long each time,
// of which the last half is left to chance, so that many do not come at once.
func (s *Sender) backoff(attempts int) time.Duration {
	wait := firstWait << min(attempts-1, 20)
	wait = min(wait, longestWait)
	return wait/2 + time.Duration(s.Jitter()*float64(wait/2))
}

// attempt sends n once and says what came of it, without a word of what the hook
// answered or where it is.
func (s *Sender) attempt(ctx context.Context, n state.Notification) (answer string, v verdict) {
	for _, h := range s.Hooks {
		if h.ID() == n.Hook {
			return s.post(ctx, h, n)
		}
	}
	return "the project has no such webhook any more", verdict{final: true}
}

func (s *Sender) post(ctx context.Context, h project.ResolvedHook, n state.Notification) (string, verdict) {
	body := []byte(n.Body)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.Endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return "the URL cannot be sent to", verdict{final: true}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", s.Agent)
	request.Header.Set("Archwire-Id", n.ID)
	request.Header.Set("Archwire-Event", string(n.Event))
	request.Header.Set("Archwire-Signature", Signature(h.Key, s.Now(), body))
	response, err := s.Client.Do(request)
	if err != nil {
		return reason(err), verdict{}
	}
	defer response.Body.Close()                                //nolint:errcheck // nothing of it is kept
	io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) //nolint:errcheck // read so that the connection can be used again
	return fmt.Sprintf("HTTP %d", response.StatusCode), judge(response)
}

// judge says what an answer means. What the receiver will say again is final.
func judge(r *http.Response) verdict {
	switch code := r.StatusCode; {
	case code >= 200 && code < 300:
		return verdict{delivered: true}
	case code >= 500, code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		seconds, err := strconv.Atoi(r.Header.Get("Retry-After"))
		if err != nil || seconds < 0 {
			return verdict{}
		}
		return verdict{wait: min(time.Duration(min(seconds, 86400))*time.Second, longestWait)}
	}
	return verdict{final: true}
}

// reason is why there was no answer. The error itself is not repeated: it holds
// the URL.
func reason(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate cannot be trusted"
	}
	if t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && t.Timeout() {
		return "no answer in time"
	}
	return "no connection"
}

// Signature is the value of the header Archwire-Signature: t=TIME,v1=MAC. TIME is
// in Unix seconds, MAC the HMAC-SHA256 of "TIME.BODY" in lower-case hexadecimal.
func Signature(key []byte, at time.Time, body []byte) string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return "t=" + stamp + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
