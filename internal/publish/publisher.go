package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"archwire"
)

// A Publisher makes publications. One at a time may be at work on a store: the
// run lock sees to it.
type Publisher struct {
	Store     *Store
	Warehouse Warehouse
	Reader    archwire.SliceReader // reads back what was written
	Now       func() time.Time
	Rand      io.Reader // the suffix of the publication's name
	Writers   int       // slices written side by side; 0 is 1
	Fresh     bool      // write every slice, though its rows did not change

	// Progress is told how far the slices of each dataset are, by one goroutine
	// at a time; nil is told nothing.
	Progress func(archwire.RunEvent)
}

// Input is what a publication is made of, beside the rows.
type Input struct {
	Run          archwire.RunID
	Project      string
	Version      string // digest of the project's files
	AsOf         archwire.Day
	DataThrough  time.Time
	Noun         archwire.Noun
	Tenants      []archwire.Tenant
	Datasets     []archwire.Dataset
	Metrics      []archwire.Metric
	Dashboards   []archwire.Dashboard
	Verification archwire.Verification
}

// Stats says what a publication consists of and what was new in it.
type Stats struct {
	Slices       int   `json:"slices"`
	Written      int   `json:"written"` // slices whose rows, contract or columns changed
	Reused       int   `json:"reused"`
	Rows         int64 `json:"rows"` // a row counts once for each slice it is in
	Bytes        int64 `json:"bytes"`
	WrittenBytes int64 `json:"written_bytes"`

	Datasets []DatasetStats `json:"datasets"` // in the order of the input
}

// DatasetStats says what of a publication's slices is one dataset's.
type DatasetStats struct {
	Dataset      string        `json:"dataset"`
	Slices       int           `json:"slices"`
	Written      int           `json:"written"`
	WrittenBytes int64         `json:"written_bytes"`
	Took         time.Duration `json:"took_ns"`
}

func (s *Stats) add(slice archwire.Slice, written bool) {
	s.Slices++
	s.Rows += slice.Rows
	s.Bytes += slice.Bytes
	if !written {
		s.Reused++
		return
	}
	s.Written++
	s.WrittenBytes += slice.Bytes
}

// Publish makes a publication of what the warehouse holds and puts it into
// service.
//
// A tenant whose rows, contract and columns are those of the publication in
// service keeps its slice; the others' slices are written anew. Only rows that the
// warehouse says changed since are looked at, if that publication is the one that
// was acknowledged to it last; else all. Each new slice is
// read back and must hold that tenant's rows only, each key once; then the index
// is written and read back, then the manifest, and last CURRENT is switched. After
// an error, or a kill at any point, the publication that was in service still is,
// unless CURRENT was switched already: then the new one is, whole, and the next
// Publish may look at all rows again. An index without
// a manifest is not listed and is swept by the next Publish.
//
// Rows whose tenant is NULL or not among in.Tenants, and rows of one tenant with
// the same key, are errors of code Mismatch: nobody could be served the first, and
// nobody could tell the second apart.
func (p *Publisher) Publish(ctx context.Context, in Input) (m archwire.Manifest, stats Stats, err error) {
	if err := checkInput(in); err != nil {
		return archwire.Manifest{}, Stats{}, err
	}
	if err := p.Store.sweep(ctx); err != nil {
		return archwire.Manifest{}, Stats{}, err
	}
	in.Datasets, in.Metrics = slices.Clone(in.Datasets), slices.Clone(in.Metrics)
	before, err := p.before(ctx)
	if err != nil {
		return archwire.Manifest{}, Stats{}, err
	}
	scratch, remove, err := p.Store.scratch()
	if err != nil {
		return archwire.Manifest{}, Stats{}, err
	}
	defer func() { err = errors.Join(err, remove()) }()

	c := newCutter(p, in.Tenants, before, scratch)
	pending, err := p.pending(ctx, in.Datasets)
	if err != nil {
		return archwire.Manifest{}, Stats{}, err
	}
	for _, d := range in.Datasets {
		if err := c.cut(ctx, d, pending[consumer(d)]); err != nil {
			return archwire.Manifest{}, Stats{}, fmt.Errorf("publishing dataset %s: %w", d.Name, err)
		}
	}
	m, err = p.announce(ctx, in, before.manifest, c.index, filepath.Join(scratch, "index.parquet"))
	if err != nil {
		return archwire.Manifest{}, Stats{}, fmt.Errorf("announcing the publication: %w", err)
	}
	return m, c.stats, c.acknowledge(ctx, in, m.ID)
}

// checkInput refuses what could not be served.
func checkInput(in Input) error {
	tenants := map[string]bool{}
	for _, t := range in.Tenants {
		if t.ID == "" || tenants[t.ID] {
			return &archwire.Error{
				Code:    archwire.Mismatch,
				Message: fmt.Sprintf("the tenant table has a tenant without an id, or two with the id %q", t.ID),
				Hint:    "Correct the table that tenant: names in archwire.yaml, or its key.",
			}
		}
		tenants[t.ID] = true
	}
	datasets := map[string]bool{}
	for _, d := range in.Datasets {
		if datasets[d.Name] || len(variants(d)) == 0 {
			return &archwire.Error{
				Code:    archwire.Invalid,
				Message: fmt.Sprintf("dataset %s is defined twice, or no profile sees its whole key", d.Name),
				Hint:    "Run archwire check.",
			}
		}
		datasets[d.Name] = true
	}
	return nil
}
