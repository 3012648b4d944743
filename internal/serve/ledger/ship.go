package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// folderName is where segments lie in the object store, and prefix what the names
// of segments are preceded by there.
const (
	folderName = "ledger"
	prefix     = folderName + "/"
)

// ship moves closed segments to the store: all but the last.
func (c *chain) ship(ctx context.Context) error {
	if c.cfg.Store == nil {
		return nil
	}
	names, err := c.segments()
	if err != nil || len(names) == 0 {
		return err
	}
	for _, name := range names[:len(names)-1] {
		if err := c.shipOne(ctx, name); err != nil {
			return fmt.Errorf("moving %s to the store: %w", name, err)
		}
	}
	return nil
}

func (c *chain) shipOne(ctx context.Context, name string) error {
	f, err := os.Open(c.path(name))
	if err != nil {
		return err
	}
	if err := errors.Join(c.cfg.Store.Put(ctx, prefix+name, f), f.Close()); err != nil {
		return err
	}
	return os.Remove(c.path(name))
}

// retainEvery is how often what is too old is looked for.
const retainEvery = 24 * time.Hour

// retain removes what was kept long enough, of all chains.
func (c *chain) retain(ctx context.Context) error {
	now := c.cfg.Now()
	if c.cfg.Keep == 0 || now.Sub(c.retained) < retainEvery {
		return nil
	}
	c.retained = now
	_, err := (&Archive{Store: c.cfg.Store}).Retain(ctx, now.Add(-c.cfg.Keep))
	return err
}

// Retain removes from the store what is older than the retention: each segment
// whose successor was begun before it. It returns how many were removed. The links
// of what remains are proved as before.
func (a *Archive) Retain(ctx context.Context, before time.Time) (removed int, err error) {
	chains, err := a.chains(ctx)
	if err != nil || a.Store == nil {
		return 0, err
	}
	for _, c := range chains {
		for i, name := range c.segments[:max(len(c.segments)-1, 0)] {
			h, err := a.header(ctx, c.segments[i+1])
			if err != nil {
				return removed, err
			}
			if !h.At.Before(before) {
				break
			}
			if err := a.Store.Delete(ctx, prefix+name); err != nil {
				return removed, fmt.Errorf("removing %s: %w", name, err)
			}
			removed++
		}
	}
	return removed, nil
}
