package lending

import "testing"

// What is given back is lent again, to whoever asks for as much or nearly.
func TestBuffersAreLentAgain(t *testing.T) {
	var p Buffers
	first := p.Allocate(100)
	first[0] = 7
	p.Free(first)
	again := p.Allocate(128)
	if len(again) != 128 || &again[0] != &first[0] {
		t.Error("another buffer was made")
	}
	if more := p.Allocate(128); &more[0] == &first[0] {
		t.Error("a buffer is lent twice")
	}
	grown := p.Reallocate(1000, again)
	if len(grown) != 1000 || grown[0] != 7 {
		t.Error("its content is lost")
	}
	p.Free(make([]byte, 100)) // not one of ours
	p.Free(nil)
}

// Of what is given back no more than a bound is kept.
func TestBuffersAreLeftToTheCollector(t *testing.T) {
	var p Buffers
	for range 5 {
		p.Free(make([]byte, 0, keptBuffers/2))
	}
	if p.held != keptBuffers {
		t.Errorf("%d bytes are kept, not %d", p.held, keptBuffers)
	}
}
