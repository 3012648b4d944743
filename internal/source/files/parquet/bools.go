package parquet

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A bools is a sink of booleans, which the file has as bits.
type bools struct {
	mem   memory.Allocator
	out   *memory.Buffer
	bits  []byte // of this page, from bit on
	bit   int
	runs  *hybrid // nil where they are bits only
	tight []byte
}

func (b *bools) begin(n int) { b.out = room(b.mem, int(bitutil.BytesForBits(int64(n)))) }

func (b *bools) step() int { return 1 << 16 }

// dictionary implements sink: two values need none.
func (b *bools) dictionary(page) error { return errEncoding }

func (b *bools) page(pg page) error {
	switch pg.encoding {
	case plain:
		b.bits, b.bit, b.runs = pg.body, 0, nil
	case runLength:
		data, _, ok := prefix(pg.body)
		if !ok {
			return errPage
		}
		b.runs = &hybrid{data: data, width: 1}
	default:
		return errEncoding
	}
	return nil
}

func (b *bools) read(at, m, k int, valid []byte) error {
	from, bits := b.bit, b.bits
	if b.runs != nil {
		b.tight = sized(b.tight, int(bitutil.BytesForBits(int64(k))))
		if _, err := b.runs.bits(b.tight, 0, k); err != nil {
			return err
		}
		from, bits = 0, b.tight
	} else if b.bit += k; b.bit > 8*len(b.bits) {
		return errPage
	}
	if k == m {
		if m > 0 {
			bitutil.CopyBitmap(bits, from, m, b.out.Bytes(), at)
		}
		return nil
	}
	for i := at; i < at+m; i++ {
		set := false
		if bitutil.BitIsSet(valid, i) {
			set = bitutil.BitIsSet(bits, from)
			from++
		}
		bitutil.SetBitTo(b.out.Bytes(), i, set)
	}
	return nil
}

func (b *bools) finish(n int, valid *memory.Buffer, nulls int) (arrow.Array, []wrongAt) {
	return made(arrow.FixedWidthTypes.Boolean, n, valid, nulls, b.out), nil
}
