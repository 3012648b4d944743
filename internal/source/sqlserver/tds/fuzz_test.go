package tds

import (
	"bytes"
	"testing"

	"archwire"
)

// FuzzAnswer reads whatever a server could send: it may be refused, and must not
// panic, or take memory for what was announced and did not come.
func FuzzAnswer(f *testing.F) {
	tokens, _, _ := example()
	f.Add([]byte(tokens), 4096)
	for _, v := range values {
		f.Add([]byte(stream{}.columns(wireSpec{"a", v.info}).row(v.raw).done(doneCount, 1)), 64)
	}
	f.Add([]byte(stream{}.failure(208).done(doneError, 0)), 20)
	f.Fuzz(func(t *testing.T, tokens []byte, size int) {
		b := packed(tokens, headerBytes+1+max(size, 0)%4096)
		for _, choose := range []func([]wireColumn) Reading{naturalReading, textReading} {
			c := newClient(nil)
			c.in = newPackets(bytes.NewReader(b))
			d := newDecoder(Reading{Mem: new(counting)})
			d.choose, d.most = choose, 4 // the memory of a whole batch would slow the fuzzer down
			a := &answer{decoder: d, yield: func(archwire.Batch) bool { return true }}
			_ = c.read(a)
			d.drop()
			if len(c.in.buf) > readBuffer+8*len(tokens) {
				t.Errorf("%d bytes of buffer for %d of an answer", len(c.in.buf), len(tokens))
			}
		}
	})
}

// FuzzPackets reads bytes that need not be packets.
func FuzzPackets(f *testing.F) {
	tokens, _, _ := example()
	f.Add(packed(tokens, 40))
	f.Fuzz(func(_ *testing.T, b []byte) {
		c := newClient(nil)
		c.in = newPackets(bytes.NewReader(b))
		_ = c.read(&answer{})
	})
}

// naturalReading takes each column as what it is.
func naturalReading(columns []wireColumn) Reading {
	types := make([]archwire.Type, len(columns))
	for i, w := range columns {
		k, _ := w.natural()
		types[i] = kind(k)
		switch k { //nolint:exhaustive // the others need no more
		case 0:
			types[i] = kind(archwire.Text)
		case archwire.Decimal:
			types[i] = decimalType(min(max(w.precision, 1), 38), min(w.scale, 38))
		}
	}
	return reading(types...)
}
