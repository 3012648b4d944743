package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// Codecs (parquet.thrift, CompressionCodec).
const (
	uncompressed = 0
	snappy       = 1
	gzipped      = 2
	lzo          = 3
	brotli       = 4
	lz4Framed    = 5
	zstandard    = 6
	lz4Raw       = 7
)

const errCodec = fault("what it has compressed does not have the size that it says")

// mostRatio is how many bytes the codecs can make of one at most: a copy of 64 bytes takes
// three in Snappy, a match of 255 a byte in LZ4 and of 258 two bits in gzip, a block of
// 128 KiB four bytes in Zstandard. Brotli has no such bound, so that of Zstandard is taken.
var mostRatio = map[int]int64{uncompressed: 1, snappy: 22, gzipped: 1032, lz4Raw: 255, zstandard: 1 << 15, brotli: 1 << 15}

// A decompressor takes off what pages are compressed by. It is not safe for use by
// several goroutines.
type decompressor struct {
	zstd *zstd.Decoder
	gzip *gzip.Reader
}

// supports says that a codec is none that is read here.
func supports(codec int) error {
	switch codec {
	case lzo:
		return fault("it is compressed by LZO, which is not read; have it written with Zstandard or Snappy")
	case lz4Framed:
		return fault("it is compressed by LZ4 in the form that Parquet has given up; have it written with LZ4_RAW, Zstandard or Snappy")
	}
	if mostRatio[codec] == 0 {
		return fault("it is compressed by a codec that is not known; have it written with Zstandard or Snappy")
	}
	return nil
}

// into fills out with what in was made of. Anything but just so many bytes is an error.
func (d *decompressor) into(codec int, out, in []byte) error {
	if len(out) == 0 && len(in) == 0 {
		return nil
	}
	var n int
	var err error
	switch codec {
	case uncompressed:
		if n = len(in); n == len(out) {
			copy(out, in)
		}
	case snappy:
		if n, err = s2.DecodedLen(in); err == nil && n == len(out) {
			var made []byte
			made, err = s2.Decode(out, in)
			n = len(made)
		}
	case gzipped:
		n, err = d.gunzip(out, in)
	case brotli:
		r := compressed(compress.Codecs.Brotli).(compress.StreamingCodec).NewReader(bytes.NewReader(in))
		n, err = fill(out, r)
	case zstandard:
		n, err = d.unzstd(out, in)
	case lz4Raw:
		n = len(compressed(compress.Codecs.Lz4Raw).Decode(out, in)) // panics on what it cannot read
	default:
		return supports(codec)
	}
	if err != nil || n != len(out) {
		return errCodec
	}
	return nil
}

func (d *decompressor) unzstd(out, in []byte) (int, error) {
	if d.zstd == nil {
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(2*mostPage))
		if err != nil {
			return 0, fmt.Errorf("opening what is compressed by zstd: %w", err)
		}
		d.zstd = z
	}
	made, err := d.zstd.DecodeAll(in, out[:0:len(out)])
	return len(made), err //nolint:wrapcheck // told as errCodec
}

func (d *decompressor) gunzip(out, in []byte) (int, error) {
	if d.gzip == nil {
		d.gzip = new(gzip.Reader)
	}
	if err := d.gzip.Reset(bytes.NewReader(in)); err != nil {
		return 0, err //nolint:wrapcheck // told as errCodec
	}
	return fill(out, d.gzip)
}

// fill reads just so many bytes; with more n is beyond them.
func fill(out []byte, r io.Reader) (n int, err error) {
	n, err = io.ReadFull(r, out)
	if err != nil {
		return n, err //nolint:wrapcheck // told as errCodec
	}
	more, err := io.ReadFull(r, make([]byte, 1))
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n + more, err
}

func compressed(c compress.Compression) compress.Codec {
	codec, err := compress.GetCodec(c)
	if err != nil {
		panic(err) // it is one of the library's own
	}
	return codec
}

// close gives back what the decompressor holds.
func (d *decompressor) close() {
	if d.zstd != nil {
		d.zstd.Close()
	}
}
