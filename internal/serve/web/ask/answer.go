package ask

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// An Answer is what the API said.
type Answer struct {
	Header http.Header
	Text   []byte
}

// Into reads the answer into out. Numbers that out leaves open are json.Number: no
// decimal goes through a float.
func (a Answer) Into(out any) error {
	d := json.NewDecoder(bytes.NewReader(a.Text))
	d.UseNumber()
	if err := d.Decode(out); err != nil {
		return fault("reading an answer", err)
	}
	return nil
}

// A Problem is what the API says is wrong, in the words of RFC 9457.
type Problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field"`
	Hint   string `json:"hint"`
	ID     string `json:"request_id"`

	Cause error `json:"-"` // of what went wrong between pages and API, for the log
}

// Error returns what happened, in a sentence.
func (p *Problem) Error() string { return p.Detail }

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// problemOf reads a refusal.
func problemOf(w *recorder) error {
	p := &Problem{Status: w.status}
	kind, _, _ := mime.ParseMediaType(w.header.Get("Content-Type"))
	if kind == "application/problem+json" && json.Unmarshal(w.body.Bytes(), p) == nil && p.Detail != "" {
		return p
	}
	return fault("asking the API", fmt.Errorf("it answered %d", w.status))
}

// fault is a problem of ours: its cause is for the log.
func fault(doing string, err error) *Problem {
	return &Problem{
		Title: "A fault of ours", Status: http.StatusInternalServerError, Detail: "The page could not be made.",
		Hint: "Try again; if it stays so, tell whoever runs this server.", Cause: fmt.Errorf("%s: %w", doing, err),
	}
}

// A recorder holds an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is that of the answer.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader takes the status, once.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
}

// Write takes a part of the body.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// ReadFrom takes a part of the body.
func (w *recorder) ReadFrom(r io.Reader) (int64, error) {
	w.WriteHeader(http.StatusOK)
	n, err := w.body.ReadFrom(r)
	if err != nil {
		return n, fmt.Errorf("taking an answer: %w", err)
	}
	return n, nil
}
