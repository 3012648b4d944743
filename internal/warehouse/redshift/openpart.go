package redshift

import (
	"bufio"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"

	"archwire"
)

// An openPart is a file that is being written, on our own disk. It has no name there, so
// that nothing is left of it whatever ends the process.
type openPart struct {
	rows  int64
	bytes int64 // of CSV
	csv   csvWriter
	zip   *gzip.Writer
	out   *bufio.Writer
	file  *os.File
}

func newOpenPart(folder, mark string, columns []archwire.Column) (*openPart, error) {
	f, err := os.CreateTemp(folder, "archwire-part-")
	if err != nil {
		return nil, onDisk("making a file for rows on their way", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close() //nolint:errcheck // nothing was written
		return nil, onDisk("making a file for rows on their way", err)
	}
	const buffered = 64 << 10
	o := &openPart{file: f, out: bufio.NewWriterSize(f, buffered)}
	o.zip, _ = gzip.NewWriterLevel(o.out, gzip.BestSpeed) // the level is one
	o.csv = csvWriter{out: o, mark: mark, columns: columns}
	return o, nil
}

func (o *openPart) writeBatch(batch archwire.Batch) error {
	if err := o.csv.writeBatch(batch); err != nil {
		return err
	}
	o.rows += batch.NumRows()
	return nil
}

// Write counts what goes into the file.
func (o *openPart) Write(p []byte) (int, error) {
	o.bytes += int64(len(p))
	n, err := o.zip.Write(p)
	return n, onDisk("writing rows on their way", err)
}

// whole ends the file and gives what it holds, to be read once.
func (o *openPart) whole() (io.Reader, error) {
	if err := o.zip.Close(); err != nil {
		return nil, onDisk("writing rows on their way", err)
	}
	if err := o.out.Flush(); err != nil {
		return nil, onDisk("writing rows on their way", err)
	}
	if _, err := o.file.Seek(0, io.SeekStart); err != nil {
		return nil, onDisk("reading rows on their way", err)
	}
	return struct{ io.Reader }{o.file}, nil // without Seek: the store would read it twice, to know its sum
}
