package duckdb

import (
	"fmt"
	"slices"
	"strings"
)

// A Function is one of Redshift's that DuckDB has not, or has otherwise.
type Function struct {
	Name  string
	Forms []Form
	Page  string // of Redshift's documentation
}

// A Form is one way to call a function.
type Form struct {
	Args string // as DuckDB's CREATE MACRO takes them
	Body string // "" if calls are rewritten before DuckDB sees them; see dialect
}

// Functions lists the functions that are added to DuckDB's own.
func Functions() []Function {
	return []Function{
		{"add_months", forms("d, n", addMonths), dg + "r_ADD_MONTHS.html"},
		{"btrim", forms("s", "trim(s)", "s, chars", "trim(s, chars)"), dg + "r_BTRIM.html"},
		{"charindex", forms("part, s", "instr(s, part)"), dg + "r_CHARINDEX.html"},
		// DuckDB's own leaves NULL out.
		{"concat", forms("a, b", "a || b"), dg + "r_CONCAT.html"},
		{"convert_timezone", forms("target, t", convert("'UTC'"), "source, target, t", convert("source")), dg + "CONVERT_TIMEZONE.html"},
		{"decode", decodes(10), dg + "r_DECODE_expression.html"},
		{"initcap", forms("s", initcap), dg + "r_INITCAP.html"},
		{"json_extract_path_text", jsonPaths(5), dg + "JSON_EXTRACT_PATH_TEXT.html"},
		{"len", forms("s", "length(s)"), dg + "r_LEN.html"},
		{"lpad", forms("s, n", pad("lpad", "' '"), "s, n, fill", pad("lpad", "fill")), dg + "r_LPAD.html"},
		{"median", forms("x", median), dg + "r_MEDIAN.html"},
		{"months_between", forms("a, b", monthsBetween), dg + "r_MONTHS_BETWEEN_function.html"},
		{"next_day", forms("d, weekday", nextDay), dg + "r_NEXT_DAY.html"},
		{"nvl", nvls(8), dg + "r_NVL_function.html"},
		{"nvl2", forms("x, present, absent", "CASE WHEN x IS NOT NULL THEN present ELSE absent END"), dg + "r_NVL2.html"},
		{"octet_length", forms("s VARCHAR", "strlen(s)", "b BLOB", "system.main.octet_length(b)"), dg + "r_OCTET_LENGTH.html"},
		{"regexp_count", forms("s, pattern", "length(regexp_extract_all(s, pattern))", "s, pattern, start", "length(regexp_extract_all(substring(s, greatest(start, 1)), pattern))"), dg + "REGEXP_COUNT.html"},
		// DuckDB's own replaces the first match only.
		{
			"regexp_replace",
			forms("s, pattern", "system.main.regexp_replace(s, pattern, '', 'g')", "s, pattern, replacement", "system.main.regexp_replace(s, pattern, replacement, 'g')"),
			dg + "REGEXP_REPLACE.html",
		},
		{"regexp_substr", forms("s, pattern", "regexp_extract(s, pattern)", "s, pattern, start", substr("1"), "s, pattern, start, nth", substr("nth")), dg + "REGEXP_SUBSTR.html"},
		{"rpad", forms("s, n", pad("rpad", "' '"), "s, n, fill", pad("rpad", "fill")), dg + "r_LPAD.html"},
		{"strtol", forms("s, base", strtol), dg + "r_STRTOL.html"},
		{"to_char", forms("t, format", ""), dg + "r_TO_CHAR.html"},
		// Redshift takes 31 June for 1 July unless it is told to be strict; DuckDB
		// always refuses it.
		{"to_date", forms("s, format", "", "s, format, TRUE", ""), dg + "r_TO_DATE_function.html"},
		{"to_timestamp", forms("s, format", ""), dg + "r_TO_TIMESTAMP.html"},
		{"trunc", truncs, dg + "r_TRUNC.html"},
	}
}

const dg = "docs.aws.amazon.com/redshift/latest/dg/"

// The last day of a month stays the last day, which adding an interval does
// not do: it makes 30 May of 30 April.
const addMonths = `CAST(CASE WHEN CAST(d AS DATE) = last_day(CAST(d AS DATE))
	THEN last_day(CAST(d AS TIMESTAMP) + to_months(CAST(n AS INTEGER))) + (CAST(d AS TIMESTAMP) - CAST(CAST(d AS DATE) AS TIMESTAMP))
	ELSE CAST(d AS TIMESTAMP) + to_months(CAST(n AS INTEGER)) END AS TIMESTAMP)`

// A word is a run of letters and digits.
const initcap = `array_to_string(list_transform(regexp_extract_all(s, '[\pL\pN]+|[^\pL\pN]+'),
	lambda word: upper(word[1]) || lower(word[2:])), '')`

// The mean of the two values in the middle, by decimal arithmetic: DuckDB's own
// interpolates and then cuts the result to the scale of its argument, so that
// the median of 1.24 and 1.25 would be 1.24. The middle one from below is the
// discrete quantile; from above it is that of the negated values.
const median = "(quantile_disc(x, 0.5) - quantile_disc(-x, 0.5)) * 0.5"

const monthsBetween = `CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE
	(year(CAST(a AS TIMESTAMP)) - year(CAST(b AS TIMESTAMP))) * 12 + month(CAST(a AS TIMESTAMP)) - month(CAST(b AS TIMESTAMP))
	+ CASE WHEN day(CAST(a AS TIMESTAMP)) = day(CAST(b AS TIMESTAMP))
		OR CAST(a AS DATE) = last_day(CAST(a AS TIMESTAMP)) AND CAST(b AS DATE) = last_day(CAST(b AS TIMESTAMP)) THEN 0.0::DOUBLE
	ELSE (day(CAST(a AS TIMESTAMP)) - day(CAST(b AS TIMESTAMP))
		+ (epoch(CAST(CAST(a AS TIMESTAMP) AS TIME)) - epoch(CAST(CAST(b AS TIMESTAMP) AS TIME))) / 86400.0::DOUBLE) / 31.0::DOUBLE END END`

