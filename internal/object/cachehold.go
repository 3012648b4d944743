package object

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"archwire"
)

// takeProven holds the file of sha if it is there and this process has seen it to hold
// its bytes.
func (c *Cache) takeProven(sha string) (ok bool) {
	if c.hold(sha, nil) {
		return true
	}
	f, err := openShared(c.Path(sha))
	if err != nil {
		return false // take says why
	}
	if is, err := stampOf(f); err != nil || !c.seen(sha, is) || markUsed(f.Name(), c.now()) != nil {
		f.Close() //nolint:errcheck // opened for reading
		return false
	}
	return c.hold(sha, f)
}

// take holds the file of sha if it is there with its bytes. One with other bytes is
// removed. Of this process, one at a time asks for a sha.
func (c *Cache) take(ctx context.Context, sha string) (ok bool, err error) {
	if c.hold(sha, nil) {
		return true, nil
	}
	f, err := openShared(c.Path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if good, err := c.prove(sha, f); err != nil || !good {
		is, failed := f.Stat()
		if err = errors.Join(err, failed, f.Close()); err != nil {
			return false, err
		}
		return false, removeSpoilt(ctx, f.Name(), is)
	}
	if err := markUsed(f.Name(), c.now()); err != nil {
		return false, errors.Join(err, f.Close())
	}
	return c.hold(sha, f), nil
}

// removeSpoilt removes a file unless another has its name by now. Other processes may be
// reading it, to find that it is spoilt: they are waited for, but not for ever.
func removeSpoilt(ctx context.Context, path string, spoilt os.FileInfo) error {
	const often, pause = 200, 50 * time.Millisecond
	for range often {
		is, err := os.Stat(path)
		if err != nil || !os.SameFile(is, spoilt) {
			return nil //nolint:nilerr // it is gone
		}
		if err := removeFile(path); !errors.Is(err, unix.EWOULDBLOCK) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "a file of the cache was changed, and another process goes on reading it",
		Hint: "Look at what else writes to the folder of the cache, and at its disk; try again.",
	}
}

// hold counts a user of a held file, or begins to hold it with f.
func (c *Cache) hold(sha string, f *os.File) (ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.held[sha]
	switch {
	case h != nil && f != nil:
		f.Close() //nolint:errcheck // opened for reading; somebody else was faster
	case h == nil && f == nil:
		return false
	case h == nil:
		h = &holding{file: f}
		c.held[sha] = h
	}
	h.users++
	return true
}

func (c *Cache) release(sha string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.held[sha]; h.users > 1 {
		h.users--
	} else {
		delete(c.held, sha)
		h.file.Close() //nolint:errcheck // opened for reading
	}
}

// prove says whether a file holds its bytes: it is read when this process sees it
// first, and when it was written to since.
func (c *Cache) prove(sha string, f *os.File) (good bool, err error) {
	is, err := stampOf(f)
	if err != nil {
		return false, err
	}
	if c.seen(sha, is) {
		return true, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false, err
	}
	if hex.EncodeToString(h.Sum(nil)) != sha {
		return false, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proven[sha] = is
	return true, nil
}

// seen says whether the file of sha was proven as it is.
func (c *Cache) seen(sha string, is stamp) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was, ok := c.proven[sha]
	return ok && was == is
}

func stampOf(f *os.File) (stamp, error) {
	info, err := f.Stat()
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.Size(), info.ModTime()}, nil
}
