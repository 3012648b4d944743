package pull

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"

	"archwire"
)

// A refusal is an answer that is not what was asked for.
type refusal struct {
	status int
	field  string // the parameter at fault
	err    *archwire.Error
}

// Error implements error.
func (r *refusal) Error() string { return r.err.Error() }

// Unwrap is what a person is told.
func (r *refusal) Unwrap() error { return r.err }

// refused reads why the server refused.
func refused(resp *http.Response) *refusal {
	const most = 64 << 10
	var p struct{ Detail, Hint, Field string }
	body, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil || json.Unmarshal(body, &p) != nil {
		p.Detail = "" // the status says enough
	}
	e := &archwire.Error{Code: codeOf(resp.StatusCode), Message: fmt.Sprintf("the server answers with status %d", resp.StatusCode), Hint: printable(p.Hint)}
	if p.Detail != "" {
		e.Message += ": " + printable(p.Detail)
	}
	if resp.StatusCode == http.StatusUnauthorized {
		e.Message, e.Hint = "the server does not take the key", "Ask whoever runs it: the key may be revoked, expired, or not for this network."
	}
	return &refusal{status: resp.StatusCode, field: p.Field, err: e}
}

func codeOf(status int) archwire.Code {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return archwire.Denied
	case status == http.StatusNotFound || status == http.StatusGone:
		return archwire.NotFound
	case temporary(status):
		return archwire.Unavailable
	case status == http.StatusConflict:
		return archwire.Conflict
	}
	return archwire.Invalid
}

// printable keeps what a server says from playing with a terminal.
func printable(text string) string {
	const most = 500
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
}
