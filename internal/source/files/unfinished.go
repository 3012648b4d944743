package files

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// unfinished names rejected rows until all of a file's are written. Whoever writes them
// holds a lock, which the operating system gives back when a process ends: one that
// nobody holds was left behind by one that was killed.
const unfinished = ".rejected-*"

// newUnfinished makes such a file in a folder.
func newUnfinished(folder string) (*os.File, error) {
	for {
		out, err := os.CreateTemp(folder, unfinished)
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller says what was done
		}
		if err := lock(out, syscall.LOCK_EX); err != nil {
			return nil, errors.Join(err, os.Remove(out.Name()), out.Close())
		}
		if _, err := os.Lstat(out.Name()); err == nil {
			return out, nil
		}
		_ = out.Close() // it was swept before it was locked
	}
}

// sweepQuarantine removes what those left behind who were killed. What cannot be swept
// is in nobody's way, and stays.
func (s *Source) sweepQuarantine() {
	if s.cfg.Quarantine == "" {
		return
	}
	tables, err := os.ReadDir(s.cfg.Quarantine)
	if err != nil {
		return // nothing was ever rejected
	}
	for _, table := range tables {
		folder := filepath.Join(s.cfg.Quarantine, table.Name())
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if ours, err := filepath.Match(unfinished, e.Name()); err == nil && ours {
				sweepUnfinished(filepath.Join(folder, e.Name()))
			}
		}
	}
}

func sweepUnfinished(path string) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0) //nolint:gosec // in the quarantine
	if err != nil {
		return
	}
	defer f.Close() //nolint:errcheck // opened for its lock
	if lock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		_ = os.Remove(path) // or it has got its name meanwhile
	}
}

func lock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err //nolint:wrapcheck // the caller says what was done
		}
	}
}
