package object

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"archwire"
)

// classify says what an error of the file system means to a person; doing names
// what was being done in the gerund. Errors that say so themselves pass.
func classify(err error, doing string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &archwire.Error{Code: archwire.NotFound, Message: doing + ": the store has no such object", Err: err}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the store's disk is full",
			Hint: "Make room on the disk of the store and run again; what was published before is still served.", Err: err,
		}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the store's folder may not be used by this user",
			Hint: "Give the user that runs archwire the right to read and write the store's folder.", Err: err,
		}
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist):
		return &archwire.Error{
			Code: archwire.Invalid, Message: doing + ": a file lies where the store needs a folder, or a folder where it needs a file",
			Hint: "Name a folder of its own as store in archwire.yaml.", Err: err,
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}
