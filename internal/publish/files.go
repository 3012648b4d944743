package publish

import (
	"context"
	"errors"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/object"
)

// files are a store's Parquet objects as files of this machine, from which engines
// read. Each has the SHA-256 of its bytes, other than which is an error of code
// Mismatch; none of that name is one of code NotFound.
type files interface {
	// file is where an object lies on this machine, while it is held.
	file(name, sha string) (archwire.SliceFile, error)

	// hold has the files of slices at hand until release is called.
	hold(ctx context.Context, slices []kept) (release func(), err error)

	// proven holds an object's file after making sure that it holds its bytes.
	proven(ctx context.Context, name, sha string) (release func(), err error)

	// readBack makes sure that the store gives an object's bytes back.
	readBack(ctx context.Context, name, sha string) error
}

// localFiles are those of a store that keeps its objects in files of this machine.
type localFiles struct {
	objects object.Store
	local   object.Localizer
}

func (l localFiles) file(name, sha string) (archwire.SliceFile, error) {
	path, ok := l.local.Local(name)
	if !ok {
		return archwire.SliceFile{}, &archwire.Error{Code: archwire.Internal, Message: "the store has no file for " + name}
	}
	return archwire.SliceFile{SHA256: sha, Path: path}, nil
}

func (localFiles) hold(context.Context, []kept) (func(), error) { return func() {}, nil }

func (l localFiles) proven(ctx context.Context, name, sha string) (func(), error) {
	return func() {}, l.readBack(ctx, name, sha)
}

func (l localFiles) readBack(ctx context.Context, name, sha string) error {
	r, err := l.objects.Open(ctx, name)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // opened for reading
	back, _, err := digest(r)
	if err == nil && back != sha {
		err = lost(name)
	}
	return err
}

// cachedFiles are copies of what a store elsewhere has.
type cachedFiles struct {
	objects object.Store
	cache   *object.Cache
}

func (c cachedFiles) file(_, sha string) (archwire.SliceFile, error) {
	return archwire.SliceFile{SHA256: sha, Path: c.cache.Path(sha)}, nil
}

// fetches is how many files are fetched at once for one reader.
const fetches = 16

func (c cachedFiles) hold(ctx context.Context, slices []kept) (func(), error) {
	var mu sync.Mutex
	var all []func()
	release := func() {
		for _, r := range all {
			r()
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(fetches)
	for _, s := range slices {
		group.Go(func() error {
			r, err := c.proven(ctx, s.name(), s.SHA256)
			if err != nil {
				return unfetched(s.file, err)
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, r)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

func (c cachedFiles) proven(ctx context.Context, name, sha string) (func(), error) {
	return c.cache.Hold(ctx, sha, func(ctx context.Context) (io.ReadCloser, error) { return c.objects.Open(ctx, name) })
}

func (c cachedFiles) readBack(ctx context.Context, name, sha string) error {
	r, err := c.objects.Open(ctx, name)
	if err != nil {
		return err
	}
	return errors.Join(c.cache.Keep(sha, r), r.Close())
}

// unfetched is the error for a slice that the store does not have as it was published.
func unfetched(f archwire.SliceFile, err error) error {
	code := archwire.CodeOf(err)
	if code == archwire.NotFound {
		return altered(f, "is missing from the store", err)
	}
	if code == archwire.Mismatch {
		return altered(f, "does not hold the bytes that were published", err)
	}
	return err
}
