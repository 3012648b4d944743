package redshift

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/klauspost/compress/gzip"

	"archwire"
)

// partBytes is how many bytes of CSV go into one file, which has about a fifth of it
// when compressed: files of 1 MB to 1 GB are loaded best, several by each slice (Use
// multiple files). A variable, for tests that want several.
const partBytes = 256 << 20

// A partsWriter writes rows to files of the staging place as they come: what it holds
// of them is a batch, and what the store has not sent yet.
type partsWriter struct {
	w       *Warehouse
	folder  string
	mark    string
	columns []archwire.Column
	limit   int64 // of bytes in a file

	parts   []part
	current *openPart
}

// An openPart is a file that is being written.
type openPart struct {
	part
	bytes int64
	pipe  *io.PipeWriter
	zip   *gzip.Writer
	csv   csvWriter
	sent  chan error
}

// Write counts what goes into the file.
func (o *openPart) Write(p []byte) (int, error) {
	o.bytes += int64(len(p))
	return o.zip.Write(p)
}

// writeParts writes rows of t's shape to files and returns them. After an error there
// may be files, which nothing names.
func (w *Warehouse) writeParts(ctx context.Context, folder, mark string, t archwire.Table, rows archwire.Batches) (parts []part, err error) {
	p := &partsWriter{w: w, folder: folder, mark: mark, columns: stored(t), limit: w.partBytes}
	schema := archwire.Table{Columns: p.columns}.ArrowSchema()
	defer func() {
		if err != nil && p.current != nil {
			p.give(err)
		}
	}()
	for batch, err := range rows {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if batch, err = conform(batch, schema); err != nil {
			return nil, err
		}
		err = p.write(ctx, batch)
		batch.Release()
		if err != nil {
			return nil, err
		}
	}
	if p.current != nil {
		if err := p.finish(); err != nil {
			return nil, err
		}
	}
	return p.parts, nil
}

func (p *partsWriter) write(ctx context.Context, batch archwire.Batch) error {
	if batch.NumRows() == 0 {
		return nil
	}
	if p.current == nil {
		p.begin(ctx)
	}
	if err := p.current.csv.writeBatch(batch); err != nil {
		return err
	}
	if p.current.Rows += batch.NumRows(); p.current.bytes < p.limit {
		return nil
	}
	return p.finish()
}

// begin begins a file, which the store reads as it is written.
func (p *partsWriter) begin(ctx context.Context) {
	from, to := io.Pipe()
	o := &openPart{part: part{Name: p.folder + "/" + strings.ToLower(rand.Text()) + ".csv.gz"}, pipe: to, sent: make(chan error, 1)}
	o.zip, _ = gzip.NewWriterLevel(to, gzip.BestSpeed) // the level is one
	o.csv = csvWriter{out: o, mark: p.mark, columns: p.columns}
	go func() {
		err := p.w.store.Put(ctx, o.Name, from)
		from.CloseWithError(err) // who writes learns of it
		o.sent <- err
	}()
	p.current = o
}

// finish ends the file and waits until the store has it.
func (p *partsWriter) finish() error {
	o := p.current
	p.current = nil
	err := o.zip.Close()
	o.pipe.CloseWithError(err)
	if sent := <-o.sent; sent != nil {
		return sent
	}
	o.Empty = o.csv.empty
	p.parts = append(p.parts, o.part)
	return err
}

// give gives the file up.
func (p *partsWriter) give(err error) {
	p.current.pipe.CloseWithError(err)
	<-p.current.sent //nolint:errcheck // it was given up for err
}

// conform returns batch, retained, if it has schema's types.
func conform(batch archwire.Batch, schema *arrow.Schema) (archwire.Batch, error) {
	if batch.NumCols() == 0 && schema.NumFields() == 1 && schema.Field(0).Name == noColumns {
		nulls := array.MakeArrayOfNull(memory.DefaultAllocator, schema.Field(0).Type, int(batch.NumRows()))
		defer nulls.Release()
		return array.NewRecordBatch(schema, []arrow.Array{nulls}, batch.NumRows()), nil
	}
	if int(batch.NumCols()) != schema.NumFields() {
		return nil, fmt.Errorf("a batch has %d columns where %d were declared", batch.NumCols(), schema.NumFields())
	}
	for i, field := range schema.Fields() {
		if got := batch.Column(i).DataType(); !arrow.TypeEqual(got, field.Type) {
			return nil, fmt.Errorf("a batch has column %s as %s where %s was declared", field.Name, got, field.Type)
		}
	}
	batch.Retain()
	return batch, nil
}

// compressed is a small text as a file has it.
func compressed(text string) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	io.WriteString(zip, text) //nolint:errcheck // a buffer takes it
	zip.Close()               //nolint:errcheck // a buffer takes it
	return out.Bytes()
}
