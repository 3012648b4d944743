package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

const (
	batchBytes = 8 << 20
	// A table without columns has rows without bytes.
	batchRows = 1 << 20
)

// A decoder turns the rows of a binary COPY into batches. The format is that of
// https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
type decoder struct {
	schema   *arrow.Schema
	cols     []column
	mem      memory.Allocator
	rowBytes int
	capacity int  // rows that a batch may have
	check    bool // the server does not vouch for its text being UTF-8

	begun, ended bool
	rows         int   // in the batch at hand
	varying      int   // bytes of text and the like in it
	total        int64 // rows in all
}

// A valueError names the column whose value has no exact form.
type valueError struct {
	column string
	err    error
}

func (e *valueError) Error() string { return "column " + e.column + ": " + e.err.Error() }
func (e *valueError) Unwrap() error { return e.err }

var (
	errFormat   = errors.New("the server's answer is not the binary COPY that was asked for")
	errTooLate  = errors.New("a timestamp lies after the year 294247, later than a warehouse can hold")
	errNotUTF8  = errors.New("a text is not UTF-8")
	errBadWidth = fmt.Errorf("%w: a value has another length than its type", errFormat)
)

func newDecoder(schema *arrow.Schema, cols []column, mem memory.Allocator, checkText bool) *decoder {
	d := &decoder{schema: schema, cols: cols, mem: mem, check: checkText}
	for i := range cols {
		d.rowBytes += cols[i].RowBytes()
	}
	d.capacity = batchRows
	if d.rowBytes > 0 {
		d.capacity = max(min(batchBytes/d.rowBytes, batchRows), 1)
	}
	return d
}

// full says whether the batch at hand must be taken before a row of n bytes.
func (d *decoder) full(n int) bool {
	return d.rows > 0 && (d.rows == d.capacity || d.rows*d.rowBytes+d.varying+n > batchBytes)
}

var signature = []byte("PGCOPY\n\xff\r\n\x00")

// message reads what one CopyData message holds: a row, the first one behind
// the header, or the trailer. The server never splits or joins rows.
func (d *decoder) message(b []byte) error {
	if !d.begun {
		rest, ok := bytes.CutPrefix(b, signature)
		if !ok || len(rest) < 8 || binary.BigEndian.Uint32(rest) != 0 || binary.BigEndian.Uint32(rest[4:]) != 0 {
			return fmt.Errorf("%w: its header is unknown", errFormat)
		}
		d.begun = true
		if b = rest[8:]; len(b) == 0 {
			return nil
		}
	}
	if len(b) < 2 {
		return fmt.Errorf("%w: a row is cut short", errFormat)
	}
	n := int(int16(binary.BigEndian.Uint16(b))) //nolint:gosec // a signed field
	switch {
	case d.ended:
		return fmt.Errorf("%w: it goes on after its end", errFormat)
	case n == -1 && len(b) == 2:
		d.ended = true
		return nil
	case n != len(d.cols):
		return fmt.Errorf("%w: a row has %d columns, not %d", errFormat, n, len(d.cols))
	}
	if d.rows == 0 {
		d.varying = 0
		for i := range d.cols {
			d.cols[i].Reset(d.mem, d.capacity)
		}
	}
	if err := d.row(b[2:]); err != nil {
		return err
	}
	d.rows++
	d.total++
	return nil
}

// row appends one row. This is the loop that every value of every table goes
// through once: no call, no allocation for the common types.
func (d *decoder) row(b []byte) error {
	r := d.rows
	for i := range d.cols {
		c := &d.cols[i]
		if len(b) < 4 {
			return fmt.Errorf("%w: a row is cut short", errFormat)
		}
		n := int(int32(binary.BigEndian.Uint32(b))) //nolint:gosec // a signed field
		b = b[4:]
		if n < 0 {
			if n != -1 {
				return fmt.Errorf("%w: a length is negative", errFormat)
			}
			c.Null(r)
			continue
		}
		if n > len(b) {
			return fmt.Errorf("%w: a row is cut short", errFormat)
		}
		v := b[:n]
		b = b[n:]
		switch c.decode { //nolint:exhaustive // the others are in rare
		case decode64:
			if n != 8 {
				return &valueError{c.name, errBadWidth}
			}
			binary.LittleEndian.PutUint64(c.Fixed[8*r:], binary.BigEndian.Uint64(v))
		case decode32:
			if n != 4 {
				return &valueError{c.name, errBadWidth}
			}
			binary.LittleEndian.PutUint32(c.Fixed[4*r:], binary.BigEndian.Uint32(v))
		case decodeNumeric:
			hi, lo, err := decodeDecimal(v, c.precision, c.scale)
			if err != nil {
				return &valueError{c.name, err}
			}
			binary.LittleEndian.PutUint64(c.Fixed[16*r:], lo)
			binary.LittleEndian.PutUint64(c.Fixed[16*r+8:], uint64(hi)) //nolint:gosec // two's complement
		case decodeText, decodeBytes:
			if d.check && c.decode == decodeText && !utf8.Valid(v) {
				return &valueError{c.name, errNotUTF8}
			}
			copy(c.Room(d.mem, n), v) // a value has at most 1 GiB, and a batch of more has no other row
			d.varying += n
			c.Append(r, n)
		default:
			if err := d.rare(c, v); err != nil {
				return &valueError{c.name, err}
			}
		}
	}
	if len(b) != 0 {
		return fmt.Errorf("%w: a row is longer than its columns", errFormat)
	}
	return nil
}

// take returns the batch at hand, nil if it has no row. The caller releases it.
func (d *decoder) take() archwire.Batch {
	if d.rows == 0 {
		return nil
	}
	arrays := make([]arrow.Array, len(d.cols))
	for i := range d.cols {
		arrays[i] = d.cols[i].Array(d.mem, d.rows)
	}
	batch := array.NewRecordBatch(d.schema, arrays, int64(d.rows))
	for _, a := range arrays {
		a.Release() // batch holds its own reference
	}
	d.rows = 0
	return batch
}

// drop gives back the memory of the batch at hand.
func (d *decoder) drop() {
	for i := range d.cols {
		d.cols[i].Drop(d.mem)
	}
	d.rows = 0
}
