package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"archwire"
)

// index reads the index of the publication that m describes. One that is not as
// published is an error of code Mismatch.
func (s *Store) index(ctx context.Context, reader archwire.SliceReader, m archwire.Manifest) ([]archwire.Slice, error) {
	name := indexName(m.ID)
	release, err := s.files.proven(ctx, name, m.IndexSHA256)
	switch code := archwire.CodeOf(err); {
	case code == archwire.NotFound:
		return nil, broken(fmt.Sprintf("publication %s has no index", m.ID), err)
	case code == archwire.Mismatch:
		return nil, broken(fmt.Sprintf("the index of publication %s is not the one that its manifest names", m.ID), nil)
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	defer release()
	file, err := s.files.file(name, m.IndexSHA256)
	if err != nil {
		return nil, err
	}
	index, err := readIndex(ctx, reader, file)
	if err != nil {
		return nil, fmt.Errorf("reading the index of publication %s: %w", m.ID, err)
	}
	if len(index) != m.Slices {
		return nil, broken(fmt.Sprintf("the index of publication %s lists %d slices, its manifest %d", m.ID, len(index), m.Slices), nil)
	}
	return index, nil
}

// pointedAt reads the manifest and the index of the publication that CURRENT
// names; to name one that is not there is an error of code Mismatch.
func (s *Store) pointedAt(ctx context.Context, reader archwire.SliceReader, id archwire.PublicationID) (archwire.Manifest, []archwire.Slice, error) {
	m, err := s.manifest(ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		err = broken(fmt.Sprintf("the file CURRENT of the store names publication %s, which the store does not have", id), err)
	}
	if err != nil {
		return archwire.Manifest{}, nil, err
	}
	index, err := s.index(ctx, reader, m)
	return m, index, err
}

// checkSlices makes sure that each slice of an index is in the store, in its size.
func (s *Store) checkSlices(ctx context.Context, id archwire.PublicationID, index []archwire.Slice) error {
	sizes, err := s.sizes(ctx)
	if err != nil {
		return err
	}
	for _, slice := range index {
		size, there := sizes[slice.SHA256]
		if !there {
			return broken(fmt.Sprintf("slice %s of publication %s is missing from the store", slice.SHA256, id), nil)
		}
		if size != slice.Bytes {
			return broken(fmt.Sprintf("slice %s of publication %s has %d bytes instead of %d", slice.SHA256, id, size, slice.Bytes), nil)
		}
	}
	return nil
}

// scratch makes a folder for files in the making; remove removes it.
func (s *Store) scratch() (dir string, remove func() error, err error) {
	if s.room != nil {
		dir, err = s.room.Scratch()
	} else {
		dir, err = os.MkdirTemp("", "archwire-publish-*")
	}
	if err != nil {
		return "", nil, fmt.Errorf("making room for slices: %w", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

// sweep removes what publishers that did not finish left behind: files in the
// making, and publications without a manifest.
func (s *Store) sweep(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("sweeping what an unfinished publish left: %w", err)
		}
	}()
	if s.room != nil {
		if err := s.room.Sweep(); err != nil {
			return err
		}
	}
	infos, err := s.objects.List(ctx, publicationsFolder)
	if err != nil {
		return err
	}
	whole := map[string]bool{}
	for _, i := range infos {
		if folder, ok := strings.CutSuffix(i.Name, "manifest.json"); ok {
			whole[folder] = true
		}
	}
	for _, i := range infos {
		if folder, ok := strings.CutSuffix(i.Name, "index.parquet"); ok && !whole[folder] {
			err = errors.Join(err, s.objects.Delete(ctx, i.Name))
		}
	}
	return err
}
