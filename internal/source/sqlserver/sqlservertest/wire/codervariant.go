package wire

import (
	"encoding/binary"
)

// variantLength is the longest value of sql_variant, with what describes it.
const variantLength = 8009

// variantCoder lays out sql_variant: a length of four bytes, the token of the base
// type, how many bytes describe it, those, and its value without a length of its
// own ([MS-TDS] 2.2.5.5.4).
func (d dialect) variantCoder() coder {
	return coder{info: lobInfo(typeVariant, variantLength), null: []byte{0, 0, 0, 0}, append: func(b []byte, v any) ([]byte, error) {
		variant, ok := v.(Variant)
		if !ok || variant.Value == nil {
			return b, wrong("sql_variant", v)
		}
		at := len(b)
		b, err := d.appendVariant(append(b, 0, 0, 0, 0), variant)
		if n := len(b) - at - 4; err == nil && n > variantLength {
			return b, wrong("sql_variant", v)
		}
		if err == nil {
			binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
		}
		return b, err
	}}
}

func (d dialect) appendVariant(b []byte, v Variant) ([]byte, error) {
	t := v.Type
	switch t.Name {
	case "sql_variant", "xml", "text", "ntext", "image", "rowversion", "hierarchyid", "geography", "geometry":
		return b, wrong("sql_variant", v.Value) // "sql_variant" of the Transact-SQL reference
	}
	if t.Length == -1 {
		return b, wrong("sql_variant", v.Value)
	}
	c, err := d.coder(Column{Type: t})
	if err != nil {
		return b, err
	}
	value, err := c.append(nil, v.Value)
	if err != nil {
		return b, err
	}
	token, describes, prefix := variantForm(c.info)
	b = append(append(b, token, byte(len(describes))), describes...)
	return append(b, value[prefix:]...), nil
}

// variantForm takes a type's TYPE_INFO apart: the token, the bytes that describe
// the type within sql_variant, and the length that values have ahead of them
// elsewhere.
func variantForm(info []byte) (token byte, describes []byte, prefix int) {
	switch token = info[0]; token {
	case typeGUID, typeDateN:
		return token, nil, 1
	case typeTimeN, typeDateTime2N, typeDateTimeOffset:
		return token, info[1:2], 1
	case typeDecimalN, typeNumericN:
		return token, info[2:4], 1
	case typeBinary, typeVarBinary:
		return token, info[1:3], 2
	case typeChar, typeVarChar, typeNChar, typeNVarChar:
		return token, append(append([]byte(nil), info[3:8]...), info[1:3]...), 2
	default:
		return token, nil, 0
	}
}
