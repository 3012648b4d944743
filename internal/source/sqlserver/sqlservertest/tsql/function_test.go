package tsql

import (
	"testing"
)

// Expected values are those of the pages of Transact-SQL reference that each
// test names, unless it says otherwise.

func TestConversionStyles(t *testing.T) { // CAST and CONVERT
	t.Parallel()
	c := enter(t, engine(t))
	for sql, want := range map[string]string{
		// Binary styles.
		"CONVERT(char(8), 0x4E616d65, 0)":            "Name    ",
		"CONVERT(char(8), 0x4E616d65, 1)":            "0x4E616D",
		"CONVERT(char(8), 0x4E616d65, 2)":            "4E616D65",
		"CONVERT(binary(8), 'Name', 0)":              "0x4E616D6500000000",
		"CONVERT(binary(4), '0x4E616D65', 1)":        "0x4E616D65",
		"CONVERT(binary(4), '4E616D65', 2)":          "0x4E616D65",
		"CONVERT(binary(8), CONVERT(bigint, 48211))": "0x000000000000BC53", // 0xBC53 is 48211
		"CONVERT(bigint, 0x000000000000BC53)":        "48211",
		"CONVERT(varbinary(8), CONVERT(float, 0.5))": "0x3FE0000000000000", // IEEE 754
		"CONVERT(varbinary(4), CONVERT(real, -2.0))": "0xC0000000",
		// money and smallmoney styles.
		"CONVERT(varchar(20), CONVERT(money, 4235.9819))":       "4235.98",
		"CONVERT(varchar(20), CONVERT(money, 3510.92), 1)":      "3,510.92",
		"CONVERT(varchar(20), CONVERT(money, 4235.9819), 2)":    "4235.9819",
		"CONVERT(varchar(20), CONVERT(money, -1234567.891), 1)": "-1,234,567.89",
		// Date and time styles: their patterns.
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 0)":                     "May  4 2006  3:02AM",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 1)":                     "05/04/06",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 101)":                   "05/04/2006",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 104)":                   "04.05.2006",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 112)":                   "20060504",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 120)":                   "2006-05-04 03:02:01",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 121)":                   "2006-05-04 03:02:01.987",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.987'), 126)":                   "2006-05-04T03:02:01.987",
		"CONVERT(varchar(30), CONVERT(datetime, '2006-05-04T03:02:01.000'), 126)":                   "2006-05-04T03:02:01",
		"CONVERT(varchar(40), CONVERT(datetime2(7), '2006-05-04T03:02:01.1234567'), 126)":           "2006-05-04T03:02:01.1234567",
		"CONVERT(varchar(40), CONVERT(datetimeoffset(7), '2006-05-04 03:02:01.1 +02:00'), 126)":     "2006-05-04T03:02:01.1000000+02:00",
		"CONVERT(varchar(40), CONVERT(datetimeoffset(7), '2006-05-04 03:02:01.1 +02:00'), 127)":     "2006-05-04T01:02:01.1000000Z",
		"CONVERT(varchar(40), CONVERT(datetimeoffset(2), '2006-05-04 03:02:01.1 -02:30'))":          "2006-05-04 03:02:01.10 -02:30",
		"CONVERT(varchar(40), CONVERT(time(3), '03:02:01.9876'))":                                   "03:02:01.988",
		"CONVERT(varchar(10), CONVERT(date, '20060504'))":                                           "2006-05-04",
		"CONVERT(varchar(10), CONVERT(datetime2, '2006-05-04 03:02:01'), 120)":                      "2006-05-04",
		"CONVERT(varchar(36), CONVERT(uniqueidentifier, '{F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6}'))": "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
		// float and real styles.
		"CONVERT(varchar(30), CONVERT(float, 123456789))":         "1.23457e+008",
		"CONVERT(varchar(30), CONVERT(float, 1.5))":               "1.5",
		"CONVERT(varchar(30), CONVERT(float, 1.5), 1)":            "1.5000000e+000",
		"CONVERT(varchar(30), CONVERT(float, 1) / 3, 2)":          "3.333333333333333e-001",
		"CONVERT(varchar(30), CONVERT(float, 0.1), 3)":            "1.0000000000000001e-001",
		"CONVERT(varchar(2), 123)":                                "*", // Truncating and rounding results
		"CONVERT(varchar(41), CONVERT(decimal(38,10), -0.5))":     "-0.5000000000",
		"CAST(10.6496 AS int)":                                    "10",
		"CAST(-10.6496 AS int)":                                   "-10",
		"CAST(10.3496847 AS money)":                               "10.3497",
		"CAST(10.6496 AS numeric(5,2))":                           "10.65",
		"TRY_CONVERT(int, 'one')":                                 "NULL",
		"CONVERT(bit, 'true')":                                    "1",
		"CAST(CAST(123.45 AS decimal(5,2)) AS varbinary(20))":     "0x0502000139300000", // 12345 is 0x3039
		"CONVERT(varbinary(max), CONVERT(nvarchar(max), N'Zoë'))": "0x5A006F00EB00",
		"CONVERT(varbinary(max), CONVERT(varchar(max), N'Zoë'))":  "0x5A6FEB", // Windows-1252
		"CONVERT(varbinary(max), CONVERT(varchar(max), N'Zoë' COLLATE Latin1_General_100_BIN2_UTF8))": "0x5A6FC3AB",
		"CONVERT(varchar(10), N'日')": "?",
	} {
		c.is("SELECT "+sql, want)
	}
}

