package tds

// The types of values on the wire, [MS-TDS] 2.2.5.4.
const (
	typeNull       = 0x1f
	typeImage      = 0x22
	typeText       = 0x23
	typeUUID       = 0x24
	typeIntN       = 0x26
	typeDate       = 0x28
	typeTime       = 0x29
	typeDatetime2  = 0x2a
	typeOffset     = 0x2b
	typeInt1       = 0x30
	typeBit        = 0x32
	typeInt2       = 0x34
	typeInt4       = 0x38
	typeDatetime4  = 0x3a
	typeFloat4     = 0x3b
	typeMoney      = 0x3c
	typeDatetime   = 0x3d
	typeFloat8     = 0x3e
	typeVariant    = 0x62
	typeNText      = 0x63
	typeBitN       = 0x68
	typeDecimal    = 0x6a
	typeNumeric    = 0x6c
	typeFloatN     = 0x6d
	typeMoneyN     = 0x6e
	typeDatetimeN  = 0x6f
	typeMoney4     = 0x7a
	typeInt8       = 0x7f
	typeVarBinary  = 0xa5
	typeVarChar    = 0xa7
	typeBinary     = 0xad
	typeChar       = 0xaf
	typeNVarChar   = 0xe7
	typeNChar      = 0xef
	typeUDT        = 0xf0
	typeXML        = 0xf1
	lengthMax      = 0xffff // of the types that have a long form
	flagUTF8       = 1 << 26
	nullLength     = 0xffff
	plpNull        = 1<<64 - 1
	plpUnknown     = 1<<64 - 2
	longestPLP     = 1<<31 - 1
	textPointerMax = 255
)

// A layout says how the length of a value is told.
type layout uint8

const (
	fixedWidth layout = iota // by the type
	shortCount               // by a byte; 0 is NULL
	longCount                // by two bytes; 0xFFFF is NULL
	pointed                  // by a text pointer, a timestamp and four bytes; no pointer is NULL
	variant                  // by four bytes; 0 is NULL
	chunked                  // PLP: in chunks, each with its length
)

// A wireColumn is a column of a result as COLMETADATA describes it.
type wireColumn struct {
	name             string
	typ              byte
	layout           layout
	size             int // the longest value, but for chunked
	precision, scale int
	page             int  // the code page of its char and varchar; 0 is one not known here
	utf8             bool // they are UTF-8 instead
}

// fixedSizes are the types of fixed width, [MS-TDS] 2.2.5.4.1.
var fixedSizes = map[byte]int{
	typeNull: 0, typeInt1: 1, typeBit: 1, typeInt2: 2, typeInt4: 4, typeDatetime4: 4, typeFloat4: 4,
	typeMoney: 8, typeDatetime: 8, typeFloat8: 8, typeMoney4: 4, typeInt8: 8,
}

// timeBytes is the width of time of a scale, [MS-TDS] 2.2.5.5.1.8.
func timeBytes(scale int) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	}
	return 5
}
