package value

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

var ten = big.NewInt(10)

var powers = func() [80]*big.Int {
	var p [80]*big.Int
	p[0] = big.NewInt(1)
	for i := 1; i < len(p); i++ {
		p[i] = new(big.Int).Mul(p[i-1], ten)
	}
	return p
}()

// rescale moves a number from one scale to another, half away from zero.
func rescale(n *big.Int, from, to int) *big.Int {
	switch {
	case from == to:
		return n
	case from < to:
		return new(big.Int).Mul(n, powers[to-from])
	}
	return divide(n, powers[from-to], true)
}

// divide rounds half away from zero or cuts.
func divide(n, by *big.Int, round bool) *big.Int {
	q, r := new(big.Int).QuoRem(n, by, new(big.Int))
	if !round {
		return q
	}
	r.Abs(r).Lsh(r, 1)
	if r.CmpAbs(by) >= 0 {
		if (n.Sign() < 0) != (by.Sign() < 0) {
			return q.Sub(q, powers[0])
		}
		return q.Add(q, powers[0])
	}
	return q
}

// fits says whether a number has at most p digits.
func fits(n *big.Int, p int) bool { return n.CmpAbs(powers[p]) < 0 }

// FormatDecimal writes an unscaled number with its digits behind the point.
func FormatDecimal(n *big.Int, scale int) string {
	s := new(big.Int).Abs(n).String()
	if scale > 0 {
		if len(s) <= scale {
			s = strings.Repeat("0", scale+1-len(s)) + s
		}
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}

// parseDecimal reads digits with a point and a sign.
func parseDecimal(s string) (n *big.Int, scale int, ok bool) {
	s = strings.TrimSpace(s)
	digits := s
	negative := strings.HasPrefix(digits, "-")
	if negative || strings.HasPrefix(digits, "+") {
		digits = strings.TrimSpace(digits[1:])
	}
	whole, behind, _ := strings.Cut(digits, ".")
	all := whole + behind
	if all == "" || strings.Trim(all, "0123456789") != "" || len(behind) > 38 {
		return nil, 0, false
	}
	n, ok = new(big.Int).SetString(all, 10)
	if !ok {
		return nil, 0, false
	}
	if negative {
		n.Neg(n)
	}
	return n, len(behind), true
}

// toDecimal makes a number a decimal(p,s), or one of money.
func toDecimal(n *big.Int, scale int, from, to Type) *big.Int {
	precision, s := to.Precision, to.Scale
	r := rescale(n, scale, s)
	if FamilyOf(to) == Money {
		limit := int64(math.MaxInt64)
		if to.Name == "smallmoney" {
			limit = math.MaxInt32
		}
		if !r.IsInt64() || r.Int64() > limit || r.Int64() < -limit-1 {
			overflow(to)
		}
		return r
	}
	if !fits(r, precision) {
		overflowFrom(shown(from), shown(to))
	}
	return r
}

// shown is a type under the name that messages use.
func shown(t Type) Type {
	if FamilyOf(t) == Decimal {
		t.Name = "numeric"
	}
	return t
}

func integerLimits(t Type) (low, high int64) {
	switch t.Name {
	case "tinyint":
		return 0, 255
	case "smallint":
		return math.MinInt16, math.MaxInt16
	case "int":
		return math.MinInt32, math.MaxInt32
	}
	return math.MinInt64, math.MaxInt64
}

// toInteger checks the range of a type of whole numbers.
func toInteger(n int64, to Type) int64 {
	low, high := integerLimits(to)
	if n < low || n > high {
		overflow(to)
	}
	return n
}

func bigToInteger(n *big.Int, to Type) int64 {
	if !n.IsInt64() {
		overflow(to)
	}
	return toInteger(n.Int64(), to)
}

// exactFloat is a float as the decimal that it is.
func floatToDecimal(f float64, from, to Type) *big.Int {
	// float to decimal goes by 17 digits, as the server does since 2016.
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', 16, 64))
	if !ok {
		overflowFrom(from, shown(to))
	}
	r.Mul(r, new(big.Rat).SetInt(powers[to.Scale]))
	n := divide(r.Num(), r.Denom(), true)
	return toDecimal(n, to.Scale, from, to)
}

// formatFloat writes a float in a style of CONVERT ("float and real styles").
func formatFloat(f float64, t Type, style int) string {
	bits := 64
	if t.Name == "real" {
		bits = 32
	}
	switch style {
	case 1:
		return scientific(f, 7)
	case 2:
		return scientific(f, 15)
	case 3:
		if bits == 32 {
			return scientific(f, 8)
		}
		return scientific(f, 16)
	case 0:
		digits := strconv.FormatFloat(f, 'e', 5, 64)
		exponent, _ := strconv.Atoi(digits[strings.IndexByte(digits, 'e')+1:])
		if f != 0 && (exponent >= 6 || exponent < -5) {
			mantissa := strings.TrimRight(strings.TrimRight(digits[:strings.IndexByte(digits, 'e')], "0"), ".")
			return fmt.Sprintf("%se%+04d", mantissa, exponent)
		}
		s := strconv.FormatFloat(f, 'f', max(0, 5-exponent), 64)
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		return s
	}
	Fail(281, "%d is not a valid style number when converting from %s to a character string.", style, t.Name)
	return ""
}

func scientific(f float64, behind int) string {
	s := strconv.FormatFloat(f, 'e', behind, 64)
	i := strings.IndexByte(s, 'e')
	exponent, _ := strconv.Atoi(s[i+1:])
	return fmt.Sprintf("%se%+04d", s[:i], exponent)
}

// formatMoney writes money in a style of CONVERT ("money and smallmoney styles").
func formatMoney(n *big.Int, style int) string {
	switch style {
	case 2, 126:
		return FormatDecimal(n, 4)
	case 0, 1:
		s := FormatDecimal(rescale(n, 4, 2), 2)
		if style == 0 {
			return s
		}
		sign := ""
		if s[0] == '-' {
			sign, s = "-", s[1:]
		}
		for i := len(s) - 6; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
		return sign + s
	}
	Fail(281, "%d is not a valid style number when converting from money to a character string.", style)
	return ""
}
