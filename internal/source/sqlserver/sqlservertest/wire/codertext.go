package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"golang.org/x/text/encoding"
)

// A LOB is how values of (max) types and xml are sent. SQL Server does it in several
// ways, and a client has to take them all ([MS-TDS] 2.2.5.2.3).
type LOB struct {
	Chunk         int  // bytes of a chunk; the whole value if 0
	UnknownLength bool // the length is not said ahead; it never is for xml
}

// What char and binary types are filled up with.
const (
	zero      = "\x00"
	blank     = " "
	wideBlank = " \x00"
)

// maxLength is what (max) says as length.
const maxLength = 0xffff

// longCoder lays out types whose values say their length in more than a byte.
func (d dialect) longCoder(c Column) (coder, error) {
	t := c.Type
	switch t.Name {
	case "binary":
		return short([]byte{typeBinary}, t, padded(t.Length, zero, bytesOnly(t.Name))), nil
	case "rowversion":
		out := short([]byte{typeBinary}, Type{Length: 8}, padded(8, zero, bytesOnly(t.Name)))
		out.userType = userTypeTimestamp
		return out, nil
	case "varbinary":
		return d.varying([]byte{typeVarBinary}, nil, t, bytesOnly(t.Name)), nil
	case "hierarchyid", "geography", "geometry":
		return d.udtCoder(t), nil
	case "xml":
		out := d.lobCoder([]byte{typeXML, 0}, LOB{Chunk: d.lob.Chunk, UnknownLength: true}, toUTF16)
		out.caseful = true
		return out, nil
	case "image":
		return pointed(append(lobInfo(typeImage, math.MaxInt32), tableName(c)...), bytesOnly(t.Name)), nil
	}
	return d.textCoder(c)
}

// textCoder lays out text. A client that does not take UTF-8 gets a varchar of a
// UTF-8 collation as nvarchar, with the collation's flag set.
func (d dialect) textCoder(c Column) (coder, error) {
	t := c.Type
	if t.Collation == "" {
		t.Collation = d.collation
	}
	col, page, err := collationOf(t.Collation)
	if err != nil {
		return coder{}, err
	}
	var out coder
	unicode, text := layer(toUTF16), inPage(t.Name, page)
	if page == nil && !d.utf8 {
		if t.Name == "char" {
			unicode = blanked(t.Length, unicode)
		}
		t = asUnicode(t)
	}
	switch t.Name {
	case "char":
		out = short([]byte{typeChar}, t, padded(t.Length, blank, text))
	case "varchar":
		out = d.varying([]byte{typeVarChar}, col[:], t, text)
	case "nchar":
		out = short([]byte{typeNChar}, t, padded(t.Length, wideBlank, unicode))
	case "nvarchar":
		out = d.varying([]byte{typeNVarChar}, col[:], t, unicode)
	case "text":
		out = pointed(append(append(lobInfo(typeText, math.MaxInt32), col[:]...), tableName(c)...), text)
	case "ntext":
		out = pointed(append(append(lobInfo(typeNText, math.MaxInt32-1), col[:]...), tableName(c)...), unicode)
	default:
		return coder{}, fmt.Errorf("wire: the double does not know the type %q", t.Name)
	}
	if t.Name == "char" || t.Name == "nchar" {
		out.info = append(out.info, col[:]...)
	}
	out.caseful = col.caseSensitive()
	return out, nil
}

// asUnicode is the type that stands for a type of UTF-8: as many units of UTF-16
// as it has bytes, and (max) beyond what nvarchar can have.
func asUnicode(t Type) Type {
	switch t.Name {
	case "char", "varchar":
		t.Name = "nvarchar"
		if t.Length *= 2; t.Length > 8000 || t.Length < 0 {
			t.Length = -1
		}
	case "text":
		t.Name = "ntext"
	}
	return t
}

// A layer turns a value into bytes.
type layer func(b []byte, v any) ([]byte, error)

func bytesOnly(typ string) layer {
	return func(b []byte, v any) ([]byte, error) {
		raw, ok := v.([]byte)
		if !ok {
			return b, wrong(typ, v)
		}
		return append(b, raw...), nil
	}
}

// toUTF16 takes text, or bytes that may be no text.
func toUTF16(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendUTF16(b, v), nil
	case []byte:
		return append(b, v...), nil
	default:
		return b, wrong("a text type", v)
	}
}

// inPage is toUTF16 for a page of characters.
func inPage(typ string, page encoding.Encoding) layer {
	return func(b []byte, v any) ([]byte, error) {
		switch v := v.(type) {
		case string:
			return toPage(b, page, v), nil
		case []byte:
			return append(b, v...), nil
		default:
			return b, wrong(typ, v)
		}
	}
}

// padded fills up to the length of char and binary.
func padded(length int, with string, value layer) layer {
	return func(b []byte, v any) ([]byte, error) {
		at := len(b)
		b, err := value(b, v)
		if err == nil {
			b = append(b, strings.Repeat(with, max(length-(len(b)-at), 0)/len(with))...)
		}
		return b, err
	}
}

// blanked fills text up to so many bytes of UTF-8 before it becomes something else.
func blanked(length int, value layer) layer {
	return func(b []byte, v any) ([]byte, error) {
		if s, ok := v.(string); ok {
			v = s + strings.Repeat(" ", max(length-len(s), 0))
		}
		return value(b, v)
	}
}

// short is a type whose values say their length in two bytes; NULL is 0xffff.
func short(info []byte, t Type, value layer) coder {
	info = binary.LittleEndian.AppendUint16(info, uint16(t.Length))
	return coder{info: info, null: []byte{0xff, 0xff}, append: func(b []byte, v any) ([]byte, error) {
		at := len(b)
		b, err := value(append(b, 0, 0), v)
		if n := len(b) - at - 2; err == nil && n > t.Length {
			return b, wrong(fmt.Sprintf("a type of %d bytes", t.Length), v)
		}
		if err == nil {
			binary.LittleEndian.PutUint16(b[at:], uint16(len(b)-at-2))
		}
		return b, err
	}}
}

// varying is a type that is short unless it is (max).
func (d dialect) varying(token, collation []byte, t Type, value layer) coder {
	if t.Length == -1 {
		return d.lobCoder(append(binary.LittleEndian.AppendUint16(token, maxLength), collation...), d.lob, value)
	}
	out := short(token, t, value)
	out.info = append(out.info, collation...)
	return out
}
