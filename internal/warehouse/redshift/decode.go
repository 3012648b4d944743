package redshift

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"archwire"
)

// errInexact is for a value that the type which the embedded engine gives the column
// does not hold.
var errInexact = errors.New("a value has another form than its column")

// appendValue appends a value as the wire has it, in text, to the column of a batch.
// What does not fit the type exactly is an error, which does not show the value.
func appendValue(b array.Builder, t archwire.Type, value []byte) error {
	if value == nil {
		b.AppendNull()
		return nil
	}
	text := string(value)
	var err error
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(text == "t" || text == "true")
		if text != "t" && text != "f" && text != "true" && text != "false" {
			err = errInexact
		}
	case *array.Int16Builder:
		var n int64
		n, err = wholeOf(text, 16)
		b.Append(int16(n)) //nolint:gosec // in range, or refused
	case *array.Int32Builder:
		var n int64
		n, err = wholeOf(text, 32)
		b.Append(int32(n)) //nolint:gosec // in range, or refused
	case *array.Int64Builder:
		var n int64
		n, err = wholeOf(text, 64)
		b.Append(n)
	case *array.Float32Builder:
		var f float64
		f, err = strconv.ParseFloat(text, 32)
		b.Append(float32(f))
	case *array.Float64Builder:
		var f float64
		f, err = strconv.ParseFloat(text, 64)
		b.Append(f)
	case *array.Decimal128Builder:
		var n decimal128.Num
		n, err = decimalOf(text, t)
		b.Append(n)
	case *array.StringBuilder:
		b.Append(text)
		if !utf8.Valid(value) {
			err = errInexact
		}
	case *array.BinaryBuilder:
		var content []byte
		content, err = hex.DecodeString(strings.TrimPrefix(text, `\x`))
		b.Append(content)
	default:
		err = appendMoment(b, text)
	}
	if err != nil {
		return fmt.Errorf("reading a %s: %w", t, errInexact)
	}
	return nil
}

// wholeOf is a whole number of so many bits. The engine may write it with a fraction
// of zeros, where it has added up decimals.
func wholeOf(text string, bits int) (int64, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if strings.Trim(fraction, "0") != "" {
		return 0, errInexact
	}
	return strconv.ParseInt(whole, 10, bits)
}

// decimalOf is a decimal of that type. Zeros at the end are all that it may have more
// than the type.
func decimalOf(text string, t archwire.Type) (decimal128.Num, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > t.Scale {
		if strings.Trim(fraction[t.Scale:], "0") != "" {
			return decimal128.Num{}, errInexact
		}
		fraction = fraction[:t.Scale]
	}
	digits := strings.TrimLeft(strings.TrimPrefix(whole, "-"), "0") + fraction + strings.Repeat("0", t.Scale-len(fraction))
	if len(strings.TrimLeft(digits, "0")) > t.Precision || strings.Trim(digits, "0123456789") != "" {
		return decimal128.Num{}, errInexact
	}
	if digits == "" {
		digits = "0"
	}
	if strings.HasPrefix(whole, "-") {
		digits = "-" + digits
	}
	return decimal128.FromString(digits, 38, 0)
}

// appendMoment appends a date, a time or a timestamp, as DATESTYLE ISO writes them.
func appendMoment(b array.Builder, text string) error {
	switch b := b.(type) {
	case *array.Date32Builder:
		at, err := time.Parse(time.DateOnly, text)
		b.Append(arrow.Date32(at.Unix() / (24 * 60 * 60))) //nolint:gosec // years 1 to 9999
		return err
	case *array.Time64Builder:
		at, err := time.Parse("15:04:05.999999", text)
		b.Append(arrow.Time64(at.Sub(midnight).Microseconds()))
		return err
	case *array.TimestampBuilder:
		at, err := time.Parse("2006-01-02 15:04:05.999999", strings.TrimSuffix(text, "+00"))
		b.Append(arrow.Timestamp(at.UnixMicro()))
		return err
	}
	return errInexact
}

var midnight = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
