package measure

import (
	"slices"
	"sort"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire/internal/serve/encode"
)

// Table is the table that the request's queries would give; false if its sums
// are too large for a cube.
func (k *Cube) Table(q *Question) (*Table, bool) {
	t := &Table{zero: Measure{exact(0), exact(0)}, seen: map[presence]bool{}}
	t.zero.numerator = k.parts[0].zero
	if len(k.parts) > 1 {
		t.zero.denominator = k.parts[1].zero
	}
	w := k.windows(q)
	if q.snapshots() {
		for i, last := range w.last {
			if last != noDay {
				t.seen[presence{q.presentTenant(), w.from[i]}] = true
			}
		}
	}
	found := map[string]*Series{}
	for group := range k.groups(q) {
		s, ok := k.series(q, w, group)
		if !ok {
			return nil, false
		}
		if s != nil {
			found[string(s.by)] = s
			t.series = append(t.series, s)
		}
	}
	t.fill(q, found)
	return t, true
}

// presentTenant is whom a snapshot is known of: see presence.
func (q *Question) presentTenant() string {
	if q.byTenant() {
		return q.Tenants[0]
	}
	return ""
}

// windows are the periods that an answer is about, in order.
type windows struct {
	from, end []arrow.Date32
	last      []arrow.Date32 // where only the last recorded day counts, that day, or noDay
	sums      [][]int64      // of a group, for each part and period: working memory
	there     []bool         // whether the group has rows in a period
}

// noDay is no day of any period.
const noDay = arrow.Date32(-1 << 31)

func (k *Cube) windows(q *Question) *windows {
	w := &windows{}
	for _, span := range q.Calendar.Spans(q.Compare) {
		for p := span.from; p.Before(span.end); {
			next := q.Calendar.Grain.add(p, 1)
			w.from, w.end = append(w.from, arrow.Date32FromTime(p)), append(w.end, arrow.Date32FromTime(next))
			p = next
		}
	}
	if q.snapshots() {
		for i, end := range w.end {
			last := noDay
			if at, _ := slices.BinarySearch(k.recorded, end); at > 0 && k.recorded[at-1] >= w.from[i] {
				last = k.recorded[at-1]
			}
			w.last = append(w.last, last)
		}
	}
	w.there = make([]bool, len(w.from))
	for range k.parts {
		w.sums = append(w.sums, make([]int64, len(w.from)))
	}
	return w
}

// groups yields the cells that the filters let through, those together that are
// equal in the dimensions asked for, in the order of these.
func (k *Cube) groups(q *Question) func(yield func([]cell) bool) {
	cells := k.passing(q)
	var by []int
	for _, name := range q.By {
		if name != q.Noun {
			by = append(by, k.dimension(name))
		}
	}
	compare := func(a, b cell) int {
		for _, d := range by {
			if a.codes[d] != b.codes[d] {
				return int(a.codes[d]) - int(b.codes[d])
			}
		}
		return 0
	}
	slices.SortStableFunc(cells, compare)
	return func(yield func([]cell) bool) {
		for len(cells) > 0 {
			n := sort.Search(len(cells), func(i int) bool { return compare(cells[i], cells[0]) > 0 })
			if !yield(cells[:n]) {
				return
			}
			cells = cells[n:]
		}
	}
}

func (k *Cube) dimension(name string) int {
	return slices.IndexFunc(k.dimensions, func(d dimension) bool { return d.name == name })
}

// passing lists the cells that the filters let through.
func (k *Cube) passing(q *Question) []cell {
	cells := slices.Clone(k.cells)
	for _, f := range q.Filters {
		d := k.dimension(f.Column)
		pass := k.dimensions[d].passing(f)
		cells = slices.DeleteFunc(cells, func(c cell) bool { return !pass[c.codes[d]] })
	}
	return cells
}

// series adds up the cells of a group; nil if they have no rows in the periods,
// false if a sum is too large.
func (k *Cube) series(q *Question, w *windows, group []cell) (*Series, bool) {
	clear(w.there)
	for _, c := range group {
		if !k.addUp(w, c) {
			return nil, false
		}
	}
	n := 0
	for _, there := range w.there {
		if there {
			n++
		}
	}
	if n == 0 {
		return nil, true
	}
	s := &Series{by: k.appendBy(nil, q, group[0]), periods: make([]arrow.Date32, 0, n), values: make([]Measure, 0, n)}
	if q.byTenant() {
		s.Tenant = q.Tenants[0]
	}
	for i, there := range w.there {
		if !there {
			continue
		}
		m := Measure{numerator: k.parts[0].number(w.sums[0][i])}
		if len(k.parts) > 1 {
			m.denominator = k.parts[1].number(w.sums[1][i])
		}
		s.periods, s.values = append(s.periods, w.from[i]), append(s.values, m)
	}
	return s, true
}

// addUp adds the days of a cell to the sums of their periods; false if one is
// too large.
func (k *Cube) addUp(w *windows, c cell) bool {
	i, _ := slices.BinarySearch(k.days[c.from:c.to], w.from[0])
	period := 0
	for i += c.from; i < c.to; i++ {
		day := k.days[i]
		if day >= w.end[period] {
			// Mostly the next one; a cell whose days lie far apart must not walk along all.
			if period++; period < len(w.end) && day >= w.end[period] {
				period += sort.Search(len(w.end)-period, func(n int) bool { return day < w.end[period+n] })
			}
		}
		switch {
		case period == len(w.end):
			return true
		case day < w.from[period], w.last != nil && day != w.last[period]:
			continue
		}
		for p := range k.parts {
			sum := k.parts[p].values[i]
			if w.there[period] {
				var ok bool
				if sum, ok = k.parts[p].fold.join(w.sums[p][period], sum); !ok {
					return false
				}
			}
			w.sums[p][period] = sum
		}
		w.there[period] = true
	}
	return true
}

// appendBy appends the dimensions asked for as they stand in a row.
func (k *Cube) appendBy(dst []byte, q *Question, c cell) []byte {
	for _, name := range q.By {
		dst = appendDimension(dst, name)
		if name == q.Noun {
			dst = encode.String(dst, q.Tenants[0])
			continue
		}
		d := k.dimension(name)
		dst = append(dst, k.dimensions[d].values[c.codes[d]].json...)
	}
	return dst
}
