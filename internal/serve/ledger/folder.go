package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"archwire/internal/object"
)

// makeFolder makes a folder and those above it. Its entry is on the disk when it
// returns, whoever made it: a file survives a power failure only if its folder does.
func makeFolder(path string) error {
	parent := filepath.Dir(path)
	if _, err := os.Stat(parent); errors.Is(err, fs.ErrNotExist) {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return object.SyncFolder(parent)
}

// chainsIn lists the chains of a folder.
func chainsIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}
