package redshift

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"archwire"
)

// The folders of this machine in which slices are made.
const (
	unloadFolder = "archwire-unload-"
	cutFolder    = "archwire-cut-"
)

// sweepScratch removes the folders that publishers left behind who were killed. In the
// system's own folder they may be another project's, and stay.
func (w *Warehouse) sweepScratch() error {
	if w.config.TempDir == "" {
		return nil
	}
	w.cutting.Lock()
	defer w.cutting.Unlock()
	for _, name := range []string{unloadFolder, cutFolder} {
		found, err := filepath.Glob(filepath.Join(w.config.TempDir, name+"*"))
		if err != nil {
			return fmt.Errorf("looking for what a publisher left: %w", err)
		}
		for _, dir := range found {
			if dir == w.spill {
				continue
			}
			if err := os.RemoveAll(dir); err != nil {
				return onDisk("removing what a publisher left", err)
			}
		}
	}
	return nil
}

// onDisk says what an error of this machine's disk means to a person; doing says what
// was being done, in the gerund. Others are wrapped.
func onDisk(doing string, err error) error {
	_, ofDisk := errors.AsType[*fs.PathError](err)
	switch {
	case err == nil:
		return nil
	case ofDisk && (errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)):
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the disk is full",
			Hint: "Free space on the disk of the project's data folder, then run again: files lie there on their way from Redshift.", Err: err,
		}
	case ofDisk:
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the disk cannot be read or written",
			Hint: "Look at the disk and the rights on the project's data folder, then run again.", Err: err,
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}
