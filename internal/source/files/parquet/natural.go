package parquet

import (
	"fmt"
	"strings"

	"archwire"
)

// natural is the type that holds every value of the column.
func (c *column) natural() archwire.Type {
	kinds := map[int]archwire.Kind{
		logicalString: archwire.Text, logicalEnum: archwire.Text, logicalJSON: archwire.JSON, logicalBSON: archwire.Bytes,
		logicalDate: archwire.Date, logicalTime: archwire.Time, logicalUUID: archwire.UUID, logicalFloat16: archwire.Float32,
	}
	physical := map[int]archwire.Kind{
		boolean: archwire.Bool, int32s: archwire.Int32, int64s: archwire.Int64, float: archwire.Float32, double: archwire.Float64,
		byteArray: archwire.Bytes, fixedLen: archwire.Bytes,
	}
	signed := map[int]archwire.Kind{8: archwire.Int16, 16: archwire.Int16, 32: archwire.Int32, 64: archwire.Int64}
	unsigned := map[int]archwire.Kind{8: archwire.Int16, 16: archwire.Int32, 32: archwire.Int64}
	switch l := c.logical; {
	case l.kind == logicalDecimal:
		return archwire.Type{Kind: archwire.Decimal, Precision: l.precision, Scale: l.scale}
	case l.kind == logicalTimestamp && l.utc:
		return archwire.Type{Kind: archwire.TimestampTZ}
	case l.kind == logicalTimestamp:
		return archwire.Type{Kind: archwire.Timestamp}
	case l.kind == logicalInteger && l.signed:
		return archwire.Type{Kind: signed[l.bits]}
	case l.kind == logicalInteger && l.bits == 64:
		return archwire.Type{Kind: archwire.Decimal, Precision: 20}
	case l.kind == logicalInteger:
		return archwire.Type{Kind: unsigned[l.bits]}
	case kinds[l.kind] != 0:
		return archwire.Type{Kind: kinds[l.kind]}
	}
	return archwire.Type{Kind: physical[c.physical]}
}

// origin is what Parquet calls the type.
func (c *column) origin() string {
	names := map[int]string{
		logicalString: "string", logicalMap: "map", logicalList: "list", logicalEnum: "enum", logicalDate: "date", logicalUnknown: "unknown",
		logicalJSON: "json", logicalBSON: "bson", logicalUUID: "uuid", logicalFloat16: "float16", logicalInterval: "interval", logicalOther: "another type",
	}
	physical := []string{"boolean", "int32", "int64", "int96", "float", "double", "byte_array", "fixed_len_byte_array"}
	units := []string{"", "milliseconds", "microseconds", "nanoseconds"}
	zone := map[bool]string{true: "utc", false: "local"}
	switch l := c.logical; {
	case l.kind == logicalDecimal:
		return fmt.Sprintf("decimal(%d,%d)", l.precision, l.scale)
	case l.kind == logicalTime:
		return "time in " + units[l.unit&3]
	case l.kind == logicalTimestamp:
		return fmt.Sprintf("timestamp in %s, %s", units[l.unit&3], zone[l.utc])
	case l.kind == logicalInteger && l.signed:
		return fmt.Sprintf("int(%d)", l.bits)
	case l.kind == logicalInteger:
		return fmt.Sprintf("uint(%d)", l.bits)
	case names[l.kind] != "":
		return names[l.kind]
	case l.kind != logicalNone:
		return "another type"
	case c.physical >= 0 && c.physical < len(physical):
		return physical[c.physical]
	}
	return strings.TrimSpace(map[bool]string{true: "repeated "}[c.repetition > optional] + "group")
}
