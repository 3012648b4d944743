package duckdb_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

const dg = "docs.aws.amazon.com/redshift/latest/dg/"

// Calls of Redshift's functions with the results that its documentation prints
// or, where it prints none, states in words. Results are as text, NULL as "null".
var redshift = []struct{ page, sql, want string }{
	{"r_ADD_MONTHS.html", "add_months('2008-01-01 05:07:30', 1)", "2008-02-01 05:07:30"},
	{"r_ADD_MONTHS.html", "add_months('2008-03-31', 1)", "2008-04-30 00:00:00"},
	{"r_ADD_MONTHS.html", "add_months('2008-04-30', 1)", "2008-05-31 00:00:00"},
	{"r_ADD_MONTHS.html", "trunc(add_months(date '2008-01-03', 12))", "2009-01-03"},
	{"r_ADD_MONTHS.html", "add_months(date '2008-03-15', -1)", "2008-02-15 00:00:00"},
	{"r_ADD_MONTHS.html", "add_months(cast(null as date), 1)", "null"},
	{"r_BTRIM.html", "btrim('     abc    ')", "abc"},
	{"r_BTRIM.html", "btrim('xyzaxyzbxyzcxyz', 'xyz')", "axyzbxyzc"},
	{"r_CHARINDEX.html", "charindex('dog', 'fish')", "0"},
	{"r_CHARINDEX.html", "charindex('fish', 'dogfish')", "4"},
	{"r_CONCAT.html", "concat('December 25, ', '2008')", "December 25, 2008"},
	{"r_CONCAT.html", "concat('Thursday, ', concat('December 25, ', '2008'))", "Thursday, December 25, 2008"},
	{"r_CONCAT.html", "concat('a', null)", "null"},
	{"CONVERT_TIMEZONE.html", "convert_timezone('PST', timestamp '2008-08-24 09:36:12')", "2008-08-24 01:36:12"},
	{"CONVERT_TIMEZONE.html", "convert_timezone('US/Pacific', timestamp '2008-08-24 09:36:12')", "2008-08-24 02:36:12"},
	{"CONVERT_TIMEZONE.html", "convert_timezone('EST', 'PST', timestamp '2008-03-05 12:25:29')", "2008-03-05 09:25:29"},
	{"CONVERT_TIMEZONE.html", "convert_timezone('America/New_York', '2013-02-01 08:00:00')", "2013-02-01 03:00:00"},
	{"CONVERT_TIMEZONE.html", "convert_timezone('America/New_York', '2013-06-01 08:00:00')", "2013-06-01 04:00:00"},
	{"r_DECODE_expression.html", "decode('2008-06-01', '2008-06-01', 'June 1st, 2008')", "June 1st, 2008"},
	{"r_DECODE_expression.html", "decode('2008-06-02', '2008-06-01', 'June 1st, 2008')", "null"},
	{"r_DECODE_expression.html", "decode('MLS', 'NHL', 'National Hockey League', 'MLB', 'Major League Baseball', 'MLS', 'Major League Soccer', 'Unknown')", "Major League Soccer"},
	{"r_DECODE_expression.html", "decode('Jazz', 'NHL', 'National Hockey League', 'Unknown')", "Unknown"},
	{"r_DECODE_expression.html", "decode(cast(null as int), null, 0, 1)", "0"},
	{"r_DECODE_expression.html", "decode(76125, null, 0, 1)", "1"},
	{"r_GREATEST_LEAST.html", "greatest('Lars', 'Ratliff')", "Ratliff"},
	{"r_GREATEST_LEAST.html", "greatest(1, null, 3)", "3"},
	{"r_GREATEST_LEAST.html", "least(null, 2, 5)", "2"},
	{"r_INITCAP.html", "initcap('All non-musical theatre')", "All Non-Musical Theatre"},
	{"r_INITCAP.html", "initcap('MLB')", "Mlb"},
	{"r_INITCAP.html", "initcap('sodales@blanditviverraDonec.ca')", "Sodales@Blanditviverradonec.Ca"},
	{"JSON_EXTRACT_PATH_TEXT.html", `json_extract_path_text('{"f2":{"f3":1},"f4":{"f5":99,"f6":"star"}}', 'f4', 'f6')`, "star"},
	{"JSON_EXTRACT_PATH_TEXT.html", `json_extract_path_text('{"f2":{"f3":1}}', 'f4')`, ""},
	{"r_LAST_DAY.html", "last_day(timestamp '2014-01-10 00:00:01')", "2014-01-31"},
	{"r_LEN.html", "len('español')", "7"},
	{"r_LEN.html", "octet_length('español')", "8"},
	{"r_LPAD.html", "lpad('La Cenerentola (Cinderella)', 20)", "La Cenerentola (Cind"},
	{"r_LPAD.html", "lpad('Salome', 8)", "  Salome"},
	{"r_LPAD.html", "rpad('Salome', 20, '0123456789')", "Salome01234567890123"},
	{"r_LPAD.html", "lpad('Salome', -1)", ""},
	{"r_MONTHS_BETWEEN_function.html", "months_between('1969-01-18', '1969-03-18')", "-2.0"},
	{"r_MONTHS_BETWEEN_function.html", "round(months_between(timestamp '2008-12-25 15:00:00', timestamp '2008-01-21 19:30:00'), 2)", "11.12"},
	{"r_MONTHS_BETWEEN_function.html", "round(months_between(timestamp '2008-12-01 19:30:00', timestamp '2008-01-03 15:00:00'), 2)", "10.94"},
	{"r_MONTHS_BETWEEN_function.html", "round(months_between(timestamp '2008-12-07 14:00:00', timestamp '2008-01-16 19:30:00'), 2)", "10.7"},
	{"r_MONTHS_BETWEEN_function.html", "months_between('2014-09-30', '2014-08-31')", "1.0"},
	{"r_MONTHS_BETWEEN_function.html", "months_between(timestamp '2014-02-15 10:00:00', timestamp '2014-01-15 12:00:00')", "1.0"},
	{"r_NEXT_DAY.html", "next_day('2014-08-20', 'Tuesday')", "2014-08-26"},
	{"r_NEXT_DAY.html", "next_day(date '2008-07-06', 'Monday')", "2008-07-07"},
	{"r_NEXT_DAY.html", "next_day(date '2014-08-26', 'Tu')", "2014-09-02"},
	{"r_NVL_function.html", "nvl(null, null, 12)", "12"},
	{"r_NVL2.html", "nvl2(null, 'email', 'phone')", "phone"},
	{"r_NVL2.html", "nvl2('x', 'email', 'phone')", "email"},
	{"REGEXP_COUNT.html", "regexp_count('abcdefghijklmnopqrstuvwxyz', '[a-z]{3}')", "8"},
	{"REGEXP_COUNT.html", "regexp_count('euismod@turpis.org', '@[^.]*[.](org|edu)')", "1"},
	{"REGEXP_COUNT.html", "regexp_count('abcabc', 'a', 2)", "1"},
	{"REGEXP_REPLACE.html", "regexp_replace('sed@lacusUtnec.ca', '@.*[.](org|gov|com|edu|ca)$')", "sed"},
	{"REGEXP_REPLACE.html", "regexp_replace('sed@lacusUtnec.ca', '@.*[.][[:alpha:]]{2,3}', '@internal.company.com')", "sed@internal.company.com"},
	{"REGEXP_REPLACE.html", "regexp_replace('fox fox', 'fox', 'dog')", "dog dog"},
	{"REGEXP_SUBSTR.html", "regexp_substr('Suspendisse.tristique@nonnisiAenean.edu', '@[^.]*')", "@nonnisiAenean"},
	{"REGEXP_SUBSTR.html", "regexp_substr('a1 b2 c3', '[a-z][0-9]', 2, 2)", "c3"},
	{"REGEXP_SUBSTR.html", "regexp_substr('abc', '[0-9]')", ""},
	{"SPLIT_PART.html", "split_part('abc$def$ghi', '$', 2)", "def"},
	{"r_STRTOL.html", "strtol('0xf', 16)", "15"},
	{"r_STRTOL.html", "strtol('abcd1234', 16)", "2882343476"},
	{"r_STRTOL.html", "strtol('1234567', 8)", "342391"},
	{"r_STRTOL.html", "strtol('110101', 2)", "53"},
	{"r_STRTOL.html", "strtol('', 10)", "0"},
	{"r_TO_CHAR.html", "to_char(timestamp '2009-12-31 23:15:59', 'MONTH-DY-DD-YYYY HH12:MIPM')", "DECEMBER -THU-31-2009 11:15PM"},
	{"r_TO_CHAR.html", "to_char(timestamp '2009-12-31 23:15:59', 'DDD')", "365"},
	{"r_TO_CHAR.html", "to_char(timestamp '2022-05-16 23:15:59', 'ID')", "1"},
	{"r_TO_CHAR.html", "to_char(timestamp '2008-01-25 14:30:00', 'MON-DD-YYYY HH12:MIPM')", "JAN-25-2008 02:30PM"},
	{"r_TO_CHAR.html", "to_char(timestamp '2009-12-31 23:15:59', 'HH24:MI:SS')", "23:15:59"},
	{"r_FORMAT_strings.html", "to_char(date '2009-08-03', 'YYYY Q Mon')", "2009 3 Aug"},
	{"r_TO_DATE_function.html", "to_date('02 Oct 2001', 'DD Mon YYYY')", "2001-10-02"},
	{"r_TO_DATE_function.html", "to_date('20010631', 'YYYYMMDD', TRUE)", "error"},
	{"r_TO_DATE_function.html", "to_date('20010630', 'YYYYMMDD' , true )", "2001-06-30"},
	{"r_TRUNC.html", "trunc(111.15)", "111"},
	{"r_TRUNC.html", "trunc(111.15, 1)", "111.1"},
	{"r_TRUNC.html", "trunc(111.15, -1)", "110"},
	{"r_TRUNC.html", "trunc(timestamp '2011-07-21 10:32:38.248109')", "2011-07-21"},
	// The order of NULLs, integer division and intervals.
	{"r_ORDER_BY_clause.html", "(select listagg(nvl(cast(x as varchar), 'n'), '') from (select x from (values (1), (null), (2)) t(x) order by x desc))", "n21"},
	{"r_OPERATOR_SYMBOLS.html", "7 / 2", "3"},
	{"r_interval_literals.html", "date '2008-12-31' + interval '1 minute'", "2008-12-31 00:01:00"},
	{"r_interval_literals.html", "date '2008-12-31' + interval '52 weeks'", "2009-12-30 00:00:00"},
	{"r_interval_literals.html", "date '2023-03-31' - interval '4 months'", "2022-11-30 00:00:00"},
}

