package operator

import (
	"context"
	"errors"

	"archwire"
	"archwire/internal/serve/problem"
)

// Unserved says to an operator why nothing is in service, and what to do about it.
func Unserved(err error) error {
	if archwire.CodeOf(err) == archwire.NotFound {
		p := problem.New(problem.KindUnavailable, "Nothing is published yet.")
		p.Hint, p.Cause = "archwire run makes the first publication.", err
		return p
	}
	why := "the server's log says why"
	if e, ok := errors.AsType[*archwire.Error](err); ok {
		why = e.Message
	}
	p := problem.New(problem.KindUnavailable, "The publication in service cannot be read: "+why+".")
	p.Hint = "archwire publications lists those that are kept; archwire rollback PUBLICATION serves one of them, archwire run makes a new one."
	p.Cause = err
	return p
}

// current is the manifest of the publication in service, the zero one while there is
// none.
func (h *Handler) current(ctx context.Context) (archwire.Manifest, error) {
	m, err := h.Publications.Current(ctx)
	if err != nil && ctx.Err() == nil {
		err = Unserved(err)
	}
	return m, err
}
