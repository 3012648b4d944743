package encode

import "io"

// flushAt is how many bytes are gathered before they are sent on.
const flushAt = 64 << 10

// gathered are the bytes of rows on their way to a writer.
type gathered struct {
	to  io.Writer
	buf []byte
}

// flush sends on what was gathered if it is as much as that.
func (g *gathered) flush(atLeast int) error {
	if len(g.buf) < atLeast || len(g.buf) == 0 {
		return nil
	}
	_, err := g.to.Write(g.buf)
	g.buf = g.buf[:0]
	return err
}
