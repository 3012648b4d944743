package project

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"archwire"
)

//go:embed template
var template embed.FS

// Init makes a new project in dir, which is made if need be: archwire.yaml and
// the folders beside it, each with an example in its README.md. It never writes
// over a file: if one is in the way, nothing is written.
func Init(dir, name string) error {
	if f := projectName(); !f.ok(name) {
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%q does not name a project", name), Hint: "Use " + f.says + ".",
		}
	}
	contents, err := templates(name)
	if err != nil {
		return err
	}
	for file := range contents {
		at := filepath.Join(dir, filepath.FromSlash(file))
		if _, err := os.Lstat(at); err == nil {
			return &archwire.Error{
				Code: archwire.Invalid, Message: at + " is there already, and init writes over nothing",
				Hint: "Choose an empty folder.",
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return unwritable(at, err)
		}
	}
	for file, content := range contents {
		if err := create(filepath.Join(dir, filepath.FromSlash(file)), content); err != nil {
			return err
		}
	}
	return nil
}

// templates are the files of a new project, by path.
func templates(name string) (map[string]string, error) {
	contents := map[string]string{}
	err := fs.WalkDir(template, "template", func(at string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := template.ReadFile(at)
		if err != nil {
			return err
		}
		file := strings.TrimPrefix(at, "template/")
		if path.Base(file) == "gitignore" { // embed leaves out names with a leading dot
			file = ".gitignore"
		}
		contents[file] = strings.ReplaceAll(string(content), "PROJECT", name)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	return contents, nil
}

// create writes a file that must not be there.
func create(file, content string) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil { //nolint:gosec // the folder is the caller's choice
		return unwritable(file, err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the folder is the caller's choice
	if err != nil {
		return unwritable(file, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(content); err != nil {
		return unwritable(file, err)
	}
	return nil
}

func unwritable(file string, err error) error {
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "writing " + file + " does not work",
		Hint: "Choose a folder that you may write to, on a disk with room.", Err: err,
	}
}