func TestConversionsThatFail(t *testing.T) {
	t.Parallel()
	c := enter(t, engine(t))
	for sql, number := range map[string]int32{
		"CONVERT(int, 'one')":                                   245,
		"CONVERT(int, 3000000000)":                              8115,
		"CONVERT(tinyint, 256)":                                 8115,
		"CONVERT(datetime, '2006-13-01')":                       241,
		"CONVERT(datetime, CONVERT(date, '0001-01-01'))":        242,
		"CONVERT(decimal(3,1), 100)":                            8115,
		"CONVERT(uniqueidentifier, 'x')":                        8169,
		"CONVERT(char(10), NEWID())":                            8170,
		"CONVERT(int, CONVERT(date, '20060101'))":               529,
		"CONVERT(varchar(5), CONVERT(decimal(10,2), 12345.67))": 8115,
		"CONVERT(float, 'x')":                                   8114,
		"1/0":                                                   8134,
		"2147483647 + 1":                                        8115,
		"CONVERT(varchar(20), GETDATE(), 999)":                  281,
	} {
		c.fails(number, "SELECT "+sql)
	}
}

func TestDatetimeIsRoundedToThirdsOfHundredths(t *testing.T) { // datetime, smalldatetime
	t.Parallel()
	c := enter(t, engine(t))
	for text, want := range map[string]string{
		"1998-01-01 23:59:59.999": "1998-01-02 00:00:00.000",
		"1998-01-01 23:59:59.995": "1998-01-01 23:59:59.997",
		"1998-01-01 23:59:59.998": "1998-01-01 23:59:59.997",
		"1998-01-01 23:59:59.992": "1998-01-01 23:59:59.993",
		"1998-01-01 23:59:59.994": "1998-01-01 23:59:59.993",
		"1998-01-01 23:59:59.990": "1998-01-01 23:59:59.990",
		"1998-01-01 23:59:59.991": "1998-01-01 23:59:59.990",
	} {
		c.is("SELECT CONVERT(datetime, '"+text+"')", want)
	}
	c.is("SELECT CONVERT(varchar(30), CAST('2007-05-08 12:35:29.998' AS smalldatetime), 120), CONVERT(varchar(30), CAST('2007-05-08 12:35:29.999' AS smalldatetime), 120)",
		"2007-05-08 12:35:00|2007-05-08 12:36:00")
	// From compatibility level 130 a datetime has all digits of its third.
	c.is("SELECT CONVERT(datetime2(7), CONVERT(datetime, '2006-01-01 00:00:00.003')), CONVERT(datetime2(3), CONVERT(datetime, '2006-01-01 00:00:00.007'))",
		"2006-01-01 00:00:00.0033333|2006-01-01 00:00:00.007")
	c.is("SELECT CONVERT(datetime2(0), '2006-12-31 23:59:59.9')", "2007-01-01 00:00:00")
}

