package state

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"archwire"
)

// classify says what an error of SQLite or of the file system means to a person.
// Errors that say so themselves pass.
func classify(doing, path string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*archwire.Error](err); ok {
		return err
	}
	say := func(code archwire.Code, what, hint string) error {
		return &archwire.Error{Code: code, Message: fmt.Sprintf("%s: %s %s", doing, path, what), Hint: hint, Err: err}
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { // the rest of the code says more than we ask
		case lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT:
			return say(archwire.Invalid, "is not a SQLite database, or a damaged one",
				"Restore it from a backup, or name another file as state in archwire.yaml.")
		case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
			return say(archwire.Unavailable, "is being written by another process", "Try again.")
		case lib.SQLITE_FULL:
			return say(archwire.Unavailable, "does not fit on its disk", "Make room on the disk.")
		case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
			return say(archwire.Unavailable, "may not be written by this user",
				"Give the user that runs archwire the right to write the file and its folder.")
		}
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return say(archwire.Unavailable, "may not be written by this user",
			"Give the user that runs archwire the right to write the file and its folder.")
	case errors.Is(err, syscall.ENOSPC):
		return say(archwire.Unavailable, "does not fit on its disk", "Make room on the disk.")
	case errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTDIR):
		return say(archwire.Invalid, "is a folder, or lies in something that is none", "Name a file as state in archwire.yaml.")
	}
	return fmt.Errorf("%s: %w", doing, err)
}
