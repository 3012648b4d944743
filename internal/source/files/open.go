package files

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"archwire"
	"archwire/internal/fileform"
)

// An opened file is read as text in UTF-8, and counts the bytes it was made of.
type opened struct {
	io.Reader
	file  file
	raw   *counter
	close []func() error
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err //nolint:wrapcheck // io.EOF among others
}

// Largest memory that a file of zstd may ask for.
const zstdMemory = 256 << 20

// open opens a file of text.
func (s *Source) open(ctx context.Context, form fileform.Form, f file) (*opened, error) {
	r, err := s.version(ctx, f)
	if err != nil {
		return nil, err //nolint:wrapcheck // names the file
	}
	o := &opened{file: f, raw: &counter{r: contextReader{ctx, r}}, close: []func() error{r.Close}}
	plain, err := o.plain()
	if err != nil {
		return nil, errors.Join(broken(f, err), o.Close())
	}
	o.Reader, err = decoded(plain, form.Encoding)
	if err != nil {
		return nil, errors.Join(broken(f, err), o.Close())
	}
	return o, nil
}

// plain takes off what the file is compressed by.
func (o *opened) plain() (io.Reader, error) {
	switch compression(o.file.Name) {
	case "gzip":
		z, err := gzip.NewReader(bufio.NewReaderSize(o.raw, 1<<16))
		if err != nil {
			return nil, fmt.Errorf("opening what is compressed by gzip: %w", err)
		}
		o.close = append(o.close, z.Close)
		return z, nil
	case "zstd":
		z, err := zstd.NewReader(o.raw, zstd.WithDecoderMaxMemory(zstdMemory), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("opening what is compressed by zstd: %w", err)
		}
		o.close = append(o.close, func() error { z.Close(); return nil })
		return z, nil
	}
	return o.raw, nil
}

// decoded is a text of some encoding in UTF-8, without a mark of byte order.
func decoded(r io.Reader, name string) (io.Reader, error) {
	known := map[string]encoding.Encoding{
		"utf-16le":     unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"utf-16be":     unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"windows-1252": charmap.Windows1252,
		"iso-8859-1":   charmap.ISO8859_1,
		"iso-8859-15":  charmap.ISO8859_15,
	}
	if e, ok := known[name]; ok {
		return transform.NewReader(r, e.NewDecoder()), nil
	}
	mark := []byte("\xef\xbb\xbf")
	begin := make([]byte, len(mark))
	n, err := io.ReadFull(r, begin)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err //nolint:wrapcheck // the caller names the file
	}
	if bytes.Equal(begin[:n], mark) {
		return r, nil
	}
	return io.MultiReader(bytes.NewReader(begin[:n]), r), nil
}

// finish looks, after the last row, whether all of the file came and whether it is
// what it was.
func (o *opened) finish() error {
	if _, err := io.Copy(io.Discard, o.raw); err != nil {
		return broken(o.file, err)
	}
	return short(o.file, o.raw.n)
}

// Close closes the file.
func (o *opened) Close() error {
	var err error
	for _, c := range o.close {
		err = errors.Join(err, c())
	}
	o.close = nil
	return err
}

// broken names the file that an error is about. What the store or the context says
// is left as it is; anything else says that the file is not as its name and its
// form have it.
func broken(f file, err error) error {
	if _, told := errors.AsType[*archwire.Error](err); told || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("reading %s: %w", f.Name, err)
	}
	return &archwire.Error{
		Code: archwire.Invalid, Err: err, Message: "the file " + f.Name + " cannot be read to its end: " + reasonOf(err),
		Hint: "It may be cut off, or not be what files: says of it. Have it sent again under its name, or correct files:.",
	}
}

// reasonOf says what is wrong with a file, without anything out of it.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends before its time"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch):
		return "its check sum does not match"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch):
		return "it is not compressed as its name says"
	}
	return err.Error()
}
