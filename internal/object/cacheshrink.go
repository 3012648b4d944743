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

const (
	// countEvery is how long what other processes put into the folder may be unknown.
	countEvery = time.Minute

	// lost is how old a file in the making is that nobody finishes.
	lost = 24 * time.Hour
)

// A cachedFile is a file of the cache.
type cachedFile struct {
	path string
	size int64
	used time.Time
}

// shrink removes what was used longest ago, down to nine tenths of the limit, if there
// is more than that. What is held stays. What cannot be removed now is left for the
// next time.
func (c *Cache) shrink() {
	now := c.now()
	c.mu.Lock()
	due := c.bytes > c.limit || now.Sub(c.counted) >= countEvery || now.Before(c.counted)
	c.mu.Unlock()
	if !due || !c.sweeper.TryLock() {
		return
	}
	defer c.sweeper.Unlock()
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
	c.bytes, c.counted = total, now
}

func (c *Cache) forget(sha string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.proven, sha)
}

// files lists the cache's files, with the bytes of all, and removes what was never
// finished. What cannot be looked at is left out: it was just removed.
func (c *Cache) files(now time.Time) (files []cachedFile, total int64) {
	filepath.WalkDir(c.root, func(path string, entry fs.DirEntry, err error) error { //nolint:errcheck // it gives none
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		if entry.IsDir() {
			if entry.Name() == scratchFolder {
				return fs.SkipDir
			}
			return nil
		}
		var stat unix.Stat_t
		if err := unix.Stat(path, &stat); err != nil {
			return nil //nolint:nilerr // as above
		}
		if filepath.Dir(path) == c.fetching() {
			if made := time.Unix(stat.Mtim.Unix()); now.Sub(made) > lost {
				os.Remove(path) //nolint:errcheck,gosec // another process may have removed it; the folder is ours alone
			}
			return nil
		}
		files, total = append(files, cachedFile{path, stat.Size, time.Unix(stat.Atim.Unix())}), total+stat.Size
		return nil
	})
	return files, total
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
