package parquet

import (
	"archwire"
)

// Physical types (parquet.thrift, Type).
const (
	boolean   = 0
	int32s    = 1
	int64s    = 2
	int96s    = 3
	float     = 4
	double    = 5
	byteArray = 6
	fixedLen  = 7
)

// Logical types: the fields of the union (parquet.thrift, LogicalType).
const (
	logicalNone      = 0
	logicalString    = 1
	logicalMap       = 2
	logicalList      = 3
	logicalEnum      = 4
	logicalDecimal   = 5
	logicalDate      = 6
	logicalTime      = 7
	logicalTimestamp = 8
	logicalInteger   = 10
	logicalUnknown   = 11
	logicalJSON      = 12
	logicalBSON      = 13
	logicalUUID      = 14
	logicalFloat16   = 15
	logicalInterval  = -21 // a converted type only
	logicalOther     = -1
)

const (
	millis = 1
	micros = 2
	nanos  = 3
)

const (
	required = 0
	optional = 1
)

// A column is one of the file's, at the first level of its schema.
type column struct {
	archwire.Column
	element

	leaf   int  // its place among the columns of a group
	nested bool // it is a group, or repeated
	text   bool // it has no exact form and is read as text only
}

// Why a column has no exact form.
const (
	refusedNanos   = "nanoseconds have no exact form; have it written in microseconds, or declare cast: text"
	refusedNested  = "a value within a value has no exact form; have it written as columns of their own, or as text"
	refusedOther   = "the type has no exact form; have it written as a number, text, date or timestamp"
	refusedDecimal = "a decimal of more than 38 digits, or of none, has no exact form; have it written with 38 at most, or as text"
	refusedTwice   = "the file has several columns of this name; have each written under a name of its own"
)

// columnsOf lists the columns of a schema, which are trees laid out root first (Parquet,
// Nested Encoding), and how many leaves they have.
func columnsOf(schema []element) (columns []column, leaves int, err error) {
	at, names := 1, map[string]int{}
	for range schema[0].children {
		if at >= len(schema) {
			return nil, 0, errLies
		}
		c := column{element: schema[at], leaf: leaves}
		c.nested = c.children > 0 || c.repetition > optional
		for open := 1; open > 0; at++ { // so many elements of this tree are to come
			if at >= len(schema) {
				return nil, 0, errLies
			}
			open += schema[at].children - 1
			if schema[at].children == 0 {
				leaves++
			}
		}
		c.describe()
		names[c.name]++
		columns = append(columns, c)
	}
	if at != len(schema) {
		return nil, 0, errLies
	}
	for i := range columns {
		if c := &columns[i]; names[c.name] > 1 {
			c.Type, c.Refused, c.text, c.nested = archwire.Type{}, refusedTwice, false, true
		}
	}
	return columns, leaves, nil
}

// describe says what the column becomes.
func (c *column) describe() {
	c.Name, c.Nullable = c.name, true
	if c.logical.kind == logicalNone {
		c.logical = c.converts()
	}
	c.Origin = c.origin()
	switch l := c.logical; {
	case c.nested:
		c.Refused = refusedNested
	case !c.consistent():
		c.Refused = refusedOther
	case l.kind == logicalDecimal && (l.precision < 1 || l.precision > 38 || l.scale > l.precision):
		c.Refused = refusedDecimal
	case c.physical == int96s, l.unit == nanos:
		c.Refused, c.text = refusedNanos, true
	default:
		c.Type = c.natural()
	}
}

// converts is the logical type that stands for a converted type (Parquet, Logical Types).
func (c *column) converts() logical {
	switch n := c.converted; n {
	case -1:
		return logical{}
	case 0:
		return logical{kind: logicalString}
	case 1, 2:
		return logical{kind: logicalMap}
	case 3:
		return logical{kind: logicalList}
	case 4:
		return logical{kind: logicalEnum}
	case 5:
		return logical{kind: logicalDecimal, scale: c.scale, precision: c.precision}
	case 6:
		return logical{kind: logicalDate}
	case 7, 8:
		return logical{kind: logicalTime, utc: true, unit: n - 6}
	case 9, 10:
		return logical{kind: logicalTimestamp, utc: true, unit: n - 8}
	case 11, 12, 13, 14:
		return logical{kind: logicalInteger, bits: 8 << (n - 11)}
	case 15, 16, 17, 18:
		return logical{kind: logicalInteger, bits: 8 << (n - 15), signed: true}
	case 19:
		return logical{kind: logicalJSON}
	case 20:
		return logical{kind: logicalBSON}
	case 21:
		return logical{kind: logicalInterval}
	}
	return logical{kind: logicalOther}
}

// consistent says whether the physical type is one that the logical one may have, and
// whether there is a form for both.
func (c *column) consistent() bool {
	p, l := c.physical, c.logical
	switch l.kind {
	case logicalNone, logicalUnknown:
		return p >= boolean && p < fixedLen || p == fixedLen && c.width > 0
	case logicalString, logicalEnum, logicalJSON, logicalBSON:
		return p == byteArray
	case logicalDecimal:
		return p == int32s && l.precision <= 9 || p == int64s && l.precision <= 18 || p == byteArray || p == fixedLen && c.width > 0
	case logicalDate:
		return p == int32s
	case logicalTime:
		return p == int32s && l.unit == millis || p == int64s && (l.unit == micros || l.unit == nanos)
	case logicalTimestamp:
		return p == int64s && l.unit >= millis && l.unit <= nanos
	case logicalInteger:
		return p == int32s && (l.bits == 8 || l.bits == 16 || l.bits == 32) || p == int64s && l.bits == 64
	case logicalUUID:
		return p == fixedLen && c.width == 16
	case logicalFloat16:
		return p == fixedLen && c.width == 2
	}
	return false
}
