package chaostest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// happens lets whoever sends files do something, in order or not.
func (b *inbox) happens(t *testing.T) {
	t.Helper()
	acts := []struct {
		name string
		act  func(*testing.T) bool
	}{
		{"changes", b.changes},
		{"changes", b.changes},
		{"changes", b.changes},
		{"readings", b.sendReadings},
		{"readings", b.sendReadings},
		{"snapshot", b.snapshot},
		{"half", b.half},
		{"half", b.half},
		{"finished", b.finish},
		{"finished", b.finish},
		{"repeated", b.repeat},
		{"repeated", b.repeat},
		{"replaced", b.replace},
		{"replaced", b.replace},
		{"late", b.late},
		{"late", b.late},
		{"away", b.takeAway},
		{"back", b.putBack},
		{"back", b.putBack},
		{"tidied", b.tidy},
		{"spoilt", b.spoil},
	}
	if a := acts[b.rng.IntN(len(acts))]; a.act(t) {
		b.tally[a.name]++
	}
}

// parcel makes one up, for one of the shops that stay.
func (b *inbox) parcel() parcel {
	p := parcel{shop: 1 + b.rng.Int64N(shopsKept), grams: b.rng.Int64N(9_999_999) - 1000, sentOn: 20_000 + b.rng.IntN(900)}
	notes := []string{"", "NULL", "a,b", `say "no"`, "Zoë 漢字", "line\nend", "\\N", " "}
	if n := b.rng.IntN(len(notes) + 3); n < len(notes) {
		p.note = &notes[n]
	}
	return p
}

// letter has rows written: some compressed, with a column more than is declared, or
// with rows that are not as declared.
func (b *inbox) letter(l letter, compressed bool) letter {
	if len(l.parcels)+len(l.read) >= 10 && b.rng.IntN(4) == 0 {
		l.wrong = 1 + b.rng.IntN(2)
	}
	l.content = l.write(compressed, b.rng.IntN(5) == 0)
	return l
}

// name is a file's: compressed if it ends so.
func (b *inbox) name(kind string, number int, part string) (name string, compressed bool) {
	ending := map[string]string{"parcel": ".csv", "parcel-changes": ".csv", "reading": ".ndjson"}[kind]
	name = fmt.Sprintf("%s_%d_%s%s", kind, number, part, ending)
	if b.rng.IntN(3) == 0 {
		return name + ".gz", true
	}
	return name, false
}

// snapshot sends all parcels, in one or two parts.
func (b *inbox) snapshot(t *testing.T) bool {
	t.Helper()
	number, parts := b.next(), 1+b.rng.IntN(2)
	letters := make([]letter, parts)
	for i, id := range sorted(b.truth) {
		at := &letters[i%parts]
		at.number, at.parcels = number, append(at.parcels, sent{id: id, parcel: b.truth[id]})
	}
	for i, l := range letters {
		name, compressed := b.name("parcel", number, string(rune('a'+i)))
		b.put(t, name, b.letter(l, compressed))
	}
	b.complete(t, number)
	return true
}

// change makes up changes of some parcels.
func (b *inbox) change(number int) letter {
	l := letter{number: number, change: true}
	for range 1 + b.rng.IntN(14) {
		ids := sorted(b.truth)
		id := ids[b.rng.IntN(len(ids))]
		p := sent{id: id, parcel: b.parcel()}
		switch b.rng.IntN(4) {
		case 0:
			p.gone = true
			delete(b.truth, id)
		case 1, 2:
			p.id = b.key()
			b.truth[p.id] = p.parcel
		default:
			b.truth[id] = p.parcel
		}
		l.parcels = append(l.parcels, p)
	}
	return l
}

// changes sends some.
func (b *inbox) changes(t *testing.T) bool {
	t.Helper()
	number := b.next()
	name, compressed := b.name("parcel-changes", number, "a")
	b.put(t, name, b.letter(b.change(number), compressed))
	b.complete(t, number)
	return true
}

// readingsOf makes some up.
func (b *inbox) readingsOf(number int) letter {
	l := letter{number: number, change: true}
	for range 5 + b.rng.IntN(20) {
		l.read = append(l.read, reading{b.key(), 1 + b.rng.Int64N(shopsKept), b.rng.Int64N(9_000_000) - 4_000_000})
	}
	return l
}

func (b *inbox) sendReadings(t *testing.T) bool {
	t.Helper()
	number := b.next()
	name, compressed := b.name("reading", number, "a")
	b.put(t, name, b.letter(b.readingsOf(number), compressed))
	return true
}

// late sends changes or readings with a number below the newest.
func (b *inbox) late(t *testing.T) bool {
	t.Helper()
	if b.rng.IntN(2) == 0 {
		name, ok := b.any(b.now.readings, func(letter) bool { return true })
		if ok {
			number := b.now.readings[name].number
			name, compressed := b.name("reading", number, fmt.Sprintf("late%d", b.next()))
			b.put(t, name, b.letter(b.readingsOf(number), compressed))
		}
		return ok
	}
	before, ok := b.any(b.now.parcels, func(l letter) bool { return b.now.complete[l.number] && l.change })
	if !ok {
		return false
	}
	number := b.now.parcels[before].number
	name, compressed := b.name("parcel-changes", number, fmt.Sprintf("late%d", b.next()))
	b.put(t, name, b.letter(b.change(number), compressed))
	return true
}

// tidy removes files that are older than the newest snapshot.
func (b *inbox) tidy(t *testing.T) bool {
	t.Helper()
	snapshot, _ := b.now.counted()
	if len(snapshot) == 0 {
		return false
	}
	n := 0
	for _, name := range slices.Sorted(maps.Keys(b.now.parcels)) {
		if b.now.parcels[name].number < b.now.parcels[snapshot[0]].number {
			b.remove(t, name)
			n++
		}
	}
	return n > 0
}
