package sqlserver

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// utf8 is a collation whose varchar holds the bytes of UTF-8; SQL Server has it
// since 2019, which is 15.
const (
	utf8Collation = "Latin1_General_100_BIN2_UTF8"
	utf8Major     = 15
)

// A printed column says how SQL writes one column's value for a fingerprint; the
// format is in docs/format/fingerprint.md.
type printed struct {
	form  form
	typ   archwire.Type
	value string // in SQL
}

// text is the canonical text of a value with its length, 'N' for NULL. ok is false
// where T-SQL has no such text.
func (p printed) text(major int) (sql string, ok bool) {
	v := p.value
	switch p.typ.Kind { //nolint:exhaustive // the others are times
	case archwire.Bool:
		return "CASE " + v + " WHEN 1 THEN '1:t' WHEN 0 THEN '1:f' ELSE 'N' END", true
	case archwire.Int16, archwire.Int32, archwire.Int64:
		return measured("CONVERT(varchar(20), " + v + ")"), true
	case archwire.Float32:
		return orNull("'8:' + LOWER(CONVERT(varchar(8), CONVERT(varbinary(4), " + v + "), 2))"), p.form.typ.name == "real"
	case archwire.Float64:
		return orNull("'16:' + LOWER(CONVERT(varchar(16), CONVERT(varbinary(8), " + v + "), 2))"), p.form.typ.name == "float"
	case archwire.Decimal:
		number, ok := p.decimal()
		return measured("CONVERT(varchar(41), " + number + ")"), ok
	case archwire.Text, archwire.JSON: // by way of nvarchar(max): a varchar(n) would be cut to n bytes of UTF-8
		return measured("CONVERT(varchar(max), CONVERT(nvarchar(max), " + v + ") COLLATE " + utf8Collation + ")"), major >= utf8Major
	case archwire.UUID:
		return orNull("'36:' + LOWER(CONVERT(varchar(36), " + v + "))"), true
	case archwire.Bytes:
		return measured("LOWER(CONVERT(varchar(max), CONVERT(varbinary(max), " + v + "), 2))"), true
	case archwire.Date:
		return measured("CONVERT(varchar(20), DATEDIFF(day, CONVERT(date, '19700101', 112), " + v + "))"), true
	}
	return p.moment()
}

// measured puts the length of a text before it.
func measured(text string) string {
	return orNull("CONVERT(varchar(20), DATALENGTH(" + text + ")) + ':' + " + text)
}

func orNull(text string) string { return "ISNULL(" + text + ", 'N')" }

// decimal is a value with as many digits behind the point as are declared; ok is
// false where digits would be lost.
func (p printed) decimal() (sql string, ok bool) {
	from, precision := p.form.typ, p.typ.Precision
	scale, digits := from.scale, from.precision-from.scale
	switch {
	case slices.Contains([]string{"tinyint", "smallint", "int", "bigint"}, from.name):
		scale, digits = 0, 19
	case (from.name == "decimal" || from.name == "numeric") && from.scale == p.typ.Scale:
		return p.value, true
	}
	if digits+p.typ.Scale > precision {
		precision = min(digits+p.typ.Scale, 38) // a value that is too large for its declaration differs, and is no error
	}
	return fmt.Sprintf("CONVERT(decimal(%d,%d), %s)", precision, p.typ.Scale, p.value), p.typ.Scale >= scale && digits+p.typ.Scale <= 38
}

const (
	epoch    = "CONVERT(datetime2(7), '1970-01-01T00:00:00', 126)"
	midnight = "CONVERT(time(7), '00:00:00')"
)

// moment counts microseconds. A datetime is read as it is shown, to the millisecond.
// What is finer than a microsecond differs from every value that can be copied.
func (p printed) moment() (sql string, ok bool) {
	v, from := p.value, epoch
	switch p.form.typ.name {
	case "time":
		from = midnight
	case "smalldatetime", "datetime2":
	case "datetime":
		v = "CONVERT(datetime2(3), " + v + ")"
	case "datetimeoffset":
		v = "CONVERT(datetime2(7), SWITCHOFFSET(" + v + ", '+00:00'))"
	default:
		return "", false
	}
	count := measured("CONVERT(varchar(20), DATEDIFF_BIG(microsecond, " + from + ", " + v + "))")
	if p.form.typ.scale < 7 || p.form.typ.name == "smalldatetime" || p.form.typ.name == "datetime" {
		return count, true
	}
	return "CASE WHEN DATEPART(nanosecond, " + v + ") % 1000 <> 0 THEN '?' ELSE " + count + " END", true
}

// concatMost keeps CONCAT below the number of its arguments, 254.
const concatMost = 200

// concat joins texts, as a varchar(max) in UTF-8 where the server has that.
func concat(texts []string, major int) string {
	empty := "CONVERT(varchar(max), '')"
	if major >= utf8Major {
		empty += " COLLATE " + utf8Collation
	}
	var groups []string
	for group := range slices.Chunk(texts, concatMost) {
		groups = append(groups, "CONCAT("+empty+", "+strings.Join(group, ", ")+")")
	}
	switch len(groups) {
	case 0:
		return empty
	case 1:
		return groups[0]
	}
	return concat(groups, major)
}

// md5 is the print of a row of columns: the first 60 bits of the MD5 of their text,
// which are an eighth of 16 bytes less four bits. ok is false where T-SQL has no such
// text.
func md5(columns []printed, major int) (sql string, ok bool) {
	texts := make([]string, len(columns))
	for i, c := range columns {
		if texts[i], ok = c.text(major); !ok {
			return "", false
		}
	}
	return "((CONVERT(bigint, SUBSTRING(HASHBYTES('MD5', " + concat(texts, major) + "), 1, 8)) & CONVERT(bigint, -16)) / 16 & CONVERT(bigint, 1152921504606846975))", true
}
