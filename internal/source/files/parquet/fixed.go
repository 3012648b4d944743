package parquet

import (
	"encoding/binary"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// stored is what values of one width are in a file; kept what they are in an array.
type (
	stored interface {
		int32 | int64 | float32 | float64
	}
	kept interface {
		int16 | int32 | int64 | float32 | float64 | decimal128.Num
	}
)

// A converter makes values of what is in a file, and lists those that the type cannot
// hold. It is nil where nothing is to be done.
type converter[P, D any] func(out []D, in []P, wrong []wrongAt) []wrongAt

// A fixed is a sink of values of one width that the file has in one width.
type fixed[P stored, D kept] struct {
	mem     memory.Allocator
	typ     arrow.DataType
	convert converter[P, D]

	out     *memory.Buffer
	values  []D
	scratch []P
	decode  func(out []P) error // of this page
	numbers numbering
	known   gathering[D]
	wrong   []wrongAt
}

func (f *fixed[P, D]) begin(n int) {
	f.out = room(f.mem, n*int(unsafe.Sizeof(*new(D))))
	f.values, f.wrong = valuesIn[D](f.out.Bytes()), nil
}

func (f *fixed[P, D]) step() int { return 1 << 16 }

func (f *fixed[P, D]) dictionary(pg page) error {
	if err := plainOnly(pg); err != nil {
		return err
	}
	width := int(unsafe.Sizeof(*new(P)))
	if pg.values > len(pg.body)/width {
		return errPage
	}
	f.known = gathering[D]{values: make([]D, pg.values)}
	f.numbers.of = pg.values
	in := make([]P, pg.values)
	if err := plainNumbers[P](pg.body)(in); err != nil {
		return err
	}
	f.known.wrong = reasons(f.converted(f.known.values, in, nil))
	return nil
}

func (f *fixed[P, D]) page(pg page) error {
	if err := f.numbers.page(pg); err != nil || f.numbers.on {
		return err
	}
	switch pg.encoding {
	case plain:
		f.decode = plainNumbers[P](pg.body)
	case byteSplit:
		width := int(unsafe.Sizeof(*new(P)))
		if len(pg.body)%width != 0 {
			return errPage
		}
		f.decode = plainNumbers[P](together(make([]byte, len(pg.body)), pg.body, width))
	case deltaPacked:
		var err error
		f.decode, err = deltaNumbers[P](pg.body)
		return err
	default:
		return errEncoding
	}
	return nil
}

func (f *fixed[P, D]) read(at, m, k int, valid []byte) error {
	out, before := f.values[at:at+m], len(f.wrong)
	if f.numbers.on {
		numbers, err := f.numbers.read(k)
		if err != nil {
			return err
		}
		f.wrong = f.known.gather(out[:k], numbers, f.wrong)
	} else if in, ok := any(out[:k]).([]P); ok {
		if err := f.decode(in); err != nil {
			return err
		}
		f.wrong = f.converted(out[:k], in, f.wrong)
	} else {
		f.scratch = sized(f.scratch, k)
		if err := f.decode(f.scratch); err != nil {
			return err
		}
		f.wrong = f.converted(out[:k], f.scratch, f.wrong)
	}
	places(f.wrong[before:], m, k, valid, at)
	if k < m {
		spread(out, k, valid, at)
	}
	return nil
}

// converted converts values that may lie where they came from.
func (f *fixed[P, D]) converted(out []D, in []P, wrong []wrongAt) []wrongAt {
	if f.convert != nil {
		return f.convert(out, in, wrong)
	}
	copy(out, any(in).([]D)) // of the same type
	return wrong
}

func (f *fixed[P, D]) finish(n int, valid *memory.Buffer, nulls int) (arrow.Array, []wrongAt) {
	return made(f.typ, n, valid, nulls, f.out), f.wrong
}

// A gathering is the values of a dictionary, and what is wrong with some.
type gathering[D any] struct {
	values []D
	wrong  map[uint32]string
}

// gather gives the values of numbers, each of which there is.
func (g *gathering[D]) gather(out []D, numbers []uint32, wrong []wrongAt) []wrongAt {
	for i, n := range numbers {
		out[i] = g.values[n]
	}
	return g.among(numbers, wrong)
}

// among lists the numbers of values that are wrong.
func (g *gathering[D]) among(numbers []uint32, wrong []wrongAt) []wrongAt {
	if len(g.wrong) == 0 {
		return wrong
	}
	for i, n := range numbers {
		if reason, ok := g.wrong[n]; ok {
			wrong = append(wrong, wrongAt{i, reason})
		}
	}
	return wrong
}

func reasons(wrong []wrongAt) map[uint32]string {
	by := map[uint32]string{}
	for _, w := range wrong {
		by[uint32(w.at)] = w.reason //nolint:gosec // a place in a page
	}
	return by
}

// valuesIn is what bytes hold, which begin where a value may.
func valuesIn[T any](b []byte) []T {
	if len(b) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/int(unsafe.Sizeof(*new(T)))) //nolint:gosec // arrays have their values so
}

// plainNumbers reads numbers as they are, the lowest byte first (Parquet, Encodings:
// Plain); Arrow has them so, too.
func plainNumbers[P stored](body []byte) func(out []P) error {
	return func(out []P) error {
		n := len(out) * int(unsafe.Sizeof(*new(P)))
		if n > len(body) {
			return errPage
		}
		if n == 0 {
			return nil
		}
		copy(unsafe.Slice((*byte)(unsafe.Pointer(&out[0])), n), body) //nolint:gosec // files have their values so
		body = body[n:]
		return nil
	}
}

// deltaNumbers reads whole numbers by their differences.
func deltaNumbers[P stored](body []byte) (func(out []P) error, error) {
	switch any(*new(P)).(type) {
	case int32:
		d, err := newDelta[int32](body)
		return func(out []P) error { return d.decode(any(out).([]int32)) }, err
	case int64:
		d, err := newDelta[int64](body)
		return func(out []P) error { return d.decode(any(out).([]int64)) }, err
	}
	return nil, errEncoding
}

// littleEndian says whether this machine has numbers as files and batches do.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1
