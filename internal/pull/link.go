package pull

import (
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"
)

const (
	// linkFrom is from how many bytes on a slice is rather fetched from the store itself.
	// What is less comes sooner from the server, which may wait for a second to begin
	// before it gives a URL.
	linkFrom = 1 << 20

	mostLost      = 3 // URLs of one slice that led to nothing; then the server is asked for the bytes
	mostLostInRow = 8 // of all slices together; then it is for all
)

// links counts the URLs of the store that led to nothing.
type links struct{ lost atomic.Int64 }

// wanted says whether to ask for a URL of so many bytes, of a slice of which some URLs
// have led to nothing.
func (l *links) wanted(bytes int64, lost int) bool {
	return bytes >= linkFrom && lost < mostLost && l.lost.Load() < mostLostInRow
}

// A straying is an error at another server than the one that was asked: a URL that
// has run out, or a store that cannot be reached from here. It does not tell the URL,
// which is as good as a key.
type straying struct{ err error }

// Error implements error.
func (s straying) Error() string { return "fetching from the store: " + s.err.Error() }

// Unwrap is what went wrong.
func (s straying) Unwrap() error { return s.err }

var errLinkOver = errors.New("a URL leads to nothing, or not any more")

// untold is an error of a request without the address that was asked.
func (c *Client) untold(err error) error {
	told, ok := errors.AsType[*url.Error](err)
	if !ok {
		return err
	}
	if at, e := url.Parse(told.URL); e == nil && at.Host != c.base.Host {
		return straying{told.Err}
	}
	return told.Err
}

// elsewhere says whether an answer is another server's.
func (c *Client) elsewhere(resp *http.Response) bool {
	return resp.Request.URL.Host != c.base.Host
}

// onceElsewhere lets one redirection lead to another server, which is shown neither
// the key nor anything else that is the first one's.
func onceElsewhere(r *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	if last.URL.Host != first.URL.Host {
		return errors.New("a redirection leads on from another server")
	}
	if r.URL.Host != first.URL.Host {
		for _, name := range []string{"If-Range", "Prefer", "Referer"} {
			r.Header.Del(name)
		}
	}
	return neverInClear(r, via)
}
