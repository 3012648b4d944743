package measure

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"archwire/internal/serve/encode"
)

// A number is the value of a metric: exact, a float where the data are floats,
// or nothing. The zero number is nothing, and leaves as null.
type number struct {
	num   decimal128.Num // exact: the value times 10^scale
	wide  *big.Int       // the same, where 128 bits may not hold it
	scale int32
	float float64
	kind  numberKind
}

type numberKind uint8

const (
	nothing numberKind = iota
	isExact
	isFloat
)

// ratioScale is how many digits after the point a quotient has.
const ratioScale = 6

func exact(n int64) number { return number{num: decimal128.FromI64(n), kind: isExact} }

func wide(n *big.Int, scale int32) number { return number{wide: n, scale: scale, kind: isExact} }

// zeroLike is 0 written as values of that column are: 0.00 beside 1284.50.
func zeroLike(t arrow.DataType) number {
	if d, ok := t.(*arrow.Decimal128Type); ok {
		return number{scale: d.Scale, kind: isExact}
	}
	return exact(0)
}

// numberAt reads row i of a column; NULL, and what is no number, is nothing.
func numberAt(col arrow.Array, i int) number {
	if col.IsNull(i) {
		return number{}
	}
	switch c := col.(type) {
	case *array.Decimal128:
		return number{num: c.Value(i), scale: c.DataType().(*arrow.Decimal128Type).Scale, kind: isExact}
	case *array.Float64:
		return number{float: c.Value(i), kind: isFloat}
	case *array.Float32:
		return number{float: float64(c.Value(i)), kind: isFloat}
	case *array.Uint64:
		return number{num: decimal128.FromU64(c.Value(i)), kind: isExact}
	}
	if n, ok := encode.Integer(col, i); ok {
		return exact(n)
	}
	return number{}
}

// append writes n as JSON. A float that is no number is nothing here: a metric
// has a value or has none.
func (n number) append(dst []byte) []byte {
	switch {
	case n.kind == nothing, n.kind == isFloat && (math.IsNaN(n.float) || math.IsInf(n.float, 0)):
		return append(dst, "null"...)
	case n.kind == isFloat:
		return encode.Float(dst, n.float, 64)
	case n.wide == nil:
		return encode.Decimal(dst, n.num, n.scale)
	}
	var buf [48]byte
	return encode.Scaled(dst, n.wide.Append(buf[:0], 10), n.scale)
}

// digits is an exact n times 10^scale. It must not be changed.
func (n number) digits() *big.Int {
	if n.wide != nil {
		return n.wide
	}
	return n.num.BigInt()
}

// rat is n as a fraction; nil when it is nothing or not finite.
func (n number) rat() *big.Rat {
	switch {
	case n.kind == nothing:
		return nil
	case n.kind == isExact:
		return new(big.Rat).SetFrac(n.digits(), tenTo(n.scale))
	case math.IsNaN(n.float) || math.IsInf(n.float, 0):
		return nil
	}
	return new(big.Rat).SetFloat64(n.float)
}

// over is n / d, rounded half away from zero; nothing when d is 0 or either is
// nothing. No float is involved unless n or d is one.
func (n number) over(d number) number {
	if q, ok := n.smallOver(d); ok {
		return q
	}
	x, y := n.rat(), d.rat()
	if x == nil || y == nil || y.Sign() == 0 {
		return number{}
	}
	return rounded(x.Quo(x, y))
}

// minus is n - m, exact; nothing when either is nothing.
func (n number) minus(m number) number {
	switch {
	case n.kind == nothing || m.kind == nothing:
		return number{}
	case n.kind == isExact && m.kind == isExact:
		scale := max(n.scale, m.scale)
		if x, ok := n.small(); ok && n.scale == m.scale {
			if y, ok := m.small(); ok {
				return number{num: decimal128.FromI64(x).Sub(decimal128.FromI64(y)), scale: scale, kind: isExact}
			}
		}
		return wide(new(big.Int).Sub(n.at(scale), m.at(scale)), scale)
	}
	return number{float: n.asFloat() - m.asFloat(), kind: isFloat}
}

// small is an exact n times 10^scale, where 64 bits hold it.
func (n number) small() (int64, bool) {
	low := int64(n.num.LowBits()) //nolint:gosec // the bits are reinterpreted, not the number converted
	return low, n.kind == isExact && n.wide == nil && n.num.HighBits() == low>>63 && low != math.MinInt64
}

// smallOver is over for numbers that 128 bits are enough for, which most are.
func (n number) smallOver(d number) (number, bool) {
	x, ok := n.small()
	y, ok2 := d.small()
	shift := ratioScale + d.scale - n.scale
	switch {
	case !ok || !ok2 || shift < 0 || shift > 18:
		return number{}, false
	case y == 0:
		return number{}, true
	}
	ten := uint64(1)
	for range shift {
		ten *= 10
	}
	over := magnitude64(y)
	high, low := bits.Mul64(magnitude64(x), ten)
	if high >= over/2 { // the quotient, rounded up, must fit as well
		return number{}, false
	}
	q, rest := bits.Div64(high, low, over)
	if rest >= over-rest {
		q++
	}
	out := decimal128.FromU64(q)
	if (x < 0) != (y < 0) {
		out = out.Negate()
	}
	return number{num: out, scale: ratioScale, kind: isExact}, true
}

func magnitude64(n int64) uint64 {
	if n < 0 {
		n = -n
	}
	return uint64(n) //nolint:gosec // it is not negative
}

// magnitude is n without its sign.
func (n number) magnitude() number {
	switch {
	case n.kind == isExact && n.wide == nil && n.num.Sign() >= 0:
		return n
	case n.kind == isExact:
		return wide(new(big.Int).Abs(n.digits()), n.scale)
	}
	n.float = math.Abs(n.float)
	return n
}

func (n number) at(scale int32) *big.Int {
	if scale == n.scale {
		return n.digits()
	}
	return new(big.Int).Mul(n.digits(), tenTo(scale-n.scale))
}

func (n number) asFloat() float64 {
	if n.kind == isFloat {
		return n.float
	}
	f, _ := n.rat().Float64() // the nearest float is what is wanted beside another float
	return f
}

func rounded(r *big.Rat) number {
	r.Mul(r, new(big.Rat).SetInt(tenTo(ratioScale)))
	digits, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Abs(rest).Lsh(rest, 1).Cmp(r.Denom()) >= 0 {
		digits.Add(digits, big.NewInt(int64(r.Sign())))
	}
	return wide(digits, ratioScale)
}

func tenTo(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}
