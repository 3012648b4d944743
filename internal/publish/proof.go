package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"archwire"
)

// A proof remembers which slices this process has seen to hold the bytes that
// their names promise. Each is hashed once, before its first use.
type proof struct {
	mu    sync.RWMutex
	seen  map[string]stamp // by SHA-256
	group singleflight.Group
}

// A stamp tells that a file was written to since.
type stamp struct {
	bytes    int64
	modified time.Time
}

func stampOf(path string) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.Size(), info.ModTime()}, nil
}

func newProof() *proof { return &proof{seen: map[string]stamp{}} }

// check makes sure that a slice's file holds its bytes.
func (p *proof) check(f archwire.SliceFile) error {
	p.mu.RLock()
	_, seen := p.seen[f.SHA256]
	p.mu.RUnlock()
	if seen {
		return nil
	}
	_, err, _ := p.group.Do(f.SHA256, func() (any, error) { return nil, p.hash(f) })
	return err
}

// checkAgain is check for a file whose bytes are about to be sent: it is hashed again
// if it was written to since.
func (p *proof) checkAgain(f archwire.SliceFile) error {
	now, err := stampOf(f.Path)
	p.mu.RLock()
	then, seen := p.seen[f.SHA256]
	p.mu.RUnlock()
	if err == nil && seen && now == then {
		return nil
	}
	_, err, _ = p.group.Do(f.SHA256, func() (any, error) { return nil, p.hash(f) })
	return err
}

func (p *proof) hash(f archwire.SliceFile) error {
	before, _ := stampOf(f.Path) // what is wrong with the file, reading it says
	sha, _, err := digestFile(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return altered(f, "is missing from the store", err)
	case err != nil:
		return fmt.Errorf("reading slice %s: %w", f.SHA256, err)
	case sha != f.SHA256:
		return altered(f, "does not hold the bytes that were published", nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[f.SHA256] = before
	return nil
}

// keepOnly forgets the slices that are not in index.
func (p *proof) keepOnly(index []archwire.Slice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := make(map[string]stamp, len(p.seen))
	for _, s := range index {
		if stamp, seen := p.seen[s.SHA256]; seen {
			kept[s.SHA256] = stamp
		}
	}
	p.seen = kept
}

// altered is the error for a slice that must not be read. It names the hash only:
// whose slice it is may be none of the reader's business.
func altered(f archwire.SliceFile, how string, err error) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: fmt.Sprintf("slice %s %s", f.SHA256, how), Err: err,
		Hint: "Delete its file, if there is one, from the folder slices of the store and run archwire run: it is written again.",
	}
}
