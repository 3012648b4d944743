package object_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
)

// A shop has objects by the SHA-256 of their bytes, and counts how often each is
// fetched.
type shop struct {
	mu      sync.Mutex
	bodies  map[string]string
	fetched map[string]int
}

// stock is a shop of n objects of so many bytes.
func stock(n, size int) (*shop, []string) {
	s := &shop{bodies: map[string]string{}, fetched: map[string]int{}}
	var names []string
	for i := range n {
		body := fmt.Sprintf("%0*d", size, i)
		sum := sha256.Sum256([]byte(body))
		names = append(names, hex.EncodeToString(sum[:]))
		s.bodies[names[i]] = body
	}
	return s, names
}

func (s *shop) open(sha string) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.fetched[sha]++
		return io.NopCloser(strings.NewReader(s.bodies[sha])), nil
	}
}

// ticking is a clock that goes on a second a call.
func ticking() func() time.Time {
	var seconds atomic.Int64
	begin := time.Now() // files carry the machine's time
	return func() time.Time { return begin.Add(time.Duration(seconds.Add(1)) * time.Second) }
}

// hold holds a file and makes sure that it has its bytes.
func hold(t *testing.T, c *object.Cache, s *shop, sha string) (release func()) {
	t.Helper()
	release, err := c.Hold(t.Context(), sha, s.open(sha))
	if err != nil {
		t.Fatalf("Hold: %v", err)
	}
	wantFile(t, c, s, sha)
	return release
}

func wantFile(t *testing.T, c *object.Cache, s *shop, sha string) {
	t.Helper()
	if got, err := os.ReadFile(c.Path(sha)); err != nil || string(got) != s.bodies[sha] {
		t.Errorf("the file of %s holds %d bytes, %v", sha, len(got), err)
	}
}

// inCache lists which of names have a file.
func inCache(c *object.Cache, names []string) (there []int) {
	for i, sha := range names {
		if _, err := os.Stat(c.Path(sha)); err == nil {
			there = append(there, i)
		}
	}
	return there
}

func TestCache_FetchesOnce(t *testing.T) {
	s, names := stock(1, 100)
	root := filepath.Join(t.TempDir(), "not", "there")
	c := object.NewCache(root, 1000, ticking())
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			release, err := c.Hold(t.Context(), names[0], s.open(names[0]))
			if err != nil {
				t.Error(err)
				return
			}
			release()
			release() // once more does nothing
		})
	}
	group.Wait()
	hold(t, object.NewCache(root, 1000, ticking()), s, names[0])() // of the next process
	if n := s.fetched[names[0]]; n != 1 {
		t.Errorf("it was fetched %d times", n)
	}
}

func TestCache_RemovesWhatWasUsedLongestAgo(t *testing.T) {
	s, names := stock(12, 100)
	c := object.NewCache(t.TempDir(), 1000, ticking())
	kept := hold(t, c, s, names[0])
	for _, sha := range names[1:10] {
		hold(t, c, s, sha)()
	}
	hold(t, c, s, names[1])() // used again
	hold(t, c, s, names[10])()
	// 1,100 bytes are more than the limit, and 900 remain: the two used longest ago
	// are gone, but neither the held one nor the one that was used again.
	if got, want := fmt.Sprint(inCache(c, names)), "[0 1 4 5 6 7 8 9 10]"; got != want {
		t.Errorf("in the cache are %s, want %s", got, want)
	}
	kept()
}

func TestCache_LeavesWhatAnotherProcessHolds(t *testing.T) {
	s, names := stock(30, 100)
	root, now := t.TempDir(), ticking()
	mine, others := object.NewCache(root, 1, now), object.NewCache(root, 1, now)
	release := hold(t, others, s, names[0])
	for _, sha := range names[1:] {
		hold(t, mine, s, sha)()
	}
	wantFile(t, others, s, names[0])
	release()
	hold(t, mine, s, names[1])()
	if got := inCache(mine, names[:1]); len(got) != 0 {
		t.Error("what nobody holds any more is still there")
	}
}

func TestCache_RefusesOtherBytes(t *testing.T) {
	s, names := stock(1, 100)
	root := t.TempDir()
	c := object.NewCache(root, 1000, ticking())
	good := s.bodies[names[0]]
	s.bodies[names[0]] = "other bytes"
	if _, err := c.Hold(t.Context(), names[0], s.open(names[0])); archwire.CodeOf(err) != archwire.Mismatch {
		t.Errorf("Hold = %v", err)
	}
	broken := io.MultiReader(strings.NewReader(good[:50]), errReader{})
	if err := c.Keep(names[0], broken); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Keep of a body that breaks off = %v", err)
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.bodies[names[0]] = good
	hold(t, c, s, names[0])()
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestCache_FetchesAgainWhatWasChanged(t *testing.T) {
	s, names := stock(1, 100)
	root := t.TempDir()
	c := object.NewCache(root, 1000, ticking())
	hold(t, c, s, names[0])()
	if err := os.WriteFile(c.Path(names[0]), []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	hold(t, c, s, names[0])()
	// A process that comes later has seen none of it.
	if err := os.WriteFile(c.Path(names[0]), []byte(strings.Repeat("x", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	hold(t, object.NewCache(root, 1000, ticking()), s, names[0])()
	if n := s.fetched[names[0]]; n != 3 {
		t.Errorf("it was fetched %d times, want 3", n)
	}
}

func TestCache_WhoeverGivesUpDoesNotStopTheOthers(t *testing.T) {
	s, names := stock(1, 100)
	c := object.NewCache(t.TempDir(), 1000, ticking())
	begun, goOn := make(chan struct{}), make(chan struct{})
	slow := func(ctx context.Context) (io.ReadCloser, error) {
		close(begun)
		<-goOn
		return s.open(names[0])(ctx)
	}
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() { _, err := c.Hold(ctx, names[0], slow); first <- err }()
	<-begun
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who gave up got %v", err)
	}
	second := make(chan struct{})
	go func() { hold(t, c, s, names[0])(); close(second) }()
	close(goOn)
	<-second
}

// Several processes with one folder, far too small: what one holds has its bytes.
func TestCache_ManyProcesses(t *testing.T) {
	s, names := stock(40, 1000)
	root, now := t.TempDir(), ticking()
	var group sync.WaitGroup
	for p := range 4 {
		c := object.NewCache(root, 5000, now)
		for g := range 4 {
			random := rand.New(rand.NewPCG(uint64(p), uint64(g)))
			group.Go(func() {
				for range 100 {
					sha := names[random.IntN(len(names))]
					release, err := c.Hold(t.Context(), sha, s.open(sha))
					if err != nil {
						t.Error(err)
						return
					}
					wantFile(t, c, s, sha)
					release()
				}
			})
		}
	}
	group.Wait()
	if left := inCache(object.NewCache(root, 0, now), names); len(left) > 5+16 {
		t.Errorf("%d files of 1000 bytes are left, the limit is 5000", len(left))
	}
}

func TestCache_SurvivesAPanic(t *testing.T) {
	s, names := stock(1, 100)
	c := object.NewCache(t.TempDir(), 1000, ticking())
	_, err := c.Hold(t.Context(), names[0], func(context.Context) (io.ReadCloser, error) { panic("the store breaks down") })
	if archwire.CodeOf(err) != archwire.Internal {
		t.Errorf("Hold = %v", err)
	}
	hold(t, c, s, names[0])()
}
