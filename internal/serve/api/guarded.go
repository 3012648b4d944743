package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"archwire/internal/serve/problem"
)

// guarded lets through what http.ServeContent answers, once begin has been told before
// the first byte of content and done before the last one, and turns its refusals into
// problems.
type guarded struct {
	http.ResponseWriter

	to          io.Writer // where the body goes
	head        bool      // no content is asked for
	begin, done func() error

	status int
	left   int64 // bytes of content still to come
	err    error
}

var errRefused = errors.New("refused")

// WriteHeader implements http.ResponseWriter.
func (g *guarded) WriteHeader(status int) {
	if g.status != 0 {
		return
	}
	g.status = status
	switch status {
	case http.StatusOK, http.StatusPartialContent:
		if !g.head {
			g.err = g.start()
		}
	case http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable, http.StatusInternalServerError:
		g.err = errRefused
	}
	if g.err == nil {
		g.ResponseWriter.WriteHeader(status)
	}
}

func (g *guarded) start() (err error) {
	if g.left, err = strconv.ParseInt(g.Header().Get("Content-Length"), 10, 64); err != nil {
		return fmt.Errorf("reading how long an answer will be: %w", err)
	}
	return g.begin()
}

// Write implements http.ResponseWriter.
func (g *guarded) Write(b []byte) (n int, err error) {
	if g.status == 0 {
		g.WriteHeader(http.StatusOK)
	}
	if g.err == nil && int64(len(b)) >= g.left {
		g.err = g.done()
	}
	if g.err != nil {
		return 0, g.err
	}
	n, g.err = g.to.Write(b)
	g.left -= int64(n)
	return n, g.err
}

// end is what went wrong: the answer is not whole, or is still to be given.
func (g *guarded) end() error {
	switch {
	case g.err == nil && g.left > 0:
		return errors.New("a slice ended before its end")
	case !errors.Is(g.err, errRefused):
		return g.err
	}
	switch g.status {
	case http.StatusPreconditionFailed:
		return problem.New(problem.KindPrecondition, "The slice has other bytes than If-Match names.")
	case http.StatusRequestedRangeNotSatisfiable:
		p := problem.New(problem.KindRange, "The slice has no such range.")
		p.Field, p.Hint = "Range", "Content-Range says how many bytes there are."
		return p
	}
	return errors.New("the size of a slice could not be told")
}
