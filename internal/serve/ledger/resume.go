package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"archwire/internal/object"
)

// resume reads the chain's last segment and goes on behind its last whole line. A
// line that was being written when the process died or the disk was full is put
// aside: nobody was answered on its strength.
func (c *chain) resume(ctx context.Context) error {
	if err := c.settle(); err != nil {
		return err
	}
	names, err := c.segments()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if c.head().Link != "" {
			return fmt.Errorf("%w: its last segment is gone", errBroken)
		}
		return c.begin()
	}
	name := names[len(names)-1]
	f, err := os.OpenFile(c.path(name), os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := c.resumeIn(ctx, name, f); err != nil {
		return errors.Join(err, f.Close())
	}
	return nil
}

// A doubt is a file whose bytes behind size may be in the system's memory only: after
// a failed write or fsync, a later fsync can succeed without them.
type doubt struct {
	path string
	size int64
}

// settle cuts off what is doubted: nobody was answered on its strength.
func (c *chain) settle() error {
	if c.doubt == nil {
		return nil
	}
	f, err := os.OpenFile(c.doubt.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(c.doubt.size), f.Sync(), f.Close()); err != nil {
		return err
	}
	c.doubt = nil
	return nil
}

// segments lists the chain's segments in Dir, in order.
func (c *chain) segments() (names []string, err error) {
	entries, err := os.ReadDir(c.folder())
	for _, e := range entries {
		name := c.name + "/" + e.Name()
		if _, ok := parseSegmentName(name); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, err
}

func (c *chain) resumeIn(ctx context.Context, name string, f *os.File) error {
	s, err := openSegment(name, io.NewSectionReader(f, 0, 1<<62))
	if err != nil {
		return errors.Join(errBroken, err)
	}
	for err == nil {
		_, err = s.next()
	}
	_, torn := errors.AsType[*Broken](err)
	if !torn && !errors.Is(err, io.EOF) {
		return err
	}
	// An end that is known to have been on the disk was not torn off by a crash.
	if known := c.head(); s.seq < known.Seq || s.seq == known.Seq && known.Link != "" && s.link != known.Link {
		return fmt.Errorf("%w: line %d of it is known to others and gone: %w", errBroken, known.Seq, err)
	}
	if torn {
		if err := c.setAside(ctx, f, s); err != nil {
			return err
		}
	}
	// What was written by another process, or named before an error, may not have
	// reached the disk.
	if err := errors.Join(f.Sync(), object.SyncFolder(c.folder())); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	c.file, c.first, c.size, c.room, c.begun = f, s.header.First, s.read, size, s.header.At
	c.advance(s.seq, s.link)
	return nil
}

// setAside cuts off what lies behind the last line that is whole, and keeps it for
// whoever wants to know what it was.
func (c *chain) setAside(ctx context.Context, f *os.File, s *segmentReader) error {
	name := fmt.Sprintf("torn-%012d-%s", s.seq+1, c.cfg.Now().UTC().Format("20060102T150405.000000000"))
	tail, err := os.OpenFile(filepath.Join(c.folder(), name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // a file of the ledger
	if err != nil {
		return err
	}
	_, err = io.Copy(tail, io.NewSectionReader(f, s.read, 1<<62))
	if err := errors.Join(err, tail.Sync(), tail.Close(), object.SyncFolder(c.folder())); err != nil {
		return errors.Join(err, os.Remove(tail.Name())) // the room it takes may be the last
	}
	c.cfg.Log.WarnContext(ctx, "the end of the ledger was not whole", "chain", c.name, "line", s.seq+1, "kept_as", name)
	return f.Truncate(s.read)
}

// recall asks the anchors how far the chain went.
func (c *chain) recall(ctx context.Context) error {
	if c.cfg.Anchors == nil {
		return nil
	}
	heads, err := c.cfg.Anchors.Heads(ctx)
	if err != nil {
		return fmt.Errorf("asking how far the ledger went: %w", err)
	}
	for _, h := range heads {
		if h.Chain == c.name {
			c.last, c.anchored = h, h.Seq
		}
	}
	return nil
}
