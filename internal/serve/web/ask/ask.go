// Package ask is how pages ask the API: in process, over its http.Handler, as the
// viewer. A question is an ordinary request with the viewer's own cookie, so scope,
// limits and ledger are those of everybody else.
package ask

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// Most is how many questions of one Viewer are under way at once: half of what the
// API lets a session have by default, so that two windows of one person fit.
const Most = 6

// A Viewer asks for whoever sent a request. It is safe for use by several goroutines.
type Viewer struct {
	api   http.Handler
	outer *http.Request
	id    string
	asked atomic.Int64
	lanes chan struct{}

	// As is as whom an operator looks at things, in the words of the API; "" is as
	// themselves.
	As string
}

// For returns a Viewer that asks api for whoever sent r. The API's log names its
// questions by id and their number.
func For(api http.Handler, r *http.Request, id string) *Viewer {
	return &Viewer{api: api, outer: r, id: id, lanes: make(chan struct{}, Most)}
}

// Get asks for a path. What is not answered with 2xx is a *Problem.
func (v *Viewer) Get(ctx context.Context, path string, query url.Values) (Answer, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return v.send(ctx, http.MethodGet, path, nil)
}

// Send sends body as JSON, or nothing where body is nil: what changes something.
func (v *Viewer) Send(ctx context.Context, method, path string, body any) (Answer, error) {
	return v.send(ctx, method, path, body)
}

// Once is Send of what has its effect once, however often it is sent under that key of
// 16 to 255 characters: the second time it is answered as the first time.
func (v *Viewer) Once(ctx context.Context, method, path string, body any, key string) (Answer, error) {
	return v.send(context.WithValue(ctx, onceKey{}, key), method, path, body)
}

// onceKey is where a context has the key of Once.
type onceKey struct{}

// request is the question as the API sees it: from where the viewer is, with what
// they show, and with what a browser says of where it comes from.
func (v *Viewer) request(ctx context.Context, method, target, body string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, fault("writing a question", err)
	}
	r.RequestURI, r.Host, r.RemoteAddr, r.TLS = target, v.outer.Host, v.outer.RemoteAddr, v.outer.TLS
	r.Proto, r.ProtoMajor, r.ProtoMinor = v.outer.Proto, v.outer.ProtoMajor, v.outer.ProtoMinor
	for _, name := range []string{"Cookie", "Origin", "Sec-Fetch-Site", "User-Agent"} {
		for _, value := range v.outer.Header.Values(name) {
			r.Header.Add(name, value)
		}
	}
	if key, ok := ctx.Value(onceKey{}).(string); ok && key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	if v.As != "" {
		r.Header.Set("Archwire-View-As", v.As)
	}
	r.Header.Set("Accept-Encoding", "identity")
	r.Header.Set("X-Request-Id", v.id+"-"+strconv.FormatInt(v.asked.Add(1), 10))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	} else {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	return r, nil
}
