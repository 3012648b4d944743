package object_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/object/objecttest"
)

func TestDir(t *testing.T) {
	objecttest.Run(t, func(t *testing.T) object.Store {
		return object.NewDir(filepath.Join(t.TempDir(), "not", "yet", "there"))
	})
}

func TestDir_LeavesTheSameBytesAlone(t *testing.T) {
	d := object.NewDir(t.TempDir())
	path, _ := d.Local("x")
	inode := func() os.FileInfo {
		if err := d.Put(t.Context(), "x", strings.NewReader("same")); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	if first, second := inode(), inode(); !os.SameFile(first, second) {
		t.Error("the file was replaced by one with the same bytes")
	}
}

func TestDir_LocalIsWhereTheBytesLie(t *testing.T) {
	d := object.NewDir(t.TempDir())
	if err := d.Put(t.Context(), "a/b", strings.NewReader("bytes")); err != nil {
		t.Fatal(err)
	}
	path, ok := d.Local("a/b")
	got, err := os.ReadFile(path)
	if !ok || err != nil || string(got) != "bytes" {
		t.Fatalf("the file at %s, %v, holds %q, %v", path, ok, got, err)
	}
}

func TestDir_FilesAreTheOwnersAlone(t *testing.T) {
	d := object.NewDir(t.TempDir())
	if err := d.Put(t.Context(), "x", strings.NewReader("1")); err != nil {
		t.Fatal(err)
	}
	path, _ := d.Local("x")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file's mode is %v, %v; want -rw-------", info.Mode(), err)
	}
}

func TestDir_ScratchIsOutOfSightAndSwept(t *testing.T) {
	root := t.TempDir()
	d := object.NewDir(root)
	a, err := d.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Scratch()
	if err != nil || a == b {
		t.Fatalf("the second scratch folder is %s, %v; the first %s", b, err, a)
	}
	if err := os.WriteFile(filepath.Join(a, "half"), []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	if infos, err := d.List(t.Context(), ""); err != nil || len(infos) != 0 {
		t.Fatalf("List = %v, %v; want nothing", infos, err)
	}
	if err := d.Sweep(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(root, ".tmp", "*")); len(left) != 0 {
		t.Errorf("left after Sweep: %v", left)
	}
}

func TestDir_FailedPutsLeaveNoScratch(t *testing.T) {
	root := t.TempDir()
	d := object.NewDir(root)
	if err := d.Put(t.Context(), "x/y", strings.NewReader("1")); err != nil {
		t.Fatal(err)
	}
	err := d.Put(t.Context(), "x", strings.NewReader("1")) // x is a folder
	if archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" {
		t.Errorf("putting where a folder lies: %v, code %s", err, archwire.CodeOf(err))
	}
	err = d.Put(t.Context(), "x/y/z", strings.NewReader("1")) // x/y is a file
	if archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" {
		t.Errorf("putting under a file: %v, code %s", err, archwire.CodeOf(err))
	}
	if left, _ := filepath.Glob(filepath.Join(root, ".tmp", "*")); len(left) != 0 {
		t.Errorf("left in the scratch folder: %v", left)
	}
}

func TestOpen(t *testing.T) {
	root := t.TempDir()
	for _, url := range []string{"file:" + root, "file://" + root} {
		s, err := object.Open(url)
		if err != nil {
			t.Fatalf("Open(%q): %v", url, err)
		}
		if err := s.Put(t.Context(), "x", strings.NewReader(url)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(root, "x")); err != nil || string(got) != url {
			t.Errorf("Open(%q) wrote %q, %v", url, got, err)
		}
	}
	for _, url := range []string{"", "data/store", "file:", "s3://bucket", "https://user:secret@host/x"} {
		_, err := object.Open(url)
		if archwire.CodeOf(err) != archwire.Invalid || strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q) = %v", url, err)
		}
	}
}

type wrapped struct{ object.Store }

func (w wrapped) Unwrap() object.Store { return w.Store }

func TestAs(t *testing.T) {
	d := object.NewDir(t.TempDir())
	if _, ok := object.As[object.Localizer](wrapped{wrapped{d}}); !ok {
		t.Error("the capability was lost by decorating")
	}
	if _, ok := object.As[object.Localizer](struct{ object.Store }{d}); ok {
		t.Error("found a capability behind a decorator that shows nothing")
	}
}

func TestDir_TellsThatAFileIsWrittenToWhileItIsRead(t *testing.T) {
	d := object.NewDir(t.TempDir())
	path, _ := d.Local("x")
	if err := os.WriteFile(path, []byte("first half"), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := d.Versions(t.Context(), "")
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, error %v", found, err)
	}
	r, err := d.OpenVersion(t.Context(), found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // opened for reading
	if err := os.WriteFile(path, []byte("first half, second half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); archwire.CodeOf(err) != archwire.Unavailable {
		t.Errorf("error %v, want that the file cannot be read now", err)
	}
}
