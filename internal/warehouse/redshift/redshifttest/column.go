package redshifttest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A column is one that COPY fills.
type column struct {
	name     string
	typ      string // PostgreSQL's, without sizes
	size     [2]int // bytes, or precision and scale
	required bool
}

var sized = regexp.MustCompile(`^(.*?)\((\d+)(?:,(\d+))?\)(.*)$`)

// newColumn reads a type as PostgreSQL spells it; bytes is what a check bounds it to.
func newColumn(name, spelt string, required bool, bytes string) column {
	c := column{name: name, typ: spelt, required: required}
	if m := sized.FindStringSubmatch(spelt); m != nil {
		c.typ = m[1] + m[4]
		c.size[0], _ = strconv.Atoi(m[2])
		c.size[1], _ = strconv.Atoi(m[3])
	}
	if n, _ := strconv.Atoi(bytes); n > 0 {
		c.size[0] = n
	}
	return c
}

func (c column) isText() bool { return c.typ == "character varying" || c.typ == "character" }

// kind is the type as the views of load errors name it.
func (c column) kind() string {
	switch c.typ {
	case "character varying":
		return "varchar"
	case "character":
		return "char"
	case "timestamp without time zone":
		return "timestamp"
	case "timestamp with time zone":
		return "timestampt"
	case "double precision":
		return "float8"
	case "jsonb":
		return "super"
	case "bytea":
		return "varbyte"
	}
	return c.typ
}

// check is a field as PostgreSQL takes it, if it is a value of the column's type (Load
// error reference; Data conversion parameters).
func (c column) check(field string, op copying) (string, *loadError) {
	if strings.Contains(field, "\x00") {
		return "", &loadError{code: 1200, reason: "Missing newline: Unexpected character 0x0 found"}
	}
	if !utf8.ValidString(field) {
		return "", &loadError{code: 1220, reason: "String contains invalid or unsupported UTF8 codepoints"}
	}
	switch c.typ {
	case "character varying", "character":
		return c.text(field)
	case "smallint", "integer", "bigint":
		return field, c.whole(field)
	case "numeric":
		return c.decimal(field, op.round)
	case "real", "double precision":
		if _, err := strconv.ParseFloat(field, 64); err != nil || !floating.MatchString(field) {
			return "", &loadError{code: 1208, reason: "Invalid digit, Type: Float"}
		}
	case "boolean":
		if !strings.Contains(" t true y yes 1 f false n no 0 ", " "+strings.ToLower(field)+" ") {
			return "", &loadError{code: 1210, reason: "Unknown boolean format"}
		}
	case "bytea":
		raw, err := hex.DecodeString(field)
		if err != nil || len(raw) > c.size[0] {
			return "", &loadError{code: 1204, reason: "Invalid or too long VARBYTE"}
		}
		return `\x` + field, nil
	case "jsonb":
		if !json.Valid([]byte(field)) {
			return "", &loadError{code: 1224, reason: "Invalid JSON for SUPER"}
		}
	default:
		return field, c.clock(field)
	}
	return field, nil
}

var (
	integral = regexp.MustCompile(`^[+-]?[0-9]+$`)
	decimal  = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?$`)
	floating = regexp.MustCompile(`^[+-]?[0-9.]+([eE][+-]?[0-9]+)?$`)
)

func (c column) text(field string) (string, *loadError) {
	if c.typ == "character" && utf8.RuneCountInString(field) != len(field) {
		return "", &loadError{code: 1220, reason: "Multibyte character not supported for CHAR (Hint: try using VARCHAR)"}
	}
	if c.size[0] > 0 && len(strings.TrimRight(field, " ")) > c.size[0] {
		return "", &loadError{code: 1204, reason: "String length exceeds DDL length"}
	}
	return field, nil
}

func (c column) whole(field string) *loadError {
	bits := map[string]int{"smallint": 16, "integer": 32, "bigint": 64}[c.typ]
	if !integral.MatchString(field) {
		return &loadError{code: 1207, reason: "Invalid digit, Type: " + c.typ}
	}
	if _, err := strconv.ParseInt(field, 10, bits); err != nil {
		return &loadError{code: 1204, reason: "Overflow, Type: " + c.typ}
	}
	return nil
}

// decimal cuts digits off that the scale has no room for, unless they are to be
// rounded (ROUNDEC).
func (c column) decimal(field string, round bool) (string, *loadError) {
	m := decimal.FindStringSubmatch(field)
	if m == nil || m[2]+m[3] == "" {
		return "", &loadError{code: 1207, reason: "Invalid digit, Type: Decimal"}
	}
	if len(strings.TrimLeft(m[2], "0")) > c.size[0]-c.size[1] {
		return "", &loadError{code: 1209, reason: fmt.Sprintf("Overflow (Column Data) for NUMERIC(%d,%d)", c.size[0], c.size[1])}
	}
	kept := m[3]
	if !round && len(kept) > c.size[1] {
		kept = kept[:c.size[1]]
	}
	if digits, ok := new(big.Int).SetString(m[2]+kept+strings.Repeat("0", max(c.size[1]-len(kept), 0)), 10); c.size[0] == 19 && ok && !digits.IsInt64() {
		return "", &loadError{code: 1209, reason: "Overflow for NUMERIC(19): it is kept in eight bytes"}
	}
	if kept != "" {
		kept = "." + kept
	}
	return m[1] + m[2] + kept, nil
}

// clock checks dates and times. Fractions have six digits at the most; years are 1 to
// 9999 here, though Redshift knows others: the adapter refuses them.
func (c column) clock(field string) *loadError {
	layouts, code := []string{"2006-01-02"}, 1205
	switch c.typ {
	case "timestamp without time zone":
		layouts, code = []string{"2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999"}, 1206
	case "timestamp with time zone":
		layouts, code = []string{"2006-01-02 15:04:05.999999Z07", "2006-01-02 15:04:05.999999Z07:00", "2006-01-02T15:04:05.999999Z07:00"}, 1206
	case "time without time zone":
		layouts, code = []string{"15:04:05.999999"}, 1206
	}
	for _, layout := range layouts {
		if _, err := time.Parse(layout, field); err == nil {
			return nil
		}
	}
	return &loadError{code: code, reason: "Invalid format or value of " + c.kind()}
}
