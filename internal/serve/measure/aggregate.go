package measure

import (
	"math"
	"strings"
)

// A fold is how an aggregate over some rows comes from the same aggregate over
// parts of them. The zero fold is of aggregates that do not, such as a median.
type fold uint8

const (
	never fold = iota
	adds
	least
	greatest
)

// foldOf is the fold of a metric's expression: that of an expression which is
// one call of sum, count, min or max and nothing around it. What is not certainly
// such a call has none.
func foldOf(expression string) fold {
	name, rest, ok := strings.Cut(expression, "(")
	arguments, ends := strings.CutSuffix(strings.TrimSpace(rest), ")")
	if !ok || !ends || !plainArguments(arguments) {
		return never
	}
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "sum", "count":
		return adds
	case "min":
		return least
	case "max":
		return greatest
	}
	return never
}

// plainArguments says whether text stands whole between the parentheses of a
// call and is computed from the values of one row: no parenthesis of the call's
// own closes within it, and no word makes the rows of the call others than those
// of the query.
func plainArguments(text string) bool {
	if strings.ContainsAny(text, "\\$;\x00") || strings.Contains(text, "--") || strings.Contains(text, "/*") {
		return false
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'' || c == '"':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return false
			}
			i += end + 1
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return false
			}
		case isLetter(c):
			end := i
			for end < len(text) && isLetter(text[end]) {
				end++
			}
			if changesRows(text[i:end]) {
				return false
			}
			i = end - 1
		}
	}
	return depth == 0
}

func isLetter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
}

func changesRows(word string) bool {
	switch strings.ToLower(word) {
	case "distinct", "filter", "over", "order", "within", "select", "from", "columns", "unnest":
		return true
	}
	return false
}

// absent stands for NULL among the parts of a metric.
const absent = math.MinInt64

// join puts two parts together; false says that 64 bits do not hold the result.
func (f fold) join(a, b int64) (int64, bool) {
	switch {
	case a == absent:
		return b, true
	case b == absent:
		return a, true
	case f == least:
		return min(a, b), true
	case f == greatest:
		return max(a, b), true
	}
	sum := a + b
	return sum, (a^sum)&(b^sum) >= 0 && sum != absent
}
