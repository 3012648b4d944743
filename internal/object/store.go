// Package object keeps objects under names: in a folder of the local machine, or in
// a bucket of S3. What the objects mean is
// internal/publish's business.
package object

import (
	"context"
	"io"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"archwire"
)

// A Store holds objects under names. A name is a relative path with slashes:
// no empty element, none that begins with a dot, no backslash; any other is an
// error of code Invalid. A Store is safe for use by several goroutines and
// several processes.
type Store interface {
	// Put keeps all that body yields under name, replacing what was there. Readers
	// see the old object or the new one, never a part. When it returns without an
	// error, the object survives a power failure; after an error the old object is
	// still there. An object that holds these very bytes already is left alone, where
	// the store can tell before it has sent them.
	Put(ctx context.Context, name string, body io.Reader) error

	// Open opens an object for reading; the caller closes it. The reader goes on
	// reading what it opened when the object is replaced or deleted meanwhile. A
	// name that holds no object is an error of code NotFound.
	Open(ctx context.Context, name string) (io.ReadCloser, error)

	// List lists the objects whose names begin with prefix, sorted by name.
	List(ctx context.Context, prefix string) ([]Info, error)

	// Delete removes an object. Deleting what is not there is not an error.
	Delete(ctx context.Context, name string) error
}

// Info is what a listing tells of an object.
type Info struct {
	Name string
	Size int64 // bytes
}

// A Localizer is a Store whose objects are files of this machine.
type Localizer interface {
	// Local is the path of the file that holds the object of that name, whether
	// or not there is one. It is not ok for a name that the store refuses.
	Local(name string) (path string, ok bool)
}

// A Scratcher is a Store with a folder of this machine for files in the making,
// on the disk where they will lie in the end.
type Scratcher interface {
	// Scratch makes a new, empty folder that no listing shows. The caller removes
	// it; what a killed process left there is removed by Sweep.
	Scratch() (dir string, err error)

	// Sweep removes all scratch folders, and what Puts of killed processes left.
	// Nothing else may be using the store's scratch folders meanwhile.
	Sweep() error
}

// A Signer is a Store that others can read from without us.
type Signer interface {
	// Sign gives a URL by which whoever has it can read that object by HTTP GET, and
	// nothing else, until that time has passed. It cannot be revoked before. Whether
	// there is such an object is not looked up.
	Sign(ctx context.Context, name string, lasting time.Duration) (signedURL string, err error)
}

// As finds capability T in s or in what s wraps: a decorator shows what it wraps
// by a method Unwrap() Store.
func As[T any](s Store) (T, bool) {
	for s != nil {
		if t, ok := s.(T); ok {
			return t, true
		}
		u, ok := s.(interface{ Unwrap() Store })
		if !ok {
			break
		}
		s = u.Unwrap()
	}
	var zero T
	return zero, false
}

// Open opens the store at a URL: file:PATH is a folder, made when first written
// to, s3://BUCKET/PREFIX a bucket, which is not looked for yet.
func Open(rawURL string) (Store, error) {
	if strings.HasPrefix(rawURL, "s3:") {
		place, err := parseS3(rawURL)
		if err != nil {
			return nil, err
		}
		return openS3(place, usualPatience())
	}
	path, err := parseFile(rawURL)
	if err != nil {
		return nil, err
	}
	return NewDir(path), nil
}

// Check says what is wrong with a store's URL, as far as the URL tells.
func Check(rawURL string) (err error) {
	if strings.HasPrefix(rawURL, "s3:") {
		_, err = parseS3(rawURL)
	} else {
		_, err = parseFile(rawURL)
	}
	return err
}

func parseFile(rawURL string) (path string, err error) {
	path, ok := strings.CutPrefix(rawURL, "file:")
	if rest, found := strings.CutPrefix(path, "//"); found {
		path = rest // file:///var/lib/store
	}
	if !ok || path == "" {
		return "", &archwire.Error{
			Code:    archwire.Invalid,
			Message: "the store's URL " + redacted(rawURL) + " is not of the form file:PATH or s3://BUCKET/PREFIX",
			Hint:    "Write the folder as store: file:data/store in archwire.yaml.",
		}
	}
	return path, nil
}

// redacted shows a URL without a password in it.
func redacted(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "(not readable)"
	}
	return u.Redacted()
}

// checkName refuses names that lie outside the store or that it keeps for itself.
func checkName(name string) error {
	if fs.ValidPath(name) && !hidden(name) && !strings.ContainsAny(name, "\\\x00") {
		return nil
	}
	return &archwire.Error{
		Code:    archwire.Invalid,
		Message: "an object's name is not a relative path without dots at the start of its parts",
	}
}

// hidden says whether an element of name begins with a dot.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
}
