package wire

import (
	"errors"
	"io"
)

// A course is what happens to one answer on its way: nothing, mostly.
type course struct {
	Fault
	of     *faults
	record io.Writer

	done    bool // the fault has happened
	count   [Bytes + 1]int
	skipped int
}

// points says whether the fault has a point in the answer.
func (c *course) points() bool { return c.Cut || c.Stall || c.Error != nil || c.Short }

// here says whether the fault is to happen now, and takes note that it does.
func (c *course) here(unit Unit) bool {
	if c.done || !c.points() || c.Unit != unit || c.count[unit] < c.After {
		return false
	}
	c.done = true
	c.of.note()
	return true
}

// room is how many more bytes may be sent before the fault happens.
func (c *course) room(bytes int) int {
	if c.done || !c.points() || c.Unit != Bytes {
		return bytes
	}
	return min(bytes, c.After-c.count[Bytes])
}

// lost says whether a row is left out.
func (c *course) lost() bool {
	if c.skipped == c.Lose {
		return false
	}
	c.skipped++
	return true
}

// send puts a packet on its way.
func (c *conn) send(p []byte) error {
	way := c.course
	if way.record != nil {
		if _, err := way.record.Write(p); err != nil {
			return err
		}
	}
	if way.here(Packets) {
		return c.strike(way)
	}
	n := way.room(len(p))
	if _, err := c.out.Write(p[:n]); err != nil {
		return err
	}
	way.count[Packets]++
	way.count[Bytes] += n
	if n < len(p) && way.here(Bytes) {
		return c.strike(way)
	}
	return nil
}

// strike cuts the connection, or waits until the client gives up.
func (c *conn) strike(way *course) error {
	switch {
	case way.Stall && c.inbox.runs:
		<-c.inbox.gone.Done()
		return errGone
	case way.Stall:
		_, err := io.Copy(io.Discard, c.raw)
		return errors.Join(errGone, err)
	default:
		return errors.Join(errCut, c.raw.Close())
	}
}
