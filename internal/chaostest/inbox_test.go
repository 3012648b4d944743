package chaostest

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// An inbox is the folder that files come into, and the history of it: what is in
// service must show it as it was after one of its changes.
type inbox struct {
	rng    *rand.Rand
	dir    string
	beside string // a folder on the same disk, in which files are written before they are there
	now    folder
	log    []shelf // after each change
	away   map[string]letter
	last   int // of the numbers in names, and of the keys given out
	truth  map[int64]parcel
	tally  map[string]int
}

// newInbox makes an inbox with a snapshot and some readings. Processes that are started
// from here on find the way to it in their environment.
func newInbox(t *testing.T, seed uint64) *inbox {
	t.Helper()
	root := t.TempDir()
	b := &inbox{
		rng: rand.New(rand.NewPCG(seed, 1<<32)), dir: filepath.Join(root, "inbox"), beside: filepath.Join(root, "beside"),
		now:  folder{map[string]letter{}, map[string]letter{}, map[int]bool{}},
		away: map[string]letter{}, truth: map[int64]parcel{}, tally: map[string]int{},
	}
	for _, dir := range []string{b.dir, b.beside} {
		if err := os.Mkdir(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("POST_FILES", "file:"+b.dir)
	for range 300 {
		b.truth[b.key()] = b.parcel()
	}
	b.snapshot(t)
	b.sendReadings(t)
	return b
}

// changed notes what the folder holds now.
func (b *inbox) changed() { b.log = append(b.log, b.now.shelf()) }

// shelf is what follows from the folder as it is now.
func (b *inbox) shelf() shelf { return b.log[len(b.log)-1] }

// blocked says whether a run could not read the folder at some time since a change.
func (b *inbox) blocked(since int) bool {
	return slices.ContainsFunc(b.log[since:], func(s shelf) bool { return s.blocked })
}

// put has a letter be there at once, whole, in the place of one of its name.
func (b *inbox) put(t *testing.T, name string, l letter) {
	t.Helper()
	draft := filepath.Join(b.beside, "draft")
	b.write(t, draft, l)
	if err := os.Rename(draft, filepath.Join(b.dir, name)); err != nil {
		t.Fatal(err)
	}
	b.note(name, l)
}

// note keeps what is there, by the table that it is of.
func (b *inbox) note(name string, l letter) {
	b.of(name)[name] = l
	b.changed()
}

func (b *inbox) of(name string) map[string]letter {
	if strings.HasPrefix(name, "reading_") {
		return b.now.readings
	}
	return b.now.parcels
}

// write writes a letter to a path. One that is not young was written to long ago.
func (b *inbox) write(t *testing.T, path string, l letter) {
	t.Helper()
	if err := os.WriteFile(path, []byte(l.content), 0o600); err != nil {
		t.Fatal(err)
	}
	if !l.young {
		b.settle(t, path)
	}
}

func (b *inbox) settle(t *testing.T, path string) {
	t.Helper()
	long := time.Now().Add(-24 * time.Hour)
	if err := os.Chtimes(path, long, long); err != nil {
		t.Fatal(err)
	}
}

// complete says that the files of a number have come.
func (b *inbox) complete(t *testing.T, number int) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, "parcel_"+strconv.Itoa(number)+".done"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b.now.complete[number] = true
	b.changed()
}

// remove takes a letter out of the folder.
func (b *inbox) remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(b.dir, name)); err != nil {
		t.Fatal(err)
	}
	delete(b.of(name), name)
	b.changed()
}

// any picks a letter of those that a condition is true for.
func (b *inbox) any(letters map[string]letter, which func(letter) bool) (name string, ok bool) {
	var some []string
	for _, name := range slices.Sorted(maps.Keys(letters)) {
		if which(letters[name]) {
			some = append(some, name)
		}
	}
	if len(some) == 0 {
		return "", false
	}
	return some[b.rng.IntN(len(some))], true
}

func (b *inbox) key() int64 { return int64(b.next()) }

// next is a number that no earlier name has. Between two are some for what is late.
func (b *inbox) next() int {
	b.last += 1 + b.rng.IntN(3)
	return b.last
}

// braked says whether some states since one lack so many rows of an earlier one as a
// run does not take for granted.
func (b *inbox) braked(since int) bool {
	for i, before := range b.log[since:] {
		for _, after := range b.log[since+i:] {
			if tooFew(len(before.parcels), missing(before.parcels, after.parcels)) || tooFew(len(before.readings), len(before.readings)-len(after.readings)) {
				return true
			}
		}
	}
	return false
}

func missing(before, after map[int64]parcel) (n int) {
	for id := range before {
		if _, ok := after[id]; !ok {
			n++
		}
	}
	return n
}

func tooFew(rows, removed int) bool { return removed > 10 && removed*100 > 8*rows }
