package demo

import (
	"fmt"
	"time"
)

// zone turns local times into instants: one UTC offset for every day between
// the first and the last the simulation can name.
type zone struct {
	name    string
	first   day
	offsets []int // seconds east of UTC
}

// loadZones reads the zones named, with offsets from first to last.
//
// The offset at noon is taken for the whole day. That is right from 03:00 on,
// also when clocks change; nothing in the simulation happens before.
func loadZones(names []string, first, last day) (map[string]*zone, error) {
	zones := make(map[string]*zone, len(names))
	for _, name := range names {
		loc, err := time.LoadLocation(name)
		if err != nil {
			return nil, fmt.Errorf("loading time zone %s: %w", name, err)
		}
		z := &zone{name: name, first: first, offsets: make([]int, last-first+1)}
		for i := range z.offsets {
			y, m, d := (first + day(i)).split()
			_, offset := time.Date(y, time.Month(m), d, 12, 0, 0, 0, loc).Zone()
			z.offsets[i] = offset
		}
		zones[name] = z
	}
	return zones, nil
}

// instant returns the microseconds since 2000-01-01 UTC of a local time.
func (z *zone) instant(d day, second int) int64 {
	i := min(max(int(d-z.first), 0), len(z.offsets)-1)
	return (int64(d)*86400 + int64(second) - int64(z.offsets[i])) * 1_000_000
}

// officeSecond is the time of day at which a row was written: between 08:00
// and 18:00, spread by the row's id so that it needs no draw and no memory.
func officeSecond(id int64) int {
	return 8*3600 + int(hash(id)%(10*3600))
}
