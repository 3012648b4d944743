package pull

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"archwire"
)

// A spool is a folder with the slices that a pull has fetched and not yet applied. It
// outlives a pull that was killed, and belongs to one pull at a time.
type spool struct {
	dir  string
	lock *os.File
}

// openSpool takes the folder at dir, which is made; code Conflict when another pull
// has it.
func openSpool(dir string) (*spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, onDisk("making the folder "+dir, err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the caller's folder
	if err != nil {
		return nil, onDisk("opening the lock in "+dir, err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(&archwire.Error{
			Code: archwire.Conflict, Message: "another pull into the same target is under way", Hint: "Wait until it has ended.", Err: err,
		}, lock.Close())
	}
	return &spool{dir, lock}, nil
}

// close gives the folder back.
func (s *spool) close() error { return s.lock.Close() }

// path is where a fetched slice lies.
func (s *spool) path(sha string) string { return filepath.Join(s.dir, sha+".parquet") }

func (s *spool) partial(sha string) string { return filepath.Join(s.dir, sha+".part") }

// whole says whether a slice was fetched already and holds the bytes that its name
// promises.
func (s *spool) whole(sha string) bool {
	f, err := os.Open(s.path(sha))
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // opened for reading
	h := sha256.New()
	_, err = io.Copy(h, f)
	return err == nil && hex.EncodeToString(h.Sum(nil)) == sha
}

// A part is a slice that is being fetched.
type part struct {
	spool *spool
	sha   string
	file  *os.File
	sum   hash.Hash
	bytes int64 // so far
}

// begin goes on with what an earlier attempt left of a slice.
func (s *spool) begin(sha string) (*part, error) {
	file, err := os.OpenFile(s.partial(sha), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, onDisk("keeping a slice", err)
	}
	p := &part{spool: s, sha: sha, file: file, sum: sha256.New()}
	if p.bytes, err = io.Copy(p.sum, file); err != nil {
		return nil, errors.Join(onDisk("reading the beginning of a slice", err), file.Close())
	}
	return p, nil
}

// Write implements io.Writer.
func (p *part) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.sum.Write(b[:n])
	p.bytes += int64(n)
	if err != nil {
		return n, onDisk("keeping a slice", err)
	}
	return n, nil
}

// restart forgets what there is.
func (p *part) restart() error {
	p.sum.Reset()
	p.bytes = 0
	_, err := p.file.Seek(0, io.SeekStart)
	if err = errors.Join(err, p.file.Truncate(0)); err != nil {
		return onDisk("keeping a slice", err)
	}
	return nil
}

// finish gives the slice its name; not ok when it holds other bytes than its name
// promises.
func (p *part) finish() (ok bool, err error) {
	if hex.EncodeToString(p.sum.Sum(nil)) != p.sha {
		return false, nil
	}
	if err := errors.Join(p.file.Sync(), os.Rename(p.file.Name(), p.spool.path(p.sha))); err != nil {
		return false, onDisk("keeping a slice", err)
	}
	return true, nil
}

func (p *part) close() error { return p.file.Close() }

// clear removes what was fetched, but not what keep lists.
func (s *spool) clear(ctx context.Context, keep map[string]bool) error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return onDisk("clearing "+s.dir, err)
	}
	for _, e := range entries {
		sha, kind, _ := strings.Cut(e.Name(), ".")
		if !hashForm.MatchString(sha) || kind != "parquet" && kind != "part" || keep[sha] {
			continue
		}
		if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return onDisk("clearing "+s.dir, err)
		}
	}
	return ctx.Err()
}

// onDisk is the error of something that the disk does not do.
func onDisk(doing string, err error) error {
	if err == nil {
		return nil
	}
	e := &archwire.Error{Code: archwire.Unavailable, Message: fmt.Sprintf("%s: %s", doing, cause(err)), Hint: "Look at the folder's disk and rights, and pull again: what has arrived is kept.", Err: err}
	if errors.Is(err, syscall.ENOSPC) {
		e.Message, e.Hint = doing+": the disk is full", "Free some space and pull again: what has arrived is kept."
	}
	return e
}

// cause is what the system says, without the path.
func cause(err error) string {
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		return e.Error()
	}
	return "it went wrong"
}
