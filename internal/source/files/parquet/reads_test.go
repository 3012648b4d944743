package parquet

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
)

// A counted file counts how often and how much is read of it.
type counted struct {
	*bytes.Reader
	reads, bytes int
}

func (c *counted) ReadAt(b []byte, at int64) (int, error) {
	c.reads++
	c.bytes += len(b)
	return c.Reader.ReadAt(b, at) //nolint:wrapcheck // io.EOF among others
}

// Each read may be a request: there is one for a footer, one for a group whose columns
// lie close together, and of a larger group one for each window of the columns asked for.
func TestReadsAreFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what    string
		rows    int
		groups  int64
		columns int
		most    int // reads
		share   int // of the file, in percent, at most
	}{
		{"a small file", 1000, 1, 2, 2, 300},
		{"three groups", 3000, 3, 2, 4, 300},
		{"a large group", 120_000, 1, 2, 9, 110},
		{"a column of it", 120_000, 1, 1, 3, 20},
	} {
		path := oneGroup(t, c.rows, func(i int) string { return fmt.Sprintf("%0100d", i) }, parquet.WithDictionaryDefault(false),
			parquet.WithCompression(compress.Codecs.Uncompressed), parquet.WithMaxRowGroupLength(int64(c.rows)/c.groups))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		in := &counted{Reader: bytes.NewReader(data)}
		f, err := Open(in, int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range f.Parts(t.Context(), f.Columns()[:c.columns]) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if in.reads > c.most || in.bytes > len(data)*c.share/100 {
			t.Errorf("%s: %d reads of %d bytes, of a file of %d", c.what, in.reads, in.bytes, len(data))
		}
	}
}
