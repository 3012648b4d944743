package duckdb

import "strings"

// A pattern is a part of a format of to_char or to_date.
type pattern struct {
	redshift string
	duckdb   string // for strftime; "" if it has none
	name     string // then the function of the text that stands there
}

// patterns are the ones that are understood, each before those that it begins
// with. Month and Day are padded to nine characters, as Redshift does.
var patterns = []pattern{
	{"YYYY", "%Y", ""},
	{"HH24", "%H", ""},
	{"HH12", "%I", ""},
	{"MONTH", "", "rpad(upper(monthname(?)), 9, ' ')"},
	{"Month", "", "rpad(monthname(?), 9, ' ')"},
	{"MON", "", "upper(left(monthname(?), 3))"},
	{"Mon", "%b", ""},
	{"DAY", "", "rpad(upper(dayname(?)), 9, ' ')"},
	{"Day", "", "rpad(dayname(?), 9, ' ')"},
	{"DY", "", "upper(left(dayname(?), 3))"},
	{"Dy", "%a", ""},
	{"DDD", "%j", ""},
	{"DD", "%d", ""},
	{"MM", "%m", ""},
	{"MI", "%M", ""},
	{"MS", "%g", ""},
	{"SS", "%S", ""},
	{"US", "%f", ""},
	{"ID", "%u", ""},
	{"IW", "%V", ""},
	{"AM", "%p", ""},
	{"PM", "%p", ""},
	{"Q", "", "CAST(quarter(?) AS VARCHAR)"},
}

// split cuts a format into patterns and characters that stand for themselves.
// It is false if a letter belongs to no pattern, or a character means something
// to DuckDB.
func split(format string) ([]pattern, bool) {
	var out []pattern
next:
	for format != "" {
		for _, p := range patterns {
			if strings.HasPrefix(format, p.redshift) {
				out = append(out, p)
				format = format[len(p.redshift):]
				continue next
			}
		}
		if c := format[0]; letter(c) || c == '%' || c == '"' || c == '\\' {
			return nil, false
		}
		out = append(out, pattern{redshift: format[:1], duckdb: format[:1]})
		format = format[1:]
	}
	return out, true
}

// written is the SQL that writes the timestamp t by a format.
func written(t string, format []pattern) string {
	var parts []string
	for i, p := range format {
		switch {
		case p.duckdb == "":
			parts = append(parts, strings.ReplaceAll(p.name, "?", t))
		case i > 0 && format[i-1].duckdb != "":
			last := parts[len(parts)-1]
			parts[len(parts)-1] = strings.TrimSuffix(last, "')") + quote(p.duckdb) + "')"
		default:
			parts = append(parts, "strftime("+t+", '"+quote(p.duckdb)+"')")
		}
	}
	return "(" + strings.Join(parts, " || ") + ")"
}

// parsed is the format for strptime.
func parsed(format []pattern) (string, bool) {
	var out strings.Builder
	for _, p := range format {
		switch p.redshift {
		case "MONTH", "Month":
			out.WriteString("%B")
		case "MON":
			out.WriteString("%b")
		default:
			if p.duckdb == "" {
				return "", false
			}
			out.WriteString(p.duckdb)
		}
	}
	return quote(out.String()), true
}

// quote doubles quotes within a string constant.
func quote(s string) string { return strings.ReplaceAll(s, "'", "''") }
