package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"archwire"
	"archwire/internal/source/lending"
)

var fuzzTable = archwire.Table{Source: "rcm", Name: "fuzz", Columns: []archwire.Column{
	{Name: "a", Type: archwire.Type{Kind: archwire.Bool}},
	{Name: "b", Type: archwire.Type{Kind: archwire.Int16}},
	{Name: "c", Type: archwire.Type{Kind: archwire.Int32}},
	{Name: "d", Type: archwire.Type{Kind: archwire.Int64}},
	{Name: "e", Type: archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}},
	{Name: "f", Type: archwire.Type{Kind: archwire.Text}},
	{Name: "g", Type: archwire.Type{Kind: archwire.JSON}},
	{Name: "h", Type: archwire.Type{Kind: archwire.UUID}},
	{Name: "i", Type: archwire.Type{Kind: archwire.Date}},
	{Name: "j", Type: archwire.Type{Kind: archwire.Timestamp}},
	{Name: "k", Type: archwire.Type{Kind: archwire.Int64}},
}}

var fuzzDecodings = []decoding{
	decodeBool, decode16, decode32, decode64, decodeNumeric, decodeText, decodeJSONB, decodeUUID, decodeDate, decodeTimestamp, decodeUint32,
}

func fuzzDecoder(mem *lending.Buffers) *decoder {
	var cols []column
	for i, c := range fuzzTable.Columns {
		cols = append(cols, newColumn(c.Name, fuzzDecodings[i], c.Type))
	}
	d := newDecoder(fuzzTable.ArrowSchema(), cols, mem, true)
	d.capacity = 4 // the memory of a whole batch would slow the fuzzer down
	return d
}

// goodRow is a row that the decoder takes.
func goodRow() []byte {
	b := []byte{0, byte(len(fuzzTable.Columns))}
	for _, v := range [][]byte{
		{1},
		{0, 7},
		{0, 0, 0, 7},
		{0, 0, 0, 0, 0, 0, 0, 7},
		numericBytes([]uint16{12, 5000}, 0, true), []byte("text"),
		[]byte("\x01{}"), make([]byte, 16),
		{0, 0, 0, 1},
		{0, 0, 0, 0, 0, 0, 0, 1},
		nil,
	} {
		if v == nil {
			b = append(b, 255, 255, 255, 255)
			continue
		}
		b = append(b, 0, 0, 0, byte(len(v)))
		b = append(b, v...)
	}
	return b
}

func header() []byte { return append(bytes.Clone(signature), make([]byte, 8)...) }

// FuzzDecoder feeds the decoder two messages of any content: it must take them
// or say why not, and what it took must be a sound batch.
func FuzzDecoder(f *testing.F) {
	f.Add(header(), goodRow())
	f.Add(append(header(), goodRow()...), []byte{255, 255})
	f.Add(append(header(), goodRow()...), goodRow()[:30])
	f.Add([]byte("PGCOPY"), []byte{0, 1, 0, 0, 0, 200})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var mem lending.Buffers
		d := fuzzDecoder(&mem)
		for _, message := range [][]byte{first, second} {
			if err := d.message(message); err != nil {
				d.drop()
				return
			}
		}
		if batch := d.take(); batch != nil {
			if batch.NumRows() != d.total || batch.NumRows() > 2 {
				t.Errorf("%d rows, %d counted", batch.NumRows(), d.total)
			}
			for _, c := range batch.Columns() {
				_ = c.String() // walks offsets and validity
			}
			batch.Release()
		}
	})
}

func TestDecoderRefuses(t *testing.T) {
	row := goodRow()
	for name, messages := range map[string][][]byte{
		"an unknown header":        {append([]byte("PGCOPY\n\xff\r\n\x01"), make([]byte, 8)...)},
		"flags it does not know":   {append(bytes.Clone(signature), 0, 1, 0, 0, 0, 0, 0, 0)},
		"a row of fewer columns":   {header(), append([]byte{0, 3}, row[2:]...)},
		"a row that is cut":        {header(), row[:len(row)-5]},
		"a row that goes on":       {header(), append(bytes.Clone(row), 0)},
		"a negative length":        {header(), append(bytes.Clone(row[:2]), 255, 255, 255, 254)},
		"rows behind the trailer":  {header(), {255, 255}, row},
		"a number of wrong length": {header(), append(append(bytes.Clone(row[:2]), 0, 0, 0, 2, 1, 1), row[7:]...)},
	} {
		var mem lending.Buffers
		d := fuzzDecoder(&mem)
		var err error
		for _, m := range messages {
			if err = d.message(m); err != nil {
				break
			}
		}
		if !errors.Is(err, errFormat) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// FuzzWire cuts any stream into messages, read in single bytes: it must end
// with an error and never give more than came.
func FuzzWire(f *testing.F) {
	f.Add([]byte("d\x00\x00\x00\x05xZ\x00\x00\x00\x05I"), uint8(1))
	f.Add([]byte("d\xff\xff\xff\xff"), uint8(0))
	f.Fuzz(func(t *testing.T, stream []byte, mode uint8) {
		w := newWire(iotest.OneByteReader(bytes.NewReader(stream)))
		total := 0
		for {
			var err error
			if mode%2 == 0 {
				var body []byte
				_, body, err = w.message()
				total += len(body)
			} else {
				var n int
				n, err = w.Read(make([]byte, 1+int(mode)))
				total += n
			}
			if err != nil {
				if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, errProtocol) {
					t.Errorf("error %v", err)
				}
				break
			}
		}
		if total > len(stream) {
			t.Errorf("%d bytes of %d", total, len(stream))
		}
	})
}

func TestWireShrinksAfterAHugeMessage(t *testing.T) {
	huge := make([]byte, 20*wireBuffer)
	stream := append([]byte{'d', 0, 0, 0, 0}, huge...)
	binary.BigEndian.PutUint32(stream[1:], uint32(len(huge)+4))
	stream = append(stream, "Z\x00\x00\x00\x05I"...)
	for _, pieces := range []func(io.Reader) io.Reader{iotest.HalfReader, iotest.OneByteReader, func(r io.Reader) io.Reader { return r }} {
		w := newWire(pieces(bytes.NewReader(stream)))
		if kind, body, err := w.message(); kind != 'd' || len(body) != len(huge) || err != nil {
			t.Fatalf("kind %q, %d bytes, error %v", kind, len(body), err)
		}
		if kind, body, err := w.message(); kind != 'Z' || string(body) != "I" || err != nil {
			t.Fatalf("kind %q, %q, error %v", kind, body, err)
		}
	}
}
