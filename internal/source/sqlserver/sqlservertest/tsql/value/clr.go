package value

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// HierarchyBytes is a hierarchyid of its path ([MS-SSCLRT], "HIERARCHYID
// Structure"): each label is a prefix code and its bits. Labels are whole
// numbers from 0 to 15 here.
func HierarchyBytes(path string) []byte {
	if !strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/") {
		Fail(6522, "A .NET Framework error occurred during execution of user-defined routine or aggregate \"hierarchyid\": 24001: SqlHierarchyId.Parse failed because the input string '%s' is not a valid string representation of a SqlHierarchyId node.", path)
	}
	bits := ""
	for _, label := range strings.Split(strings.Trim(path, "/"), "/") {
		if label == "" && path == "/" {
			break
		}
		n, err := strconv.Atoi(label)
		switch {
		case err != nil || n < 0 || n > 15:
			Fail(6522, "A .NET Framework error occurred during execution of user-defined routine or aggregate \"hierarchyid\": labels beyond 15 are not known here.")
		case n < 4:
			bits += fmt.Sprintf("01%02b1", n)
		case n < 8:
			bits += fmt.Sprintf("100%02b1", n-4)
		default:
			bits += fmt.Sprintf("101%03b1", n-8)
		}
	}
	for len(bits)%8 != 0 {
		bits += "0"
	}
	out := make([]byte, len(bits)/8)
	for i := range out {
		n, _ := strconv.ParseUint(bits[8*i:8*i+8], 2, 8)
		out[i] = byte(n)
	}
	return out
}

// HierarchyText is the reverse: ToString.
func HierarchyText(b []byte) string {
	bits := ""
	for _, c := range b {
		bits += fmt.Sprintf("%08b", c)
	}
	out := "/"
	for strings.Contains(bits, "1") {
		size, low := 0, 0
		switch {
		case strings.HasPrefix(bits, "01"):
			bits, size = bits[2:], 2
		case strings.HasPrefix(bits, "100"):
			bits, size, low = bits[3:], 2, 4
		case strings.HasPrefix(bits, "101"):
			bits, size, low = bits[3:], 3, 8
		default:
			return out
		}
		n, _ := strconv.ParseUint(bits[:size], 2, 8)
		out += strconv.Itoa(low+int(n)) + "/"
		bits = bits[size+1:]
	}
	return out
}

// PointBytes is a geometry or geography of the text of a point ([MS-SSCLRT],
// "GEOGRAPHY and GEOMETRY structures"): SRID, version 1, the flags of a valid
// single point, two doubles; of a geography the latitude first.
func PointBytes(text string, srid int64, t Type) []byte {
	var x, y float64
	upper := strings.ToUpper(strings.TrimSpace(text))
	if n, err := fmt.Sscanf(strings.ReplaceAll(upper, "POINT(", "POINT ("), "POINT (%g %g)", &x, &y); err != nil || n != 2 {
		Fail(6522, "A .NET Framework error occurred during execution of user-defined routine or aggregate \"%s\": points alone are known here.", t.Name)
	}
	if t.Name == "geography" {
		x, y = y, x
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(srid))
	out = append(out, 1, 0x0C)
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(out, math.Float64bits(y))
}

// PointText is STAsText of a point.
func PointText(b []byte, t Type) string {
	if len(b) != 22 {
		Fail(6522, "A .NET Framework error occurred during execution of user-defined routine or aggregate \"%s\": points alone are known here.", t.Name)
	}
	x := math.Float64frombits(binary.LittleEndian.Uint64(b[6:]))
	y := math.Float64frombits(binary.LittleEndian.Uint64(b[14:]))
	if t.Name == "geography" {
		x, y = y, x
	}
	return "POINT (" + strconv.FormatFloat(x, 'g', -1, 64) + " " + strconv.FormatFloat(y, 'g', -1, 64) + ")"
}
