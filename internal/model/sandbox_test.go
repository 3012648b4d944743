package model_test

import (
	"context"
	"errors"
	"testing"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
)

// brokenSandbox fails, for a reason that is not the project's, from its nth call
// on.
type brokenSandbox struct{ left int }

var errBroken = &archwire.Error{Code: archwire.Unavailable, Message: "the sandbox is out of memory"}

func (s *brokenSandbox) call() error {
	if s.left--; s.left < 0 {
		return errBroken
	}
	return nil
}

func (s *brokenSandbox) Table(context.Context, archwire.Table) error { return s.call() }

func (s *brokenSandbox) Model(context.Context, archwire.Model) ([]archwire.Column, error) {
	return nil, s.call()
}

func (s *brokenSandbox) Describe(context.Context, string) ([]archwire.Column, error) {
	return nil, s.call()
}

func (s *brokenSandbox) Reads(context.Context, string) ([]string, error) { return nil, s.call() }

func (s *brokenSandbox) Tree(context.Context, string) (archwire.SyntaxTree, error) {
	return archwire.SyntaxTree{}, s.call()
}

// A failure of the engine must not be taken for a fault of the project.
func TestCheckPassesOnFailuresOfTheSandbox(t *testing.T) {
	p, err := project.Load("testdata/valid", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	for n := range 8 {
		if err := model.Check(t.Context(), p, &brokenSandbox{left: n}); !errors.Is(err, errBroken) {
			t.Errorf("after %d calls: got %v", n, err)
		}
	}
}

func TestCheckStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newSandbox(t)
	p, err := project.Load("testdata/valid", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Check(ctx, p, s); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
