package statement

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"archwire"
)

var (
	decimalForm = regexp.MustCompile(`^-?(\d{1,38})(?:\.(\d{1,38}))?$`)
	uuidForm    = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// ParseValue checks that text is a value of type t and returns it in the one
// form that statements take; where it is not, the second result says what would
// be right.
func ParseValue(text string, t archwire.Type) (value, want string) {
	ok := true
	switch t.Kind {
	case archwire.Bool:
		_, ok = map[string]bool{"true": true, "false": true}[text]
		want = "true or false"
	case archwire.Int16:
		text, ok, want = parseInt(text, 16)
	case archwire.Int32:
		text, ok, want = parseInt(text, 32)
	case archwire.Int64:
		text, ok, want = parseInt(text, 64)
	case archwire.Float32, archwire.Float64:
		f, err := strconv.ParseFloat(text, 64)
		ok, want = err == nil && !strings.ContainsAny(text, "xXpP_") && !math.IsInf(f, 0), "a number, such as 0.25"
	case archwire.Decimal:
		text, ok = parseDecimal(text, t)
		want = "a number with at most " + strconv.Itoa(t.Precision-t.Scale) + " digits before and " +
			strconv.Itoa(t.Scale) + " after the point"
	case archwire.UUID:
		text, ok, want = strings.ToLower(text), uuidForm.MatchString(text), "a UUID of 36 characters"
	case archwire.Date:
		_, err := archwire.ParseDay(text)
		ok, want = err == nil || isInfinity(text), "a date of the form 2026-11-20"
	case archwire.Time:
		_, err := time.Parse("15:04:05", text)
		ok, want = err == nil || text == "24:00:00", "a time of the form 15:04:05"
	case archwire.Timestamp:
		text, ok = parseTime(text, "2006-01-02T15:04:05", "")
		want = "a time of the form 2026-11-20T15:04:05, without a zone"
	case archwire.TimestampTZ:
		text, ok = parseTime(text, time.RFC3339, "Z")
		want = "a time of the form 2026-11-20T15:04:05Z"
	case archwire.Bytes, archwire.JSON:
		ok, want = false, "another column: this one cannot be filtered"
	case archwire.Text:
	}
	if !ok {
		return "", want
	}
	return text, ""
}

func parseInt(text string, bits int) (string, bool, string) {
	n, err := strconv.ParseInt(text, 10, bits)
	most := int64(1)<<(bits-1) - 1
	return strconv.FormatInt(n, 10), err == nil,
		"a whole number between " + strconv.FormatInt(-most-1, 10) + " and " + strconv.FormatInt(most, 10)
}

func parseDecimal(text string, t archwire.Type) (string, bool) {
	m := decimalForm.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	whole, fraction := strings.TrimLeft(m[1], "0"), strings.TrimRight(m[2], "0")
	if len(whole) > t.Precision-t.Scale || len(fraction) > t.Scale {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if strings.HasPrefix(text, "-") {
		whole = "-" + whole
	}
	return whole, true
}

// parseTime reads a time of that layout, or a date as its first instant, and
// writes it with the given end: Z for an instant, nothing for a time without zone.
func parseTime(text, layout, end string) (string, bool) {
	if isInfinity(text) {
		return text, true
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		at, err = time.Parse(time.DateOnly, text)
	}
	return at.UTC().Format("2006-01-02T15:04:05.999999") + end, err == nil
}

func isInfinity(text string) bool { return text == "infinity" || text == "-infinity" }
