package fileform

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// A Share is a part of a whole, in millionths.
type Share int64

// ParseShare reads a share in per cent: "0.5%".
func ParseShare(s string) (Share, error) {
	number, ok := strings.CutSuffix(s, "%")
	whole, fraction, _ := strings.Cut(number, ".")
	digits := whole + (fraction + "0000")[:max(4, len(fraction))]
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || len(fraction) > 4 || whole == "" || n > 1_000_000 {
		return 0, fmt.Errorf("%q is not a share such as 0.5%%, of at most 100%% and four digits behind the point", s)
	}
	return Share(n), nil
}

// String writes the share in per cent.
func (s Share) String() string {
	text := fmt.Sprintf("%d.%04d", s/10_000, s%10_000)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
}

// Admits says whether part of all is no larger share.
func (s Share) Admits(part, all int64) bool {
	hi, lo := bits.Mul64(uint64(part), 1_000_000)  //nolint:gosec // numbers of rows
	hi2, lo2 := bits.Mul64(uint64(all), uint64(s)) //nolint:gosec // numbers of rows
	return hi < hi2 || hi == hi2 && lo <= lo2
}
