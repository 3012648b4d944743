package tsql

import (
	"math"
	"math/big"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// numberFunctions are "Mathematical functions (Transact-SQL)".
var numberFunctions = map[string]function{
	"ABS":     {1, 1, func(_ *binder, a []expr) expr { return numeric(a, magnitude) }},
	"SIGN":    {1, 1, func(_ *binder, a []expr) expr { return sign(a) }},
	"FLOOR":   {1, 1, func(_ *binder, a []expr) expr { return rounded(a, value.Floor) }},
	"CEILING": {1, 1, func(_ *binder, a []expr) expr { return rounded(a, value.Ceiling) }},
	"ROUND":   {2, 3, round},
	"POWER":   {2, 2, power},
	"SQRT":    {1, 1, floating(math.Sqrt)},
	"EXP":     {1, 1, floating(math.Exp)},
	"LOG":     {1, 1, floating(math.Log)},
	"LOG10":   {1, 1, floating(math.Log10)},
	"SIN":     {1, 1, floating(math.Sin)},
	"COS":     {1, 1, floating(math.Cos)},
	"PI":      {0, 0, func(*binder, []expr) expr { return constantly(math.Pi, value.FloatType) }},
}

func floating(f func(float64) float64) func(*binder, []expr) expr {
	return func(_ *binder, args []expr) expr {
		return strict(value.FloatType, as(args, value.FloatType), func(v []any) any {
			r := f(v[0].(float64))
			if math.IsNaN(r) || math.IsInf(r, 0) {
				value.Fail(3623, "An invalid floating point operation occurred.")
			}
			return r
		})
	}
}

// numeric keeps the type, but for bit and text.
func numeric(args []expr, f func(any) any) expr {
	t := computed(args[0])
	return strict(t, as(args, t), func(v []any) any { return f(v[0]) })
}

// computed is the type in which an argument is computed.
func computed(x expr) value.Type {
	t := value.Plain(x.typ)
	switch value.FamilyOf(t) {
	case value.Bit:
		return value.Int
	case value.Integer:
		if t.Name == "tinyint" || t.Name == "smallint" {
			return value.Int
		}
		return t
	case value.Decimal, value.Money, value.Float:
		return t
	}
	return value.FloatType
}

func magnitude(v any) any {
	switch v := v.(type) {
	case int64:
		return max(v, -v)
	case *big.Int:
		return new(big.Int).Abs(v)
	case float64:
		return math.Abs(v)
	case float32:
		return float32(math.Abs(float64(v)))
	}
	return v
}

// sign is of the argument's type: of a decimal -1, 0 or 1 with its digits.
func sign(args []expr) expr {
	t := computed(args[0])
	zero, one := value.Convert(int64(0), value.Int, t, 0), value.Convert(int64(1), value.Int, t, 0)
	order := value.Comparer(t)
	return strict(t, as(args, t), func(v []any) any {
		switch order(v[0], zero) {
		case 0:
			return zero
		case 1:
			return one
		}
		return value.Operate("-", zero, one, t, t, t)
	})
}

// rounded is FLOOR or CEILING: of a decimal(p,s) a decimal(p,0).
func rounded(args []expr, f func(any, value.Type) any) expr {
	t := computed(args[0])
	out := t
	if value.FamilyOf(t) == value.Decimal {
		out = value.DecimalOf(t.Precision, 0)
	}
	return strict(out, as(args, t), func(v []any) any { return f(v[0], t) })
}

func round(_ *binder, args []expr) expr {
	t := computed(args[0])
	return strict(t, as(args, t, value.BigInt, value.BigInt), func(v []any) any {
		cut := len(v) > 2 && v[2].(int64) != 0
		return value.Round(v[0], t, int(v[1].(int64)), !cut)
	})
}

func power(_ *binder, args []expr) expr {
	t := computed(args[0])
	return strict(t, as(args, t, value.FloatType), func(v []any) any {
		return value.Power(v[0], v[1].(float64), t)
	})
}
