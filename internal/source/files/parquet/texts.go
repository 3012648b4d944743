package parquet

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A speller writes a value behind out, or says why it cannot be held.
type speller func(out, value []byte) (with []byte, wrong string)

// A texts is a sink of values of any length.
type texts struct {
	mem   memory.Allocator
	typ   arrow.DataType
	width int     // of each in the file; 0 is any
	spell speller // nil where the bytes are the value
	utf8  bool    // what is not is wrong

	offsets *memory.Buffer
	starts  []int32
	data    *memory.Buffer
	reader  spanReader // of this page
	scratch []span
	numbers numbering
	known   gathering[span]
	words   []byte // of the dictionary, as they are spelt
	most    int    // the longest of the dictionary
	wrong   []wrongAt
}

func (t *texts) begin(n int) {
	t.offsets, t.data = room(t.mem, 4*(n+1)), room(t.mem, 0)
	t.starts, t.wrong = valuesIn[int32](t.offsets.Bytes()), nil
	t.starts[0] = 0
}

func (t *texts) step() int {
	most := t.most
	if !t.numbers.on && t.reader != nil {
		most = t.reader.longest()
	}
	if t.data.Len() >= batchBytes {
		return 0
	}
	return min(max(batchBytes/max(most, 1), 1), 1<<16)
}

func (t *texts) dictionary(pg page) error {
	if err := plainOnly(pg); err != nil {
		return err
	}
	if pg.values > len(pg.body) {
		return errPage
	}
	reader, err := newSpanReader(plain, pg.body, t.width, pg.values, nil)
	if err != nil {
		return err
	}
	in := make([]span, pg.values)
	from, err := reader.spans(in)
	if err != nil {
		return err
	}
	t.known = gathering[span]{values: make([]span, pg.values)}
	t.words, t.most, t.numbers.of = nil, 0, pg.values
	var wrong []wrongAt
	for i, s := range in {
		start := len(t.words)
		var why string
		t.words, why = t.append(t.words, from[s.start:s.end])
		if why != "" {
			wrong = append(wrong, wrongAt{i, why})
		}
		if len(t.words) > math.MaxInt32 {
			return errPageSize
		}
		t.most = max(t.most, len(t.words)-start)
		t.known.values[i] = span{uint32(start), uint32(len(t.words))} //nolint:gosec // looked at
	}
	t.known.wrong = reasons(wrong)
	return nil
}

// append spells a value, and looks at it.
func (t *texts) append(out, value []byte) ([]byte, string) {
	if t.spell != nil {
		return t.spell(out, value)
	}
	if t.utf8 && !utf8.Valid(value) {
		return out, notText
	}
	return append(out, value...), ""
}

func (t *texts) page(pg page) (err error) {
	if err = t.numbers.page(pg); err != nil || t.numbers.on {
		return err
	}
	t.reader, err = newSpanReader(pg.encoding, pg.body, t.width, pg.values, t.reader)
	return err
}

func (t *texts) read(at, m, k int, valid []byte) error {
	t.scratch = sized(t.scratch, k)
	if !t.numbers.on {
		in, err := t.reader.spans(t.scratch)
		if err != nil {
			return err
		}
		return t.write(at, m, k, valid, in, t.spell == nil && (!t.utf8 || ascii(in, t.scratch)))
	}
	numbers, err := t.numbers.read(k)
	if err != nil {
		return err
	}
	before := len(t.wrong)
	t.wrong = t.known.gather(t.scratch, numbers, t.wrong)
	places(t.wrong[before:], m, k, valid, at)
	return t.write(at, m, k, valid, t.words, true)
}

// write writes values that lie among bytes; as they are, if they were looked at.
func (t *texts) write(at, m, k int, valid, in []byte, looked bool) error {
	size := t.data.Len()
	for _, s := range t.scratch {
		size += int(s.end - s.start)
	}
	if size > math.MaxInt32 {
		return errPageSize
	}
	out := t.grow(size)
	next := 0
	for i := at; i < at+m; i++ {
		if k == m || bitutil.BitIsSet(valid, i) {
			s := t.scratch[next]
			next++
			if looked {
				out = append(out, in[s.start:s.end]...)
			} else {
				var wrong string
				if out, wrong = t.append(out, in[s.start:s.end]); wrong != "" {
					t.wrong = append(t.wrong, wrongAt{i, wrong})
				}
			}
		}
		t.starts[i+1] = int32(len(out)) //nolint:gosec // looked at
	}
	return t.keep(out)
}

// grow is what was written, with room for so many bytes.
func (t *texts) grow(n int) []byte {
	have := t.data.Len()
	t.data.Reserve(n)
	return t.data.Buf()[:have]
}

// keep takes what was written behind what there was. Spelt values may have outgrown the
// room.
func (t *texts) keep(out []byte) error {
	if len(out) > math.MaxInt32 {
		return errPageSize
	}
	if room := t.data.Buf(); len(out) > cap(room) || len(out) > 0 && &out[0] != &room[:1][0] {
		t.data.Reserve(len(out))
		copy(t.data.Buf()[:len(out)], out)
	}
	t.data.ResizeNoShrink(len(out))
	return nil
}

func (t *texts) finish(n int, valid *memory.Buffer, nulls int) (arrow.Array, []wrongAt) {
	t.offsets.ResizeNoShrink(4 * (n + 1))
	return made(t.typ, n, valid, nulls, t.offsets, t.data), t.wrong
}

// ascii says whether no byte of the values has its highest bit set.
func ascii(in []byte, spans []span) bool {
	const high = 0x8080808080808080
	for _, s := range spans {
		b := in[s.start:s.end]
		for ; len(b) >= 8; b = b[8:] {
			if binary.LittleEndian.Uint64(b)&high != 0 {
				return false
			}
		}
		for _, c := range b {
			if c >= utf8.RuneSelf {
				return false
			}
		}
	}
	return true
}
