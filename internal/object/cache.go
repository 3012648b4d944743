package object

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"archwire"
)

// A Cache has files of this machine with the bytes of objects that are named by their
// SHA-256, and so never change. It fetches each once and removes what was used longest
// ago beyond its limit, but never what is held. It is safe for use by several
// goroutines, and by several processes with one folder.
type Cache struct {
	scratch *Dir
	root    string
	limit   int64 // bytes
	now     func() time.Time
	sweeper sync.Mutex // held by who shrinks

	mu      sync.Mutex
	held    map[string]*holding
	coming  map[string]*providing
	proven  map[string]stamp // files that this process has seen to hold their bytes
	bytes   int64            // in the folder, as far as this process knows
	came    int64            // bytes that this process has put there in all
	counted time.Time        // when that was last looked up
}

var _ Scratcher = (*Cache)(nil)

// A holding is a file that may not be removed. Its lock keeps other processes from it.
type holding struct {
	file  *os.File
	users int
}

// A stamp tells that a file was written to since.
type stamp struct {
	size     int64
	modified time.Time
}

// NewCache is the cache in the folder at root, which is made when first written to. It
// keeps up to so many bytes.
func NewCache(root string, limit int64, now func() time.Time) *Cache {
	return &Cache{
		scratch: NewDir(root), root: root, limit: limit, now: now, held: map[string]*holding{}, coming: map[string]*providing{}, proven: map[string]stamp{},
	}
}

// Path is where the file with those bytes lies while it is held.
func (c *Cache) Path(sha string) string {
	return filepath.Join(c.root, sha[:2], sha+".parquet")
}

// Hold has the file of sha at Path until release is called. Unless it is there, with
// its bytes, it is fetched from what open opens; bytes other than sha promises are an
// error of code Mismatch. Of several who ask at once one fetches it, and goes on when
// the others give up.
func (c *Cache) Hold(ctx context.Context, sha string, open func(context.Context) (io.ReadCloser, error)) (release func(), err error) {
	if c.takeProven(sha) {
		return sync.OnceFunc(func() { c.release(sha) }), nil
	}
	p := c.join(ctx, sha, open)
	select {
	case <-p.done:
		if p.err != nil {
			return nil, p.err
		}
		return sync.OnceFunc(func() { c.release(sha) }), nil
	case <-ctx.Done():
		c.leave(sha, p)
		return nil, ctx.Err()
	}
}

func (c *Cache) fetch(ctx context.Context, sha string, open func(context.Context) (io.ReadCloser, error)) error {
	body, err := open(ctx)
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // opened for reading
	return c.write(sha, body)
}

// Keep keeps what body yields as the file of sha. Other bytes than those are an error
// of code Mismatch, and are not kept.
func (c *Cache) Keep(sha string, body io.Reader) error {
	if err := c.write(sha, body); err != nil {
		return err
	}
	c.shrink()
	return nil
}

// write writes a file and puts it into place, whole. It need not survive a power failure:
// each process reads what it finds before it relies on it.
func (c *Cache) write(sha string, body io.Reader) (err error) {
	if err := os.MkdirAll(c.fetching(), 0o700); err != nil {
		return cached(err)
	}
	f, err := os.CreateTemp(c.fetching(), "fetch-*")
	if err != nil {
		return cached(err)
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	h := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, h), body)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("fetching an object: %w", cached(err))
	}
	if hex.EncodeToString(h.Sum(nil)) != sha {
		return &archwire.Error{Code: archwire.Mismatch, Message: "an object does not hold the bytes " + sha + " that its name promises"}
	}
	if err := os.MkdirAll(filepath.Dir(c.Path(sha)), 0o700); err != nil {
		return cached(err)
	}
	// A file that somebody holds must not be replaced: its lock would be another's.
	if err := os.Link(f.Name(), c.Path(sha)); errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	} else if err != nil {
		return cached(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes += size
	c.came += size
	return nil
}

// Scratch implements Scratcher.
func (c *Cache) Scratch() (string, error) { return c.scratch.Scratch() }

// Sweep implements Scratcher.
func (c *Cache) Sweep() error { return c.scratch.Sweep() }

// fetching is the folder of what is being fetched. Sweep leaves it alone: another
// process may be fetching.
func (c *Cache) fetching() string { return filepath.Join(c.root, ".fetch") }

// cached says what an error of the file system means.
func cached(err error) error {
	if _, said := errors.AsType[*archwire.Error](err); said {
		return err
	}
	return classify(err, "using the cache of the store")
}
