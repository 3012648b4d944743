package pull

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"archwire"
)

const (
	mostAttempts = 8 // in a row that bring nothing
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
	mostPatience = 5 * time.Minute // of what a server may ask for by Retry-After
)

// attempts counts what was tried in vain.
type attempts struct {
	c *Client
	n int
}

// again waits before the next attempt, as long as it is asked to or twice as long as
// the time before. When there were too many it returns err, as one that a person is
// meant to read.
func (a *attempts) again(ctx context.Context, asked time.Duration, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	a.n++
	if a.n >= mostAttempts {
		if _, ok := errors.AsType[*archwire.Error](err); ok {
			return err
		}
		return &archwire.Error{
			Code: archwire.Unavailable, Message: "the server cannot be reached",
			Hint: "Look at --url and the network, and pull again: what has arrived is kept.", Err: err,
		}
	}
	pause := min(firstPause<<(a.n-1), longestPause)
	pause = pause/2 + rand.N(pause/2) //nolint:gosec // so that clients do not come all at once
	return a.c.sleep(ctx, max(pause, asked))
}

// asked is how long an answer asks to be left alone.
func asked(resp *http.Response) time.Duration {
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil {
		return 0 // it asks for nothing, or names a time of its own clock
	}
	return time.Duration(min(max(seconds, 0), int(mostPatience/time.Second))) * time.Second
}

// temporary says whether to ask again may help.
func temporary(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= http.StatusInternalServerError
}

// get asks until there is an answer of status 200, and reads it whole. Everything else
// is an error.
func (c *Client) get(ctx context.Context, path string, most int64) ([]byte, error) {
	tries := attempts{c: c}
	for {
		body, wait, err := c.once(ctx, path, most)
		if err == nil {
			return body, nil
		}
		if p, ok := errors.AsType[*refusal](err); ok && !temporary(p.status) {
			if p.status == http.StatusUnauthorized && c.credential.Refused() && tries.n == 0 {
				tries.n++
				continue
			}
			return nil, err
		}
		if err := tries.again(ctx, wait, err); err != nil {
			return nil, err
		}
	}
}

func (c *Client) once(ctx context.Context, path string, most int64) (body []byte, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	resp, err := c.send(ctx, c.answers, path, nil)
	if errors.Is(err, errElsewhere) {
		return nil, 0, &refusal{status: http.StatusMisdirectedRequest, err: &archwire.Error{
			Code: archwire.Invalid, Message: "the server sends its callers to another server", Hint: "Look at --url, and name the other server itself if it is to be trusted with the key.",
		}}
	}
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if resp.StatusCode != http.StatusOK {
		return nil, asked(resp), refused(resp)
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err != nil {
		return nil, 0, fmt.Errorf("reading an answer: %w", err)
	}
	if int64(len(body)) > most {
		return nil, 0, &refusal{status: resp.StatusCode, err: &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("the server's answer is longer than %d MB", most>>20),
			Hint: "Look at --url: it must be that of an Archwire server.",
		}}
	}
	return body, 0, nil
}
