package publish_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/serve/auth/authtest"
)

// A noting store leaves an object alone whose size is that of what is put, as one does
// that knows of its objects what was noted when they were put.
type noting struct{ object.Store }

func (n noting) Put(ctx context.Context, name string, body io.Reader) error {
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if r, err := n.Open(ctx, name); err == nil {
		there, err := io.ReadAll(r)
		r.Close() //nolint:errcheck // opened for reading
		if err == nil && len(there) == len(content) {
			return nil
		}
	}
	return n.Store.Put(ctx, name, bytes.NewReader(content))
}

// damage changes a byte in the midst of a file.
func damage(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMade_DamagedInTheStoreIsReplaced(t *testing.T) {
	b := setup(t)
	b.use(t, object.NewDir(b.dir))
	served := func() *publish.Publication {
		t.Helper()
		// Each is a server with a cache of its own.
		b.store = publish.NewCachedStore(noting{object.NewDir(b.dir)}, object.NewCache(t.TempDir(), 1<<30, clock()))
		return b.served(t, secret, b.reader)
	}
	b.store = publish.NewCachedStore(noting{object.NewDir(b.dir)}, object.NewCache(t.TempDir(), 1<<30, clock()))
	b.publisher.Store = b.store
	b.published(t)
	s := client(t, "one", authtest.Everything(archwire.Pseudonymous)...)
	want := slicesOf(t, served(), s, "care", "")
	damaged := 0
	for path := range b.madeFiles(t) {
		if strings.HasSuffix(path, ".parquet") {
			damage(t, path)
			damaged++
		}
	}
	if damaged == 0 {
		t.Fatal("there is no made slice")
	}
	p := served()
	got := slicesOf(t, p, s, "care", "")
	if len(got) != len(want) || got[0] != want[0] {
		t.Errorf("the slices are %v, want %v", got, want)
	}
	file, _, err := p.Open(t.Context(), s, got[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}
