package value

import (
	"math"
	"math/big"
)

// Meet is the type of two that meet in a comparison, a CASE or a UNION.
func Meet(a, b Type) Type {
	if IsMissing(a) {
		return b
	}
	if IsMissing(b) {
		return a
	}
	high, low := a, b
	if Precedence(b) > Precedence(a) {
		high, low = b, a
	}
	fh, fl := FamilyOf(high), FamilyOf(low)
	switch {
	case fh == Text && fl == Text, fh == Binary && fl == Binary && high.Name != "rowversion":
		return longer(high, low)
	case fh == Decimal && (fl == Decimal || fl == Integer || fl == Money || fl == Bit):
		low = exact(low)
		whole := max(high.Precision-high.Scale, low.Precision-low.Scale)
		scale := max(high.Scale, low.Scale)
		if whole+scale > 38 {
			scale = max(0, 38-whole)
		}
		return DecimalOf(min(38, whole+scale), scale)
	case Scaled(high) && fh == fl && low.Scale > high.Scale:
		return low
	case fh == DateTime2 && dated(fl) && scaleOf(low) > high.Scale:
		return Named("datetime2", []int{scaleOf(low)}, false)
	case fh == DateTimeOffset && dated(fl) && scaleOf(low) > high.Scale:
		return Named("datetimeoffset", []int{scaleOf(low)}, false)
	}
	return high
}

func scaleOf(t Type) int {
	switch FamilyOf(t) {
	case DateTime:
		return 3
	case Time, DateTime2, DateTimeOffset:
		return t.Scale
	default:
		return 0
	}
}

// longer has the room of both; of fixed and varying length the varying.
func longer(high, low Type) Type {
	if high.Name == "xml" || IsOld(high) {
		return high
	}
	n, m := high.Length, low.Length
	if FamilyOf(high) == Text && IsWide(high) && !IsWide(low) && m > 0 {
		m *= 2
	}
	if n < 0 || m < 0 || IsOld(low) {
		high.Length = -1
	} else {
		high.Length = max(n, m)
	}
	if !IsFixed(low) || high.Length < 0 {
		switch high.Name {
		case "char":
			high.Name = "varchar"
		case "nchar":
			high.Name = "nvarchar"
		case "binary":
			high.Name = "varbinary"
		}
	}
	if most := 8000; high.Length > most {
		high.Length = -1
	}
	return high
}

// exact is a whole type as the decimal that holds it.
func exact(t Type) Type {
	switch t.Name {
	case "bit":
		return DecimalOf(1, 0)
	case "tinyint":
		return DecimalOf(3, 0)
	case "smallint":
		return DecimalOf(5, 0)
	case "int":
		if t.UDT == "literal" {
			return DecimalOf(t.Precision, 0)
		}
		return DecimalOf(10, 0)
	case "bigint":
		return DecimalOf(19, 0)
	case "money":
		return DecimalOf(19, 4)
	case "smallmoney":
		return DecimalOf(10, 4)
	}
	return t
}

// Literal is the type of a whole number in SQL text, which counts its digits
// where it meets a decimal.
func Literal(digits int) Type {
	t := Int
	t.Precision, t.UDT = digits, "literal"
	return t
}

// Plain is a type without what only the compiler knows of it.
func Plain(t Type) Type {
	if t.UDT == "literal" || t.UDT == "null" {
		return Int
	}
	return t
}

// Numeric says whether values of the type are computed with.
func Numeric(t Type) bool {
	f := FamilyOf(t)
	return f >= Bit && f <= Float
}

// Result is the type of an operator's result on two numbers ("Precision, scale,
// and length").
func Result(op string, a, b Type) Type {
	t := Meet(a, b)
	if FamilyOf(t) != Decimal {
		if FamilyOf(t) == Bit {
			return Int
		}
		return Plain(t)
	}
	a, b = exact(a), exact(b)
	p1, s1, p2, s2 := a.Precision, a.Scale, b.Precision, b.Scale
	p, s := 0, 0
	switch op {
	case "+", "-":
		s = max(s1, s2)
		p = max(p1-s1, p2-s2) + s + 1
		if p > 38 {
			return DecimalOf(38, max(0, min(s, 38-max(p1-s1, p2-s2))))
		}
		return DecimalOf(p, s)
	case "*":
		p, s = p1+p2+1, s1+s2
	case "/":
		s = max(6, s1+p2+1)
		p = p1 - s1 + s2 + s
	default:
		s = max(s1, s2)
		p = min(p1-s1, p2-s2) + s
	}
	if p > 38 {
		s = max(38-(p-s), min(s, 6))
		p = 38
	}
	return DecimalOf(p, s)
}

