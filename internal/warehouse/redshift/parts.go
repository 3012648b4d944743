package redshift

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"archwire"
)

// How rows are dealt to files: COPY is fastest if each slice of the cluster has as many
// of them as any other, of about the same size, 1 to 125 MB each when compressed (Split
// your load data). Rows take about a fifth of their CSV then.
const (
	leastBytes = 5 << 20  // of CSV in a file, before there is another one
	mostBytes  = 64 << 20 // of CSV in a file: a round of them has to lie on our own disk
	mostFiles  = 32       // in a round: each is compressed by itself, which takes 1 MB of memory
	fewFiles   = 8        // in a round, at the least, where the slices are more than mostFiles
	uploads    = 2        // at once: each holds up to two parts of an object
)

// A dealing says how rows are dealt to files.
type dealing struct {
	files       int   // in a round
	least, most int64 // bytes of CSV in each
}

// dealingFor is the dealing for a cluster of so many slices; 0 is not known, as on
// Serverless. Of very many slices a round has a part, of which several rounds make a whole.
func dealingFor(slices int) dealing {
	const unknown = 4
	d := dealing{files: slices, least: leastBytes, most: mostBytes}
	switch {
	case slices < 1:
		d.files = unknown
	case slices > mostFiles:
		for d.files = mostFiles; slices%d.files != 0; d.files-- {
			if d.files == fewFiles {
				d.files = mostFiles
				break
			}
		}
	}
	return d
}

// deal asks how many slices there are. Serverless does not tell, nor may everybody ask.
func (w *Warehouse) deal(ctx context.Context, l link) (dealing, error) {
	if w.dealing != nil {
		return *w.dealing, nil
	}
	text, _, err := first(ctx, l, []string{"SELECT COUNT(*) FROM stv_slices"})
	if err != nil {
		return dealing{}, err
	}
	n, _ := strconv.Atoi(text) // "" is not known
	return dealingFor(n), nil
}

// A partsWriter writes rows to files of the staging place. The files of a round grow side
// by side, on our own disk, and are sent when they are full: so what it holds in memory
// does not grow with the rows, and a round's files are equal whatever rows come.
//
// The first round opens a file when those before it have the least that is worth one: few
// rows make one file. What is more than that makes as many files as there are slices, in
// each round.
type partsWriter struct {
	w       *Warehouse
	folder  string
	mark    string
	columns []archwire.Column
	dealing dealing

	parts []part
	open  []*openPart
}

// writeParts writes rows of t's shape to files and returns them. After an error there
// may be files, which nothing names.
func (w *Warehouse) writeParts(ctx context.Context, folder, mark string, t archwire.Table, d dealing, rows archwire.Batches) (parts []part, err error) {
	p := &partsWriter{w: w, folder: folder, mark: mark, columns: stored(t), dealing: d}
	defer p.giveUp()
	schema := archwire.Table{Columns: p.columns}.ArrowSchema()
	for batch, err := range rows {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if batch, err = archwire.Conform(batch, schema); err != nil {
			return nil, err
		}
		err = p.write(ctx, batch)
		batch.Release()
		if err != nil {
			return nil, err
		}
	}
	if err := p.send(ctx); err != nil {
		return nil, err
	}
	return p.parts, nil
}

// write deals the rows of a batch, in as many pieces as a round has files.
func (p *partsWriter) write(ctx context.Context, batch archwire.Batch) error {
	rows, pieces := batch.NumRows(), int64(p.dealing.files)
	for from := int64(0); from < rows; {
		to := min(rows, from+(rows+pieces-1)/pieces)
		file, err := p.next()
		if err != nil {
			return err
		}
		piece := batch.NewSlice(from, to)
		err = file.writeBatch(piece)
		piece.Release()
		if err != nil {
			return err
		}
		from = to
	}
	if p.size() < p.dealing.most*pieces {
		return nil
	}
	return p.send(ctx)
}

// next is the file that the next rows go to: in the first round the last one until it
// has enough, then another one; else the one with the fewest bytes of all.
func (p *partsWriter) next() (*openPart, error) {
	first := len(p.parts) == 0
	for len(p.open) < p.dealing.files {
		if n := len(p.open); first && n > 0 && p.open[n-1].bytes < p.dealing.least {
			return p.open[n-1], nil
		}
		one, err := newOpenPart(p.w.config.TempDir, p.mark, p.columns)
		if err != nil {
			return nil, err
		}
		p.open = append(p.open, one)
		if first {
			return one, nil
		}
	}
	return slices.MinFunc(p.open, func(a, b *openPart) int { return cmp.Compare(a.bytes, b.bytes) }), nil
}

func (p *partsWriter) size() (bytes int64) {
	for _, one := range p.open {
		bytes += one.bytes
	}
	return bytes
}

// send sends the files of a round, those that have rows.
func (p *partsWriter) send(ctx context.Context) error {
	defer p.giveUp()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for _, one := range p.open {
		if one.rows == 0 {
			continue
		}
		name := p.folder + "/" + strings.ToLower(rand.Text()) + ".csv.gz"
		p.parts = append(p.parts, part{Name: name, Rows: one.rows, Empty: one.csv.empty})
		group.Go(func() error {
			body, err := one.whole()
			if err != nil {
				return err
			}
			return p.w.store.Put(ctx, name, body)
		})
	}
	return group.Wait()
}

// giveUp closes what is open.
func (p *partsWriter) giveUp() {
	for _, one := range p.open {
		one.file.Close() //nolint:errcheck // it was sent, or counts for nothing
	}
	p.open = nil
}

// compressed is a small text as a file has it.
func compressed(text string) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	io.WriteString(zip, text) //nolint:errcheck // a buffer takes it
	zip.Close()               //nolint:errcheck // a buffer takes it
	return out.Bytes()
}
