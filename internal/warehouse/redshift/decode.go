package redshift

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"archwire"
)

// appendText adds a value, as Redshift writes it in the simple protocol, to a column of
// type t; nil is NULL. b is the builder of t.Arrow().
func appendText(b array.Builder, t archwire.Type, value []byte) error {
	if value == nil {
		b.AppendNull()
		return nil
	}
	if err := appendValue(b, t, string(value)); err != nil {
		return fmt.Errorf("reading a %s: %w", t, errUnreadable) // which value it is stays unsaid
	}
	return nil
}

var errUnreadable = errors.New("it is written in a form that is not known")

func appendValue(b array.Builder, t archwire.Type, s string) error {
	switch b := b.(type) {
	case *array.BooleanBuilder:
		v, err := strconv.ParseBool(s)
		b.Append(v)
		return err
	case *array.Int16Builder:
		v, err := strconv.ParseInt(s, 10, 16)
		b.Append(int16(v))
		return err
	case *array.Int32Builder:
		v, err := strconv.ParseInt(s, 10, 32)
		b.Append(int32(v))
		return err
	case *array.Int64Builder:
		v, err := strconv.ParseInt(s, 10, 64)
		b.Append(v)
		return err
	case *array.Float32Builder:
		v, err := strconv.ParseFloat(s, 32)
		b.Append(float32(v))
		return err
	case *array.Float64Builder:
		v, err := strconv.ParseFloat(s, 64)
		b.Append(v)
		return err
	case *array.Decimal128Builder:
		v, err := parseDecimal(s, t)
		b.Append(v)
		return err
	case *array.StringBuilder:
		b.Append(s)
		return nil
	case *array.BinaryBuilder:
		v, err := hex.DecodeString(s)
		b.Append(v)
		return err
	}
	return appendTime(b, s)
}

// appendTime adds a date or a time in ISO form, which the session is set to.
func appendTime(b array.Builder, s string) error {
	switch b := b.(type) {
	case *array.Date32Builder:
		v, err := time.Parse(time.DateOnly, s)
		b.Append(arrow.Date32(v.Unix() / (24 * 60 * 60))) //nolint:gosec // years have four digits
		return err
	case *array.Time64Builder:
		v, err := time.Parse("15:04:05.999999", s)
		b.Append(arrow.Time64(v.Sub(v.Truncate(24 * time.Hour)).Microseconds()))
		return err
	case *array.TimestampBuilder:
		v, err := time.Parse("2006-01-02 15:04:05.999999", strings.TrimSuffix(s, "+00"))
		b.Append(arrow.Timestamp(v.UnixMicro()))
		return err
	}
	return errUnreadable
}

// parseDecimal reads all digits of a decimal, of which there are no more than t has
// behind the point.
func parseDecimal(s string, t archwire.Type) (decimal128.Num, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > t.Scale {
		if strings.Trim(fraction[t.Scale:], "0") != "" {
			return decimal128.Num{}, errUnreadable
		}
		fraction = fraction[:t.Scale]
	}
	digits := whole + fraction + strings.Repeat("0", t.Scale-len(fraction))
	if strings.Trim(strings.TrimPrefix(digits, "-"), "0123456789") != "" || strings.Trim(digits, "-") == "" {
		return decimal128.Num{}, errUnreadable
	}
	return decimal128.FromString(digits, 38, 0)
}
