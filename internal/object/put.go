package object

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Put implements Store. The bytes go to a file in the scratch folder first and
// are on the disk before that file takes the object's name.
func (d *Dir) Put(ctx context.Context, name string, body io.Reader) (err error) {
	if err := errors.Join(ctx.Err(), checkName(name)); err != nil {
		return err
	}
	defer func() { err = classify(err, "writing "+name) }()

	temp, err := d.writeTemp(ctx, body)
	if err != nil {
		return err
	}
	target := d.path(name)
	if sameContent(temp, target) {
		err = os.Remove(temp)
	} else if err = moveTo(target, temp); err != nil {
		err = errors.Join(err, os.Remove(temp))
	}
	if err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(target))
}

// writeTemp writes body to a file of the scratch folder and to the disk.
func (d *Dir) writeTemp(ctx context.Context, body io.Reader) (path string, err error) {
	folder := filepath.Join(d.root, scratchFolder)
	if err := makeFolder(folder); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(folder, "put-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, reader{ctx, body})
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// moveTo gives the file at temp the name target.
func moveTo(target, temp string) error {
	if err := makeFolder(filepath.Dir(target)); err != nil {
		return err
	}
	return os.Rename(temp, target)
}

// makeFolder makes a folder and those above it; their entries are on the disk
// when it returns, for a file survives a power failure only if its folders do.
func makeFolder(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return SyncFolder(parent)
}

// SyncFolder brings a folder's entries to the disk.
func SyncFolder(path string) error {
	f, err := os.Open(path) //nolint:gosec // a folder of the store
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// sameContent says whether both files can be read and hold the same bytes.
func sameContent(a, b string) bool {
	fa, err := os.Open(a) //nolint:gosec // a file of the store
	if err != nil {
		return false
	}
	defer fa.Close()      //nolint:errcheck // opened for reading
	fb, err := os.Open(b) //nolint:gosec // a file of the store
	if err != nil {
		return false
	}
	defer fb.Close() //nolint:errcheck // opened for reading

	infoA, errA := fa.Stat()
	infoB, errB := fb.Stat()
	if errA != nil || errB != nil || infoA.Size() != infoB.Size() {
		return false
	}
	bufA, bufB := make([]byte, 64<<10), make([]byte, 64<<10)
	for left := infoA.Size(); left > 0; left -= int64(len(bufA)) {
		n := min(left, int64(len(bufA)))
		_, errA := io.ReadFull(fa, bufA[:n])
		_, errB := io.ReadFull(fb, bufB[:n])
		if errA != nil || errB != nil || !bytes.Equal(bufA[:n], bufB[:n]) {
			return false
		}
	}
	return true
}

// reader ends with its context.
type reader struct {
	ctx  context.Context //nolint:containedctx // io.Reader has no place for one
	body io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.body.Read(p)
}
