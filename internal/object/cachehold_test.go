package object_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"archwire/internal/object"
)

// A file that was spoilt is fetched again, however many find that out at once.
func TestCache_SpoiltFileWithManyReaders(t *testing.T) {
	s, names := stock(1, 8<<20)
	root := t.TempDir()
	hold(t, object.NewCache(root, 1<<30, ticking()), s, names[0])()
	spoilt := strings.Repeat("x", 8<<20)
	if err := os.WriteFile(object.NewCache(root, 0, ticking()).Path(names[0]), []byte(spoilt), 0o600); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 3 { // as if in processes of their own
		c := object.NewCache(root, 1<<30, ticking())
		for range 8 {
			group.Go(func() {
				release, err := c.Hold(t.Context(), names[0], s.open(names[0]))
				if err != nil {
					t.Error(err)
					return
				}
				defer release()
				wantFile(t, c, s, names[0])
			})
		}
	}
	group.Wait()
	if n := s.fetched[names[0]]; n < 2 || n > 4 {
		t.Errorf("it was fetched %d times", n)
	}
}
