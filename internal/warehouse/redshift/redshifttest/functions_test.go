package redshifttest_test

import (
	"strconv"
	"strings"
	"testing"

	"archwire/internal/warehouse/redshift/redshifttest/redshiftcases"
)

func TestFunctionsAnswerAsDocumented(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	for _, f := range redshiftcases.Functions {
		got := answer(conn, "select "+f.SQL)
		if f.Want == "error" && strings.HasPrefix(got, "error:") {
			continue
		}
		if got != f.Want && !sameNumber(got, f.Want) {
			t.Errorf("%s is %q, want %q (%s%s)", f.SQL, got, f.Want, redshiftcases.Pages, f.Page)
		}
	}
}

// sameNumber says whether two texts are one number: 1 and 1.0 are.
func sameNumber(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	y, failed := strconv.ParseFloat(b, 64)
	return err == nil && failed == nil && x == y
}

// Results that the documentation prints, of functions that the embedded engine has as
// they are, and of aggregates.
func TestMoreFunctionsAnswerAsDocumented(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table n (i integer, d decimal(12,2), s varchar(10))", "insert into n values (1, 1.25, 'b'), (2, 1.24, 'a'), (4, null, 'b')")
	for sql, want := range map[string]string{
		"dateadd(month, 18, '2008-02-28')":                                   "2009-08-28 00:00:00", // DATEADD
		"dateadd(mon, 1, date '2008-04-30')":                                 "2008-05-31 00:00:00", // DATEADD, Usage notes
		"dateadd(d, 30, date '2008-11-01')":                                  "2008-12-01 00:00:00", // DATEADD
		"datediff(qtr, '1998-07-01', '2008-06-30')":                          "39",                  // DATEDIFF: quarters that begin
		"datediff(year, '2008-12-31', '2009-01-01')":                         "1",                   // DATEDIFF: boundaries, not spans
		"datediff('day', '2009-01-01', '2009-12-31')":                        "364",                 // DATEDIFF
		"datediff(hour, '2023-01-01 01:59:59', '2023-01-01 03:00:00')":       "2",                   // DATEDIFF
		"date_part(dow, timestamp '2008-05-02')":                             "5",                   // DATE_PART: Friday
		"extract(week from timestamp '2009-09-09 12:08:43')":                 "37",                  // EXTRACT
		"(select avg(i) from n)":                                             "2",                   // AVG of integers is an integer
		"(select median(d) from n)":                                          "1.245",               // MEDIAN: between the two in the middle
		"(select listagg(s, ',') within group (order by s) from n)":          "a,b,b",               // LISTAGG
		"(select listagg(distinct s, ',') within group (order by s) from n)": "a,b",                 // LISTAGG
		"(select listagg(s) within group (order by i desc) from n)":          "bab",                 // LISTAGG
		"'a' || null":                  "null",                             // Concatenation
		"to_varbyte('616263', 'hex')":  "616263",                           // VARBYTE type: hexadecimal
		"md5('Amazon Redshift')":       "f7415e33f972c03abd4f3fed36748f7a", // MD5
		"cast(1.234 as decimal(10,2))": "1.23",                             // Numeric types
		"len('a\\\\b')":                "3",                                // a backslash escapes
	} {
		if got := answer(conn, "select "+sql); got != want {
			t.Errorf("%s is %q, want %q", sql, got, want)
		}
	}
}