const nextDay = `CAST(d AS DATE) + CAST((CASE lower(left(weekday, 1))
	WHEN 'm' THEN 1 WHEN 'w' THEN 3 WHEN 'f' THEN 5
	ELSE CASE lower(left(weekday, 2)) WHEN 'su' THEN 0 WHEN 'tu' THEN 2 WHEN 'th' THEN 4 WHEN 'sa' THEN 6 END END
	- dayofweek(CAST(d AS DATE)) + 6) % 7 + 1 AS INTEGER)`

const strtol = `list_reduce(list_transform(string_split(regexp_extract(lower(trim(s)), '^[+-]?(0x)?0*([0-9a-z]*)$', 2), ''),
	lambda digit: CAST(instr('0123456789abcdefghijklmnopqrstuvwxyz', digit) - 1 AS BIGINT)),
	lambda sum, digit: sum * base + digit, 0::BIGINT) * CASE WHEN starts_with(trim(s), '-') THEN -1 ELSE 1 END`

var truncs = forms(
	"t TIMESTAMP", "CAST(t AS DATE)",
	"t TIMESTAMPTZ", "CAST(t AS DATE)",
	"x DECIMAL(38,10)", "system.main.trunc(x)",
	"x DOUBLE", "system.main.trunc(x)",
	"x, places", "system.main.trunc(x, places)",
)

// forms pairs arguments with bodies.
func forms(pairs ...string) []Form {
	var out []Form
	for pair := range slices.Chunk(pairs, 2) {
		out = append(out, Form{Args: pair[0], Body: pair[1]})
	}
	return out
}

// convert is the body of convert_timezone. The result is the wall clock of the
// target zone.
func convert(source string) string {
	return inZone("target", inZone(source, "CAST(t AS TIMESTAMP)"))
}

// inZone is timezone(zone, t). DuckDB looks a zone up for each row unless it is a
// constant, at the cost of some microseconds: so the usual ones are constants.
func inZone(name, t string) string {
	var cases strings.Builder
	for _, z := range []string{"UTC", "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"} {
		fmt.Fprintf(&cases, " WHEN '%[1]s' THEN timezone('%[1]s', %[2]s)", z, t)
	}
	return "CASE " + name + cases.String() + " ELSE timezone(" + zone(name) + ", " + t + ") END"
}

// zone reads an abbreviation as Redshift does: a fixed offset all year round.
// DuckDB would take PST for the whole zone, with its summer time.
func zone(arg string) string {
	var cases strings.Builder
	for _, z := range []struct{ name, west string }{
		{"EST", "5"},
		{"EDT", "4"},
		{"CST", "6"},
		{"CDT", "5"},
		{"MST", "7"},
		{"MDT", "6"},
		{"PST", "8"},
		{"PDT", "7"},
		{"AKST", "9"},
		{"AKDT", "8"},
		{"HST", "10"},
	} {
		fmt.Fprintf(&cases, " WHEN '%s' THEN 'Etc/GMT+%s'", z.name, z.west)
	}
	return "CASE upper(" + arg + ")" + cases.String() + " ELSE " + arg + " END"
}

// decodes are the forms of decode with up to n pairs. NULL equals NULL in it.
func decodes(n int) []Form {
	var out []Form
	args, body := "x", "CASE"
	for i := 1; i <= n; i++ {
		args += fmt.Sprintf(", s%d, r%d", i, i)
		body += fmt.Sprintf(" WHEN x IS NOT DISTINCT FROM s%d THEN r%d", i, i)
		out = append(out, Form{args, body + " END"}, Form{args + ", other", body + " ELSE other END"})
	}
	return out
}

// nvls are the forms of nvl with 2 to n arguments.
func nvls(n int) []Form {
	var out []Form
	args := []string{"a1"}
	for i := 2; i <= n; i++ {
		args = append(args, fmt.Sprint("a", i))
		list := strings.Join(args, ", ")
		out = append(out, Form{list, "coalesce(" + list + ")"})
	}
	return out
}

// jsonPaths are the forms of json_extract_path_text with up to n elements. What
// is not there is the empty string, as in Redshift.
func jsonPaths(n int) []Form {
	var out []Form
	args, path := "document", "'$'"
	for i := 1; i <= n; i++ {
		args += fmt.Sprintf(", e%d", i)
		path += fmt.Sprintf(` || '."' || e%d || '"'`, i)
		out = append(out, Form{args, "CASE WHEN document IS NOT NULL THEN coalesce(json_extract_string(document, " + path + "), '') END"})
	}
	return out
}

func pad(function, fill string) string {
	return "CASE WHEN n < 0 THEN '' ELSE system.main." + function + "(s, CAST(n AS INTEGER), " + fill + ") END"
}

func substr(nth string) string {
	return "coalesce(regexp_extract_all(substring(s, greatest(start, 1)), pattern)[" + nth + "], CASE WHEN s IS NOT NULL AND pattern IS NOT NULL THEN '' END)"
}

// macros are the statements that add Functions to a database.
func macros() []string {
	var out []string
	for _, f := range Functions() {
		var overloads []string
		for _, form := range f.Forms {
			if form.Body != "" {
				overloads = append(overloads, "("+form.Args+") AS "+form.Body)
			}
		}
		if len(overloads) > 0 {
			out = append(out, "CREATE MACRO "+f.Name+strings.Join(overloads, ", "))
		}
	}
	return out
}
