package web

import (
	"errors"
	"net/http"

	"archwire/internal/serve/web/ask"
)

// refusal is what the API does not take of what somebody sent, which a form shows
// above itself; not ok is a fault of ours.
func refusal(err error) (*ask.Problem, bool) {
	p, ok := errors.AsType[*ask.Problem](err)
	if !ok || p.Status >= http.StatusInternalServerError {
		return nil, false
	}
	return p, true
}
