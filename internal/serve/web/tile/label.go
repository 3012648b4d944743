package tile

import (
	"math/big"
	"slices"
	"unicode/utf8"
)

// Lines have their names at their ends where these are few, short and apart.
const (
	mostNamed   = 4
	longestName = 20 // letters
	letter      = 7  // pixels
	apart       = 11 // that part of the height of a chart holds a name
)

// endApart says whether the lines end so far from each other that their names do
// not run into each other.
func (w writer) endApart(lines []Series) bool {
	var ends []*big.Rat
	for _, s := range lines {
		for _, v := range slices.Backward(s.Values) {
			if a := amount(v.Value); a != nil {
				ends = append(ends, a)
				break
			}
		}
	}
	slices.SortFunc(ends, (*big.Rat).Cmp)
	low, high := w.reach(lines, false)
	s := newScale(low, high, false)
	need := new(big.Rat).Sub(s.to, s.from)
	need.Quo(need, big.NewRat(apart, 1))
	for i := 1; i < len(ends); i++ {
		if new(big.Rat).Sub(ends[i], ends[i-1]).Cmp(need) < 0 {
			return false
		}
	}
	return true
}

// nameLines writes the names of lines at their ends, if they fit.
func (w writer) nameLines(o *option, lines []Series) {
	longest := 0
	for _, s := range lines {
		longest = max(longest, utf8.RuneCountInString(w.name(s)))
	}
	if len(lines) < 2 || len(lines) > mostNamed || longest > longestName || !w.endApart(lines) {
		return
	}
	const gap = 16
	o.LabelRoom = letter*longest + gap
	named := map[string]bool{}
	for i, s := range slices.Backward(o.Series) { // a dashed end follows what is final
		if named[s.Color] || !slices.ContainsFunc(s.Data, func(p *point) bool { return p != nil }) {
			continue
		}
		named[s.Color] = true
		o.Series[i].EndLabel = &endLabel{Show: true, Formatter: "{a}", Color: "--ink"}
	}
}
