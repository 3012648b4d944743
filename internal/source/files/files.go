// Package files copies tables out of files that others put into a folder or below a
// prefix of S3: CSV, NDJSON and Parquet, plain or compressed.
//
// The rows of a table are what its files say: those of the newest snapshot, changed
// by the changes that came after it, in the order of their names. Nothing else is
// remembered, so whatever dies when, the next run finds the same rows. A view is as
// of the moment its files were listed: a file that is written to, replaced or taken
// away after that is an error of code Unavailable and never read in part.
//
// Files that are still being written are left to a later run: those younger than
// the project says they settle, or whose sign of completion has not come. A file
// that has the very bytes of an earlier one is a repetition and is not read. Rows
// that are not as declared go to a file of the quarantine, with line and reason; a
// file with more of them than declared is refused.
package files

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
)

// A Config says which files are read and what may be used for it.
type Config struct {
	Name        string // of the source
	Store       object.Store
	Tables      []Table
	Connections int           // files that are read at once; 0 is 1
	Settle      time.Duration // a file counts once nobody has written to it for so long
	Quarantine  string        // the folder for rejected rows; "" keeps none
	Now         func() time.Time
	Notice      func(string) // what is worth a line; nil when nobody listens
}

// A Table is a table as the project declares it.
type Table struct {
	archwire.Table
	Form fileform.Form
}

// A Source is a folder of files, or a prefix in S3.
type Source struct {
	cfg   Config
	store object.Versioner

	mu     sync.Mutex
	closed bool
	sums   map[string]string            // by name and version: the SHA-256 of files that had to be told apart
	known  map[string][]archwire.Column // by name and version: the columns of files of Parquet
}

var (
	_ archwire.Source = (*Source)(nil)
	_ archwire.Doctor = (*Source)(nil)
)

// Open makes a source. It looks at nothing yet.
func Open(c Config) (*Source, error) {
	store, ok := object.As[object.Versioner](c.Store)
	if !ok {
		return nil, errors.New("a source of files lies in a store that tells versions")
	}
	c.Connections = max(c.Connections, 1)
	if c.Notice == nil {
		c.Notice = func(string) {}
	}
	return &Source{cfg: c, store: store, sums: map[string]string{}, known: map[string][]archwire.Column{}}, nil
}

// Close implements archwire.Source.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

var errSourceClosed = errors.New("the source is closed")

// list lists the files that are there now.
func (s *Source) list(ctx context.Context) ([]object.Version, error) {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return nil, errSourceClosed
	}
	return s.store.Versions(ctx, "") //nolint:wrapcheck // the store says what it was doing
}

// version opens a file as it was listed. One that is gone may come again, and what is
// there then is what counts.
func (s *Source) version(ctx context.Context, f file) (io.ReadCloser, error) {
	r, err := s.store.OpenVersion(ctx, f.Version)
	return r, gone(f, err)
}

// gone makes of an error that a file is not there any more one that says so.
func gone(f file, err error) error {
	if archwire.CodeOf(err) != archwire.NotFound {
		return err
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Err: err, Message: "the file " + f.Name + " was taken away while it was about to be read",
		Hint: "Run again; what is there then counts.",
	}
}

// key names a file in one version.
func (f file) key() string { return f.Name + "\x00" + f.Version.Version }

// invalid is an error about a table that whoever declared it must act on.
func invalid(t archwire.Table, what, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: t.ID() + ": " + what, Hint: hint}
}

// changed is the error for a table that is not as declared.
func changed(t archwire.Table, what string) error {
	return invalid(t, what, "Run archwire discover "+t.Source+" and review the changes.")
}
