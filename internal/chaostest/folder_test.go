package chaostest

import (
	"cmp"
	"maps"
	"slices"
)

// A parcel is a row of the table whose files are snapshots and changes, as CSV.
type parcel struct {
	shop   int64
	grams  int64
	sentOn int // days since 1970
	note   *string
}

// A reading is a row of the table whose files are changes without a key, as NDJSON.
type reading struct{ id, shop, thousandths int64 }

// A letter is one file of the folder, as whoever wrote it knows it.
type letter struct {
	number  int // in its name
	change  bool
	content string // of the bytes that lie there
	parcels []sent
	read    []reading
	young   bool // it was written to just now
	wrong   int  // rows that are not as declared
	broken  bool // it cannot be read to its end, or has more of those than may be
}

// A sent parcel is a row of a file.
type sent struct {
	id int64
	parcel

	gone bool
}

// A folder is the files that lie there, by their names, and the numbers whose files
// are said to be complete.
type folder struct {
	parcels  map[string]letter
	readings map[string]letter
	complete map[int]bool
}

// A shelf is what follows from a folder by the guide on files.
type shelf struct {
	parcels  map[int64]parcel
	readings []reading
	blocked  bool           // a run cannot read it
	rejected map[string]int // rows of the files that count
}

// shelf works out which rows the tables have.
func (f folder) shelf() shelf {
	s := shelf{parcels: map[int64]parcel{}, rejected: map[string]int{}}
	snapshot, changes := f.counted()
	if snapshot == nil {
		s.blocked = true
	}
	for _, name := range slices.Concat(distinct(f.parcels, snapshot), distinct(f.parcels, changes)) {
		l := f.parcels[name]
		s.take(name, l)
		for _, p := range l.parcels {
			s.parcels[p.id] = p.parcel
			if p.gone {
				delete(s.parcels, p.id)
			}
		}
	}
	settled := f.settled()
	if len(settled) == 0 {
		s.blocked = true
	}
	for _, name := range distinct(f.readings, settled) {
		s.take(name, f.readings[name])
		s.readings = append(s.readings, f.readings[name].read...)
	}
	slices.SortFunc(s.readings, reading.compare)
	return s
}

func (s *shelf) take(name string, l letter) {
	s.blocked = s.blocked || l.broken
	if l.wrong > 0 {
		s.rejected[name] = l.wrong
	}
}

func (r reading) compare(o reading) int {
	return cmp.Or(cmp.Compare(r.id, o.id), cmp.Compare(r.shop, o.shop), cmp.Compare(r.thousandths, o.thousandths))
}

// counted are the parts of the newest snapshot that is complete, and the changes after
// it up to the first that are not complete, the oldest first.
func (f folder) counted() (snapshot, changes []string) {
	since := -1
	for _, l := range f.parcels {
		if !l.change && f.complete[l.number] {
			since = max(since, l.number)
		}
	}
	for _, name := range inOrder(f.parcels) {
		l := f.parcels[name]
		switch {
		case since < 0:
		case !l.change && l.number == since:
			snapshot = append(snapshot, name)
		case l.change && l.number > since && !f.complete[l.number]:
			return snapshot, changes
		case l.change && l.number > since:
			changes = append(changes, name)
		}
	}
	return snapshot, changes
}

// settled are the readings' files up to the first that was written to just now.
func (f folder) settled() (names []string) {
	for _, name := range inOrder(f.readings) {
		if f.readings[name].young {
			break
		}
		names = append(names, name)
	}
	return names
}

// inOrder lists files from the oldest to the newest: snapshots before changes, by the
// number in their names, then by the name.
func inOrder(letters map[string]letter) []string {
	return slices.SortedFunc(maps.Keys(letters), func(a, b string) int {
		x, y := letters[a], letters[b]
		if x.change != y.change {
			if y.change {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.number, y.number), cmp.Compare(a, b))
	})
}

// distinct leaves out files that have the bytes of an earlier one.
func distinct(letters map[string]letter, names []string) (out []string) {
	seen := map[string]bool{}
	for _, name := range names {
		if c := letters[name].content; !seen[c] {
			seen[c] = true
			out = append(out, name)
		}
	}
	return out
}

// parcels are the rows of the dataset.
func parcels(w *world) byShop {
	out := byShop{}
	for _, id := range sorted(w.shelf.parcels) {
		p := w.shelf.parcels[id]
		out.add(p.shop, id, thousandths(p.grams), date(p.sentOn), p.note)
	}
	return out
}

// readings are the rows of the dataset.
func readings(w *world) byShop {
	type sums struct{ n, total int64 }
	all := map[int64]sums{}
	for _, r := range w.shelf.readings {
		s := all[r.shop]
		all[r.shop] = sums{s.n + 1, s.total + r.thousandths}
	}
	out := byShop{}
	for shop, s := range all {
		out.add(shop, s.n, thousandths(s.total))
	}
	return out
}
