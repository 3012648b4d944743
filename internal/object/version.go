package object

import (
	"context"
	"io"
	"time"

	"archwire"
)

// A Versioner is a Store into which others write, and which tells what they wrote
// from what was there before.
type Versioner interface {
	// Versions lists as List does, with the version of each object.
	Versions(ctx context.Context, prefix string) ([]Version, error)

	// OpenVersion opens an object as Open does, if it is of that version still. It is
	// an error of code Unavailable if it is of another one, and of code NotFound if it is
	// gone. What is written to the object while it is read is an error of code Unavailable
	// of Read, at the latest in place of io.EOF.
	OpenVersion(ctx context.Context, v Version) (io.ReadCloser, error)

	// OpenParts opens an object, if it is of that version still, to be read part by part
	// while ctx lasts. Errors are as of OpenVersion, of ReadAt at the latest.
	OpenParts(ctx context.Context, v Version) (Parts, error)
}

// Parts is an object in one version. It is safe for use by several goroutines.
type Parts interface {
	// ReadAt reads as io.ReaderAt has it. Each call may be a request of its own.
	io.ReaderAt

	// Unchanged is an error of code Unavailable or NotFound unless all that was read is of
	// that version.
	Unchanged() error

	io.Closer
}

// A Version is what a listing tells of an object that others write.
type Version struct {
	Info
	Modified time.Time // by the clock of whoever keeps it
	Version  string    // another one when the object was written again
}

// rewritten is the error for an object that is of another version.
func rewritten(name string) error {
	return &archwire.Error{
		Code:    archwire.Unavailable,
		Message: "the file " + name + " was written to while it was about to be read",
		Hint:    "Have it written under another name and renamed when it is complete, and run again.",
	}
}
