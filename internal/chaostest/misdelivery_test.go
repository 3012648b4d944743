package chaostest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// half begins a file under its final name: what says that it is complete is not there,
// or it was written to just now.
func (b *inbox) half(t *testing.T) bool {
	t.Helper()
	number := b.next()
	name, l := fmt.Sprintf("parcel-changes_%d_half.csv", number), b.change(number)
	if b.rng.IntN(3) == 0 {
		name, l = fmt.Sprintf("reading_%d_half.ndjson", number), b.readingsOf(number)
	}
	l = b.letter(l, false)
	l.young = true
	begun := l
	begun.content = l.content[:b.rng.IntN(len(l.content))]
	b.write(t, filepath.Join(b.dir, name), begun)
	b.note(name, l)
	return true
}

// finish writes the rest of a file and says, by what is there or by letting it be, that
// it is complete.
func (b *inbox) finish(t *testing.T) bool {
	t.Helper()
	young := func(l letter) bool { return l.young }
	name, ok := b.any(b.now.readings, young)
	if !ok || b.rng.IntN(2) == 0 {
		if other, also := b.any(b.now.parcels, young); also {
			name, ok = other, true
		}
	}
	if !ok {
		return false
	}
	l := b.of(name)[name]
	path := filepath.Join(b.dir, name)
	b.write(t, path, l)
	l.young = false
	if strings.HasPrefix(name, "reading_") {
		b.settle(t, path)
		b.note(name, l)
		return true
	}
	b.note(name, l)
	b.complete(t, l.number)
	return true
}

// repeat sends a file once more, under another name.
func (b *inbox) repeat(t *testing.T) bool {
	t.Helper()
	letters, kind := b.now.parcels, "parcel-changes"
	if b.rng.IntN(2) == 0 {
		letters, kind = b.now.readings, "reading"
	}
	name, ok := b.any(letters, func(l letter) bool { return l.change && !l.young })
	if !ok {
		return false
	}
	l := letters[name]
	l.number = b.next()
	_, ending, _ := strings.Cut(name, ".")
	b.put(t, fmt.Sprintf("%s_%d_again.%s", kind, l.number, ending), l)
	if kind == "parcel-changes" {
		b.complete(t, l.number)
	}
	return true
}

// either is the files of one of the two tables.
func (b *inbox) either() map[string]letter {
	if b.rng.IntN(2) == 0 {
		return b.now.readings
	}
	return b.now.parcels
}

// replace puts another file in the place of one.
func (b *inbox) replace(t *testing.T) bool {
	t.Helper()
	letters := b.either()
	name, ok := b.any(letters, func(l letter) bool { return !l.young })
	if !ok {
		return false
	}
	b.put(t, name, b.corrected(letters[name], name))
	return true
}

// corrected is a letter with a row less, some changed and none that is wrong.
func (b *inbox) corrected(l letter, name string) letter {
	out := letter{number: l.number, change: l.change}
	for i, p := range l.parcels {
		if i > 0 || len(l.parcels) == 1 {
			p.grams++
			out.parcels = append(out.parcels, p)
		}
	}
	for i, r := range l.read {
		if i > 0 || len(l.read) == 1 {
			r.thousandths++
			out.read = append(out.read, r)
		}
	}
	return b.letter(out, strings.HasSuffix(name, ".gz"))
}

func (b *inbox) takeAway(t *testing.T) bool {
	t.Helper()
	letters := b.either()
	name, ok := b.any(letters, func(l letter) bool { return l.change && !l.young && !l.broken })
	if ok {
		b.away[name] = letters[name]
		b.remove(t, name)
	}
	return ok
}

func (b *inbox) putBack(t *testing.T) bool {
	t.Helper()
	name, ok := b.any(b.away, func(letter) bool { return true })
	if ok {
		b.put(t, name, b.away[name])
		delete(b.away, name)
	}
	return ok
}

// spoil puts a file in the place of one that is cut off, or in which too many rows are
// not as declared.
func (b *inbox) spoil(t *testing.T) bool {
	t.Helper()
	letters := b.either()
	name, ok := b.any(letters, func(l letter) bool { return !l.young })
	if !ok {
		return false
	}
	l := letters[name]
	l.broken = true
	if strings.HasSuffix(name, ".gz") {
		l.content = l.content[:len(l.content)*2/3]
	} else {
		l.wrong = 1 + len(l.parcels) + len(l.read)
		l.content = l.write(false, false)
	}
	b.put(t, name, l)
	return true
}

// mend sends files once more that cannot be read, and a snapshot or readings where none
// counts.
func (b *inbox) mend(t *testing.T) {
	t.Helper()
	for _, letters := range []map[string]letter{b.now.parcels, b.now.readings} {
		for {
			name, ok := b.any(letters, func(l letter) bool { return l.broken })
			if !ok {
				break
			}
			b.put(t, name, b.corrected(letters[name], name))
		}
	}
	if snapshot, _ := b.now.counted(); snapshot == nil {
		b.snapshot(t)
	}
	for len(b.now.settled()) == 0 {
		b.finish(t)
		b.sendReadings(t)
	}
}

// quarantined compares the quarantine with the rows that were not as declared.
func (b *inbox) quarantined(t *testing.T, project string) {
	t.Helper()
	folder := filepath.Join(project, "data", "quarantine", "post")
	for name, want := range b.shelf().rejected {
		table := "parcel"
		if strings.HasPrefix(name, "reading_") {
			table = "reading"
		}
		content, err := os.ReadFile(filepath.Join(folder, table, name+".rejected.ndjson"))
		if got := rejectedLines(content); err != nil || got != want {
			t.Errorf("the quarantine has %d rows of %s, instead of %d: %v", got, name, want, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(folder, "*", ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("in the quarantine is left %v, error %v", left, err)
	}
}
