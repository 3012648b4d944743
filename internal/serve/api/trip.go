package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/problem"
)

// A trip is what the log and the metrics tell of a request.
type trip struct {
	http.ResponseWriter

	id     string
	route  string // its pattern; never what was asked for
	key    string // the id of the key or session
	person string // who calls, by id; "" if a program does
	status int
	bytes  int64
	linked int64 // bytes that a URL of the store leads to
	began  time.Time
	stream string // names it in the ledger, where its answer is begun before it is made

	admitted string        // the key whose limits count it; "" while none do
	patience time.Duration // with a reader who takes nothing
}

// Unwrap shows the connection to a ResponseController.
func (t *trip) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// WriteHeader remembers the status.
func (t *trip) WriteHeader(status int) {
	if t.status == 0 {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (t *trip) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	n, err := t.ResponseWriter.Write(b)
	t.bytes += int64(n)
	return n, err
}

// ServeHTTP answers one request. Whatever goes wrong, panics included, leaves as
// a problem and is told to the log once.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := &trip{ResponseWriter: w, id: requestID(r), route: "none", began: h.Now(), patience: h.Patience}
	w.Header().Set("X-Request-Id", t.id)
	defer h.told(r, t)
	defer h.left(t)
	err := h.contained(t, r)
	if err == nil {
		return
	}
	begun := t.status != 0
	h.fail(t, r, err)
	if begun {
		panic(http.ErrAbortHandler) // so that its reader sees that the answer is not whole
	}
}

// contained answers; a panic becomes an error, and the server lives on.
func (h *Handler) contained(t *trip, r *http.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &archwire.Error{Code: archwire.Internal, Message: "The server panicked.", Err: fmt.Errorf("%v\n%s", v, debug.Stack())}
		}
	}()
	return h.answer(t, r, t)
}

func (h *Handler) fail(t *trip, r *http.Request, err error) {
	if r.Context().Err() != nil {
		t.status = statusGone // nobody is there to read an answer
		return
	}
	p := problem.Of(err)
	if errors.Is(err, context.DeadlineExceeded) {
		t.Header().Set("Retry-After", "5")
		p = problem.New(problem.KindUnavailable, fmt.Sprintf("The answer took longer than %s.", h.Timeout))
		p.Hint = "Ask for fewer rows or a shorter time."
	}
	if p.Status >= http.StatusInternalServerError {
		h.Log.ErrorContext(r.Context(), "request failed", "err", causes(err), "route", t.route, "request_id", t.id)
	}
	if t.status == 0 {
		problem.Write(t, p, t.id)
	}
}

// statusGone is what logs and metrics say of a request whose caller left.
const statusGone = 499

// causes spells an error with what caused it. An adapter's own error is told by
// its message, which names no values; what its engine said below that may.
func causes(err error) string {
	cause := errors.Unwrap(err)
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		cause = p.Cause
	} else if e, ok := errors.AsType[*archwire.Error](err); ok {
		cause = e.Err
	}
	if cause == nil {
		return err.Error()
	}
	return err.Error() + ": " + cause.Error()
}

// limited counts a request against the limits of a key.
func (h *Handler) limited(c *call, key string) error {
	if err := h.limits.Admit(key, c.W.Header()); err != nil {
		return err
	}
	c.trip.admitted = key
	return nil
}

// left ends what limited began.
func (h *Handler) left(t *trip) {
	if t.admitted != "" {
		h.limits.Leave(t.admitted, t.bytes+t.linked)
	}
}

func (h *Handler) told(r *http.Request, t *trip) {
	took := h.Now().Sub(t.began)
	h.Metrics.request(t.route, t.status, took)
	if h.Log.Enabled(r.Context(), slog.LevelInfo) {
		h.Log.InfoContext(r.Context(), "served", "method", r.Method, "route", t.route, "status", t.status,
			"took", took, "bytes", t.bytes, "key", t.key, "person", t.person, "request_id", t.id)
	}
}

// requestID is the caller's own id for the request, if it is a plain word.
func requestID(r *http.Request) string {
	const most = 64
	id := r.Header.Get("X-Request-Id")
	plain := func(c rune) bool {
		return c == '-' || c == '_' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	if id != "" && len(id) <= most && !strings.ContainsFunc(id, func(c rune) bool { return !plain(c) }) {
		return id
	}
	return rand.Text()[:16]
}
