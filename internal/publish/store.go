// Package publish makes publications, switches between them and reads them.
//
// A Publisher cuts each dataset of the warehouse into slices, one file per
// tenant and distinct set of visible columns, and lists them in an index and a
// manifest; the file CURRENT, switched last, names the publication in service.
// A Reader holds publications only, never the warehouse, and opens a slice for
// a Scope only. docs/format/store.md specifies what lies in the store.
package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"archwire"
	"archwire/internal/object"
)

// The names in a store.
const (
	currentName        = "CURRENT"
	slicesFolder       = "slices/"
	publicationsFolder = "publications/"
)

// format is the store format that this package reads and writes.
const format = 1

// idTime is the first part of a PublicationID, in UTC.
const idTime = "20060102T150405Z"

var idForm = regexp.MustCompile(`^\d{8}T\d{6}Z-[0-9a-f]{4}$`)

// A Store is the publications in an object store: slices, indexes, manifests and
// CURRENT.
type Store struct {
	objects object.Store
	files   files
	room    object.Scratcher // nil: files in the making lie in the system's folder for such
}

// NewStore is the publications in objects, which must be an object.Localizer:
// Parquet is read from files.
func NewStore(objects object.Store) (*Store, error) {
	local, ok := object.As[object.Localizer](objects)
	if !ok {
		return nil, &archwire.Error{
			Code: archwire.Internal, Message: "this object store does not keep its objects in files of this machine",
		}
	}
	room, _ := object.As[object.Scratcher](objects)
	return &Store{objects: objects, files: localFiles{objects, local}, room: room}, nil
}

// NewCachedStore is the publications in objects, wherever these are. Parquet is read
// from files of the cache, to which it is fetched when it is first used.
func NewCachedStore(objects object.Store, cache *object.Cache) *Store {
	return &Store{objects: objects, files: cachedFiles{objects, cache}, room: cache}
}

func sliceName(sha string) string { return slicesFolder + sha[:2] + "/" + sha + ".parquet" }

func folderName(id archwire.PublicationID) string { return publicationsFolder + string(id) + "/" }

func indexName(id archwire.PublicationID) string { return folderName(id) + "index.parquet" }

func manifestName(id archwire.PublicationID) string { return folderName(id) + "manifest.json" }

// current is the publication that CURRENT names; code NotFound when the store
// has no CURRENT, Invalid when the folder is not a store of ours.
func (s *Store) current(ctx context.Context) (archwire.PublicationID, error) {
	text, err := s.read(ctx, currentName)
	if archwire.CodeOf(err) == archwire.NotFound {
		return "", &archwire.Error{
			Code: archwire.NotFound, Message: "nothing has been published to this store yet",
			Hint: "Run archwire run.", Err: err,
		}
	}
	if err != nil {
		return "", err
	}
	id := strings.TrimSpace(string(text))
	if !idForm.MatchString(id) {
		return "", s.unnamed(ctx)
	}
	return archwire.PublicationID(id), nil
}

// unnamed is the error for a CURRENT that names no publication. Where there are
// none either, the file is another program's (some databases have one of that
// name), and must not be replaced.
func (s *Store) unnamed(ctx context.Context) error {
	publications, err := s.objects.List(ctx, publicationsFolder)
	if err != nil {
		return err
	}
	if len(publications) > 0 {
		return broken("the file CURRENT of the store does not name a publication", nil)
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: "the store's folder belongs to another program: its file CURRENT is not Archwire's",
		Hint: "Name a folder of its own as store in archwire.yaml.",
	}
}

// read is all the bytes of an object.
func (s *Store) read(ctx context.Context, name string) (content []byte, err error) {
	r, err := s.objects.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // opened for reading
	if content, err = io.ReadAll(r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return content, nil
}

// write puts content under name and makes sure that the store gives it back.
func (s *Store) write(ctx context.Context, name string, content []byte) error {
	if err := s.objects.Put(ctx, name, bytes.NewReader(content)); err != nil {
		return err
	}
	back, err := s.read(ctx, name)
	if err != nil {
		return fmt.Errorf("reading %s back: %w", name, err)
	}
	if !bytes.Equal(back, content) {
		return lost(name)
	}
	return nil
}

// writeFile puts the file at path under name and makes sure that the store gives
// back the bytes whose SHA-256 is sha. An object of that name that was damaged in the
// store is replaced.
func (s *Store) writeFile(ctx context.Context, name, path, sha string) (err error) {
	f, err := os.Open(path) //nolint:gosec // a file of the publisher's own scratch folder
	if err != nil {
		return fmt.Errorf("opening what is to be stored: %w", err)
	}
	defer f.Close() //nolint:errcheck // opened for reading
	if err := s.objects.Put(ctx, name, f); err != nil {
		return err
	}
	err = s.files.readBack(ctx, name, sha)
	if archwire.CodeOf(err) == archwire.Mismatch {
		err = s.replaceFile(ctx, name, f, sha)
	}
	if archwire.CodeOf(err) == archwire.Mismatch {
		return lost(name)
	}
	if err != nil {
		return fmt.Errorf("reading %s back: %w", name, err)
	}
	return nil
}

// replaceFile puts a file where the store gives other bytes back. A store that takes
// what it has for equal, by what is noted of it, is not told so by another Put.
func (s *Store) replaceFile(ctx context.Context, name string, f io.ReadSeeker, sha string) error {
	if err := s.files.readBack(ctx, name, sha); archwire.CodeOf(err) != archwire.Mismatch {
		return err // it was damaged on the way; in the store it may be in use
	}
	if err := s.objects.Delete(ctx, name); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := s.objects.Put(ctx, name, f); err != nil {
		return err
	}
	return s.files.readBack(ctx, name, sha)
}

// digestFile is the SHA-256 of a file and its size.
func digestFile(path string) (sha string, size int64, err error) {
	f, err := os.Open(path) //nolint:gosec // a file of the store or of its scratch folder
	if err != nil {
		return "", 0, err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	return digest(f)
}

func digest(r io.Reader) (sha string, size int64, err error) {
	h := sha256.New()
	if size, err = io.Copy(h, r); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// sizes is the size of each slice in the store, by its SHA-256.
func (s *Store) sizes(ctx context.Context) (map[string]int64, error) {
	infos, err := s.objects.List(ctx, slicesFolder)
	if err != nil {
		return nil, fmt.Errorf("listing the store's slices: %w", err)
	}
	sizes := make(map[string]int64, len(infos))
	for _, i := range infos {
		name := i.Name[strings.LastIndexByte(i.Name, '/')+1:]
		if sha, ok := strings.CutSuffix(name, ".parquet"); ok && len(sha) == 2*sha256.Size && sliceName(sha) == i.Name {
			sizes[sha] = i.Size
		}
	}
	return sizes, nil
}

// broken is the error for a store whose content is not as it was published.
func broken(message string, err error) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: message, Err: err,
		Hint: "Run archwire run to publish anew, or archwire rollback ID to serve an earlier publication; " +
			"archwire publications lists them.",
	}
}

// lost is the error for an object that reads back other than it was written.
func lost(name string) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: name + " reads back from the store other than it was written",
		Hint: "Check the disk of the store; what was published before is still served.",
	}
}
