package files

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// A textShape says how the texts of fields are understood.
type textShape struct {
	null  []byte // the text without quotes that is NULL; nil is none
	json  bool   // members of JSON: NULL is nullField, and a text stands in quotes
	utf16 bool   // what was no character there has become U+FFFD
	dates dateForm
}

// A wrong value is one that its column does not hold.
type wrongValue struct {
	row    int
	reason string
}

// A columnReader understands one column of a block.
type columnReader struct {
	shape textShape
	b     *block
	at    int // of the column
	wrong []wrongValue
	valid []byte // a bitmap; nil while nothing is NULL
	nulls int
}

// next is the text of the value in a row. ok is false when it is NULL.
func (r *columnReader) next(row int) (text []byte, quoted, ok bool) {
	f := r.b.fields[row*r.b.width+r.at]
	if (f.start|f.end)&flag == 0 { // as most are: neither in quotes nor spelt anew
		text = r.b.data[f.start:f.end]
	} else if f == nullField {
		r.setNull(row)
		return nil, false, false
	} else {
		text, quoted = r.b.text(f)
	}
	if !quoted && len(text) == len(r.shape.null) && !r.shape.json && string(text) == string(r.shape.null) {
		r.setNull(row)
		return nil, false, false
	}
	return text, quoted, true
}

func (r *columnReader) setNull(row int) {
	if r.valid == nil {
		r.valid = make([]byte, bitutil.BytesForBits(int64(len(r.b.rows))))
		bitutil.SetBitsTo(r.valid, 0, int64(len(r.b.rows)), true)
	}
	bitutil.ClearBit(r.valid, row)
	r.nulls++
}

func (r *columnReader) refuse(row int, reason string) {
	r.wrong = append(r.wrong, wrongValue{row, reason})
	r.setNull(row)
}

// read makes the column's array. Where a value is wrong there is NULL.
func (r *columnReader) read(t archwire.Type) arrow.Array {
	switch t.Kind {
	case archwire.Bool:
		return r.bools()
	case archwire.Int16:
		return fixed(r, t, func(b []byte) (int16, string) { n, wrong := parseInt(b, 16); return int16(n), wrong }) //nolint:gosec // parsed so
	case archwire.Int32:
		return fixed(r, t, func(b []byte) (int32, string) { n, wrong := parseInt(b, 32); return int32(n), wrong }) //nolint:gosec // parsed so
	case archwire.Int64:
		return fixed(r, t, func(b []byte) (int64, string) { return parseInt(b, 64) })
	case archwire.Float32:
		return fixed(r, t, func(b []byte) (float32, string) { f, wrong := parseFloat(b, 32); return float32(f), wrong })
	case archwire.Float64:
		return fixed(r, t, func(b []byte) (float64, string) { return parseFloat(b, 64) })
	case archwire.Decimal:
		return fixed(r, t, func(b []byte) (decimal128.Num, string) { return parseDecimal(b, t.Precision, t.Scale) })
	case archwire.Date:
		return fixed(r, t, r.shape.dates.parseDate)
	case archwire.Time:
		return fixed(r, t, parseTime)
	case archwire.Timestamp:
		return fixed(r, t, func(b []byte) (int64, string) { return r.shape.dates.parseInstant(b, false) })
	case archwire.TimestampTZ:
		return fixed(r, t, func(b []byte) (int64, string) { return r.shape.dates.parseInstant(b, true) })
	case archwire.Bytes:
		return r.texts(t, appendHex)
	case archwire.UUID:
		return r.texts(t, appendUUID)
	case archwire.JSON:
		return r.texts(t, appendJSON)
	case archwire.Text:
	}
	return r.texts(t, nil)
}

// number is what values of one width are kept as.
type number interface {
	int16 | int32 | int64 | float32 | float64 | decimal128.Num
}

// fixed reads values of one width.
func fixed[T number](r *columnReader, t archwire.Type, parse func([]byte) (T, string)) arrow.Array {
	values := make([]T, len(r.b.rows))
	for i := range values {
		text, _, ok := r.next(i)
		if !ok {
			continue
		}
		v, wrong := parse(text)
		if wrong != "" {
			r.refuse(i, wrong)
			continue
		}
		values[i] = v
	}
	return r.array(t, memory.NewBufferBytes(arrow.GetBytes(values)))
}

func (r *columnReader) bools() arrow.Array {
	bits := make([]byte, bitutil.BytesForBits(int64(len(r.b.rows))))
	for i := range r.b.rows {
		text, _, ok := r.next(i)
		if !ok {
			continue
		}
		v, wrong := parseBool(text)
		if wrong != "" {
			r.refuse(i, wrong)
			continue
		}
		bitutil.SetBitTo(bits, i, v)
	}
	return r.array(archwire.Type{Kind: archwire.Bool}, memory.NewBufferBytes(bits))
}

// texts reads values of any length; spell is nil where the text is the value.
func (r *columnReader) texts(t archwire.Type, spell func(out, text []byte) ([]byte, string)) arrow.Array {
	offsets := make([]int32, len(r.b.rows)+1)
	data := make([]byte, 0, len(r.b.data)/max(r.b.width, 1))
	for i := range r.b.rows {
		text, quoted, ok := r.next(i)
		if ok {
			wrong := ""
			switch {
			case !r.b.valid && !utf8.Valid(text), r.shape.utf16 && bytes.ContainsRune(text, utf8.RuneError):
				wrong = notUTF8
			case spell != nil:
				data, wrong = spell(data, text)
			case r.shape.json && !quoted:
				wrong = notText
			default:
				data = append(data, text...)
			}
			if wrong != "" {
				data = data[:offsets[i]]
				r.refuse(i, wrong)
			}
		}
		offsets[i+1] = int32(min(len(data), math.MaxInt32))
	}
	return r.array(t, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes(data))
}

// array puts together what was read.
func (r *columnReader) array(t archwire.Type, buffers ...*memory.Buffer) arrow.Array {
	var valid *memory.Buffer
	if r.valid != nil {
		valid = memory.NewBufferBytes(r.valid)
	}
	data := array.NewData(t.Arrow(), len(r.b.rows), append([]*memory.Buffer{valid}, buffers...), nil, r.nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

func appendHex(out, text []byte) ([]byte, string) {
	if len(text) < 2 || text[0] != '\\' || text[1] != 'x' {
		return out, notHex
	}
	out, err := hex.AppendDecode(out, text[2:])
	if err != nil {
		return out, notHex
	}
	return out, ""
}

// appendUUID writes 36 characters in lower case.
func appendUUID(out, text []byte) ([]byte, string) {
	if len(text) != 36 {
		return out, notUUID
	}
	for i, c := range text {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return out, notUUID
			}
		case c >= 'A' && c <= 'F':
			c += 'a' - 'A'
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return out, notUUID
		}
		out = append(out, c)
	}
	return out, ""
}

func appendJSON(out, text []byte) ([]byte, string) {
	if !json.Valid(text) {
		return out, notJSON
	}
	return append(out, text...), ""
}
