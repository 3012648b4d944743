package pull

import (
	"encoding/hex"
	"io"
	"iter"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/serve/encode"
)

// copyText is rows in the text format of PostgreSQL's COPY. It holds one batch at a
// time.
type copyText struct {
	next func() (archwire.Batch, error, bool)
	stop func()
	text []byte
	at   int
	err  error // why there are no more rows; nil at their end
	cell []byte
}

func newCopyText(rows archwire.Batches) *copyText {
	next, stop := iter.Pull2(rows)
	return &copyText{next: next, stop: stop}
}

// Read implements io.Reader.
func (c *copyText) Read(b []byte) (int, error) {
	for c.at == len(c.text) {
		batch, err, ok := c.next()
		if !ok {
			return 0, io.EOF
		}
		if err != nil {
			c.err = err
			return 0, err
		}
		c.text, c.at = c.text[:0], 0
		for i := range int(batch.NumRows()) {
			c.row(batch.Columns(), i)
		}
	}
	n := copy(b, c.text[c.at:])
	c.at += n
	return n, nil
}

// row appends row i.
func (c *copyText) row(columns []arrow.Array, i int) {
	for j, col := range columns {
		if j > 0 {
			c.text = append(c.text, '\t')
		}
		if col.IsNull(i) {
			c.text = append(c.text, `\N`...)
			continue
		}
		c.cell = postgresText(c.cell[:0], col, i)
		for _, b := range c.cell {
			switch b {
			case '\\':
				c.text = append(c.text, '\\', '\\')
			case '\n':
				c.text = append(c.text, '\\', 'n')
			case '\r':
				c.text = append(c.text, '\\', 'r')
			case '\t':
				c.text = append(c.text, '\\', 't')
			default:
				c.text = append(c.text, b)
			}
		}
	}
	c.text = append(c.text, '\n')
}

// postgresText appends a value, which is not NULL, as PostgreSQL reads it.
func postgresText(dst []byte, col arrow.Array, i int) []byte {
	switch c := col.(type) {
	case *array.Binary:
		return hex.AppendEncode(append(dst, '\\', 'x'), c.Value(i))
	case *array.Date32:
		days := int64(c.Value(i))
		if days == math.MaxInt32 || days == -math.MaxInt32 {
			break
		}
		const seconds = 24 * 60 * 60
		t := time.Unix(days*seconds, 0).UTC()
		dst, before := appendYear(dst, t)
		return append(t.AppendFormat(dst, "-01-02"), before...)
	case *array.Timestamp:
		micros := int64(c.Value(i))
		if micros == math.MaxInt64 || micros == -math.MaxInt64 {
			break
		}
		t := time.UnixMicro(micros).UTC()
		dst, before := appendYear(dst, t)
		dst = t.AppendFormat(dst, "-01-02 15:04:05.999999")
		if c.DataType().(*arrow.TimestampType).TimeZone != "" {
			dst = append(dst, "+00"...)
		}
		return append(dst, before...)
	}
	return encode.Text(dst, col, i)
}

// appendYear appends a year, of which there is no 0, and returns what stands at the
// end of a day before Christ.
func appendYear(dst []byte, t time.Time) (_ []byte, before string) {
	year := t.Year()
	if year < 1 {
		year, before = 1-year, " BC"
	}
	const digits = 1000
	for n := digits; n > year && n > 1; n /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(year), 10), before
}
