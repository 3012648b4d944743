// Package problem is how the API says that something is wrong: problem+json (RFC
// 9457), with one sentence of what happened and one of what to do.
package problem

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"archwire"
)

// A Problem is an error answer: RFC 9457, application/problem+json.
type Problem struct {
	Type   string `json:"type" doc:"Where this kind of problem is described, relative to the server."`
	Title  string `json:"title" doc:"The kind of problem; always the same words for a type."`
	Status int    `json:"status" doc:"The HTTP status."`
	Detail string `json:"detail" doc:"What happened, in a sentence."`
	Field  string `json:"field,omitempty" doc:"The parameter at fault."`
	Hint   string `json:"hint,omitempty" doc:"What to do about it."`
	Limit  string `json:"limit,omitempty" doc:"Which limit was reached." enum:"requests,concurrency,bytes"`
	ID     string `json:"request_id,omitempty" doc:"Names this request in the server's log."`

	Cause error `json:"-"` // for the log
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// Unwrap returns the cause, which the answer does not tell.
func (p *Problem) Unwrap() error { return p.Cause }

// A Kind of problem has one status and one section of the documentation.
type Kind struct {
	Anchor string
	Title  string
	Status int
	About  string
}

// The anchors of the kinds, and how problems are written.
const (
	KindParameter     = "parameter"
	KindKey           = "key"
	KindNotFound      = "not-found"
	KindMethod        = "method"
	KindConflict      = "conflict"
	KindForbidden     = "forbidden"
	KindReuse         = "idempotency-key"
	KindPrecondition  = "precondition"
	KindRange         = "range"
	KindTooLarge      = "too-large"
	KindMedia         = "media-type"
	KindLongURL       = "long-address"
	KindStartOver     = "start-over"
	KindExpired       = "cursor-expired"
	KindRate          = "rate"
	KindInternal      = "internal"
	KindUnknownMethod = "unknown-method"
	KindUnavailable   = "unavailable"
	ContentType       = "application/problem+json"
	TypePlace         = "/docs#problem-"
)

// Kinds lists the kinds of problem, by status.
func Kinds() []Kind {
	return []Kind{
		{KindParameter, "A parameter is wrong", http.StatusBadRequest, "A parameter is unknown, malformed, given twice or too large. " +
			"field names it, hint says what would be right."},
		{KindKey, "The key is not known", http.StatusUnauthorized, "No key was sent, or it is unknown, malformed, revoked, expired or not to be used from where you are."},
		{KindForbidden, "Not allowed", http.StatusForbidden, "You may see what this is about, but your role does not let you do it, or a browser asks for another site."},
		{KindNotFound, "Not found", http.StatusNotFound, "It does not exist, or your key does not open it: the two look the same."},
		{KindMethod, "Method not allowed", http.StatusMethodNotAllowed, "The path takes other methods: Allow names them."},
		{KindConflict, "Conflict", http.StatusConflict, "Something else holds what this request needs."},
		{KindStartOver, "The changes cannot be told", http.StatusGone, "The publication that they begin with is not kept any more, the dataset had other columns in it, " +
			"or your grants have changed since. Read /rows or an export once more, in the place of what you have, then follow the changes since its meta.publication; hint says when from, where grants have changed."},
		{KindExpired, "The cursor has expired", http.StatusGone, "Its publication is not kept any more. Start again from the first page."},
		{KindPrecondition, "A condition does not hold", http.StatusPreconditionFailed, "If-Match names other bytes than those that are here."},
		{KindRange, "There is no such range", http.StatusRequestedRangeNotSatisfiable, "Range asks for bytes beyond the end; Content-Range says how many there are."},
		{KindTooLarge, "The body is too large", http.StatusRequestEntityTooLarge, "What is sent to the API is small; hint says how large it may be."},
		{KindLongURL, "The address is too long", http.StatusRequestURITooLong, "hint says how long it may be."},
		{KindMedia, "The body is of another kind", http.StatusUnsupportedMediaType, "What is sent to the API is JSON: Content-Type: application/json."},
		{KindReuse, "The Idempotency-Key was used before", http.StatusUnprocessableEntity, "Another request of yours had that Idempotency-Key within a day: choose a new one for each thing that you want done."},
		{KindRate, "Too many requests", http.StatusTooManyRequests, "Wait as many seconds as Retry-After says."},
		{KindInternal, "A fault of ours", http.StatusInternalServerError, "The request was right; the server's log has the cause under request_id."},
		{KindUnknownMethod, "The method is not known", http.StatusNotImplemented, "It is none of those of HTTP that any path takes."},
		{KindUnavailable, "Not available now", http.StatusServiceUnavailable, "Nothing is published yet, or a store cannot be read. Try again."},
	}
}

// kindOf is the one table from an error's code to its kind of problem. A caller
// that may not see a thing is told that it does not exist; Denied is about keys.
func kindOf(c archwire.Code) string {
	switch c {
	case archwire.Invalid:
		return KindParameter
	case archwire.Denied:
		return KindKey
	case archwire.NotFound:
		return KindNotFound
	case archwire.Conflict:
		return KindConflict
	case archwire.Unavailable:
		return KindUnavailable
	case archwire.Mismatch, archwire.Internal:
	}
	return KindInternal
}

// New is a problem of the kind of that anchor.
func New(anchor, detail string) *Problem {
	for _, k := range Kinds() {
		if k.Anchor == anchor {
			return &Problem{Type: TypePlace + k.Anchor, Title: k.Title, Status: k.Status, Detail: detail}
		}
	}
	return New(KindInternal, detail)
}

// Wrong is a problem with one parameter.
func Wrong(field, detail, hint string) *Problem {
	p := New(KindParameter, detail)
	p.Field, p.Hint = field, hint
	return p
}

// Within makes a problem with a member of an object one with that object's.
func Within(object string, err error) error {
	p, ok := errors.AsType[*Problem](err)
	if !ok || p.Field == "" {
		return err
	}
	inner := *p
	inner.Field = object + "." + p.Field
	return &inner
}

func NotFound(field, detail, hint string) *Problem {
	p := New(KindNotFound, detail)
	p.Field, p.Hint = field, hint
	return p
}

// Of turns any error into a problem. What the caller cannot mend is not
// explained to it: the text of such an error may name files or statements.
func Of(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	e, ok := errors.AsType[*archwire.Error](err)
	if !ok {
		return New(KindInternal, "The server could not answer.")
	}
	p := New(kindOf(e.Code), e.Message)
	if p.Status == http.StatusInternalServerError {
		p.Detail = "The server could not answer."
		return p
	}
	p.Hint = e.Hint
	return p
}

// Write answers with p.
func Write(w http.ResponseWriter, p *Problem, request string) {
	answer := *p
	answer.ID = request
	body, err := json.Marshal(answer)
	if err != nil {
		body = []byte("{}") // texts always marshal
	}
	h := w.Header()
	h.Set("Content-Type", ContentType)
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n')) //nolint:errcheck // the caller is gone
}

// Either writes names for a person: "a, b or c".
func Either[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = string(n)
	}
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}

// Clip keeps what callers send from filling our answers.
func Clip(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "..."
}
