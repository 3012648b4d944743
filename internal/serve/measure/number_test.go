package measure

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"pgregory.net/rapid"

	"archwire/internal/serve/encode"
)

func decimals(text string) number {
	whole, fraction, _ := strings.Cut(text, ".")
	digits, _ := new(big.Int).SetString(whole+fraction, 10)
	return wide(digits, int32(len(fraction)))
}

func TestOverRoundsHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct{ n, d, want string }{
		{"1", "3", "0.333333"},
		{"2", "3", "0.666667"},
		{"-2", "3", "-0.666667"},
		{"1", "2000000", "0.000001"},
		{"-1", "2000000", "-0.000001"},
		{"1", "2000001", "0.000000"},
		{"1284.45", "9", "142.716667"},
		{"0.00", "5", "0.000000"},
		{"1", "0", "null"},
		{"0", "0.00", "null"},
		{"99999999999999999999999999999999999999", "0.01", "9999999999999999999999999999999999999900.000000"},
		{"5", "-2", "-2.500000"},
	} {
		if got := string(decimals(c.n).over(decimals(c.d)).append(nil)); got != c.want {
			t.Errorf("%s / %s = %s, want %s", c.n, c.d, got, c.want)
		}
	}
}

// drawn is any number a column may hold, small ones as often as large ones.
func drawn(t *rapid.T, label string) number {
	bits := rapid.IntRange(0, 126).Draw(t, label+" bits")
	digits := new(big.Int).Rsh(new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label)), uint(128-bits))
	if rapid.Bool().Draw(t, label+" negative") {
		digits.Neg(digits)
	}
	return number{num: decimal128.FromBigInt(digits), scale: int32(rapid.IntRange(0, 38).Draw(t, label+" scale")), kind: isExact}
}

func TestOverIsTheFractionRounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, d := drawn(t, "n"), drawn(t, "d")
		q := n.over(d)
		if d.digits().Sign() == 0 {
			if q.kind != nothing {
				t.Fatalf("over 0 is %s", q.append(nil))
			}
			return
		}
		// FloatString rounds half away from zero too.
		want := strings.TrimPrefix(new(big.Rat).Quo(n.rat(), d.rat()).FloatString(ratioScale), "-")
		if got := strings.TrimPrefix(string(q.append(nil)), "-"); got != want {
			t.Fatalf("%s / %s = %s, want %s", n.append(nil), d.append(nil), got, want)
		}
		if sign := n.digits().Sign() * d.digits().Sign(); q.digits().Sign() != sign && q.digits().Sign() != 0 {
			t.Fatalf("%s / %s has the wrong sign", n.append(nil), d.append(nil))
		}
	})
}

func TestMinusIsTheDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := drawn(t, "n"), drawn(t, "m")
		if want := new(big.Rat).Sub(n.rat(), m.rat()); n.minus(m).rat().Cmp(want) != 0 {
			t.Fatalf("%s - %s = %s", n.append(nil), m.append(nil), n.minus(m).append(nil))
		}
		if got := n.magnitude().rat(); got.Cmp(new(big.Rat).Abs(n.rat())) != 0 {
			t.Fatalf("%s without its sign is %s", n.append(nil), n.magnitude().append(nil))
		}
	})
}

func TestMinusIsExact(t *testing.T) {
	for _, c := range []struct{ n, m, want string }{
		{"0.30", "0.1", "0.20"},
		{"99999999999999999999999999999999999999", "-1", "100000000000000000000000000000000000000"},
		{"1", "0.000001", "0.999999"},
	} {
		if got := string(decimals(c.n).minus(decimals(c.m)).append(nil)); got != c.want {
			t.Errorf("%s - %s = %s, want %s", c.n, c.m, got, c.want)
		}
	}
	if got := string(exact(1).minus(number{}).append(nil)); got != "null" {
		t.Errorf("1 - nothing = %s", got)
	}
	if got := string(exact(1).minus(number{float: .5, kind: isFloat}).append(nil)); got != "0.5" {
		t.Errorf("1 - 0.5 as a float = %s", got)
	}
}

func TestFloatsThatAreNoNumbersAreNothing(t *testing.T) {
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		n := number{float: f, kind: isFloat}
		if got := string(n.append(nil)); got != "null" {
			t.Errorf("%v leaves as %s", f, got)
		}
		if n.over(exact(2)).kind != nothing {
			t.Errorf("%v / 2 is something", f)
		}
	}
}

func TestDecimalsLeaveWithAllTheirDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[1-9][0-9]{0,37}`).Draw(t, "digits")
		scale := rapid.IntRange(0, 38).Draw(t, "scale")
		digits, _ := new(big.Int).SetString(text, 10)
		got := string(encode.Decimal(nil, decimal128.FromBigInt(digits), int32(scale)))
		want := new(big.Rat).SetFrac(digits, tenTo(int32(scale))).FloatString(scale)
		if got != want {
			t.Fatalf("%s at scale %d is %s, want %s", text, scale, got, want)
		}
	})
}

func TestZeroIsWrittenLikeItsNeighbours(t *testing.T) {
	if got := string(zeroLike(&arrow.Decimal128Type{Precision: 38, Scale: 2}).append(nil)); got != "0.00" {
		t.Errorf("zero dollars are %s", got)
	}
	if got := string(zeroLike(arrow.PrimitiveTypes.Int64).append(nil)); got != "0" {
		t.Errorf("zero payments are %s", got)
	}
}
