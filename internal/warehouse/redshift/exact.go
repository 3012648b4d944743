package redshift

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"archwire"
)

// refused is a value that Redshift does not hold, and what to declare in its place. It
// says of what sort the value is, never which.
func refused(what, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: "Redshift does not hold " + what, Hint: hint}
}

const otherwise = "Declare the column as text in the source's file, or leave it out of the table's columns."

// textFits says whether a VARCHAR holds s as it is. A zero byte ends a record of a file
// (COPY, Data conversion parameters, ESCAPE).
func textFits(s string) error {
	switch {
	case len(s) > textBytes:
		return refused(fmt.Sprintf("a text of %d bytes: %d are the most", len(s), textBytes), "Leave the column out of the table's columns in the source's file, or shorten it there by a view.")
	case strings.IndexByte(s, 0) >= 0:
		return refused("a text with a zero byte in it", "Leave the column out of the table's columns in the source's file, or correct the rows.")
	case !utf8.ValidString(s):
		return refused("a text that is not UTF-8", "Look at the encoding of the source's database.")
	}
	return nil
}

// uuidFits says whether s is no longer than a UUID is.
func uuidFits(s string) error {
	if len(s) > 36 {
		return refused("a uuid of more than 36 characters", "Declare the column as text in the source's file.")
	}
	return textFits(s)
}

// bytesFit says whether a VARBYTE holds b.
func bytesFit(b []byte) error {
	if len(b) > binaryBytes {
		return refused(fmt.Sprintf("%d bytes in one value: %d are the most", len(b), binaryBytes), "Leave the column out of the table's columns in the source's file.")
	}
	return nil
}

// floatFits says whether v comes back as it is. COPY's reading of NaN, of infinities
// and of -0 is not documented, and what is nearer to zero than the least normal number
// is none of Redshift's (Numeric types, Floating-point types).
func floatFits(v, least float64) error {
	switch {
	case math.IsNaN(v):
		return refused("NaN", otherwise)
	case math.IsInf(v, 0):
		return refused("an infinite number", otherwise)
	case v == 0 && math.Signbit(v):
		return refused("a zero with a minus before it", otherwise)
	case v != 0 && math.Abs(v) < least:
		return refused("a number so near to zero", otherwise)
	}
	return nil
}

// The least normal numbers.
const (
	leastFloat32 = 0x1p-126
	leastFloat64 = 0x1p-1022
)

// The days and instants of the years 1 to 9999, by which years are written with four
// digits and without an era.
const (
	firstDay, lastDay = -719162, 2932896 // since 1970-01-01
	dayMicros         = 24 * 60 * 60 * 1_000_000
)

func dayFits(days int64) error {
	switch {
	case days == math.MaxInt32 || days == -math.MaxInt32:
		return refused("an infinite date", otherwise)
	case days < firstDay || days > lastDay:
		return refused("a date outside of the years 1 to 9999", otherwise)
	}
	return nil
}

func instantFits(micros int64) error {
	switch {
	case micros == math.MaxInt64 || micros == -math.MaxInt64:
		return refused("an infinite timestamp", otherwise)
	case micros < firstDay*dayMicros || micros >= (lastDay+1)*dayMicros:
		return refused("a timestamp outside of the years 1 to 9999", otherwise)
	}
	return nil
}

func timeFits(micros int64) error {
	if micros < 0 || micros >= dayMicros {
		return refused("the time 24:00:00", otherwise)
	}
	return nil
}
