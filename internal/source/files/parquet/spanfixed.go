package parquet

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A spanFixed is a sink of values of one width that the file has as bytes.
type spanFixed[D kept] struct {
	mem   memory.Allocator
	typ   arrow.DataType
	width int // of each in the file; 0 is any
	parse func(value []byte) (D, string)

	out     *memory.Buffer
	values  []D
	reader  spanReader // of this page
	scratch []span
	numbers numbering
	known   gathering[D]
	wrong   []wrongAt
}

func (f *spanFixed[D]) begin(n int) {
	f.out = room(f.mem, n*int(unsafe.Sizeof(*new(D))))
	f.values, f.wrong = valuesIn[D](f.out.Bytes()), nil
}

func (f *spanFixed[D]) step() int {
	if !f.numbers.on && f.reader != nil {
		return min(max(batchBytes/max(f.reader.longest(), 1), 1), 1<<16)
	}
	return 1 << 16
}

func (f *spanFixed[D]) dictionary(pg page) error {
	if err := plainOnly(pg); err != nil {
		return err
	}
	if pg.values > len(pg.body) {
		return errPage
	}
	reader, err := newSpanReader(plain, pg.body, f.width, pg.values, nil)
	if err != nil {
		return err
	}
	f.known, f.numbers.of = gathering[D]{values: make([]D, pg.values)}, pg.values
	wrong, err := f.parsed(f.known.values, reader, nil)
	f.known.wrong = reasons(wrong)
	return err
}

func (f *spanFixed[D]) page(pg page) (err error) {
	if err = f.numbers.page(pg); err != nil || f.numbers.on {
		return err
	}
	f.reader, err = newSpanReader(pg.encoding, pg.body, f.width, pg.values, f.reader)
	return err
}

func (f *spanFixed[D]) parsed(out []D, from spanReader, wrong []wrongAt) ([]wrongAt, error) {
	f.scratch = sized(f.scratch, len(out))
	in, err := from.spans(f.scratch)
	if err != nil {
		return wrong, err
	}
	for i, s := range f.scratch {
		v, why := f.parse(in[s.start:s.end])
		if why != "" {
			wrong = append(wrong, wrongAt{i, why})
		}
		out[i] = v
	}
	return wrong, nil
}

func (f *spanFixed[D]) read(at, m, k int, valid []byte) (err error) {
	out, before := f.values[at:at+m], len(f.wrong)
	if f.numbers.on {
		numbers, err := f.numbers.read(k)
		if err != nil {
			return err
		}
		f.wrong = f.known.gather(out[:k], numbers, f.wrong)
	} else if f.wrong, err = f.parsed(out[:k], f.reader, f.wrong); err != nil {
		return err
	}
	places(f.wrong[before:], m, k, valid, at)
	if k < m {
		spread(out, k, valid, at)
	}
	return nil
}

func (f *spanFixed[D]) finish(n int, valid *memory.Buffer, nulls int) (arrow.Array, []wrongAt) {
	return made(f.typ, n, valid, nulls, f.out), f.wrong
}
