package project

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// largest is the size above which a file is not one that a person wrote.
const largest = 4 << 20

// files reads a project's files.
type files struct {
	fsys       fs.FS
	complaints *Complaints
	read       map[string][]byte
}

// content is a file's text with plain line ends and no byte order mark; what is
// no text is a complaint.
func (f *files) content(name string) ([]byte, bool) {
	info, err := fs.Stat(f.fsys, name)
	if err != nil {
		f.unreadable(name, err)
		return nil, false
	}
	if !info.Mode().IsRegular() || info.Size() > largest {
		f.complaints.add(name, 0, "", "is not a file of at most %d MB", largest>>20)
		return nil, false
	}
	content, err := fs.ReadFile(f.fsys, name)
	if err != nil {
		f.unreadable(name, err)
		return nil, false
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	if !utf8.Valid(content) || bytes.ContainsRune(content, 0) {
		f.complaints.add(name, 0, "", "is not UTF-8 text; save it as UTF-8")
		return nil, false
	}
	f.read[name] = content
	return content, true
}

func (f *files) unreadable(name string, err error) {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err // the path is the complaint's own, and relative
	}
	f.complaints.add(name, 0, "", "reading it: %s", err)
}

// names lists the files of one kind in a folder, sorted. Files whose name begins
// with a dot and README.md are nobody's; any other file is a complaint.
func (f *files) names(folder, ending string) []string {
	var names []string
	for _, e := range f.entries(folder) {
		at := path.Join(folder, e.Name())
		switch {
		case f.isDir(folder, e):
			f.complaints.add(at, 0, "", "is a folder; %s holds files only", folder)
		case strings.HasSuffix(e.Name(), ending):
			names = append(names, at)
		default:
			f.complaints.add(at, 0, "", "is not read here; %s holds %s files", folder, ending)
		}
	}
	return names
}

// folders lists the folders of a folder, in which files are a complaint.
func (f *files) folders(folder string) []string {
	var names []string
	for _, e := range f.entries(folder) {
		at := path.Join(folder, e.Name())
		if f.isDir(folder, e) {
			names = append(names, at)
		} else {
			f.complaints.add(at, 0, "", "is not read here; put it into %s/<folder>/, which names its schema", folder)
		}
	}
	return names
}

// entries lists a folder; one that does not exist is empty.
func (f *files) entries(folder string) []fs.DirEntry {
	entries, err := fs.ReadDir(f.fsys, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.unreadable(folder, err)
	}
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return strings.HasPrefix(e.Name(), ".") || e.Name() == "README.md"
	})
}

// isDir says whether an entry is a folder, or a link to one.
func (f *files) isDir(folder string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := fs.Stat(f.fsys, path.Join(folder, e.Name()))
	return err == nil && info.IsDir()
}

// version is a digest of all files that were read.
func (f *files) version() string {
	names := make([]string, 0, len(f.read))
	for name := range f.read {
		names = append(names, name)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		// Lengths keep a file's end and the next one's name apart.
		h.Write(fmt.Appendf(nil, "%d %s %d\n", len(name), name, len(f.read[name])))
		h.Write(f.read[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}
