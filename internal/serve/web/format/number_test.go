package format

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"pgregory.net/rapid"
)

// seen is text with spaces that do not break as plain ones, to be read here.
func seen(s string) string { return strings.NewReplacer(noBreak, " ", narrow, " ").Replace(s) }

func TestNumbersForPeople(t *testing.T) {
	var f Format
	for _, c := range []struct{ name, got, want string }{
		{"a ratio of counts", f.Short("0.971", "count"), "0.97"},
		{"a larger one", f.Short("12.34", "count"), "12.3"},
		{"money in a tile", f.Short("1284.50", "usd"), "$1,285"},
		{"half a dollar down", f.Short("-1284.50", "usd"), "−$1,285"},
		{"money in a table", f.Exact("1284.5", "usd"), "$1,284.50"},
		{"small money in a tile", f.Short("0.45", "usd"), "$0.45"},
		{"small whole money", f.Short("9", "usd"), "$9"},
		{"nearly ten", f.Short("9.999", "usd"), "$10"},
		{"no money", f.Short("-0.004", "usd"), "$0.00"},
		{"none", f.Short("", "usd"), "–"},
		{"null", f.Exact("null", "usd"), "–"},
		{"not a number", f.Exact("NaN", "count"), "–"},
		{"rate", f.Short("0.642105", "share"), "64.2 %"},
		{"rate, half", f.Exact("0.6425", "share"), "64.3 %"},
		{"count", f.Exact("1234567", "count"), "1,234,567"},
		{"an average", f.Exact("12.500000", "count"), "12.5"},
		{"days", f.Short("18.000000", "days"), "18 days"},
		{"a day", f.Short("1", "days"), "1 day"},
		{"a day and a half", f.Exact("1.50", "days"), "1.5 days"},
		{"no days", f.Exact("0", "days"), "0 days"},
		{"a project's own unit", f.Exact("2", "visit"), "2 visits"},
		{"change of money", f.Signed("1284.10", "usd"), "+$1,284"},
		{"change down", f.Signed("-3", "count"), "−3"},
		{"change of a rate", f.Signed("-0.021", "share"), "−2.1 points"},
		{"one point", f.Signed("0.01", "share"), "+1.0 point"},
		{"too small to be seen", f.Signed("-0.0001", "share"), "less than 0.1 points"},
		{"percent", f.Percent("0.043"), "+4.3 %"},
		{"percent down", f.Percent("-1.5"), "−150.0 %"},
		{"percent of nothing", f.Percent(""), "–"},
		{"beyond 64 bits", f.Exact("123456789012345678901234.567", "usd"), "$123,456,789,012,345,678,901,234.57"},
		{"thousands", f.Compact("45210", "usd"), "$45K"},
		{"a few thousand", f.Compact("4521", "usd"), "$4.5K"},
		{"two thousand", f.Compact("2000", "usd"), "$2K"},
		{"rounded up to a million", f.Compact("999700", "usd"), "$1M"},
		{"a million and more", f.Compact("-1250000", "usd"), "−$1.3M"},
		{"a few", f.Compact("7.25", "count"), "7.3"},
		{"a billion", f.Compact("12000000000", "count"), "12B"},
		{"a whole rate", f.Compact("0.6", "share"), "60 %"},
		{"half a percent", f.Compact("0.005", "share"), "0.5 %"},
		{"nothing", f.Compact("0.0", "usd"), "$0"},
	} {
		if got := seen(c.got); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNumbersByLanguage(t *testing.T) {
	for header, want := range map[string][3]string{
		"en-US,en;q=0.9":    {"−$1,284.50", "64.2 %", "12,345"},
		"en-GB":             {"−US$1,284.50", "64.2 %", "12,345"},
		"de-AT, de;q=0.8":   {"−1.284,50 $", "64,2 %", "12.345"},
		"fr":                {"−1 284,50 $US", "64,2 %", "12 345"},
		"es-ES":             {"−1284,50 US$", "64,2 %", "12.345"},
		"es-MX":             {"−$1,284.50", "64.2 %", "12,345"},
		"pt-BR":             {"−US$ 1.284,50", "64,2 %", "12.345"},
		"nl-NL,nl;q=0.9":    {"−US$ 1.284,50", "64,2 %", "12.345"},
		"":                  {"−$1,284.50", "64.2 %", "12,345"},
		"zz, *;q=0.1":       {"−$1,284.50", "64.2 %", "12,345"},
		"ja,de;q=0.5":       {"−1.284,50 $", "64,2 %", "12.345"},
		"de;q=0.1, fr;q=.9": {"−1 284,50 $US", "64,2 %", "12 345"},
		"\x00;;;":           {"−$1,284.50", "64.2 %", "12,345"},
	} {
		f := New(header, nil)
		got := [3]string{seen(f.Exact("-1284.50", "usd")), seen(f.Exact("0.642", "share")), seen(f.Count("12345"))}
		if got != want {
			t.Errorf("Accept-Language %q: %q, want %q", header, got, want)
		}
	}
}

// The separators are those of CLDR, as golang.org/x/text has it.
func TestDigitsAreThoseOfTheLanguage(t *testing.T) {
	for i := range locales {
		l := &locales[i]
		p := message.NewPrinter(language.MustParse(l.tag))
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.Int64Range(10_000, math.MaxInt64/100).Draw(t, "n")
			d := decimal{whole: strconv.FormatInt(n, 10)}
			if got, want := (Format{locale: l}).digits(d), p.Sprintf("%d", n); seen(got) != seen(want) {
				t.Fatalf("%s: %s, want %s", l.tag, got, want)
			}
		})
		if got := l.point; !strings.Contains(p.Sprintf("%.1f", 0.5), "0"+got+"5") {
			t.Errorf("%s: the point is %q, want that of %s", l.tag, got, p.Sprintf("%.1f", 0.5))
		}
		if symbol := p.Sprint(currency.Symbol(currency.USD)); l.tag != "es-419" && !strings.Contains(l.money, symbol) {
			t.Errorf("%s: dollars are %q, want %q in it", l.tag, l.money, symbol)
		}
	}
}

func FuzzAcceptLanguage(f *testing.F) {
	for _, seed := range []string{"en-US,en;q=0.9", "de;q=2", "*", ",,,", "es-419", strings.Repeat("a-", 600), "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := New(header, nil)
		if got.Language() == "" || got.Exact("-1284.50", "usd") == None {
			t.Errorf("New(%q) writes %q in %q", header, got.Exact("-1284.50", "usd"), got.Language())
		}
	})
}
