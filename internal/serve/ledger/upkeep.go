package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// keepUp closes a segment that is large or old, ships those that are closed, and
// tells the anchors how far the chain goes. What fails is told to the log and
// tried again. When the ledger is ending, a segment with entries is closed however
// young, so that the store has them all.
func (c *chain) keepUp(ctx context.Context, ending bool) {
	err := c.anchor(ctx)
	if c.due(ending) {
		err = errors.Join(err, c.begin())
	}
	err = errors.Join(err, c.ship(ctx), c.anchor(ctx), c.retain(ctx))
	if err != nil {
		c.cfg.Log.ErrorContext(ctx, "upkeep of the ledger", "chain", c.name, "err", err)
	}
}

// due says whether the last segment is to be closed.
func (c *chain) due(ending bool) bool {
	switch {
	case c.file == nil:
		return false
	case c.size >= c.cfg.SegmentBytes:
		return true
	case c.head().Seq == c.first: // it has no entry
		return false
	}
	return ending && c.cfg.Store != nil || c.cfg.Now().Sub(c.begun) >= c.cfg.SegmentAge
}

// anchor tells the anchors of a head that they do not know. A header alone tells of
// no answer: where closed segments move to the store, it may be all that this
// machine has, and takes nothing with it.
func (c *chain) anchor(ctx context.Context) error {
	h := c.head()
	if c.cfg.Anchors == nil || h.Seq == c.anchored || c.cfg.Store != nil && h.Seq == c.first {
		return nil
	}
	if err := c.cfg.Anchors.SaveHead(ctx, h); err != nil {
		return fmt.Errorf("anchoring the ledger: %w", err)
	}
	c.anchored = h.Seq
	return nil
}

// retainEvery is how often what is too old is looked for.
const retainEvery = 24 * time.Hour

// retain removes what was kept long enough, of all chains.
func (c *chain) retain(ctx context.Context) error {
	now := c.cfg.Now()
	if c.cfg.Keep == 0 || now.Sub(c.retained) < retainEvery {
		return nil
	}
	if _, err := (&Archive{Store: c.cfg.Store}).Retain(ctx, now.Add(-c.cfg.Keep)); err != nil {
		return err
	}
	c.retained = now
	return nil
}
