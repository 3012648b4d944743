package publish_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/serve/auth/authtest"
)

// counted counts how often the store is listed, which is both of its folders.
type counted struct {
	object.Store
	made, publications atomic.Int64
}

func (c *counted) List(ctx context.Context, prefix string) ([]object.Info, error) {
	if strings.HasPrefix(prefix, "made") {
		c.made.Add(1)
	}
	if strings.HasPrefix(prefix, "publications") {
		c.publications.Add(1)
	}
	return c.Store.List(ctx, prefix)
}

func (c *counted) Unwrap() object.Store { return c.Store }

func TestLearn_AsksTheStoreOnceForAll(t *testing.T) {
	b := setup(t)
	b.published(t)
	store := &counted{Store: b.objects}
	b.use(t, store)
	r := publish.OpenReader(b.store, b.reader).Keyed(secret)
	begun := time.Now()
	var asking sync.WaitGroup
	for i := range 40 {
		asking.Go(func() {
			sha := strings.Repeat("0", 62) + string([]byte{'a' + byte(i%6), '0' + byte(i%10)})
			for range 2 {
				if err := r.Learn(t.Context(), sha); err != nil {
					t.Error(err)
				}
				ids, err := r.Naming(t.Context(), sha)
				if len(ids) > 0 || err != nil {
					t.Errorf("it is named by %v, %v", ids, err)
				}
			}
		})
	}
	asking.Wait()
	most := 2 + int64(time.Since(begun)/time.Second)
	made, publications := store.made.Load(), store.publications.Load()
	if made == 0 || made > most || publications == 0 || publications > most {
		t.Errorf("made slices were listed %d times and publications %d, at most %d are allowed", made, publications, most)
	}
	for _, sha := range []string{"x", "", strings.Repeat("G", 64)} {
		if err := r.Learn(t.Context(), sha); err != nil {
			t.Errorf("%q: %v", sha, err)
		}
	}
	if store.made.Load() != made || store.publications.Load() != publications {
		t.Error("what is no hash was looked for in the store")
	}
}

// What another server made a moment ago is found, however short ago the folder was
// listed.
func TestLearn_FindsWhatAnotherServerMade(t *testing.T) {
	b := setup(t)
	b.published(t)
	one := client(t, "one", authtest.Everything(archwire.Pseudonymous)...)
	here := b.served(t, secret, b.reader)
	reader := publish.OpenReader(b.store, b.reader).Keyed(secret)
	there, err := reader.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Learn(t.Context(), strings.Repeat("0", 64)); err != nil {
		t.Fatal(err)
	}
	sha := slicesOf(t, here, one, "care", "")[0]
	if _, _, err := there.Open(t.Context(), one, sha); archwire.CodeOf(err) != archwire.NotFound {
		t.Fatalf("before it was looked for: %v", err)
	}
	if err := reader.Learn(t.Context(), sha); err != nil {
		t.Fatal(err)
	}
	file, _, err := there.Open(t.Context(), one, sha)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	ids, err := reader.Naming(t.Context(), sha)
	if len(ids) != 1 || err != nil {
		t.Errorf("it is named by %v, %v", ids, err)
	}
}

// panicking is a store whose listing of made slices breaks down.
type panicking struct{ object.Store }

func (p panicking) List(ctx context.Context, prefix string) ([]object.Info, error) {
	if strings.HasPrefix(prefix, "made") {
		panic("the listing breaks down")
	}
	return p.Store.List(ctx, prefix)
}

func (p panicking) Unwrap() object.Store { return p.Store }

func TestLearn_SurvivesAPanic(t *testing.T) {
	b := setup(t)
	b.published(t)
	b.use(t, panicking{b.objects})
	r := publish.OpenReader(b.store, b.reader).Keyed(secret)
	for range 2 { // who comes later does not wait for what will never be
		wantCode(t, r.Learn(t.Context(), strings.Repeat("0", 64)), archwire.Internal)
	}
}
