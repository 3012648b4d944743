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

// counted counts how often the folder of made slices is listed.
type counted struct {
	object.Store
	lists atomic.Int64
}

func (c *counted) List(ctx context.Context, prefix string) ([]object.Info, error) {
	if strings.HasPrefix(prefix, "made") {
		c.lists.Add(1)
	}
	return c.Store.List(ctx, prefix)
}

func (c *counted) Unwrap() object.Store { return c.Store }

func TestLearn_AsksTheStoreOnceForAll(t *testing.T) {
	b := setup(t)
	b.published(t)
	store := &counted{Store: b.objects}
	b.use(t, store)
	r := publish.OpenReader(b.store, b.reader, clock()).Keyed(secret)
	begun := time.Now()
	var asking sync.WaitGroup
	for i := range 40 {
		asking.Go(func() {
			sha := strings.Repeat("0", 62) + string([]byte{'a' + byte(i%6), '0' + byte(i%10)})
			for range 2 {
				if learnt, err := r.Learn(t.Context(), sha); learnt || err != nil {
					t.Errorf("of a hash that is nobody's was learnt: %v, %v", learnt, err)
				}
				ids, err := r.Naming(t.Context(), sha)
				if len(ids) > 0 || err != nil {
					t.Errorf("it is named by %v, %v", ids, err)
				}
			}
		})
	}
	asking.Wait()
	if most := 2 + int64(time.Since(begun)/time.Second); store.lists.Load() > most || store.lists.Load() == 0 {
		t.Errorf("the folder was listed %d times, at most %d are allowed", store.lists.Load(), most)
	}
	lists := store.lists.Load()
	for _, sha := range []string{"x", "", strings.Repeat("G", 64)} {
		if learnt, err := r.Learn(t.Context(), sha); learnt || err != nil {
			t.Errorf("of what is no hash was learnt: %v, %v", learnt, err)
		}
	}
	if store.lists.Load() != lists {
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
	reader := publish.OpenReader(b.store, b.reader, clock()).Keyed(secret)
	there, err := reader.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Learn(t.Context(), strings.Repeat("0", 64)); err != nil {
		t.Fatal(err)
	}
	sha := slicesOf(t, here, one, "care", "")[0]
	if _, _, err := there.Open(t.Context(), one, sha); archwire.CodeOf(err) != archwire.NotFound {
		t.Fatalf("before it was looked for: %v", err)
	}
	if learnt, err := reader.Learn(t.Context(), sha); !learnt || err != nil {
		t.Fatalf("learnt: %v, %v", learnt, err)
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
	if learnt, err := reader.Learn(t.Context(), sha); learnt || err != nil {
		t.Errorf("learnt again: %v, %v", learnt, err)
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
	r := publish.OpenReader(b.store, b.reader, clock()).Keyed(secret)
	for range 2 { // who comes later does not wait for what will never be
		_, err := r.Learn(t.Context(), strings.Repeat("0", 64))
		wantCode(t, err, archwire.Internal)
	}
}
