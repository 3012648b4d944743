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

	"archwire/internal/detached"
	"archwire/internal/object"
)

// listEvery is how often the folder of made slices is listed at most, however many ask
// for what is not in it.
const listEvery = time.Second

// longestReading is how long one reading of that folder may take.
const longestReading = 30 * time.Minute

// A listing remembers what the store's made slices were made of, by whomever.
type listing struct {
	objects object.Store

	mu      sync.Mutex
	entries []madeFrom // sorted
	next    *reading   // nil while nobody waits for one
	running bool
}

// A reading of the folder is one that is to come, or was.
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
	l.mu.Lock()
	defer l.mu.Unlock()
	i, _ := slices.BinarySearchFunc(l.entries, madeFrom{made: name}, madeFrom.compare)
	for ; i < len(l.entries) && l.entries[i].made == name; i++ {
		sources = append(sources, hex.EncodeToString(l.entries[i].source[:]))
	}
	return sources
}

// refresh returns when a reading of the folder that began after it was called has
// ended. All who wait share one, and none begins within listEvery of the one before.
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

// run reads the folder for as long as there is somebody who waits for it.
func (l *listing) run(ctx context.Context) {
	for {
		l.mu.Lock()
		this := l.next
		l.next, l.running = nil, this != nil
		l.mu.Unlock()
		if this == nil {
			return
		}
		entries, err := detached.Do(ctx, longestReading, "looking for a made slice", l.read) // others may come to wait for it
		l.mu.Lock()
		if err == nil {
			l.entries = entries
		}
		l.mu.Unlock()
		this.err = err
		close(this.done)
		time.Sleep(listEvery)
	}
}

func (l *listing) read(ctx context.Context) ([]madeFrom, error) {
	infos, err := l.objects.List(ctx, madeFolder)
	if err != nil {
		return nil, fmt.Errorf("looking for a made slice: %w", err)
	}
	var entries []madeFrom
	for _, i := range infos {
		source, rest, _ := strings.Cut(i.Name[strings.LastIndexByte(i.Name, '/')+1:], "-")
		made, whole := strings.CutSuffix(rest, ".parquet")
		name, ok := beginning(made)
		if _, ok2 := beginning(source); !whole || !ok || !ok2 {
			continue
		}
		e := madeFrom{made: name}
		if _, err := hex.Decode(e.source[:], []byte(source)); err == nil {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, madeFrom.compare)
	return slices.Compact(entries), nil
}
