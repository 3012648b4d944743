package postgres

import (
	"archwire"
	"archwire/internal/source/arrays"
)

// decoding says how the bytes of one value in binary COPY are read.
type decoding uint8

const (
	_ decoding = iota
	decodeBool
	decode16
	decode32
	decode64
	decodeUint32
	decodeNumeric
	decodeText
	decodeBytes
	decodeJSONB
	decodeUUID
	decodeDate
	decodeTimestamp
)

// A column is where the values of one column go, and how they come.
type column struct {
	arrays.Column
	name             string
	decode           decoding
	precision, scale int
}

func newColumn(name string, decode decoding, t archwire.Type) column {
	return column{Column: arrays.Of(t.Arrow()), name: name, decode: decode, precision: t.Precision, scale: t.Scale}
}
