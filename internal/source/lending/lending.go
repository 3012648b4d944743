// Package lending is the memory that sources decode rows into.
package lending

import (
	"math/bits"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Buffers lends the memory of batches and takes it back when the last reference
// to a batch is released, so that a long extraction touches the same few pages
// again and again and leaves nothing to the garbage collector.
type Buffers struct {
	mu   sync.Mutex
	free [64][][]byte // by power of two
	held int
}

// What is kept for later at most; beyond it, buffers are left to the collector.
const keptBuffers = 64 << 20

var _ memory.Allocator = (*Buffers)(nil)

// Allocate returns n bytes of any content with a capacity of a power of two.
func (p *Buffers) Allocate(n int) []byte {
	class := bits.Len(uint(max(n, 64) - 1))
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free[class]) - 1; last >= 0 {
		b := p.free[class][last]
		p.free[class] = p.free[class][:last]
		p.held -= cap(b)
		return b[:n]
	}
	return make([]byte, n, 1<<class)
}

// Reallocate returns n bytes that begin with b, which is taken back.
func (p *Buffers) Reallocate(n int, b []byte) []byte {
	if n <= cap(b) {
		return b[:n]
	}
	grown := p.Allocate(n)
	copy(grown, b)
	p.Free(b)
	return grown
}

// Free takes a buffer back.
func (p *Buffers) Free(b []byte) {
	class := bits.Len(uint(cap(b))) - 1
	if cap(b) == 0 || cap(b) != 1<<class {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held+cap(b) <= keptBuffers {
		p.free[class] = append(p.free[class], b[:0])
		p.held += cap(b)
	}
}
