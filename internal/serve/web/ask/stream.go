package ask

import (
	"context"
	"io"
	"net/http"
	"net/url"
)

// Stream asks for a path and hands on what is answered while it comes: head is given the
// answer's header once, and what it returns takes the body. What is not answered with
// 2xx is a *Problem, and head is not called. An answer that the API breaks off breaks w
// off.
func (v *Viewer) Stream(ctx context.Context, w http.ResponseWriter, path string, query url.Values, head func(http.Header) io.Writer) error {
	select {
	case v.lanes <- struct{}{}:
		defer func() { <-v.lanes }()
	case <-ctx.Done():
		return fault("waiting to ask", ctx.Err())
	}
	r, err := v.request(ctx, http.MethodGet, path+"?"+query.Encode(), "")
	if err != nil {
		return err
	}
	s := &streamed{recorder: recorder{header: http.Header{}}, outer: w, head: head}
	v.api.ServeHTTP(s, r)
	if s.to == nil && s.good() {
		s.to = head(s.header)
	}
	if !s.good() {
		return problemOf(&s.recorder)
	}
	return nil
}

// A streamed answer is handed on; a refusal is kept.
type streamed struct {
	recorder

	outer http.ResponseWriter
	head  func(http.Header) io.Writer
	to    io.Writer // nil until the first bytes
}

func (s *streamed) good() bool { return s.status == 0 || s.status >= 200 && s.status <= 299 }

// Unwrap has deadlines be those of the connection.
func (s *streamed) Unwrap() http.ResponseWriter { return s.outer }

// Write hands a part of the body on.
func (s *streamed) Write(b []byte) (int, error) {
	if s.WriteHeader(http.StatusOK); !s.good() {
		return s.recorder.Write(b)
	}
	if s.to == nil {
		s.to = s.head(s.header)
	}
	return s.to.Write(b)
}

// ReadFrom hands a part of the body on.
func (s *streamed) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{s}, r)
}
