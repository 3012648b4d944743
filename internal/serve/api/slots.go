package api

import "runtime"

// slots let few answers be made at once: what is made side by side shares the
// processors, so that each would take as long as all of them, and memory. Answers
// about several tenants, which may read hundreds of slices, wait in a line of
// their own and hold up nobody who asks about one.
type slots struct{ one, several chan struct{} }

// slotsPerCPU is how many answers of each line are made at once for each
// processor: one computes while another waits for a file.
const slotsPerCPU = 2

func newSlots() slots {
	n := slotsPerCPU * runtime.GOMAXPROCS(0)
	return slots{make(chan struct{}, n), make(chan struct{}, n)}
}

func (s slots) of(c *call) chan struct{} {
	if c.several {
		return s.several
	}
	return s.one
}

// build makes an answer once there is a free slot for it.
func (s slots) build(c *call, build func() error) error {
	line := s.of(c)
	select {
	case line <- struct{}{}:
	case <-c.Ctx.Done():
		return c.Ctx.Err()
	}
	defer func() { <-line }()
	return build()
}
