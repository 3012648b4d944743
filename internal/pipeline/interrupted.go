package pipeline

import (
	"context"
	"errors"

	"archwire"
)

// interrupted is the error of a run whose context has ended: why it did, if somebody
// gave a reason (the run lock was lost), or that it was told to stop. Both pass,
// so that whoever runs the project by its schedule goes on from it.
func interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	cause := context.Cause(ctx)
	if _, ok := errors.AsType[*archwire.Error](cause); ok {
		return cause
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "the run was stopped before its end",
		Hint: "Run archwire run; it goes on from the last step that was completed.", Err: errors.Join(cause, err),
	}
}
