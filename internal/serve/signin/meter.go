package signin

import (
	"hash/maphash"
	"time"
)

// A pace is how often something may be done: burst times at once, then once in
// every.
type pace struct {
	every time.Duration
	burst int
}

// A meter holds many things to one pace, each named by a text. However many there
// are, it takes the same memory and the same time: it keeps no names, but for each
// thing a cell in every row, which it may share. Of the cells the emptiest counts,
// so that sharing some of them costs nothing, and sharing all of them makes a thing
// slower, never faster. Which things share cells differs from meter to meter and
// cannot be foreseen.
type meter struct {
	pace
	rows [meterRows]meterRow
}

const (
	meterRows  = 4
	meterCells = 1 << 14 // in a row
)

type meterRow struct {
	seed  maphash.Seed
	cells []meterCell
}

// A meterCell says at which time the burst is there in full again.
type meterCell struct {
	full  int64  // in nanoseconds
	taken uint32 // how often, but for what was given back
}

func newMeter(p pace) *meter {
	m := &meter{pace: p}
	for i := range m.rows {
		m.rows[i] = meterRow{maphash.MakeSeed(), make([]meterCell, meterCells)}
	}
	return m
}

// cellsOf are the cells of a thing, one in each row.
func (m *meter) cellsOf(name string) (cells [meterRows]*meterCell) {
	for i, row := range m.rows {
		cells[i] = &row.cells[maphash.String(row.seed, name)%meterCells]
	}
	return cells
}

// next is when the burst of a thing with these cells is there in full again once it
// was done now.
func (m *meter) next(cells [meterRows]*meterCell, now time.Time) int64 {
	at := cells[0].full
	for _, c := range cells[1:] {
		at = min(at, c.full)
	}
	return max(at, now.UnixNano()) + int64(m.every)
}

// wait says after how long a thing may be done; 0 is now.
func (m *meter) wait(name string, now time.Time) time.Duration {
	return max(0, time.Duration(m.next(m.cellsOf(name), now)-now.UnixNano())-time.Duration(m.burst)*m.every)
}

// take counts that a thing is done now. The function that it returns takes that
// back, as far as nothing that shares a cell was done since.
func (m *meter) take(name string, now time.Time) (giveBack func()) {
	cells := m.cellsOf(name)
	next := m.next(cells, now)
	var before, since [meterRows]meterCell
	for i, c := range cells {
		before[i] = *c
		c.full = max(c.full, next)
		c.taken++
		since[i] = *c
	}
	return func() {
		for i, c := range cells {
			if *c == since[i] {
				*c = before[i]
			}
		}
	}
}
