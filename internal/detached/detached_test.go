package detached_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"archwire"
	"archwire/internal/detached"
)

type key struct{}

func TestDo_GoesOnWhenTheCallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	cancel()
	got, err := detached.Do(ctx, time.Hour, "working", func(ctx context.Context) (any, error) { return ctx.Value(key{}), ctx.Err() })
	if got != "value" || err != nil {
		t.Errorf("it is %v, %v; want the caller's value and no end", got, err)
	}
}

func TestDo_EndsByItself(t *testing.T) {
	_, err := detached.Do(t.Context(), time.Millisecond, "working", func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	})
	if archwire.CodeOf(err) != archwire.Unavailable || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it is %v, code %s; want what cannot be taken for the caller's deadline", err, archwire.CodeOf(err))
	}
}

func TestDo_ContainsPanics(t *testing.T) {
	_, err := detached.Do(t.Context(), time.Hour, "working", func(context.Context) (int, error) { panic("lost") })
	if archwire.CodeOf(err) != archwire.Internal {
		t.Errorf("it is %v", err)
	}
}

func TestDo_ErrorsPass(t *testing.T) {
	want := errors.New("another")
	got, err := detached.Do(t.Context(), time.Hour, "working", func(context.Context) (int, error) { return 7, want })
	if got != 7 || !errors.Is(err, want) {
		t.Errorf("it is %d, %v", got, err)
	}
}
