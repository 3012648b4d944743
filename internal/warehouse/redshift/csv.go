package redshift

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"archwire"
)

// A csvWriter writes batches as COPY's CSV reads them: commas, texts in quotes with
// quotes in them doubled, no escapes. NULL is a mark, without quotes, that no value is;
// whether COPY would also take it in quotes for NULL does not matter then. Blanks,
// ends of lines and backslashes within quotes stand for themselves (Data format
// parameters, CSV).
//
// Bytes are hexadecimal digits (VARBYTE type). A field without a character is NULL unless
// it is one of a text (Data conversion parameters, EMPTYASNULL), so that another mark
// stands for bytes of which there are none, until putEmpty replaces it.
type csvWriter struct {
	out     io.Writer
	mark    string
	columns []archwire.Column
	buffer  []byte
	empty   bool // the mark for no bytes was written
}

// writeBatch writes the rows of a batch. A value that Redshift does not hold is an error
// that names its column.
func (w *csvWriter) writeBatch(batch archwire.Batch) error {
	cells := make([]cell, len(w.columns))
	for i, c := range w.columns {
		cells[i] = w.cellOf(c, batch.Column(i))
	}
	for row := range int(batch.NumRows()) {
		w.buffer = w.buffer[:0]
		for i, c := range w.columns {
			if i > 0 {
				w.buffer = append(w.buffer, ',')
			}
			if batch.Column(i).IsNull(row) {
				w.buffer = append(w.buffer, w.mark...)
				continue
			}
			var err error
			if w.buffer, err = cells[i](w.buffer, row); err != nil {
				return inColumn(c, err)
			}
		}
		w.buffer = append(w.buffer, '\n')
		if _, err := w.out.Write(w.buffer); err != nil {
			return err
		}
	}
	return nil
}

// inColumn says in which column a value is that Redshift does not hold.
func inColumn(c archwire.Column, err error) error {
	e, ok := err.(*archwire.Error) //nolint:errorlint // made here
	if !ok {
		return err
	}
	return &archwire.Error{Code: e.Code, Message: "the column " + c.Name + ": " + e.Message, Hint: e.Hint}
}

// A cell writes the value of a row that is not NULL behind what is written already.
type cell func(out []byte, row int) ([]byte, error)

// cellOf writes the values of a column.
func (w *csvWriter) cellOf(c archwire.Column, values arrow.Array) cell {
	switch a := values.(type) {
	case *array.Boolean:
		return func(out []byte, row int) ([]byte, error) { return strconv.AppendBool(out, a.Value(row)), nil }
	case *array.Int16:
		return func(out []byte, row int) ([]byte, error) { return strconv.AppendInt(out, int64(a.Value(row)), 10), nil }
	case *array.Int32:
		return func(out []byte, row int) ([]byte, error) { return strconv.AppendInt(out, int64(a.Value(row)), 10), nil }
	case *array.Int64:
		return func(out []byte, row int) ([]byte, error) { return strconv.AppendInt(out, a.Value(row), 10), nil }
	case *array.Float32:
		return func(out []byte, row int) ([]byte, error) {
			v := float64(a.Value(row))
			return strconv.AppendFloat(out, v, 'g', -1, 32), floatFits(v, leastFloat32)
		}
	case *array.Float64:
		return func(out []byte, row int) ([]byte, error) {
			return strconv.AppendFloat(out, a.Value(row), 'g', -1, 64), floatFits(a.Value(row), leastFloat64)
		}
	case *array.Decimal128:
		return func(out []byte, row int) ([]byte, error) { return appendDecimal(out, a.Value(row), c.Type.Scale), nil }
	case *array.String:
		return func(out []byte, row int) ([]byte, error) { return w.text(out, c.Type, a.Value(row)) }
	case *array.Binary:
		return func(out []byte, row int) ([]byte, error) { return w.bytes(out, a.Value(row)) }
	}
	return timeCell(c, values)
}

// timeCell writes the dates and times of a column, in the forms that DATEFORMAT and
// TIMEFORMAT auto recognise (Using automatic recognition with DATEFORMAT and TIMEFORMAT).
func timeCell(c archwire.Column, values arrow.Array) cell {
	switch a := values.(type) {
	case *array.Date32:
		return func(out []byte, row int) ([]byte, error) {
			days := int64(a.Value(row))
			return time.Unix(days*24*60*60, 0).UTC().AppendFormat(out, time.DateOnly), dayFits(days)
		}
	case *array.Time64:
		return func(out []byte, row int) ([]byte, error) {
			micros := int64(a.Value(row))
			return time.UnixMicro(micros).UTC().AppendFormat(out, "15:04:05.000000"), timeFits(micros)
		}
	case *array.Timestamp:
		form := "2006-01-02 15:04:05.000000"
		if c.Type.Kind == archwire.TimestampTZ {
			form += "+00"
		}
		return func(out []byte, row int) ([]byte, error) {
			micros := int64(a.Value(row))
			return time.UnixMicro(micros).UTC().AppendFormat(out, form), instantFits(micros)
		}
	}
	return func(out []byte, _ int) ([]byte, error) {
		return out, fmt.Errorf("writing a %s: no form is known for it", c.Type)
	}
}

// appendDecimal writes all digits of a decimal, at least one of them before the point.
func appendDecimal(out []byte, n decimal128.Num, scale int) []byte {
	digits := n.BigInt().String()
	if n.Sign() < 0 {
		out, digits = append(out, '-'), digits[1:]
	}
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	out = append(out, digits[:len(digits)-scale]...)
	if scale == 0 {
		return out
	}
	return append(append(out, '.'), digits[len(digits)-scale:]...)
}

// bytes writes bytes as hexadecimal digits.
func (w *csvWriter) bytes(out, b []byte) ([]byte, error) {
	none := emptyMark(w.mark)
	if len(b) == 0 {
		w.empty = true
		return append(out, none...), nil
	}
	if len(b) == hex.DecodedLen(len(none)) && hex.EncodeToString(b) == none {
		return out, markMet("bytes are")
	}
	return hex.AppendEncode(out, b), bytesFit(b)
}

// emptyMark are the hexadecimal digits that stand for bytes of which there are none, where
// mark stands for NULL.
func emptyMark(mark string) string {
	sum := sha256.Sum256([]byte("no bytes, where NULL is " + mark))
	return hex.EncodeToString(sum[:16])
}

func markMet(what string) error {
	return &archwire.Error{Code: archwire.Unavailable, Message: what + " the mark that this load has chosen for what files cannot say", Hint: "Run again: each load chooses another at random."}
}

// text writes a text in quotes.
func (w *csvWriter) text(out []byte, t archwire.Type, s string) ([]byte, error) {
	fit := textFits
	if t.Kind == archwire.UUID {
		fit = uuidFits
	}
	if err := fit(s); err != nil {
		return out, err
	}
	if s == w.mark {
		return out, markMet("a text is")
	}
	out = append(out, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		out = append(out, s[:i+1]...)
		out = append(out, '"')
		s = s[i+1:]
	}
	return append(append(out, s...), '"'), nil
}