func TestFunctionsAnswerAsRedshiftDocuments(t *testing.T) {
	w := openWarehouse(t)
	for _, f := range redshift {
		got := scalar(w, f.sql)
		if f.want == "error" && strings.HasPrefix(got, "error:") {
			continue
		}
		if got != f.want {
			t.Errorf("%s is %q, want %q (%s%s)", f.sql, got, f.want, dg, f.page)
		}
	}
}

// scalar is the one value of a query as text.
func scalar(w *duckdb.Warehouse, expression string) string {
	out := "no row"
	for batch, err := range w.Query(context.Background(), archwire.Query{SQL: "select cast(" + expression + " as varchar) as v"}) {
		if err != nil {
			return fmt.Sprint("error: ", err)
		}
		if out = batch.Column(0).ValueStr(0); batch.Column(0).IsNull(0) {
			out = "null"
		}
	}
	return out
}

func openWarehouse(t *testing.T) *duckdb.Warehouse {
	t.Helper()
	w, err := duckdb.Open(context.Background(), duckdb.Config{Path: filepath.Join(t.TempDir(), "warehouse.duckdb"), Memory: "512MB", Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func TestEveryFunctionHasADocumentedExample(t *testing.T) {
	for _, f := range duckdb.Functions() {
		found := f.Name == "median" || f.Name == "to_timestamp" // aggregates and zoned results are tested apart
		for _, row := range redshift {
			found = found || strings.Contains(row.sql, f.Name+"(")
		}
		if !found {
			t.Errorf("%s has no row in the table", f.Name)
		}
	}
}

func TestMedianIsExact(t *testing.T) {
	w := openWarehouse(t)
	for sql, want := range map[string]string{
		"(select median(x) from (values (1.25::decimal(12,2)), (1.24)) t(x))":         "1.245",
		"(select median(x) from (values (1), (2), (4), (9)) t(x))":                    "3.0",
		"(select median(x) from (values (5), (1), (3)) t(x))":                         "3.0",
		"(select median(x) from (values (7), (null)) t(x))":                           "7.0",
		"(select median(x) from (values (cast(null as decimal(12,2)))) t(x))":         "null",
		"(select median(x) from (values (99999999999999999.99::decimal(19,2))) t(x))": "99999999999999999.990",
	} {
		if got := scalar(w, sql); got != want {
			t.Errorf("%s is %s, want %s", sql, got, want)
		}
	}
}

func TestListaggTakesRedshiftsGrammar(t *testing.T) {
	w := openWarehouse(t)
	for sql, want := range map[string]string{
		"(select listagg(x, ', ') within group (order by x) from (values (380), (1178), (380)) t(x))":                   "380, 380, 1178",
		"(select listagg(distinct x, ', ') within group (order by x) from (values (380), (1178), (380)) t(x))":          "380, 1178",
		"(select listagg(x) within group (order by y desc) from (values ('a', 1), ('b', 2)) t(x, y))":                   "ba",
		"(select LISTAGG ( replace(x, ')', '(') , '|' )\nwithin\ngroup ( order by x ) from (values (')'), ('z')) t(x))": "(|z",
	} {
		if got := scalar(w, sql); got != want {
			t.Errorf("%s is %q, want %q", sql, got, want)
		}
	}
}
