package pull

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/pull/mirror"
)

// A Folder is a target of files: <dataset>/<tenant>.parquet and manifest.json, below
// the pointer current, a symbolic link that is replaced at once.
type Folder struct{ dir string }

const (
	pointerName  = "current"
	versionsName = "versions"
	listName     = "manifest.json"
)

// OpenFolder is the target in the folder at dir, which is made. A folder with something
// else in it is an error of code Conflict.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, onDisk("making the folder "+dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, onDisk("reading the folder "+dir, err)
	}
	for _, e := range entries {
		if name := e.Name(); name != pointerName && name != versionsName && !strings.HasPrefix(name, ".") {
			return nil, &archwire.Error{
				Code: archwire.Conflict, Message: "the folder " + dir + " has something else in it", Hint: "Name a folder of its own.",
			}
		}
	}
	return &Folder{dir}, nil
}

// Work is where slices are kept that were fetched and not yet applied.
func (f *Folder) Work() string { return filepath.Join(f.dir, ".pull") }

// Close implements mirror.Target.
func (f *Folder) Close() error { return nil }

// Held implements mirror.Target. Slices whose files are not there are left out.
func (f *Folder) Held(context.Context) (w mirror.Whole, err error) {
	text, err := os.ReadFile(filepath.Join(f.dir, pointerName, listName))
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return w, onDisk("reading what the folder holds", err)
	}
	if err := json.Unmarshal(text, &w); err != nil {
		return mirror.Whole{}, nil //nolint:nilerr // a file that somebody spoilt: all is fetched anew
	}
	there := w.Slices[:0]
	for _, s := range w.Slices {
		info, err := os.Stat(filepath.Join(f.dir, pointerName, fileOf(s.Place)))
		if err == nil && info.Size() == s.Bytes {
			there = append(there, s)
		}
	}
	w.Slices = there
	return w, nil
}

// Missing implements mirror.Target.
func (f *Folder) Missing(held, next mirror.Whole) (out []mirror.Slice) {
	seen := map[string]bool{}
	for _, s := range held.Slices {
		seen[s.SHA256] = true
	}
	for _, s := range next.Slices {
		if !seen[s.SHA256] {
			seen[s.SHA256] = true
			out = append(out, s)
		}
	}
	return out
}

// Apply implements mirror.Target: a new version is made beside the one that is there,
// of links to its files as far as they are the same, and becomes the current one once
// it is on the disk. Then the old one goes.
func (f *Folder) Apply(ctx context.Context, held, next mirror.Whole, file func(string) string) (mirror.Change, error) {
	change := mirror.Diff(held, next, func(t string) string { return t })
	if change.None() && held.Publication == next.Publication {
		return change, f.sweep()
	}
	text, err := json.MarshalIndent(next, "", " ")
	if err != nil {
		return change, err
	}
	sum := sha256.Sum256(text)
	name := string(next.Publication) + "." + hex.EncodeToString(sum[:4])
	if now, err := os.Readlink(filepath.Join(f.dir, pointerName)); err == nil && filepath.Base(now) == name {
		name += "x" // the same once more: its files were spoilt
	}
	version := filepath.Join(f.dir, versionsName, name)
	if err := os.RemoveAll(version); err != nil { // one that was not finished
		return change, onDisk("removing an unfinished version", err)
	}
	if err := f.fill(ctx, version, held, next, file, append(text, '\n')); err != nil {
		return change, onDisk("writing a version of the folder", err)
	}
	if err := f.point(filepath.Join(versionsName, name)); err != nil {
		return change, onDisk("switching to a version of the folder", err)
	}
	return change, f.sweep()
}

// fill makes a version, and brings it to the disk.
func (f *Folder) fill(ctx context.Context, version string, held, next mirror.Whole, file func(string) string, list []byte) error {
	from := map[string]string{}
	for _, s := range held.Slices {
		from[s.SHA256] = filepath.Join(f.dir, pointerName, fileOf(s.Place))
	}
	folders := map[string]bool{version: true}
	if err := os.MkdirAll(version, 0o700); err != nil {
		return err
	}
	for _, s := range next.Slices {
		if err := ctx.Err(); err != nil {
			return err
		}
		source, ok := from[s.SHA256]
		if !ok {
			source = file(s.SHA256)
		}
		to := filepath.Join(version, fileOf(s.Place))
		folder := filepath.Dir(to)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		folders[folder] = true
		if err := os.Link(source, to); err != nil {
			return err
		}
	}
	if err := writeSynced(filepath.Join(version, listName), list); err != nil {
		return err
	}
	for folder := range folders {
		if err := object.SyncFolder(folder); err != nil {
			return err
		}
	}
	return object.SyncFolder(filepath.Dir(version))
}

// point makes the pointer lead to a version.
func (f *Folder) point(to string) error {
	temp := filepath.Join(f.dir, ".pointer")
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := errors.Join(os.Symlink(to, temp), os.Rename(temp, filepath.Join(f.dir, pointerName))); err != nil {
		return err
	}
	return object.SyncFolder(f.dir)
}

// sweep removes all versions but the current one.
func (f *Folder) sweep() error {
	now, err := os.Readlink(filepath.Join(f.dir, pointerName))
	if err != nil {
		return onDisk("reading which version is the current one", err)
	}
	entries, err := os.ReadDir(filepath.Join(f.dir, versionsName))
	if err != nil {
		return onDisk("reading the versions of the folder", err)
	}
	for _, e := range entries {
		if e.Name() == filepath.Base(now) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(f.dir, versionsName, e.Name())); err != nil {
			return onDisk("removing an old version", err)
		}
	}
	return nil
}

// fileOf is where the slice of a place lies in a version.
func fileOf(p mirror.Place) string {
	return filepath.Join(p.Dataset, fileName(p.Tenant)+".parquet")
}

// fileName spells an id as the name of a file: what is not a letter, a digit, a dash or
// an underscore is written as % and two digits.
func fileName(id string) string {
	const most, digits = 100, "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(id) {
		switch c := id[i]; {
		case c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	if b.Len() > most {
		sum := sha256.Sum256([]byte(id))
		return b.String()[:most/2] + "%%" + hex.EncodeToString(sum[:16])
	}
	return b.String()
}

func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // below the folder
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}
