package ledger

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"archwire/internal/object"
)

// A chain is the end of a chain of segments, open for writing. Only the ledger's
// writer uses it; head may be asked by others.
type chain struct {
	cfg  Config
	name string
	lock *os.File // held while the chain is open

	file  *os.File // the last segment; nil after an error, until it was read again
	first uint64   // the number of its header
	size  int64    // of its lines, which are known to be on the disk
	room  int64    // of the file: zeros follow the lines
	begun time.Time

	doubt   *doubt    // what the disk may not hold, though reading it again would show it
	failure error     // of the last append; nil when it was written
	tried   time.Time // when the segment was last read again

	mu   sync.Mutex
	last Head

	anchored uint64 // the number of the line that the anchors know
	retained time.Time
}

// errBroken is why a chain is not written on.
var errBroken = errors.New("the chain's lines are not what was written")

// openChain takes a chain that nobody has open, or begins one.
func openChain(ctx context.Context, cfg Config) (*chain, error) {
	if err := makeFolder(cfg.Dir); err != nil {
		return nil, err
	}
	names, err := chainsIn(cfg.Dir)
	if err != nil {
		return nil, err
	}
	for _, name := range append(names, newChainName(cfg.Now())) {
		c := &chain{cfg: cfg, name: name}
		if err := c.take(); errors.Is(err, errTaken) {
			continue
		} else if err != nil {
			return nil, err
		}
		err := c.recall(ctx)
		if err == nil {
			err = c.resume(ctx)
		}
		if err == nil {
			return c, nil
		}
		err = errors.Join(err, c.close())
		if !errors.Is(err, errBroken) {
			return nil, err
		}
		cfg.Log.ErrorContext(ctx, "a chain of the ledger is not written on", "chain", name, "err", err)
	}
	return nil, fmt.Errorf("no chain could be opened in %s", cfg.Dir)
}

func newChainName(now time.Time) string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return fmt.Sprintf("%s-%x", now.UTC().Format("20060102T150405Z"), b)
}

var errTaken = errors.New("another process has it open")

// take locks the chain for this process; the lock ends with it.
func (c *chain) take() error {
	if err := makeFolder(c.folder()); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(c.folder(), "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errTaken
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	c.lock = f
	return nil
}

func (c *chain) folder() string { return filepath.Join(c.cfg.Dir, c.name) }

// path is where a segment lies on this machine.
func (c *chain) path(name string) string { return filepath.Join(c.cfg.Dir, filepath.FromSlash(name)) }

func (c *chain) head() Head {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

func (c *chain) advance(seq uint64, link string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = Head{Chain: c.name, Seq: seq, Link: link, At: c.cfg.Now().UTC()}
}

// retryEvery is how often a segment is read again while nothing can be written.
const retryEvery = time.Second

// append writes entries to the disk. After an error, the segment is read again
// before anything is written on.
func (c *chain) append(ctx context.Context, texts [][]byte) error {
	if c.file == nil {
		now := c.cfg.Now()
		if c.failure != nil && now.Sub(c.tried) < retryEvery {
			return c.failure
		}
		c.tried = now
		if c.failure = c.resume(ctx); c.failure != nil {
			return c.failure
		}
	}
	c.failure = c.write(texts)
	return c.failure
}

func (c *chain) write(texts [][]byte) error {
	at := c.head()
	all, last := lines(at.Link, texts)
	if err := c.put(all); err != nil {
		return err
	}
	c.advance(at.Seq+uint64(len(texts)), last)
	return nil
}

// step is by how much a segment's file grows: where the file has room for lines
// already, bringing them to the disk is writing them, and not the file's description
// too. Sixteen callers at once wait a third less so, and take a third less of the
// processor's time.
const step = 1 << 20

// put writes bytes behind those on the disk, and brings them there.
func (c *chain) put(all []byte) error {
	err := c.grow(c.size + int64(len(all)))
	if err == nil {
		_, err = c.file.WriteAt(all, c.size)
	}
	if err == nil {
		err = syscall.Fdatasync(int(c.file.Fd()))
	}
	if err != nil {
		c.doubt = &doubt{path: c.path(segmentName(c.name, c.first)), size: c.size}
		return errors.Join(err, c.giveUp())
	}
	c.size += int64(len(all))
	return nil
}

// giveUp lets go of the segment: it is read again before anything is written on.
func (c *chain) giveUp() error {
	if c.file == nil {
		return nil
	}
	err := c.file.Close()
	c.file = nil
	return err
}

// grow makes the file hold so many bytes at least, by zeros that are on the disk.
func (c *chain) grow(size int64) error {
	if size <= c.room {
		return nil
	}
	more := size - c.room + step
	if _, err := c.file.WriteAt(make([]byte, more), c.room); err != nil {
		return err
	}
	if err := c.file.Sync(); err != nil {
		return err
	}
	c.room += more
	return nil
}

// end cuts off the zeros behind the last line and closes the file.
func (c *chain) end() error {
	return errors.Join(c.file.Truncate(c.size), c.file.Sync(), c.file.Close())
}

// begin begins a segment: its header is the next line of the chain. After an error
// it is there or not, so which one is the last must be read again.
func (c *chain) begin() error {
	at := c.head()
	h := header{Format: Format, Chain: c.name, First: at.Seq + 1, At: c.cfg.Now().UTC(), Prev: at.Link}
	if at.Link == "" { // the first line of all
		h.First, h.Prev = 0, zeroLink
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	all, last := lines(h.Prev, [][]byte{text})
	f, err := c.create(segmentName(c.name, h.First), all)
	if err != nil {
		return errors.Join(err, c.giveUp())
	}
	if c.file != nil {
		err = c.end()
	}
	c.file, c.first, c.size, c.room, c.begun = f, h.First, int64(len(all)), int64(len(all)), h.At
	c.advance(h.First, last)
	return err
}

// create makes a file with its first bytes: it is there with them, or not at all.
// After an error it may be either.
func (c *chain) create(name string, all []byte) (*os.File, error) {
	draft := filepath.Join(c.folder(), "draft")
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600) //nolint:gosec // a file of the ledger
	if err != nil {
		return nil, err
	}
	_, err = f.WriteAt(all, 0)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(draft, c.path(name))
	}
	if err == nil {
		err = object.SyncFolder(c.folder())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// close gives the chain back.
func (c *chain) close() (err error) {
	if c.file != nil {
		err = c.end()
	}
	return errors.Join(err, c.lock.Close())
}
