package files

import (
	"fmt"
	"regexp"
	"strings"

	"archwire"
)

// guess is the narrowest type that holds values of a sample, and what they look like.
// Codes that begin with 0 are text.
func guess(values []string, dates dateForm) (archwire.Type, string) {
	if len(values) == 0 {
		return archwire.Type{Kind: archwire.Text}, "no value in the rows looked at"
	}
	for _, c := range []struct {
		kind archwire.Kind
		says string
		is   func(b []byte) bool
	}{
		{archwire.Int64, "whole numbers", func(b []byte) bool { _, wrong := parseInt(b, 64); return wrong == "" && !code(b) }},
		{archwire.Bool, "true and false", func(b []byte) bool {
			return strings.EqualFold(string(b), "true") || strings.EqualFold(string(b), "false")
		}},
		{archwire.Date, "dates", func(b []byte) bool { _, wrong := dates.parseDate(b); return wrong == "" }},
		{archwire.Timestamp, "dates and times", func(b []byte) bool { _, wrong := dates.parseInstant(b, false); return wrong == "" }},
		{archwire.TimestampTZ, "dates and times with a zone", func(b []byte) bool { _, wrong := dates.parseInstant(b, true); return wrong == "" }},
		{archwire.Time, "times of day", func(b []byte) bool { _, wrong := parseTime(b); return wrong == "" }},
		{archwire.UUID, "UUIDs", func(b []byte) bool { _, wrong := appendUUID(nil, b); return wrong == "" }},
	} {
		if all(values, c.is) && (c.kind != archwire.Int64 || dates.parts != "YMD" || dates.between != 0 || !all(values, func(b []byte) bool { _, wrong := dates.parseDate(b); return wrong == "" })) {
			return archwire.Type{Kind: c.kind}, looked(values, c.says)
		}
	}
	if t, ok := decimalOf(values); ok {
		return t, looked(values, "decimal numbers")
	}
	if all(values, func(b []byte) bool { _, wrong := parseFloat(b, 64); return wrong == "" && !code(b) }) {
		return archwire.Type{Kind: archwire.Float64}, looked(values, "numbers with exponents")
	}
	if all(values, func(b []byte) bool { return commaNumber.Match(b) }) {
		return archwire.Type{Kind: archwire.Text}, looked(values, "numbers with a decimal comma, which a model makes decimals of,")
	}
	return archwire.Type{Kind: archwire.Text}, looked(values, "texts")
}

// commaNumber is a number as written where the comma stands before the fraction.
var commaNumber = regexp.MustCompile(`^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$`)

func looked(values []string, says string) string {
	return fmt.Sprintf("%s in the %d values looked at", says, len(values))
}

func all(values []string, is func([]byte) bool) bool {
	for _, v := range values {
		if !is([]byte(v)) {
			return false
		}
	}
	return true
}

// code says whether a number is written as codes are: 00120.
func code(b []byte) bool { return len(b) > 1 && b[0] == '0' && b[1] != '.' }

// decimalOf is a decimal type with room for larger values than those of a sample, and
// for as many digits behind the point.
func decimalOf(values []string) (archwire.Type, bool) {
	before, behind := 0, 0
	for _, v := range values {
		if _, wrong := parseDecimal([]byte(v), 38, 18); wrong != "" || code([]byte(v)) {
			return archwire.Type{}, false
		}
		whole, fraction, _ := strings.Cut(strings.TrimLeft(v, "+-"), ".")
		before, behind = max(before, len(whole)), max(behind, len(fraction))
	}
	precision := max(18, before+behind)
	return archwire.Type{Kind: archwire.Decimal, Precision: precision, Scale: behind}, precision <= 38
}