func TestDateFunctions(t *testing.T) { // DATEPART, DATEDIFF, DATEADD, EOMONTH, SWITCHOFFSET
	t.Parallel()
	c := enter(t, engine(t))
	for part, want := range map[string]string{
		"year": "2007", "quarter": "4", "month": "10", "dayofyear": "303", "day": "30", "week": "44", "weekday": "3", "hour": "12", "minute": "15",
		"second": "32", "millisecond": "123", "microsecond": "123456", "nanosecond": "123456700", "tzoffset": "310", "iso_week": "44",
	} {
		c.is("SELECT DATEPART("+part+", '2007-10-30 12:15:32.1234567 +05:10')", want)
	}
	for _, part := range []string{"year", "quarter", "month", "dayofyear", "day", "week", "weekday", "hour", "minute", "second", "millisecond", "microsecond"} {
		c.is("SELECT DATEDIFF("+part+", '2005-12-31 23:59:59.9999999', '2006-01-01 00:00:00.0000000')", "1")
	}
	c.is("SELECT DATEDIFF_BIG(microsecond, CONVERT(datetime2(7), '1970-01-01T00:00:00', 126), CONVERT(datetime2(7), '1969-12-31T23:59:59.9999989'))", "-2")
	c.is("SELECT DATEDIFF(day, CONVERT(date, '19700101', 112), CONVERT(date, '0001-01-01'))", "-719162")
	c.is("SELECT CONVERT(date, DATEADD(month, 1, '20060830')), CONVERT(date, DATEADD(month, 1, '2006-08-31'))", "2006-09-30|2006-09-30")
	c.is("SELECT EOMONTH('20240210'), EOMONTH('20240210', 1)", "2024-02-29|2024-03-31")
	c.is("SELECT CONVERT(varchar(40), SWITCHOFFSET(CONVERT(datetimeoffset, '1998-09-20 7:45:50.71345 -5:00'), '-08:00'))", "1998-09-20 04:45:50.7134500 -08:00")
	c.fails(535, "SELECT DATEDIFF(microsecond, '19000101', '20000101')")
	c.fails(517, "SELECT DATEADD(year, 2147483647, '20060731')")
}

func TestTextFunctions(t *testing.T) { // String functions, HASHBYTES
	t.Parallel()
	c := enter(t, engine(t))
	for sql, want := range map[string]string{
		"STUFF('abcdef', 2, 3, 'ijklmn')":                        "aijklmnef",
		"REPLACE('abcdefghicde','cde','xxx')":                    "abxxxfghixxx",
		"QUOTENAME('abc[]def')":                                  "[abc[]]def]",
		"SUBSTRING('abcdef', 2, 3)":                              "bcd",
		"SUBSTRING('abcdef', 0, 3)":                              "ab",
		"LEFT('abcdefg', 2)":                                     "ab",
		"RIGHT('abcdefg', 2)":                                    "fg",
		"CONCAT('Happy ', 'Birthday ', 11, '/', '25')":           "Happy Birthday 11/25",
		"CONCAT('a', NULL, 'b')":                                 "ab",
		"'a' + NULL":                                             "NULL",
		"LEN(N'ab  ')":                                           "2",
		"LEN(N'😀')":                                              "2",
		"DATALENGTH(N'ab  ')":                                    "8",
		"DATALENGTH(CONVERT(decimal(12,2), 1))":                  "9",
		"UNICODE(N'Å')":                                          "197",
		"NCHAR(143743 % 65536)":                                  "ㅿ",
		"CHARINDEX('bicycle', 'Reflectors are vital bicycle')":   "22",
		"HASHBYTES('MD5', 'abc')":                                "0x900150983CD24FB0D6963F7D28E17F72",         // RFC 1321, A.5
		"HASHBYTES('SHA1', 'abc')":                               "0xA9993E364706816ABA3E25717850C26C9CD0D89D", // RFC 3174
		"CONVERT(bigint, SUBSTRING(HASHBYTES('MD5', ''), 1, 8))": "-3162216497309240828",                       // d41d8cd98f00b204
	} {
		c.is("SELECT "+sql, want)
	}
}

