package isolationtest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A reply is an answer in the form in which canaries can be looked for in it.
type reply struct {
	status int
	header http.Header
	text   string // the body, decompressed, and decoded where it is columnar
}

func send(t *testing.T, by http.RoundTripper, r *http.Request) reply {
	t.Helper()
	resp, err := by.RoundTrip(r)
	must(t, err)
	defer resp.Body.Close() //nolint:errcheck // read to its end
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: %d: %v", r.URL.Path, resp.StatusCode, err)
	}
	raw = unpacked(t, resp.Header.Get("Content-Encoding"), raw)
	kind := resp.Header.Get("Content-Type")
	switch {
	case resp.StatusCode != http.StatusOK || r.Method == http.MethodHead:
	case strings.HasPrefix(kind, "application/vnd.apache.parquet"):
		raw = parquet(t, raw)
	case strings.HasPrefix(kind, "application/vnd.apache.arrow"):
		raw = stream(t, raw)
	}
	return reply{resp.StatusCode, resp.Header, string(raw)}
}

func unpacked(t *testing.T, encoding string, raw []byte) []byte {
	t.Helper()
	var err error
	switch encoding {
	case "gzip":
		var from *gzip.Reader
		from, err = gzip.NewReader(bytes.NewReader(raw))
		if err == nil {
			raw, err = io.ReadAll(from)
		}
	case "zstd":
		var from *zstd.Decoder
		from, err = zstd.NewReader(nil)
		if err == nil {
			raw, err = from.DecodeAll(raw, nil)
		}
	}
	must(t, err)
	return raw
}

func parquet(t *testing.T, raw []byte) []byte {
	t.Helper()
	from, err := file.NewParquetReader(bytes.NewReader(raw))
	must(t, err)
	reader, err := pqarrow.NewFileReader(from, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	must(t, err)
	table, err := reader.ReadTable(t.Context())
	must(t, err)
	defer table.Release()
	out := []byte(table.Schema().String())
	for i := range int(table.NumCols()) {
		for _, chunk := range table.Column(i).Data().Chunks() {
			out = spelt(out, chunk)
		}
	}
	return out
}

func stream(t *testing.T, raw []byte) []byte {
	t.Helper()
	from, err := ipc.NewReader(bytes.NewReader(raw))
	must(t, err)
	defer from.Release()
	out := []byte(from.Schema().String())
	for from.Next() {
		for _, column := range from.RecordBatch().Columns() {
			out = spelt(out, column)
		}
	}
	must(t, from.Err())
	return out
}

func spelt(out []byte, column arrow.Array) []byte {
	for i := range column.Len() {
		out = fmt.Append(out, " ", column.ValueStr(i))
	}
	return out
}

// all is everything of a reply that its caller sees.
func (r reply) all() string { return fmt.Sprint(r.header) + "\n" + r.text }
