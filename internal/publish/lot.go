package publish

import (
	"context"
	"fmt"
	"iter"

	"archwire"
)

// A warehouse that writes many slices in one statement is given all of a variant at
// once, up to so many and so many rows of them: they all lie on the disk before the
// first of them is stored.
const (
	lotSlices = 10_000
	lotRows   = 20_000_000
)

// lots cuts pieces up into what is made together: all of them, for a warehouse that
// writes slices one by one.
func (c *cutter) lots(pieces []piece) iter.Seq[[]piece] {
	return func(yield func([]piece) bool) {
		if _, ok := c.Warehouse.(archwire.SliceBatcher); !ok {
			yield(pieces)
			return
		}
		for start := 0; start < len(pieces); {
			end := lotEnd(pieces, start)
			if !yield(pieces[start:end]) {
				return
			}
			start = end
		}
	}
}

// lotEnd is where the lot ends that begins at start. It is of one variant, and holds
// one piece at least.
func lotEnd(pieces []piece, start int) int {
	end, rows := start+1, pieces[start].print.Rows
	for end < len(pieces) && end-start < lotSlices && pieces[end].variant.profile == pieces[start].variant.profile {
		if rows += pieces[end].print.Rows; rows > lotRows {
			break
		}
		end++
	}
	return end
}

// A cutFile is a file that the warehouse has written for a slice.
type cutFile struct {
	path string
	rows int64
}

// cutFiles are those of a lot, by tenant.
type cutFiles map[string]cutFile

// writeLot has the warehouse write the slices of a lot that are not kept. It writes
// none where the warehouse writes them one by one.
func (c *cutter) writeLot(ctx context.Context, d archwire.Dataset, lot []piece) (cutFiles, error) {
	batcher, ok := c.Warehouse.(archwire.SliceBatcher)
	if !ok {
		return nil, nil
	}
	var tenants, paths []string
	for _, pc := range lot {
		if _, kept := c.before.keeps(d, pc); !kept {
			tenants, paths = append(tenants, pc.print.Tenant), append(paths, c.newFile())
		}
	}
	if len(tenants) == 0 {
		return cutFiles{}, nil
	}
	rows, err := batcher.WriteSlices(ctx, lot[0].variant.source(d), tenants, paths)
	if err != nil {
		return nil, fmt.Errorf("writing slices: %w", err)
	}
	files := make(cutFiles, len(tenants))
	for i, t := range tenants {
		files[t] = cutFile{paths[i], rows[i]}
	}
	return files, nil
}

// file is the file of a slice: the one that writeLot has written, or a new one.
func (c *cutter) file(ctx context.Context, source archwire.SliceSource, pc piece, files cutFiles) (cutFile, error) {
	if f, ok := files[pc.print.Tenant]; ok {
		return f, nil
	}
	path := c.newFile()
	rows, err := c.Warehouse.WriteSlice(ctx, source, pc.print.Tenant, path)
	if err != nil {
		return cutFile{}, fmt.Errorf("writing a slice: %w", err)
	}
	return cutFile{path, rows}, nil
}
