package measure

import (
	"strings"
	"testing"
)

func TestOnlyOneCallFoldsIntoItself(t *testing.T) {
	for expression, want := range map[string]fold{
		"sum(x)": adds, " SUM ( x ) ": adds, "count(*)": adds, "count(x)": adds, "min(x)": least, "Max(x)": greatest,
		"sum(case when (a = ')') then (b + c) * 2 else 0 end)": adds,
		`sum("odd)name")`:                 adds,
		"sum(x) - sum(y)":                 never,
		"sum(x) / (count(*))":             never,
		"(sum(x))":                        never,
		"sum(x) + 1":                      never,
		"1 + sum(x)":                      never,
		"count(distinct x)":               never,
		"count(DISTINCT(x))":              never,
		"sum(x) filter (where (y))":       never,
		"sum(x) over ()":                  never,
		"sum(x order by y)":               never,
		"sum((select sum(y) from slice))": never,
		"sum(columns(*))":                 never,
		"median(x)":                       never,
		"avg(x)":                          never,
		"round(sum(x), 1)":                never,
		"percentile_cont(0.9) within group (order by days)": never,
		"sum(x":             never,
		"sum(')":            never,
		"sum(x /* ) */)":    never,
		"sum(x -- )\n)":     never,
		`sum(e'\') + f(')`:  never,
		"sum($$)$$ + f(x))": never,
		"":                  never,
		"x":                 never,
	} {
		if got := foldOf(expression); got != want {
			t.Errorf("%s has the fold %d, want %d", expression, got, want)
		}
	}
}

func FuzzFoldOf(f *testing.F) {
	for _, s := range []string{"sum(x)", "count(*) - (1)", `sum("a")`, "min(')'')')", "max(a)(b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if foldOf(expression) == never || strings.ContainsAny(expression, `'"`) {
			return
		}
		// Without quotes, the first parenthesis closes with the last byte.
		depth := 0
		text := strings.TrimSpace(expression)
		for i, c := range text {
			switch c {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 && c == ')' && i < len(text)-1 {
				t.Errorf("%q is taken for one call", expression)
			}
		}
	})
}
