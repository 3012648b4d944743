package wire

import (
	"encoding/binary"
	"fmt"
)

// Lengths of partially length-prefixed values ([MS-TDS] 2.2.5.2.3).
const (
	plpNull    = ^uint64(0)
	plpUnknown = ^uint64(0) - 1
)

// lobCoder lays out values that come in chunks.
func (d dialect) lobCoder(info []byte, style LOB, value layer) coder {
	return coder{info: info, null: binary.LittleEndian.AppendUint64(nil, plpNull), append: func(b []byte, v any) ([]byte, error) {
		raw, err := value(nil, v)
		if err != nil {
			return b, err
		}
		return appendChunks(b, raw, style), nil
	}}
}

func appendChunks(b, raw []byte, style LOB) []byte {
	length := uint64(len(raw))
	if style.UnknownLength {
		length = plpUnknown
	}
	b = binary.LittleEndian.AppendUint64(b, length)
	chunk := style.Chunk
	if chunk <= 0 {
		chunk = len(raw)
	}
	for len(raw) > 0 {
		n := min(chunk, len(raw))
		b = append(binary.LittleEndian.AppendUint32(b, uint32(n)), raw[:n]...)
		raw = raw[n:]
	}
	return binary.LittleEndian.AppendUint32(b, 0)
}

// lobInfo is the beginning of TYPE_INFO of text, ntext and image.
func lobInfo(token byte, length uint32) []byte {
	return binary.LittleEndian.AppendUint32([]byte{token}, length)
}

// tableName is the TableName of text, ntext and image: at least one part.
func tableName(c Column) []byte {
	parts := c.Table
	if len(parts) == 0 {
		parts = []string{""}
	}
	b := []byte{byte(len(parts))}
	for _, part := range parts {
		b = appendLong(b, part)
	}
	return b
}

// textPointer and textTime stand before each value of text, ntext and image. What
// they hold means nothing to a client.
const (
	textPointer = "dummy textptr\x00\x00\x00"
	textTime    = "dummyTS\x00"
)

// pointed is text, ntext and image: a text pointer, a time stamp, a length of four
// bytes. NULL is a pointer of no bytes ([MS-TDS] 2.2.7.20 ROW).
func pointed(info []byte, value layer) coder {
	return coder{info: info, null: []byte{0}, append: func(b []byte, v any) ([]byte, error) {
		b = append(append(append(b, byte(len(textPointer))), textPointer...), textTime...)
		at := len(b)
		b, err := value(append(b, 0, 0, 0, 0), v)
		if err == nil {
			binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
		}
		return b, err
	}}
}

// udtCoder lays out the CLR types that SQL Server brings along.
func (d dialect) udtCoder(t Type) coder {
	length := t.Length
	if length == 0 {
		length = -1
		if t.Name == "hierarchyid" {
			length = 892 // its longest value ("hierarchyid data type method reference")
		}
	}
	name := t.UDT
	if name == "" {
		class := map[string]string{"hierarchyid": "SqlHierarchyId", "geography": "SqlGeography", "geometry": "SqlGeometry"}[t.Name]
		name = fmt.Sprintf("Microsoft.SqlServer.Types.%s, Microsoft.SqlServer.Types, Version=11.0.0.0, Culture=neutral, PublicKeyToken=89845dcd8080cc91", class)
	}
	info := binary.LittleEndian.AppendUint16([]byte{typeUDT}, uint16(int16(length)))
	info = appendShort(appendShort(appendShort(info, d.database), "sys"), t.Name)
	return d.lobCoder(appendLong(info, name), d.lob, bytesOnly(t.Name))
}
