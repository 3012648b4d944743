package publish_test

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
)

// elsewhere hides that a store's objects are files of this machine.
type elsewhere struct{ object.Store }

// useCached makes the bundle publish into a store elsewhere, through a cache of so
// many bytes, whose folder it returns.
func (b *bundle) useCached(t *testing.T, limit int64) (cache string) {
	t.Helper()
	b.use(t, object.NewDir(b.dir))
	cache = t.TempDir()
	b.store = publish.NewCachedStore(elsewhere{b.objects}, object.NewCache(cache, limit, clock()))
	b.publisher.Store = b.store
	return cache
}

const all = `select * exclude (practice_id) from slice order by visit_id`

func TestCached_IsWhatALocalStoreIs(t *testing.T) {
	local := setup(t)
	local.visits(t, "20.00")
	local.publish(t, input())
	for what, limit := range map[string]int64{"roomy": 1 << 30, "far too small": 1} {
		t.Run(what, func(t *testing.T) {
			far := local.another(t)
			far.useCached(t, limit)
			far.publish(t, input())
			identified := scope(t, archwire.Identified)
			want, err := local.current(t).Slices(t.Context(), identified, of("visit"), nil)
			if err != nil {
				t.Fatal(err)
			}
			p := far.current(t)
			got, err := p.Slices(t.Context(), identified, of("visit"), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("slices (-local +cached):\n%s", diff)
			}
			var group sync.WaitGroup
			wantRows := rows(t, local.current(t).Query(t.Context(), identified, of("visit"), nil, archwire.Query{SQL: all}))
			for range 8 {
				group.Go(func() {
					gotRows, err := tryRows(p.Query(t.Context(), identified, of("visit"), nil, archwire.Query{SQL: all, Once: true}))
					if diff := cmp.Diff(wantRows, gotRows); diff != "" || err != nil {
						t.Errorf("rows, %v (-local +cached):\n%s", err, diff)
					}
				})
			}
			group.Wait()
			file, _, err := p.Open(t.Context(), identified, got[0].SHA256)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close() //nolint:errcheck // opened for reading
			sent, err := io.ReadAll(file)
			stored, errStored := os.ReadFile(far.slicePath(got[0].SHA256))
			if err != nil || errStored != nil || string(sent) != string(stored) {
				t.Errorf("Open gives %d bytes, %v; the store has %d, %v", len(sent), err, len(stored), errStored)
			}
			if _, stats := far.publish(t, input()); stats.Written != 0 {
				t.Errorf("%d slices were written again though nothing changed", stats.Written)
			}
			listed, err := far.store.List(t.Context())
			if err != nil || len(listed) != 2 {
				t.Fatalf("%d publications are listed, %v", len(listed), err)
			}
			if _, err := far.store.Rollback(t.Context(), far.reader, listed[1].ID); err != nil {
				t.Errorf("Rollback: %v", err)
			}
		})
	}
}

func TestCached_MadeSlicesAreTheSame(t *testing.T) {
	local := setup(t)
	local.published(t)
	far := local.another(t)
	far.useCached(t, 1)
	far.published(t)
	pseudonymous := scope(t, archwire.Pseudonymous)
	made := func(b *bundle) []archwire.Slice {
		t.Helper()
		p, err := publish.OpenReader(b.store, b.reader).Keyed(secret).Current(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		slices, err := p.Slices(t.Context(), pseudonymous, of("care"), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range slices {
			file, _, err := p.Open(t.Context(), pseudonymous, s.SHA256)
			if err != nil {
				t.Fatalf("opening a made slice: %v", err)
			}
			file.Close() //nolint:errcheck // opened for reading
		}
		return slices
	}
	if diff := cmp.Diff(made(local), made(far)); diff != "" {
		t.Errorf("made slices (-local +cached):\n%s", diff)
	}
	made(far) // from the records of those before
}

func TestCached_AlteredObjectsAreRefused(t *testing.T) {
	b := setup(t)
	cache := b.useCached(t, 1<<30)
	b.visits(t, "20.00")
	b.publish(t, input())
	one := scope(t, archwire.Identified, "1")
	p := b.current(t)
	slices, err := p.Slices(t.Context(), one, of("visit"), nil)
	if err != nil {
		t.Fatal(err)
	}
	path := b.slicePath(slices[0].SHA256)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ask := func() error {
		_, err := tryRows(p.Query(t.Context(), one, of("visit"), nil, archwire.Query{SQL: all, Once: true}))
		return err
	}
	lose := func() {
		if files, _ := filepath.Glob(filepath.Join(cache, "*", slices[0].SHA256+".parquet")); len(files) != 1 || os.Remove(files[0]) != nil {
			t.Fatalf("the slice is not in the cache: %v", files)
		}
	}
	lose()
	altered := append([]byte{}, good...)
	altered[len(altered)/2] ^= 1
	if err := os.WriteFile(path, altered, 0o600); err != nil {
		t.Fatal(err)
	}
	wantCode(t, ask(), archwire.Mismatch)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantCode(t, ask(), archwire.Mismatch)
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err != nil {
		t.Errorf("once the object is back: %v", err)
	}
	lose()
	if err := os.RemoveAll(cache); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err != nil {
		t.Errorf("without the cache's folder: %v", err)
	}
}
