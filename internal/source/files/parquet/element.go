package parquet

// An element is a node of the schema: a column, or a group of them (parquet.thrift,
// SchemaElement).
type element struct {
	name       string
	physical   int // -1 is a group
	width      int // of FIXED_LEN_BYTE_ARRAY
	repetition int // 0 required, 1 optional, 2 repeated
	children   int
	converted  int // -1 is none
	scale      int
	precision  int
	logical    logical
}

// A logical type says what values mean (parquet.thrift, LogicalType).
type logical struct {
	kind             int // the number of the union's field; 0 is none
	scale, precision int
	utc              bool
	unit             int // 1 milliseconds, 2 microseconds, 3 nanoseconds
	bits             int
	signed           bool
}

func readElement(c *compact) element {
	e := element{physical: -1, converted: -1}
	numbers := map[int]*int{1: &e.physical, 2: &e.width, 3: &e.repetition, 5: &e.children, 6: &e.converted, 7: &e.scale, 8: &e.precision}
	c.fields(func(id int, kind byte) bool {
		switch {
		case numbers[id] != nil && kind == compactI32:
			*numbers[id] = c.size()
		case id == 4 && kind == compactBinary:
			e.name = string(c.bytes())
		case id == 10 && kind == compactStruct:
			e.logical = readLogical(c)
		default:
			return false
		}
		return true
	})
	return e
}

func readLogical(c *compact) (l logical) {
	c.fields(func(id int, kind byte) bool {
		if kind != compactStruct {
			return false
		}
		l.kind = id
		c.fields(func(field int, kind byte) bool { return l.read(c, field, kind) })
		return true
	})
	return l
}

// read reads a field of the logical type that l.kind says.
func (l *logical) read(c *compact, field int, kind byte) bool {
	switch {
	case l.kind == logicalDecimal && kind == compactI32 && field == 1:
		l.scale = c.size()
	case l.kind == logicalDecimal && kind == compactI32 && field == 2:
		l.precision = c.size()
	case (l.kind == logicalTime || l.kind == logicalTimestamp) && field == 1:
		l.utc = kind == compactTrue
		return false
	case (l.kind == logicalTime || l.kind == logicalTimestamp) && field == 2 && kind == compactStruct:
		c.fields(func(unit int, _ byte) bool { l.unit = unit; return false })
	case l.kind == logicalInteger && field == 1 && kind == compactByte:
		l.bits = int(c.byte())
	case l.kind == logicalInteger && field == 2:
		l.signed = kind == compactTrue
		return false
	default:
		return false
	}
	return true
}
