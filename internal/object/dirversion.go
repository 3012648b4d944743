package object

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

var _ Versioner = (*Dir)(nil)

// Versions implements Versioner.
func (d *Dir) Versions(ctx context.Context, prefix string) ([]Version, error) {
	infos, err := d.List(ctx, prefix)
	if err != nil {
		return nil, err
	}
	versions := make([]Version, 0, len(infos))
	for _, i := range infos {
		info, err := os.Stat(d.path(i.Name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted since it was listed
		}
		if err != nil {
			return nil, classify(err, "listing "+prefix)
		}
		versions = append(versions, versionOf(i.Name, info))
	}
	return versions, nil
}

// OpenVersion implements Versioner.
func (d *Dir) OpenVersion(ctx context.Context, v Version) (io.ReadCloser, error) {
	r, err := d.Open(ctx, v.Name)
	if err != nil {
		return nil, err
	}
	f := r.(*os.File) // what Open opens
	steady := &steadyFile{f, v}
	if err := steady.check(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return steady, nil
}

// versionOf goes by size, time of writing and what the system knows besides.
func versionOf(name string, info fs.FileInfo) Version {
	return Version{
		Info: Info{Name: name, Size: info.Size()}, Modified: info.ModTime().UTC(),
		Version: fmt.Sprintf("%d-%d%s", info.Size(), info.ModTime().UnixNano(), systemVersion(info)),
	}
}

// A steadyFile looks at its end whether it is what it was.
type steadyFile struct {
	*os.File
	v Version
}

func (f *steadyFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if errors.Is(err, io.EOF) {
		if changed := f.check(); changed != nil {
			return n, changed
		}
	}
	return n, err //nolint:wrapcheck // io.EOF among others
}

// WriteTo hides that of os.File, which would not look.
func (f *steadyFile) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{f}) //nolint:wrapcheck // a Read or Write of theirs
}

func (f *steadyFile) check() error {
	info, err := f.Stat()
	if err != nil {
		return classify(err, "reading "+f.v.Name)
	}
	if versionOf(f.v.Name, info).Version != f.v.Version {
		return rewritten(f.v.Name)
	}
	return nil
}
