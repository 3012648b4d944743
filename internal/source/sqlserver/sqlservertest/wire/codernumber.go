package wire

import (
	"encoding/binary"
	"math"
	"math/big"
)

// decimalCoder lays out decimal and numeric: a byte for the sign, 1 if it is not
// negative, and the magnitude with its lowest byte first, in as many groups of
// four bytes as the precision needs.
func decimalCoder(t Type) (coder, error) {
	if t.Precision < 1 || t.Precision > 38 || t.Scale < 0 || t.Scale > t.Precision {
		return coder{}, wrong(t.Name, t.Precision)
	}
	token := byte(typeDecimalN)
	if t.Name == "numeric" {
		token = typeNumericN
	}
	size := decimalSize(t.Precision)
	bound := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision)), nil)
	return sized([]byte{token, byte(size + 1), byte(t.Precision), byte(t.Scale)}, func(b []byte, v any) ([]byte, error) {
		n, ok := v.(*big.Int)
		if !ok || n.CmpAbs(bound) >= 0 {
			return b, wrong(t.Name, v)
		}
		return appendMagnitude(b, n, size), nil
	}), nil
}

// decimalSize is how many bytes the magnitude of a precision has ([MS-TDS] 2.2.5.5.1.6).
func decimalSize(precision int) int {
	switch {
	case precision <= 9:
		return 4
	case precision <= 19:
		return 8
	case precision <= 28:
		return 12
	default:
		return 16
	}
}

// appendMagnitude writes the sign and size bytes of the magnitude.
func appendMagnitude(b []byte, n *big.Int, size int) []byte {
	sign := byte(1)
	if n.Sign() < 0 {
		sign = 0
	}
	high := n.FillBytes(make([]byte, size)) // of the absolute value, the highest byte first
	b = append(b, sign)
	for i := range high {
		b = append(b, high[len(high)-1-i])
	}
	return b
}

// readMagnitude is appendMagnitude's other way.
func readMagnitude(b []byte) *big.Int {
	high := make([]byte, len(b)-1)
	for i := range high {
		high[i] = b[len(b)-1-i]
	}
	n := new(big.Int).SetBytes(high)
	if b[0] == 0 {
		n.Neg(n)
	}
	return n
}

// appendMoney writes the number of ten-thousandths: the higher four bytes, then
// the lower ones.
func appendMoney(b []byte, v any) ([]byte, error) {
	n, ok := v.(*big.Int)
	if !ok || !n.IsInt64() {
		return b, wrong("money", v)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(uint64(n.Int64())>>32))
	return binary.LittleEndian.AppendUint32(b, uint32(n.Int64())), nil
}

func appendSmallMoney(b []byte, v any) ([]byte, error) {
	n, ok := v.(*big.Int)
	if !ok || !n.IsInt64() || n.Int64() < math.MinInt32 || n.Int64() > math.MaxInt32 {
		return b, wrong("smallmoney", v)
	}
	return binary.LittleEndian.AppendUint32(b, uint32(n.Int64())), nil
}

// readMoney is the other way of appendMoney and appendSmallMoney.
func readMoney(b []byte) *big.Int {
	if len(b) == 4 {
		return big.NewInt(int64(int32(binary.LittleEndian.Uint32(b))))
	}
	return big.NewInt(int64(uint64(binary.LittleEndian.Uint32(b))<<32 | uint64(binary.LittleEndian.Uint32(b[4:]))))
}
