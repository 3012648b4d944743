package publish

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"archwire"
	"archwire/internal/detached"
)

// listEvery is how often the store is listed at most, however many ask for what is not
// in it, where the reader is told nothing else.
const listEvery = time.Second

// longestReading is how long one reading of that folder may take.
const longestReading = 30 * time.Minute

// A listing remembers which publications the store held when it was listed last, and
// what its made slices were made of, by whomever.
type listing struct {
	store *Store
	every time.Duration // no reading begins sooner after another

	mu      sync.Mutex
	held    *held    // nil until it was listed
	next    *reading // nil while nobody waits for one
	running bool
}

// A held is what a reading found.
type held struct {
	publications []archwire.PublicationID
	made         []madeFrom // sorted
}

// A reading of the store is one that is to come, or was.
type reading struct {
	done chan struct{}
	err  error
}

// A madeFrom is a made slice, by the beginning of its hash, and the slice that it was
// made of.
type madeFrom struct {
	made   uint64
	source [32]byte
}

func (a madeFrom) compare(b madeFrom) int {
	return cmp.Or(cmp.Compare(a.made, b.made), slices.Compare(a.source[:], b.source[:]))
}

// sources lists what slices of that hash may have been made of, as far as is known:
// all that they were, and hardly ever another.
func (l *listing) sources(sha string) (sources []string) {
	name, ok := beginning(sha)
	if !ok {
		return nil
	}
	held := l.last()
	if held == nil {
		return nil
	}
	i, _ := slices.BinarySearchFunc(held.made, madeFrom{made: name}, madeFrom.compare)
	for ; i < len(held.made) && held.made[i].made == name; i++ {
		sources = append(sources, hex.EncodeToString(held.made[i].source[:]))
	}
	return sources
}

func (l *listing) last() *held {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}

// publications are those that the store held when it was listed last.
func (l *listing) publications() []archwire.PublicationID {
	held := l.last()
	if held == nil {
		return nil
	}
	return held.publications
}

// refresh returns when a reading of the store that began after it was called has
// ended. All who wait share one, and none begins within every of the one before.
func (l *listing) refresh(ctx context.Context) error {
	l.mu.Lock()
	if l.next == nil {
		l.next = &reading{done: make(chan struct{})}
	}
	next := l.next
	if !l.running {
		l.running = true
		go l.run(ctx)
	}
	l.mu.Unlock()
	select {
	case <-next.done:
		return next.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run reads the store for as long as there is somebody who waits for it.
func (l *listing) run(ctx context.Context) {
	for {
		l.mu.Lock()
		this := l.next
		l.next, l.running = nil, this != nil
		l.mu.Unlock()
		if this == nil {
			return
		}
		held, err := detached.Do(ctx, longestReading, "listing the store", l.read) // others may come to wait for it
		l.mu.Lock()
		if err == nil {
			l.held = held
		}
		l.mu.Unlock()
		this.err = err
		close(this.done)
		time.Sleep(l.every)
	}
}

func (l *listing) read(ctx context.Context) (*held, error) {
	publications, err := l.store.ids(ctx)
	if err != nil {
		return nil, err
	}
	infos, err := l.store.objects.List(ctx, madeFolder)
	if err != nil {
		return nil, fmt.Errorf("looking for a made slice: %w", err)
	}
	var made []madeFrom
	for _, i := range infos {
		if m, ok := readMadeName(i.Name); ok {
			made = append(made, m)
		}
	}
	slices.SortFunc(made, madeFrom.compare)
	return &held{publications, slices.Compact(made)}, nil
}

// readMadeName reads the name of a made slice's file; not ok where it is none.
func readMadeName(file string) (m madeFrom, ok bool) {
	source, rest, _ := strings.Cut(file[strings.LastIndexByte(file, '/')+1:], "-")
	made, whole := strings.CutSuffix(rest, ".parquet")
	if m.made, ok = beginning(made); !whole || !ok {
		return madeFrom{}, false
	}
	if _, ok := beginning(source); !ok {
		return madeFrom{}, false
	}
	_, err := hex.Decode(m.source[:], []byte(source))
	return m, err == nil
}
