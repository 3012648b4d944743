package object

import (
	"context"
	"io"
	"time"

	"archwire"
	"archwire/internal/detached"
)

// longestFetch is how long one file may be fetched: a server that sends a byte now and
// then never falls silent.
const longestFetch = 6 * time.Hour

// A providing is a file that is being put into place for those who wait for it. When it
// is there each of them holds it: another process may be making room.
type providing struct {
	done    chan struct{}
	err     error // once done
	waiting int
	over    bool
}

// join waits for the file of sha with others, or has it provided.
func (c *Cache) join(ctx context.Context, sha string, open func(context.Context) (io.ReadCloser, error)) *providing {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.coming[sha]
	if p == nil {
		p = &providing{done: make(chan struct{})}
		c.coming[sha] = p
		go c.run(ctx, sha, p, open)
	}
	p.waiting++
	return p
}

// leave is for one who waits no longer.
func (c *Cache) leave(sha string, p *providing) {
	c.mu.Lock()
	p.waiting--
	held := p.over && p.err == nil
	c.mu.Unlock()
	if held {
		c.release(sha)
	}
}

// run provides a file and gives it to all who wait for it by then.
func (c *Cache) run(ctx context.Context, sha string, p *providing, open func(context.Context) (io.ReadCloser, error)) {
	_, err := detached.Do(ctx, longestFetch, "fetching an object", func(ctx context.Context) (any, error) { return nil, c.provide(ctx, sha, open) })
	c.mu.Lock()
	delete(c.coming, sha)
	p.err, p.over = err, true
	if err == nil {
		c.held[sha].users += p.waiting
	}
	c.mu.Unlock()
	if err == nil {
		c.release(sha) // as one who has held it to make sure that it stays
	}
	close(p.done)
}

// provide holds the file of sha, which it fetches unless it is there with its bytes. It
// keeps to the limit whether or not anybody still waits.
func (c *Cache) provide(ctx context.Context, sha string, open func(context.Context) (io.ReadCloser, error)) error {
	const often = 10 // another process with a smaller limit may be removing files
	for asked := range often {
		ok, err := c.take(ctx, sha)
		if err != nil {
			return cached(err)
		}
		if ok {
			if asked > 0 {
				c.shrink()
			}
			return nil
		}
		if err := c.fetch(ctx, sha, open); err != nil {
			return err
		}
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "files of the cache are removed as fast as they are fetched",
		Hint: "Give the cache more room: cache in archwire.yaml.",
	}
}
