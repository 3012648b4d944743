// Package detached does work that several wait for.
package detached

import (
	"context"
	"fmt"
	"time"

	"archwire"
)

// Do does work that goes on when the one who asked for it gives up, because others may
// be waiting for it: with ctx's values, but not its end. It ends by itself after most,
// which is an error of code Unavailable, and a panic in it is one of code Internal: in a
// goroutine of nobody's it would end the process. What is done is named in the gerund.
func Do[T any](ctx context.Context, most time.Duration, what string, work func(context.Context) (T, error)) (got T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &archwire.Error{Code: archwire.Internal, Message: what + " broke down", Hint: "Look at the log of the server.", Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	got, err = work(ctx)
	if err != nil && ctx.Err() != nil {
		// The end is not that of who asked: they must not take it for their own.
		err = &archwire.Error{
			Code: archwire.Unavailable, Message: fmt.Sprintf("%s was given up after %s", what, most), Hint: "Try again later.", Err: fmt.Errorf("%v", err), //nolint:errorlint // as above
		}
	}
	return got, err
}
