package redshift

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"archwire"
)

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
