package value

import (
	"math"
	"math/big"
)

// Floor is FLOOR; of a decimal the whole number.
func Floor(v any, t Type) any { return toward(v, t, -1) }

// Ceiling is CEILING.
func Ceiling(v any, t Type) any { return toward(v, t, 1) }

func toward(v any, t Type, direction int) any {
	switch v := v.(type) {
	case *big.Int:
		scale := t.Scale
		q, r := new(big.Int).QuoRem(v, powers[scale], new(big.Int))
		if r.Sign() == direction {
			q.Add(q, big.NewInt(int64(direction)))
		}
		if FamilyOf(t) == Money {
			return q.Mul(q, powers[scale])
		}
		return q
	case float64:
		if direction < 0 {
			return math.Floor(v)
		}
		return math.Ceil(v)
	case float32:
		if direction < 0 {
			return float32(math.Floor(float64(v)))
		}
		return float32(math.Ceil(float64(v)))
	}
	return v
}

// Round is ROUND to digits behind the point, or before it when negative; half
// goes away from zero, or all is cut.
func Round(v any, t Type, digits int, nearest bool) any {
	switch v := v.(type) {
	case int64:
		if digits >= 0 {
			return v
		}
		return bigToInteger(roundBig(big.NewInt(v), 0, digits, nearest), t)
	case *big.Int:
		return toDecimal(roundBig(v, t.Scale, digits, nearest), t.Scale, Type{Name: "expression"}, t)
	case float64:
		unit := math.Pow(10, float64(digits))
		if nearest {
			return math.Round(v*unit) / unit
		}
		return math.Trunc(v*unit) / unit
	}
	return v
}

func roundBig(n *big.Int, scale, digits int, nearest bool) *big.Int {
	if digits >= scale {
		return n
	}
	unit := powers[min(scale-digits, len(powers)-1)]
	return new(big.Int).Mul(divide(n, unit, nearest), unit)
}

// Power is POWER, whose result is of the base's type.
func Power(v any, y float64, t Type) any {
	f := toFloat(v, t, FloatType).(float64)
	if n, ok := v.(int64); ok && y >= 0 && y == math.Trunc(y) {
		return bigToInteger(new(big.Int).Exp(big.NewInt(n), big.NewInt(int64(y)), nil), t)
	}
	r := math.Pow(f, y)
	if math.IsNaN(r) || math.IsInf(r, 0) {
		overflow(t)
	}
	return Convert(r, FloatType, t, 0)
}
