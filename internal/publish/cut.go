package publish

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"archwire"
)

// A cutter cuts datasets into slices.
type cutter struct {
	*Publisher
	tenants  []archwire.Tenant
	isTenant map[string]bool
	before   before
	seqs     map[string]int64 // by dataset: to acknowledge
	scratch  string           // folder for files in the making

	mu    sync.Mutex
	files int // made in scratch so far
	index []archwire.Slice
	stats Stats
}

// A piece is one slice to be: the rows of one tenant in one variant of a dataset,
// or the absence of rows, which looks the same for all tenants that have none.
type piece struct {
	variant variant
	print   archwire.Print
	tenants []string // whose slice it is
}

func newCutter(p *Publisher, tenants []archwire.Tenant, b before, scratch string) *cutter {
	isTenant := make(map[string]bool, len(tenants))
	for _, t := range tenants {
		isTenant[t.ID] = true
	}
	return &cutter{Publisher: p, tenants: tenants, isTenant: isTenant, before: b, seqs: map[string]int64{}, scratch: scratch}
}

// cut makes the slices of d, of which this is pending, and enters them into the index.
func (c *cutter) cut(ctx context.Context, d archwire.Dataset, pending archwire.Pending) error {
	start, before := c.Now(), c.stats
	changed := c.due(pending, c.before, d)
	c.seqs[d.Name] = changed.seq
	pieces, kept, err := c.pieces(ctx, d, changed)
	if err != nil {
		return err
	}
	event := archwire.RunEvent{Verb: archwire.Publish, What: d.Name, Rows: int64(len(kept)), Of: int64(len(kept))}
	for _, pc := range pieces {
		event.Of += int64(len(pc.tenants))
	}
	c.tell(event)
	for _, s := range kept {
		c.enter(s, []string{s.Tenant}) // nobody else is at work yet
	}

	for lot := range c.lots(pieces) {
		if err := c.makeLot(ctx, d, lot, &event); err != nil {
			return err
		}
	}
	event.Done, event.Took = true, c.Now().Sub(start)
	c.tell(event)
	c.stats.Datasets = append(c.stats.Datasets, DatasetStats{
		Dataset: d.Name, Slices: c.stats.Slices - before.Slices, Written: c.stats.Written - before.Written,
		WrittenBytes: c.stats.WrittenBytes - before.WrittenBytes, Took: event.Took,
	})
	return nil
}

// makeLot makes the slices of a lot, several at once, and counts them in event.
func (c *cutter) makeLot(ctx context.Context, d archwire.Dataset, lot []piece, event *archwire.RunEvent) error {
	files, err := c.writeLot(ctx, d, lot)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	writers := max(c.Writers, 1)
	group.SetLimit(writers)
	for batch := range batches(lot, writers) {
		group.Go(func() error {
			made, err := c.makeBatch(ctx, d, batch, files)
			if err != nil {
				return err
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			for i, pc := range batch {
				c.enter(made[i], pc.tenants)
				event.Rows += int64(len(pc.tenants))
			}
			c.tell(*event)
			return nil
		})
	}
	return group.Wait()
}

// enter puts a slice into the index for each of its tenants. Hold mu.
func (c *cutter) enter(s archwire.Slice, tenants []string) {
	for _, t := range tenants {
		s.Tenant = t
		c.index = append(c.index, s)
		was := c.before.slices[place{s.Dataset, s.Profile, t}]
		c.stats.add(s, was.SHA256 != s.SHA256)
	}
}

// pieces lists the slices that d needs, so that each tenant has one in each
// variant: those to be made, and those kept from the publication in service.
func (c *cutter) pieces(ctx context.Context, d archwire.Dataset, changed due) (pieces []piece, kept []archwire.Slice, err error) {
	for _, v := range variants(d) {
		carried, left := c.carry(d, v, changed)
		kept = append(kept, carried...)
		asked := c.asked(d, v, changed, left)
		if asked != nil && len(asked) == 0 {
			continue
		}
		prints, err := c.Warehouse.SlicePrints(ctx, v.source(d), asked)
		if err != nil {
			return nil, nil, fmt.Errorf("fingerprinting: %w", err)
		}
		made, err := c.piecesOf(d, v, prints, left)
		if err != nil {
			return nil, nil, err
		}
		pieces = append(pieces, made...)
	}
	return pieces, kept, nil
}

// piecesOf lists the slices of one variant for tenants: one for each that has
// rows, and one for all others together.
func (c *cutter) piecesOf(d archwire.Dataset, v variant, prints []archwire.Print, tenants []string) ([]piece, error) {
	byTenant := make(map[string]archwire.Print, len(prints))
	for _, p := range prints {
		byTenant[p.Tenant] = p
	}
	var pieces []piece
	none := piece{variant: v}
	for _, t := range tenants {
		if p, ok := byTenant[t]; ok {
			pieces = append(pieces, piece{v, p, []string{t}})
			delete(byTenant, t)
			continue
		}
		none.tenants = append(none.tenants, t)
	}
	if err := strangers(d, slices.Sorted(maps.Keys(byTenant))); err != nil {
		return nil, err
	}
	if len(none.tenants) > 0 {
		none.print.Tenant = none.tenants[0]
		pieces = append(pieces, none)
	}
	return pieces, nil
}

// strangers is the error for rows that nobody could be served.
func strangers(d archwire.Dataset, tenants []string) error {
	if len(tenants) == 0 {
		return nil
	}
	what := fmt.Sprintf("rows of %d tenants that the tenant table does not have", len(tenants))
	if tenants[0] == "" {
		what = "rows without a tenant: " + d.Tenant + " is NULL or empty in them"
	}
	return &archwire.Error{
		Code: archwire.Mismatch, Message: fmt.Sprintf("dataset %s has %s", d.Name, what),
		Hint: "Leave such rows out in the model that the dataset is from, or correct the source: " +
			"tenant: in archwire.yaml names the table of tenants.",
	}
}

// write writes the slice of pc into the store. files are those of its lot.
func (c *cutter) write(ctx context.Context, d archwire.Dataset, source archwire.SliceSource, pc piece, files cutFiles) (archwire.Slice, error) {
	file, err := c.file(ctx, source, pc, files)
	if err != nil {
		return archwire.Slice{}, err
	}
	if file.rows != pc.print.Rows {
		return archwire.Slice{}, &archwire.Error{
			Code:    archwire.Mismatch,
			Message: fmt.Sprintf("dataset %s changed while it was published: a slice has %d rows instead of %d", d.Name, file.rows, pc.print.Rows),
			Hint:    "Run archwire run again, while nothing else writes to the warehouse.",
		}
	}
	slice, err := c.keep(ctx, file.path)
	if err != nil {
		return archwire.Slice{}, fmt.Errorf("storing a slice: %w", err)
	}
	slice.Dataset, slice.Profile, slice.Contract = d.Name, pc.variant.profile, d.Contract
	slice.Tenant, slice.Rows, slice.Print = pc.print.Tenant, pc.print.Rows, pc.print.Print
	return slice, nil
}

func (c *cutter) newFile() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files++
	return filepath.Join(c.scratch, fmt.Sprintf("%d.parquet", c.files))
}
