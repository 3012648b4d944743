package object

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/aws/smithy-go/middleware"

	"archwire"
)

// A patience is how long a server of S3 is waited for. A connection that is there and
// says nothing would be waited for for ever, and with it all that wait for one fetch.
type patience struct {
	answer  time.Duration // until an answer begins
	request time.Duration // until a request is answered in full, tries again included; an object's bytes excepted
	silence time.Duration // until the next of an object's bytes
}

func usualPatience() patience {
	return patience{answer: time.Minute, request: 10 * time.Minute, silence: time.Minute}
}

// readsObject is the request whose answer may take as long as there are bytes.
const readsObject = "GetObject"

// bound ends all other requests when they take too long.
func (p patience) bound(stack *middleware.Stack) error {
	end := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		if middleware.GetOperationName(ctx) == readsObject {
			return next.HandleInitialize(ctx, in)
		}
		ctx, cancel := context.WithTimeout(ctx, p.request)
		defer cancel()
		return next.HandleInitialize(ctx, in)
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Patience", end), middleware.Before)
}

// s3Body is an object's bytes. It says clearly when they break off, and does not wait
// for a server that has fallen silent.
type s3Body struct {
	io.ReadCloser
	ctx     context.Context //nolint:containedctx // of who reads
	cancel  context.CancelFunc
	timer   *time.Timer // runs while somebody waits
	waiting time.Duration
	silent  *atomic.Bool
	store   *S3
	name    string
}

// Read implements io.Reader.
func (b *s3Body) Read(p []byte) (int, error) {
	b.timer.Reset(b.waiting)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	case b.silent.Load() && b.ctx.Err() == nil:
		return n, &archwire.Error{
			Code: archwire.Unavailable, Message: "reading " + b.name + ": the server of the bucket " + b.store.place.bucket + " has fallen silent", Hint: "Try again.",
		}
	}
	return n, b.store.classify(b.ctx, err, "reading "+b.name)
}

// Close implements io.Closer.
func (b *s3Body) Close() error {
	b.timer.Stop()
	err := b.ReadCloser.Close()
	b.cancel()
	return err
}

// waitFor begins to wait for an object's bytes: the context ends when the server is
// silent for too long.
func (s *S3) waitFor(ctx context.Context, name string) (context.Context, *s3Body) {
	inner, cancel := context.WithCancel(ctx)
	b := &s3Body{ctx: ctx, cancel: cancel, waiting: s.patience.silence, silent: new(atomic.Bool), store: s, name: name}
	b.timer = time.AfterFunc(s.patience.request, func() { b.silent.Store(true); cancel() })
	return inner, b
}