func TestNumberFunctions(t *testing.T) { // ROUND, FLOOR, "Precision, scale, and length"
	t.Parallel()
	c := enter(t, engine(t))
	for sql, want := range map[string]string{
		"ROUND(123.9994, 3)":           "123.9990",
		"ROUND(123.9995, 3)":           "124.0000",
		"ROUND(123.4545, 2)":           "123.4500",
		"ROUND(123.45, -2)":            "100.00",
		"ROUND(150.75, 0)":             "151.00",
		"ROUND(150.75, 0, 1)":          "150.00",
		"ROUND(748.58, -1)":            "750.00",
		"FLOOR(123.45)":                "123",
		"FLOOR(-123.45)":               "-124",
		"FLOOR(CAST(123.45 AS money))": "123.0000",
		"CEILING(-123.45)":             "-123",
		"7 / 2":                        "3",
		"-7 / 2":                       "-3",
		"-7 % 3":                       "-1",
		"7.0 / 2":                      "3.500000",
		"CAST(1 AS decimal(10,2)) / 3": "0.333333", // by a literal of one digit: scale max(6, 2+1+1)
		"CAST(1 AS decimal(38,10)) * CAST(1 AS decimal(38,10))": "1.000000",
		"CAST(0.1 AS decimal(38,20)) / 3":                       "0.03333333333333333333", // 40 digits by 22 become 38 by 20
		"CAST(1 AS decimal(38,0)) / 1000":                       "0.001000",
		"SIGN(-1.5)":                                            "-1.0",
		"POWER(2, 10)":                                          "1024",
		"6 & 3":                                                 "2",
		"~5":                                                    "-6",
		"CONVERT(bigint, -9223372036854775807) & CONVERT(bigint, -16)": "-9223372036854775808",
	} {
		c.is("SELECT "+sql, want)
	}
	c.fails(8115, "SELECT ROUND(748.58, -3)")
	c.is("SELECT SUM(x), AVG(x), MIN(x), COUNT(x), COUNT(*) FROM (VALUES (1), (2), (4), (NULL)) AS v(x)", "7|2|1|3|4")
	c.is("SELECT SUM(x), AVG(x) FROM (VALUES (1.5), (2.25)) AS v(x)", "3.75|1.875000")
	c.fails(8115, "SELECT SUM(x) FROM (VALUES (2147483647), (1)) AS v(x)")
}

func TestTextComparesByItsCollation(t *testing.T) { // Collation and Unicode support; "=": trailing blanks (KB 316626)
	t.Parallel()
	c := enter(t, engine(t))
	yes := func(cond string) { t.Helper(); c.is("SELECT CASE WHEN "+cond+" THEN 1 ELSE 0 END", "1") }
	yes("'abc' = 'ABC'")
	yes("'abc' = 'abc   '")
	yes("NOT 'abc' = 'abç'")
	yes("NOT 'abc' COLLATE Latin1_General_100_BIN2 = 'ABC'")
	yes("NOT 'abc' COLLATE Latin1_General_CS_AS = 'ABC'")
	yes("'B' > 'a' AND 'B' COLLATE Latin1_General_BIN2 < 'a'")
	yes("'abc' LIKE 'A_%' AND 'a%c' LIKE 'a!%c' ESCAPE '!' AND NOT 'abc' LIKE '[^a]%'")
	yes("CONVERT(uniqueidentifier, '00000000-0000-0000-0000-010000000000') > CONVERT(uniqueidentifier, 'FFFFFFFF-FFFF-FFFF-FFFF-00FFFFFFFFFF')")
	c.is("SELECT COLLATIONPROPERTY('Japanese_CI_AS', 'CodePage'), COLLATIONPROPERTY('Latin1_General_100_CI_AS_SC_UTF8', 'CodePage'), COLLATIONPROPERTY('x', 'CodePage')", "932|65001|NULL")
	c.fails(468, "SELECT 1 FROM (SELECT 'a' COLLATE Greek_CI_AS AS x, 'b' COLLATE Polish_CI_AS AS y) AS v WHERE x = y")
	c.fails(448, "SELECT 'a' COLLATE nothing")
}
