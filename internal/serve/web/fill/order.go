package fill

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// order lists the values of a dimension of an answer: in the order that is given, then
// by number or alphabet.
func order(a *answer, dimension int, given []string) []string {
	var out []string
	for _, p := range a.parts {
		if !slices.Contains(out, p.by[dimension]) {
			out = append(out, p.by[dimension])
		}
	}
	place := func(value string) int {
		if i := slices.Index(given, value); i >= 0 {
			return i
		}
		return len(given)
	}
	slices.SortStableFunc(out, func(x, y string) int {
		return cmp.Or(cmp.Compare(place(x), place(y)), cmp.Compare(kind(x), kind(y)), byNumber(x, y), cmp.Compare(x, y))
	})
	return out
}

// kind puts words before numbers, and what is over the last number behind: due today,
// 1-30, over 180.
func kind(text string) int {
	_, numbered := leading(text)
	switch {
	case numbered:
		return 1
	case strings.HasPrefix(text, "over "), strings.HasPrefix(text, ">"):
		return 2
	}
	return 0
}

// byNumber compares texts that both begin as whole numbers: 9-10 comes before 10-11.
func byNumber(x, y string) int {
	n, ok := leading(x)
	m, also := leading(y)
	if !ok || !also {
		return 0
	}
	return cmp.Compare(n, m)
}

func leading(text string) (int, bool) {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(text[:end])
	return n, err == nil
}
