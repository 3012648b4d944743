package publish

import (
	"context"
	"fmt"
	"slices"

	"archwire"
)

// A Warehouse is what a Publisher cuts slices from. It remembers how far each
// dataset's publication has got.
type Warehouse interface {
	archwire.SliceWriter

	Pending(ctx context.Context, consumer string, reads []string) (archwire.Pending, error)
	Published(ctx context.Context, consumers map[string]archwire.Acknowledged) error
}

// A due says of which tenants a dataset's rows may differ from those in the
// publication in service.
type due struct {
	all     bool
	tenants map[string]bool
	seq     int64 // acknowledge this when the publication is in service
}

// consumer is the name under which the publication of d acknowledges changes.
func consumer(d archwire.Dataset) string { return "publish:" + d.Name }

// mark is what a publication of d acknowledges with. The relation is part of it:
// the changes were those of this relation.
func mark(id archwire.PublicationID, d archwire.Dataset) string { return string(id) + " " + d.From }

// pending asks the warehouse what changed in datasets since they were published, by
// consumer.
func (p *Publisher) pending(ctx context.Context, datasets []archwire.Dataset) (map[string]archwire.Pending, error) {
	reads := make(map[string][]string, len(datasets))
	for _, d := range datasets {
		reads[consumer(d)] = []string{d.From}
	}
	pending, err := archwire.PendingOf(ctx, p.Warehouse, reads)
	if err != nil {
		return nil, fmt.Errorf("asking what changed since the last publication: %w", err)
	}
	return pending, nil
}

// due is what changed in d since the publication in service was made of it, when this is
// pending. Where another one was made since, or never one of this relation, everything
// may have.
func (p *Publisher) due(pending archwire.Pending, b before, d archwire.Dataset) due {
	changed := due{seq: pending.Seq, tenants: map[string]bool{}}
	changed.all = p.Fresh || pending.Never || len(pending.All) > 0 || pending.Mark != mark(b.manifest.ID, d)
	for _, t := range pending.Tenants {
		changed.tenants[t] = true
	}
	return changed
}

// acknowledge tells the warehouse that the changes are in service. Until then
// the next publication looks at them again.
func (c *cutter) acknowledge(ctx context.Context, in Input, id archwire.PublicationID) error {
	done := make(map[string]archwire.Acknowledged, len(in.Datasets))
	for _, d := range in.Datasets {
		done[consumer(d)] = archwire.Acknowledged{Seq: c.seqs[d.Name], Mark: mark(id, d)}
	}
	if err := c.Warehouse.Published(ctx, done); err != nil {
		return fmt.Errorf("publication %s is in service; acknowledging it: %w", id, err)
	}
	return nil
}

// carry takes the slices of a variant over from the publication in service,
// where they hold the rows that they would hold now, and lists the tenants of
// which that cannot be said.
func (c *cutter) carry(d archwire.Dataset, v variant, changed due) (kept []archwire.Slice, left []string) {
	same := !changed.all && c.before.sameVariant(d, v)
	for _, t := range c.tenants {
		s, ok := c.before.slices[place{d.Name, v.profile, t.ID}]
		if same && ok && !changed.tenants[t.ID] && c.before.holds(s) {
			kept = append(kept, s)
			continue
		}
		left = append(left, t.ID)
	}
	return kept, left
}

// asked lists the tenants whose prints are needed; nil is all. Beside those left
// it is everybody who may have rows and is no tenant now: they must be found.
func (c *cutter) asked(d archwire.Dataset, v variant, changed due, left []string) []string {
	if changed.all || !c.before.sameVariant(d, v) {
		return nil
	}
	asked := append([]string{}, left...) // nobody is not nil
	for t := range changed.tenants {
		asked = append(asked, t)
	}
	for _, t := range c.before.manifest.Tenants {
		if !c.isTenant[t.ID] {
			asked = append(asked, t.ID)
		}
	}
	slices.Sort(asked)
	return slices.Compact(asked)
}
