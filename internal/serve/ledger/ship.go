package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// folderName is where segments lie in the object store, and prefix what the names
// of segments are preceded by there.
const (
	folderName = "ledger"
	prefix     = folderName + "/"
)

// ship moves closed segments to the store: those before the one that is written.
// While none is, it is not known which are closed.
func (c *chain) ship(ctx context.Context) error {
	if c.cfg.Store == nil || c.file == nil {
		return nil
	}
	names, err := c.segments()
	if err != nil {
		return err
	}
	for _, name := range names {
		if name >= segmentName(c.name, c.first) {
			break
		}
		if err := c.shipOne(ctx, name); err != nil {
			return fmt.Errorf("moving %s to the store: %w", name, err)
		}
	}
	return nil
}

func (c *chain) shipOne(ctx context.Context, name string) error {
	f, err := os.Open(c.path(name))
	if err != nil {
		return err
	}
	size, err := linesSize(f)
	if err == nil {
		err = c.cfg.Store.Put(ctx, prefix+name, io.NewSectionReader(f, 0, size))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Remove(c.path(name))
}

// linesSize is how many bytes a segment has before the zeros at its end. A process
// that died between two segments left them in the first.
func linesSize(f *os.File) (int64, error) {
	size, err := f.Seek(0, io.SeekEnd)
	block := make([]byte, 1<<16)
	for err == nil && size > 0 {
		part := block[:min(size, int64(len(block)))]
		if _, err = f.ReadAt(part, size-int64(len(part))); err != nil {
			break
		}
		kept := len(bytes.TrimRight(part, "\x00"))
		size -= int64(len(part) - kept)
		if kept > 0 {
			break
		}
	}
	return size, err
}
