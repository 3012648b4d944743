package request

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"archwire/internal/serve/problem"
)

// MaxBody is the largest body that a request may have, in bytes.
const MaxBody = 64 << 10

// JSON is the content type of JSON.
const JSON = "application/json"

// maxURL is the longest address that a request may have, in bytes.
const maxURL = 8 << 10

// WellFormed refuses what no path takes.
func WellFormed(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
	default:
		return problem.New(problem.KindUnknownMethod, "The server does not know the request's method.")
	}
	if len(r.RequestURI) > maxURL {
		p := problem.New(problem.KindLongURL, "The request's address is too long.")
		p.Hint = fmt.Sprintf("At most %d bytes are read. Ask for fewer things at once.", maxURL)
		return p
	}
	return nil
}

// Decode reads the body of a request, one JSON object, into v. Members that v does
// not know are an error, never passed over: a misspelt restriction would be none.
func (c *Call) Decode(v any) error {
	body, err := c.ReadBody()
	if err != nil {
		return err
	}
	return Unmarshal(body, v)
}

// ReadBody reads the body of a request, which is said to be JSON.
func (c *Call) ReadBody() ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.R.Header.Get("Content-Type"))
	if err != nil || kind != JSON {
		p := problem.New(problem.KindMedia, "The body is not said to be JSON.")
		p.Hint = "Send Content-Type: application/json."
		return nil, p
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.W, c.R.Body, MaxBody))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			p := problem.New(problem.KindTooLarge, "The body is too large.")
			p.Hint = fmt.Sprintf("At most %d bytes are read.", MaxBody)
			return nil, p
		}
		return nil, problem.Wrong("", "The body did not arrive whole.", "Send it again.")
	}
	return body, nil
}

// Unmarshal reads one JSON object, strictly.
func Unmarshal(body []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			return problem.Wrong("", "There is something after the body's object.", "Send one JSON object.")
		}
		return nil
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field != "" {
		field := problem.Clip(membersOf(e.Field))
		return problem.Wrong(field, field+" is a "+e.Value+", which it cannot be.", "It takes "+taken(e.Type)+"; /docs lists the members.")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = strings.Trim(name, `"`)
		return problem.Wrong(problem.Clip(name), fmt.Sprintf("There is no member %s here.", problem.Clip(name)), "/docs lists the members.")
	}
	return problem.Wrong("", "The body is not a JSON object.", "Send one JSON object, as /docs has it.")
}

// membersOf is where in a body the decoder was: it names structs that are embedded,
// too, which are the only ones with capital letters.
func membersOf(path string) string {
	parts := slices.DeleteFunc(strings.Split(path, "."), func(part string) bool { return part != Lower(part) })
	return strings.Join(parts, ".")
}

// taken names what JSON has for values of type t.
func taken(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // all others are numbers
	case reflect.String:
		return "text, in quotes"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list, in brackets"
	case reflect.Struct, reflect.Map:
		return "an object, in braces"
	}
	return "a number"
}

// Lower is a text with its Latin letters small.
func Lower(s string) string {
	out := []byte(s)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}
