package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"archwire"
)

// writePrivate writes a file that its owner alone can read, whole or not at all. What
// was there before is replaced.
func writePrivate(path string, text []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".archwire-*") // for its owner only
	if err != nil {
		return notWritten(path, err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return notWritten(path, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

func notWritten(path string, err error) error {
	return &archwire.Error{
		Code: archwire.Unavailable, Message: fmt.Sprintf("the file %s cannot be written", path),
		Hint: "See that its folder is there, that you may write to it and that the disk has room.", Err: err,
	}
}
