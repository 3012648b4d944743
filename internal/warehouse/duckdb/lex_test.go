package duckdb

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"archwire"
)

func TestTokensJoinToTheirText(t *testing.T) {
	piece := rapid.SampledFrom([]string{"select", " ", "\n", "'a''b'", `"x""y"`, "$1", "$tag$ ' $tag$", "--c\n", "/* a /* b */ c */", "e'\\''", "1.5e3", "(", ",", ";", "'", `"`, "/*", "$", "ü", "\x00"})
	rapid.Check(t, func(r *rapid.T) {
		sql := strings.Join(rapid.SliceOf(piece).Draw(r, "pieces"), "")
		if got := join(lex(sql)); got != sql {
			r.Fatalf("%q comes back as %q", sql, got)
		}
	})
}

func FuzzDialect(f *testing.F) {
	f.Add("select listagg(x, ',') within group (order by y), to_char(t, 'YYYY') from a.b")
	f.Add("select to_date(to_char(t,\n'MON'), 'MON'), listagg(")
	f.Add("to_char(,'')listagg()within group()")
	f.Fuzz(func(t *testing.T, sql string) {
		if got := dialect(sql); strings.Count(got, "\n") != strings.Count(sql, "\n") {
			t.Errorf("%q has other lines than %q", got, sql)
		}
	})
}

func TestDialectRewritesOnlyWhatItKnows(t *testing.T) {
	for sql, want := range map[string]string{
		"select listagg(x, ',') within group (order by y) from t": "select listagg(x, ','    order by y) from t",
		"select listagg(a) from t":                                "select listagg(a, '') from t",
		"select 'listagg(x) within group (order by y)'":           "select 'listagg(x) within group (order by y)'",
		"select listagg":                                        "select listagg",
		"select to_char(d, 'YYYY-MM')":                          "select (strftime(CAST(d AS TIMESTAMP), '%Y-%m'))",
		"select to_char(d, f)":                                  "select to_char(d, f)",
		"select to_date(x, 'YYYYMMDD')":                         "select CAST(strptime(x, '%Y%m%d') AS DATE)",
		"select to_char(to_date(x, 'YYYY'), 'Q')":               "select (CAST(quarter(CAST( CAST(strptime(x, '%Y') AS DATE) AS TIMESTAMP)) AS VARCHAR))",
		"select percentile_cont(0.5) within group (order by y)": "select percentile_cont(0.5) within group (order by y)",
	} {
		squeeze := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "(", "( ")), " ") }
		if got := dialect(sql); squeeze(got) != squeeze(want) {
			t.Errorf("%s becomes %s, want %s", sql, got, want)
		}
	}
}

func FuzzConstantIsNeverMoreThanAConstant(f *testing.F) {
	f.Add("it's", "a\x00b")
	f.Add("\\'; drop table x; --", "'")
	f.Fuzz(func(t *testing.T, a, b string) {
		text, err := write(lex("select $1, $2"), []any{a, b})
		if err != nil {
			t.Fatal(err)
		}
		tokens := lex(text)
		// Outside of strings nothing stands but what we wrote.
		for _, token := range tokens {
			if token.kind == quoted {
				continue
			}
			if !strings.Contains("select $1, $2 chr(0) ||", token.text) {
				t.Fatalf("%q and %q are written as %q", a, b, text)
			}
		}
	})
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	for n, want := range map[archwire.Number]string{
		"1284.50": "DECIMAL(6,2)", "-0.001": "DECIMAL(3,3)", "0": "DECIMAL(1,0)", "007": "DECIMAL(1,0)", "+5.": "DECIMAL(1,0)",
		"99999999999999999999999999999999999999": "DECIMAL(38,0)", "100000000000000000000000000000000000000": "error",
		"1e5": "error", "": "error", ".": "error", "NaN": "error", "1,5": "error",
	} {
		got, err := numberType(n)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q is of type %s, want %s", n, got, want)
		}
	}
}
