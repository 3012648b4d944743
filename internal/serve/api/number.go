package api

import (
	"math"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// A number is the value of a metric: exact, a float where the data are floats,
// or nothing. The zero number is nothing, and leaves as null.
type number struct {
	digits *big.Int // exact: the value times 10^scale
	scale  int32
	float  float64
	isSet  bool // digits, or else float, is the value
}

// ratioScale is how many digits after the point a quotient has.
const ratioScale = 6

func exact(n int64) number { return number{digits: big.NewInt(n), isSet: true} }

// zeroLike is 0 written as values of that column are: 0.00 beside 1284.50.
func zeroLike(t arrow.DataType) number {
	if d, ok := t.(*arrow.Decimal128Type); ok {
		return number{digits: new(big.Int), scale: d.Scale, isSet: true}
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
		return number{digits: c.Value(i).BigInt(), scale: c.DataType().(*arrow.Decimal128Type).Scale, isSet: true}
	case *array.Float64:
		return number{float: c.Value(i), isSet: true}
	case *array.Float32:
		return number{float: float64(c.Value(i)), isSet: true}
	case *array.Uint64:
		return number{digits: new(big.Int).SetUint64(c.Value(i)), isSet: true}
	}
	if n, ok := integer(col, i); ok {
		return exact(n)
	}
	return number{}
}

// append writes n as JSON. A float that is no number is nothing here: a metric
// has a value or has none.
func (n number) append(dst []byte) []byte {
	switch {
	case !n.isSet, n.digits == nil && (math.IsNaN(n.float) || math.IsInf(n.float, 0)):
		return append(dst, "null"...)
	case n.digits == nil:
		return appendFloat(dst, n.float, 64)
	}
	var buf [48]byte
	return appendScaled(dst, n.digits.Append(buf[:0], 10), n.scale)
}

// rat is n as a fraction; nil when it is nothing or not finite.
func (n number) rat() *big.Rat {
	switch {
	case !n.isSet:
		return nil
	case n.digits != nil:
		return new(big.Rat).SetFrac(n.digits, tenTo(n.scale))
	case math.IsNaN(n.float) || math.IsInf(n.float, 0):
		return nil
	}
	return new(big.Rat).SetFloat64(n.float)
}

// over is n / d, rounded half away from zero; nothing when d is 0 or either is
// nothing. No float is involved unless n or d is one.
func (n number) over(d number) number {
	x, y := n.rat(), d.rat()
	if x == nil || y == nil || y.Sign() == 0 {
		return number{}
	}
	return rounded(x.Quo(x, y))
}

// minus is n - m, exact; nothing when either is nothing.
func (n number) minus(m number) number {
	if n.digits != nil && m.digits != nil {
		scale := max(n.scale, m.scale)
		return number{digits: new(big.Int).Sub(n.at(scale), m.at(scale)), scale: scale, isSet: true}
	}
	if !n.isSet || !m.isSet {
		return number{}
	}
	return number{float: n.asFloat() - m.asFloat(), isSet: true}
}

// magnitude is n without its sign.
func (n number) magnitude() number {
	if n.digits != nil {
		n.digits = new(big.Int).Abs(n.digits)
	}
	n.float = math.Abs(n.float)
	return n
}

func (n number) at(scale int32) *big.Int {
	if scale == n.scale {
		return n.digits
	}
	return new(big.Int).Mul(n.digits, tenTo(scale-n.scale))
}

func (n number) asFloat() float64 {
	if n.digits == nil {
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
	return number{digits: digits, scale: ratioScale, isSet: true}
}

func tenTo(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}
