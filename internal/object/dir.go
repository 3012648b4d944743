package object

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// scratchFolder holds files in the making. No object's name begins with a dot,
// so none is mistaken for one.
const scratchFolder = ".tmp"

// Dir is a Store in a folder: an object is a file, readable by its owner alone,
// at the path that its name says.
type Dir struct{ root string }

var (
	_ Store     = (*Dir)(nil)
	_ Localizer = (*Dir)(nil)
	_ Scratcher = (*Dir)(nil)
)

// NewDir is the store in the folder at root, which is made when first written to.
func NewDir(root string) *Dir { return &Dir{root: root} }

// Open implements Store.
func (d *Dir) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := errors.Join(ctx.Err(), checkName(name)); err != nil {
		return nil, err
	}
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, classify(err, "reading "+name)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist // a folder is no object
	}
	if err != nil {
		return nil, errors.Join(classify(err, "reading "+name), f.Close())
	}
	return f, nil
}

// List implements Store.
func (d *Dir) List(ctx context.Context, prefix string) ([]Info, error) {
	start := "."
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		start = prefix[:i]
	}
	if start != "." {
		if err := checkName(start); err != nil {
			return nil, err
		}
	}
	var infos []Info
	err := fs.WalkDir(os.DirFS(d.root), start, func(name string, entry fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if entry.IsDir() && name != "." && hidden(name) {
			return fs.SkipDir
		}
		if !entry.Type().IsRegular() || hidden(name) || !strings.HasPrefix(name, prefix) {
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted since its folder was read
		}
		if err != nil {
			return err
		}
		infos = append(infos, Info{Name: name, Size: info.Size()})
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, classify(err, "listing "+prefix)
	}
	slices.SortFunc(infos, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return infos, nil
}

// Delete implements Store.
func (d *Dir) Delete(ctx context.Context, name string) error {
	if err := errors.Join(ctx.Err(), checkName(name)); err != nil {
		return err
	}
	if err := os.Remove(d.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return classify(err, "deleting "+name)
	}
	return nil
}

// Local implements Localizer.
func (d *Dir) Local(name string) (string, bool) {
	if checkName(name) != nil {
		return "", false
	}
	return d.path(name), true
}

// Scratch implements Scratcher.
func (d *Dir) Scratch() (string, error) {
	parent := filepath.Join(d.root, scratchFolder)
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return "", classify(err, "making a scratch folder")
	}
	dir, err := os.MkdirTemp(parent, "scratch-*")
	if err != nil {
		return "", classify(err, "making a scratch folder")
	}
	return dir, nil
}

// Sweep implements Scratcher.
func (d *Dir) Sweep() error {
	if err := os.RemoveAll(filepath.Join(d.root, scratchFolder)); err != nil {
		return classify(err, "sweeping the scratch folder")
	}
	return nil
}

// path is where the object of a name that was checked lies.
func (d *Dir) path(name string) string {
	return filepath.Join(d.root, filepath.FromSlash(name))
}

// String names the store for people.
func (d *Dir) String() string { return fmt.Sprintf("file:%s", d.root) }
