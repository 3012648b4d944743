package object_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire/internal/object"
)

// A cache removes what it has put there, and nothing else that lies in its folder.
func TestCache_LeavesWhatIsNotItsOwn(t *testing.T) {
	s, names := stock(3, 100)
	root := t.TempDir()
	sha := names[0]
	others := []string{
		"state.db", "warehouse.duckdb", "ledger/20261101/segment.parquet", "store/slices/" + sha[:2] + "/" + sha + ".parquet",
		sha + ".parquet", sha[:2] + "/" + sha, sha[:2] + "/notes.parquet", sha[:2] + "/" + strings.ToUpper(sha) + ".parquet", ".hidden",
		"zz/" + sha + ".parquet", sha[:2] + "/deeper/" + sha + ".parquet", ".fetch/mine",
	}
	for _, name := range others {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("another's"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := object.NewCache(root, 1, ticking())
	for _, sha := range names {
		hold(t, c, s, sha)()
	}
	hold(t, object.NewCache(root, 1, ticking()), s, names[2])()
	for _, name := range others {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || string(got) != "another's" {
			t.Errorf("%s is gone from the cache's folder: %v", name, err)
		}
	}
	if left := inCache(c, names[:2]); len(left) != 0 {
		t.Errorf("of its own, %v are left", left)
	}
}

// What is being fetched takes room, too.
func TestCache_MakesRoomForWhatIsBeingFetched(t *testing.T) {
	s, names := stock(10, 100)
	root := t.TempDir()
	c := object.NewCache(root, 1000, ticking())
	for _, sha := range names[:7] {
		hold(t, c, s, sha)()
	}
	fetching := filepath.Join(root, ".fetch", "fetch-123") // another process's
	if err := os.WriteFile(fetching, make([]byte, 700), 0o600); err != nil {
		t.Fatal(err)
	}
	hold(t, object.NewCache(root, 1000, ticking()), s, names[7])()
	if left := inCache(c, names); len(left) > 2 || len(left) == 0 {
		t.Errorf("in the cache are %v: 1000 bytes are the limit, 700 are being fetched", left)
	}
	if _, err := os.Stat(fetching); err != nil {
		t.Error(err)
	}
}

// Who asks may give up; the limit is kept to all the same.
func TestCache_KeepsToTheLimitWhenCallersGiveUp(t *testing.T) {
	s, names := stock(30, 100)
	c := object.NewCache(t.TempDir(), 500, ticking())
	for _, sha := range names {
		ctx, cancel := context.WithCancel(t.Context())
		begun, goOn := make(chan struct{}), make(chan struct{})
		gaveUp := make(chan error)
		go func() {
			_, err := c.Hold(ctx, sha, func(ctx context.Context) (io.ReadCloser, error) {
				close(begun)
				<-goOn
				return s.open(sha)(ctx)
			})
			gaveUp <- err
		}()
		<-begun
		cancel()
		if err := <-gaveUp; !errors.Is(err, context.Canceled) {
			t.Fatalf("the one who gave up got %v", err)
		}
		close(goOn)
		eventually(t, func() bool { return len(inCache(c, []string{sha})) > 0 })
	}
	eventually(t, func() bool { return len(inCache(c, names)) <= 5 })
}

// eventually waits until something is so.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never came")
		}
	}
}
