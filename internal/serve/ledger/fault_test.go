package ledger

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire/internal/object"
)

// faulty is a chain whose disk and store a test lets fail.
type faulty struct {
	*chain
	now time.Time
}

func newFaulty(t *testing.T) *faulty {
	t.Helper()
	f := &faulty{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	c, err := openChain(t.Context(), Config{
		Dir: t.TempDir(), Now: func() time.Time { return f.now }, Log: slog.New(slog.DiscardHandler),
		Store: object.NewDir(t.TempDir()), SegmentBytes: 1, SegmentAge: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	f.chain = c
	t.Cleanup(func() { _ = c.close() })
	return f
}

func (f *faulty) mustAppend(t *testing.T, request string) {
	t.Helper()
	if err := f.append(t.Context(), [][]byte{entryText(request)}); err != nil {
		t.Fatal(err)
	}
}

func entryText(request string) []byte { return []byte(`{"request":"` + request + `"}`) }

// want checks that the ledger is whole and which entries it has.
func (f *faulty) want(t *testing.T, requests string) {
	t.Helper()
	a := Archive{Dir: f.cfg.Dir, Store: f.cfg.Store}
	var got []string
	for r, err := range a.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Request)
	}
	if p, err := a.Verify(t.Context(), nil); err != nil || p.Err() != nil {
		t.Error(err, p.Err())
	}
	if strings.Join(got, " ") != requests {
		t.Errorf("entries %v, want %s", got, requests)
	}
}

func TestAppend_TakesNothingUnconfirmedForWritten(t *testing.T) {
	f := newFaulty(t)
	f.mustAppend(t, "confirmed")
	// A line that a failed fsync leaves in the system's memory looks whole.
	all, _ := lines(f.head().Link, [][]byte{entryText("unconfirmed")})
	if _, err := f.file.WriteAt(all, f.size); err != nil {
		t.Fatal(err)
	}
	if err := f.file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.append(t.Context(), [][]byte{entryText("failed")}); err == nil {
		t.Fatal("a closed file was written")
	}
	f.mustAppend(t, "next")
	f.want(t, "confirmed next")
	if torn, _ := filepath.Glob(filepath.Join(f.folder(), "torn-*")); len(torn) != 0 {
		t.Errorf("put aside: %v", torn)
	}
}

func TestAppend_ReadsAgainOnceASecondWhileItFails(t *testing.T) {
	f := newFaulty(t)
	if err := f.file.Close(); err != nil {
		t.Fatal(err)
	}
	away := f.folder() + "-away"
	if err := os.Rename(f.folder(), away); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it cannot be written; it cannot be read again
		if err := f.append(t.Context(), [][]byte{entryText("failed")}); err == nil {
			t.Fatal("a file that is away was written")
		}
	}
	last := f.failure
	if err := os.Rename(away, f.folder()); err != nil {
		t.Fatal(err)
	}
	if err := f.append(t.Context(), [][]byte{entryText("early")}); !errors.Is(err, last) {
		t.Errorf("within the second: %v, want %v", err, last)
	}
	f.now = f.now.Add(time.Second)
	f.mustAppend(t, "later")
	f.want(t, "later")
}

func TestKeepUp_ShipsNothingWhileNoSegmentIsOpen(t *testing.T) {
	f := newFaulty(t)
	f.mustAppend(t, "first")
	draft := filepath.Join(f.folder(), "draft")
	if err := os.Mkdir(draft, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.begin(); err == nil {
		t.Fatal("a segment was begun where a folder is in its way")
	}
	if err := os.Remove(draft); err != nil {
		t.Fatal(err)
	}
	// The file got its name, but its folder could not be brought to the disk.
	h := f.head()
	header := `{"format":1,"chain":"` + h.Chain + `","first":2,"at":"2026-11-22T12:00:00Z","prev":"` + h.Link + `"}`
	all, _ := lines(h.Link, [][]byte{[]byte(header)})
	file, err := f.create(segmentName(h.Chain, 2), all)
	if err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	f.keepUp(t.Context(), false)
	if infos, err := f.cfg.Store.List(t.Context(), prefix); err != nil || len(infos) != 0 {
		t.Errorf("moved: %v, %v", infos, err)
	}
	f.mustAppend(t, "second")
	f.want(t, "first second")
	f.keepUp(t.Context(), false)
	f.want(t, "first second")
	moved, err := f.cfg.Store.Open(t.Context(), prefix+segmentName(h.Chain, 0))
	if err != nil {
		t.Fatal(err)
	}
	defer moved.Close() //nolint:errcheck // opened for reading
	if text, err := io.ReadAll(moved); err != nil || !bytes.HasSuffix(text, []byte("}\n")) {
		t.Errorf("what moved ends with %q, %v", text[max(0, len(text)-9):], err)
	}
}

func TestSetAside_LeavesNoPartOfATail(t *testing.T) {
	f := newFaulty(t)
	path := filepath.Join(f.folder(), "unreadable")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // nothing is in it
	if err := f.setAside(t.Context(), file, &segmentReader{}); err == nil {
		t.Error("what cannot be read was put aside")
	}
	if torn, _ := filepath.Glob(filepath.Join(f.folder(), "torn-*")); len(torn) != 0 {
		t.Errorf("left behind: %v", torn)
	}
}

// unlisted is a store that cannot be listed so many times.
type unlisted struct {
	object.Store
	times int
}

func (u *unlisted) List(ctx context.Context, prefix string) ([]object.Info, error) {
	if u.times--; u.times >= 0 {
		return nil, errors.New("not today")
	}
	return u.Store.List(ctx, prefix)
}

func TestRetain_IsTriedAgain(t *testing.T) {
	f := newFaulty(t)
	for range 3 {
		f.mustAppend(t, "old")
		f.keepUp(t.Context(), false)
	}
	f.cfg.Store, f.cfg.Keep = &unlisted{f.cfg.Store, 1}, time.Hour
	f.now = f.now.Add(48 * time.Hour)
	if err := f.retain(t.Context()); err == nil {
		t.Fatal("what cannot be listed was removed")
	}
	if err := f.retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.want(t, "old") // the last in the store has no successor there
}
