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

// OpenParts implements Versioner.
func (d *Dir) OpenParts(ctx context.Context, v Version) (Parts, error) {
	r, err := d.OpenVersion(ctx, v)
	if err != nil {
		return nil, err
	}
	return &dirParts{r.(*steadyFile), d, ctx}, nil // what OpenVersion opens
}

// dirParts is a file that is read part by part.
type dirParts struct {
	file *steadyFile
	dir  *Dir
	ctx  context.Context //nolint:containedctx // of who reads
}

// ReadAt implements io.ReaderAt.
func (p *dirParts) ReadAt(b []byte, at int64) (int, error) {
	if err := context.Cause(p.ctx); err != nil {
		return 0, err
	}
	n, err := p.file.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		err = classify(err, "reading "+p.file.v.Name)
	}
	return n, err
}

// Unchanged implements Parts. It looks at the file that was opened, and at what its name
// stands for now.
func (p *dirParts) Unchanged() error {
	if err := p.file.check(); err != nil {
		return err
	}
	again, err := p.dir.OpenVersion(context.WithoutCancel(p.ctx), p.file.v)
	if err != nil {
		return err
	}
	return again.Close() //nolint:wrapcheck // of a file that was not read
}

// Close implements io.Closer.
func (p *dirParts) Close() error { return p.file.Close() }
