package demo

import (
	"encoding/binary"
	"math"
)

// rows gathers database.Rows. A row is begun, given its fields in the order of
// the table's columns, and ended.
type rows struct {
	b      []byte
	n      int64
	start  int // where the row being written begins
	fields int
}

func (r *rows) begin() *rows {
	r.start, r.fields = len(r.b), 0
	r.b = append(r.b, 0, 0)
	return r
}

func (r *rows) end() {
	binary.BigEndian.PutUint16(r.b[r.start:], uint16(r.fields)) //nolint:gosec // a table has fewer columns
	r.n++
}

// size writes the length word of the next field.
func (r *rows) size(n int) *rows {
	r.fields++
	r.put32(n)
	return r
}

// The formats are of fixed width: callers keep to what the columns hold.

func (r *rows) put16(v int) {
	r.b = binary.BigEndian.AppendUint16(r.b, uint16(v)) //nolint:gosec // see above
}

func (r *rows) put32(v int) {
	r.b = binary.BigEndian.AppendUint32(r.b, uint32(v)) //nolint:gosec // see above
}

func (r *rows) put64(v int64) {
	r.b = binary.BigEndian.AppendUint64(r.b, uint64(v)) //nolint:gosec // see above
}

func (r *rows) null() *rows { return r.size(-1) }

func (r *rows) bigint(v int64) *rows {
	r.size(8).put64(v)
	return r
}

// ref writes a key, or NULL for 0.
func (r *rows) ref(v int64) *rows {
	if v == 0 {
		return r.null()
	}
	return r.bigint(v)
}

func (r *rows) integer(v int) *rows {
	r.size(4).put32(v)
	return r
}

func (r *rows) smallint(v int) *rows {
	r.size(2).put16(v)
	return r
}

// small writes a smallint, or NULL for 0.
func (r *rows) small(v int) *rows {
	if v == 0 {
		return r.null()
	}
	return r.smallint(v)
}

func (r *rows) boolean(v bool) *rows {
	r.size(1)
	if v {
		r.b = append(r.b, 1)
	} else {
		r.b = append(r.b, 0)
	}
	return r
}

func (r *rows) text(s string) *rows {
	r.size(len(s)).b = append(r.b, s...)
	return r
}

// word writes a text, or NULL for the empty string.
func (r *rows) word(s string) *rows {
	if s == "" {
		return r.null()
	}
	return r.text(s)
}

// json writes a jsonb, whose format begins with its version.
func (r *rows) json(s string) *rows {
	r.size(len(s) + 1).b = append(append(r.b, 1), s...)
	return r
}

func (r *rows) uuid(a, b uint64) *rows {
	r.size(16)
	r.b = binary.BigEndian.AppendUint64(r.b, a&^0xf000|0x4000)
	r.b = binary.BigEndian.AppendUint64(r.b, b&^(3<<62)|2<<62)
	return r
}

// date writes a date, or NULL for never.
func (r *rows) date(d day) *rows {
	if d == never {
		return r.null()
	}
	return r.integer(int(d))
}

// stamp writes a timestamp, with or without time zone, in microseconds.
func (r *rows) stamp(micros int64) *rows { return r.bigint(micros) }

// cents writes a numeric of two decimals.
func (r *rows) cents(c int64) *rows { return r.numeric(c*100, 2) }

// numeric writes a numeric of the given scale from ten-thousandths, exactly:
// the format has base-10000 digits, so the fraction is one of them.
func (r *rows) numeric(v int64, scale int) *rows {
	sign := 0
	if v < 0 {
		sign, v = 0x4000, -v
	}
	var digits [6]int
	n := len(digits)
	weight := -2
	for v > 0 {
		n--
		weight++
		digits[n] = int(v % 10000)
		v /= 10000
	}
	used := digits[n:]
	if len(used) == 0 {
		weight = 0
	}
	r.size(8 + 2*len(used))
	for _, h := range [...]int{len(used), weight, sign, scale} {
		r.put16(h)
	}
	for _, d := range used {
		r.put16(d)
	}
	return r
}

const (
	oidBigint = 20
	oidText   = 25
)

// array writes the header of a one-dimensional array; its elements follow.
func (r *rows) array(n, bytes, oid int) {
	if n == 0 {
		r.size(12)
		r.put32(0)
		r.put32(0)
		r.put32(oid)
		return
	}
	r.size(20 + bytes)
	for _, v := range [...]int{1, 0, oid, n, 1} { // dimensions, no NULLs, type, length, first index
		r.put32(v)
	}
}

func (r *rows) words(list ...string) *rows {
	bytes := 0
	for _, s := range list {
		bytes += 4 + len(s)
	}
	r.array(len(list), bytes, oidText)
	for _, s := range list {
		r.put32(len(s))
		r.b = append(r.b, s...)
	}
	return r
}

func (r *rows) bigints(list []int64) *rows {
	r.array(len(list), 12*len(list), oidBigint)
	for _, v := range list {
		r.put32(8)
		r.put64(v)
	}
	return r
}

// roundCents rounds a drawn amount of dollars to whole cents. Amounts enter
// the simulation here; from then on they are integers.
func roundCents(dollars float64) int64 { return int64(math.Round(dollars * 100)) }
