package web

import (
	"context"
	"net/http"
	"time"

	"archwire/internal/serve/web/ask"
)

// mostHeavy is how many things that take memory are made for pages at once; further
// ones wait.
const mostHeavy = 2

// longestWait is how long they do.
const longestWait = 20 * time.Second

// heavily makes something that takes memory when its turn has come. What is made is sent
// afterwards: who reads slowly keeps nobody waiting.
func (v *visit) heavily(do func() error) error {
	ctx, cancel := context.WithTimeout(v.ctx, v.h.longestWait)
	defer cancel()
	select {
	case v.h.heavy <- struct{}{}:
		defer func() { <-v.h.heavy }()
		return do()
	case <-ctx.Done():
		return &ask.Problem{Title: "Not made", Status: http.StatusServiceUnavailable, Detail: "It could not be made in time.", Hint: "Try again in a minute.", Cause: ctx.Err()}
	}
}
