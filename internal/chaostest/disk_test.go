package chaostest

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A disk is a file system of its own for what a project writes, small enough to
// be filled. Only root may have one; without it, files are kept from growing.
type disk struct {
	folder string
	own    bool
}

// diskSize is many times what a history needs.
const diskSize = "512m"

func newDisk(t *testing.T, project string) *disk {
	t.Helper()
	d := &disk{folder: filepath.Join(project, "data")}
	if err := os.Mkdir(d.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	err := syscall.Mount("tmpfs", d.folder, "tmpfs", 0, "size="+diskSize+",mode=700")
	if err != nil {
		t.Logf("no file system of its own (%v): disks are filled by a limit on the size of files alone", err)
		return d
	}
	d.own = true
	t.Cleanup(func() {
		if err := syscall.Unmount(d.folder, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmounting %s: %v", d.folder, err)
		}
	})
	return d
}

// fill leaves so many bytes free, until empty is called.
func (d *disk) fill(t *testing.T, free int64) (empty func()) {
	t.Helper()
	var stat syscall.Statfs_t
	if err := syscall.Statfs(d.folder, &stat); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(d.folder, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = syscall.Fallocate(int(f.Fd()), 0, 0, max(int64(stat.Bavail)*stat.Bsize-free, 1))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
