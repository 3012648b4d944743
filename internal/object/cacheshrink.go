package object

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// countEvery is how long what other processes put into the folder may be unknown.
const countEvery = time.Minute

// shrink removes what was used longest ago, down to nine tenths of the limit, if there
// is more than that. What is held stays. What cannot be removed now is left for the
// next time.
func (c *Cache) shrink() {
	c.sweeper.Lock()
	defer c.sweeper.Unlock()
	now := c.now()
	due, came := c.due(now)
	if !due {
		return // perhaps since another has just made room
	}
	files, total := c.files(now)
	if total > c.limit {
		slices.SortFunc(files, func(a, b cachedFile) int { return a.used.Compare(b.used) })
		for _, f := range files {
			if total <= c.limit-c.limit/10 {
				break
			}
			if removeFile(f.path) == nil {
				total -= f.size
				c.forget(strings.TrimSuffix(filepath.Base(f.path), ".parquet"))
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes, c.counted = total+c.came-came, now // what came meanwhile may have been counted or not
}

// due says whether there may be more than the limit, and how many bytes came so far.
func (c *Cache) due(now time.Time) (due bool, came int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes > c.limit || now.Sub(c.counted) >= countEvery || now.Before(c.counted), c.came
}

func (c *Cache) forget(sha string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.proven, sha)
}

// openShared opens a file and keeps others from removing it while it is open.
func openShared(path string) (*os.File, error) {
	f, err := os.Open(path) //nolint:gosec // a file of the cache
	if err != nil {
		return nil, err
	}
	err = lockFile(f, unix.LOCK_SH)
	if err == nil {
		err = stillThere(f) // else it was removed just before it was locked
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// removeFile removes a file unless somebody has it open: then it is EWOULDBLOCK.
func removeFile(path string) error {
	f, err := os.Open(path) //nolint:gosec // a file of the cache
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // opened for its lock
	if err := lockFile(f, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return err
	}
	if stillThere(f) != nil {
		return nil // another has its name, which was fetched just now
	}
	return os.Remove(path)
}

func lockFile(f *os.File, how int) error {
	for {
		err := unix.Flock(int(f.Fd()), how)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// stillThere is fs.ErrNotExist when the file's name is not its own any more.
func stillThere(f *os.File) error {
	is, err := f.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(f.Name())
	if err != nil || !os.SameFile(is, named) {
		return fs.ErrNotExist
	}
	return nil
}

// markUsed notes when a file was used last; when it was written to stays as it is.
func markUsed(path string, now time.Time) error { return os.Chtimes(path, now, time.Time{}) }
