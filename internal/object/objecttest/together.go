package objecttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"archwire/internal/object"
)

func testCancelled(t *testing.T, s object.Store) {
	put(t, s, "x", "old")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, "x", strings.NewReader("new")); !errors.Is(err, context.Canceled) {
		t.Errorf("Put = %v, want context.Canceled", err)
	}
	if err := s.Delete(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Delete = %v, want context.Canceled", err)
	}
	wantContent(t, s, "x", "old")
}

func testConcurrentPuts(t *testing.T, s object.Store) {
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			name := fmt.Sprintf("%d/%d", i%4, i)
			if err := s.Put(t.Context(), name, strings.NewReader(name)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	infos, err := s.List(t.Context(), "")
	if err != nil || len(infos) != 40 {
		t.Fatalf("%d objects, %v; want 40", len(infos), err)
	}
	for _, i := range infos {
		wantContent(t, s, i.Name, i.Name)
	}
}

func testConcurrentPutsOfOne(t *testing.T, s object.Store) {
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if err := s.Put(t.Context(), "x", strings.NewReader(strings.Repeat(fmt.Sprint(i), 10_000))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	r, err := s.Open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // opened for reading
	got, err := io.ReadAll(r)
	if err != nil || len(got) != 10_000 || strings.Trim(string(got), string(got[:1])) != "" {
		t.Fatalf("%d bytes of several writers, %v; want 10000 of one", len(got), err)
	}
}