// Operate computes with two values of a Result's type; of decimals, a and b have
// their own scales.
func Operate(op string, x, y any, a, b, result Type) any {
	switch FamilyOf(result) {
	case Integer:
		return whole(op, toWhole(x, a, BigInt).(int64), toWhole(y, b, BigInt).(int64), result)
	case Decimal:
		ea, eb := exact(a), exact(b)
		return exactly(op, toExact(x, Plain(a), ea).(*big.Int), toExact(y, Plain(b), eb).(*big.Int), ea.Scale, eb.Scale, result)
	case Money:
		m, n := toExact(x, a, result).(*big.Int), toExact(y, b, result).(*big.Int)
		return exactly(op, m, n, 4, 4, result)
	case Float:
		f := floating(op, toFloat(x, a, FloatType).(float64), toFloat(y, b, FloatType).(float64))
		return toFloat(f, FloatType, result)
	}
	Fail(8117, "Operand data type %s is invalid for %s operator.", result.Name, verb(op))
	return nil
}

func verb(op string) string {
	return map[string]string{"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}[op]
}

func divideByZero() { Fail(8134, "Divide by zero error encountered.") }

func whole(op string, x, y int64, t Type) any {
	n, m := big.NewInt(x), big.NewInt(y)
	switch op {
	case "+":
		n.Add(n, m)
	case "-":
		n.Sub(n, m)
	case "*":
		n.Mul(n, m)
	case "/", "%":
		if y == 0 {
			divideByZero()
		}
		if op == "/" {
			n.Quo(n, m)
		} else {
			n.Rem(n, m)
		}
	case "&":
		return x & y
	case "|":
		return x | y
	case "^":
		return x ^ y
	}
	return bigToInteger(n, t)
}

func exactly(op string, x, y *big.Int, sx, sy int, t Type) any {
	at := max(sx, sy)
	n, scale := new(big.Int), at
	switch op {
	case "+":
		n.Add(rescale(x, sx, at), rescale(y, sy, at))
	case "-":
		n.Sub(rescale(x, sx, at), rescale(y, sy, at))
	case "*":
		n.Mul(x, y)
		scale = sx + sy
	case "/":
		if y.Sign() == 0 {
			divideByZero()
		}
		// x/10^sx / (y/10^sy), cut to the digits of the result.
		up := new(big.Int).Mul(x, powers[t.Scale+sy])
		n, scale = divide(up, new(big.Int).Mul(y, powers[sx]), false), t.Scale
	case "%":
		if y.Sign() == 0 {
			divideByZero()
		}
		n.Rem(rescale(x, sx, at), rescale(y, sy, at))
	default:
		Fail(402, "The data types numeric and numeric are incompatible in the '%s' operator.", op)
	}
	return toDecimal(n, scale, Type{Name: "expression"}, t)
}

func floating(op string, x, y float64) float64 {
	var f float64
	switch op {
	case "+":
		f = x + y
	case "-":
		f = x - y
	case "*":
		f = x * y
	case "/":
		if y == 0 {
			divideByZero()
		}
		f = x / y
	default:
		Fail(402, "The data types float and float are incompatible in the '%s' operator.", op)
	}
	if math.IsInf(f, 0) {
		overflow(FloatType)
	}
	return f
}

// Total is a sum, or with average the mean, of count numbers of type t.
func Total(sum *big.Int, count int64, t, result Type, average bool) any {
	if FamilyOf(t) == Integer {
		n := sum
		if average {
			n = new(big.Int).Quo(sum, big.NewInt(count))
		}
		return bigToInteger(n, result)
	}
	n := sum
	scale := t.Scale
	if FamilyOf(t) == Money {
		scale = 4
	}
	if average {
		n = divide(rescale(sum, scale, result.Scale), big.NewInt(count), false)
		scale = result.Scale
	}
	return toDecimal(n, scale, Type{Name: "expression"}, result)
}
