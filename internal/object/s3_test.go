package object_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire/internal/object"
	"archwire/internal/object/objecttest"
	"archwire/internal/object/s3test"
)

// startS3 starts a server that this process may use.
func startS3(t *testing.T) *s3test.Server {
	t.Helper()
	s3test.Login(t)
	return s3test.Start(t)
}

func openStore(t *testing.T, url string) object.Store {
	t.Helper()
	s, err := object.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestS3(t *testing.T) {
	server := startS3(t)
	server.Bucket(t, "suite")
	objecttest.Run(t, func(t *testing.T) object.Store {
		prefix := strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-"))
		return openStore(t, strings.Replace(server.URL("suite"), "?", "/stores/"+prefix+"?", 1))
	})
}

func TestS3_StoresOfOneBucketDoNotSeeEachOther(t *testing.T) {
	server := startS3(t)
	whole := openStore(t, server.Bucket(t, "suite"))
	part := openStore(t, strings.Replace(server.URL("suite"), "?", "/b?", 1))
	put(t, part, "x", "of b")
	put(t, whole, "b2", "of all")
	if infos, err := part.List(t.Context(), ""); err != nil || len(infos) != 1 || infos[0].Name != "x" {
		t.Errorf("the store with a prefix lists %v, %v; want its own object", infos, err)
	}
	if got := content(t, whole, "b/x"); got != "of b" {
		t.Errorf("the whole bucket has %q at the other's object", got)
	}
}

// A body of several parts is sent as such, from readers that can be read twice and
// from those that cannot.
func TestS3_LargeBodies(t *testing.T) {
	server := startS3(t)
	server.Bucket(t, "large")
	s := openStore(t, server.URL("large"))
	const part = 16 << 20
	for _, size := range []int{part - 1, part, part + 1, 2*part + 12345} {
		body := make([]byte, size)
		rand.Read(body)
		for what, r := range map[string]io.Reader{"seeker": bytes.NewReader(body), "stream": io.MultiReader(bytes.NewReader(body))} {
			name := fmt.Sprintf("%s/%d", what, size)
			if err := s.Put(t.Context(), name, r); err != nil {
				t.Fatalf("Put of %s: %v", name, err)
			}
			if got := content(t, s, name); got != string(body) {
				t.Errorf("%s reads back with %d bytes, other than the %d that were put", name, len(got), size)
			}
		}
	}
}

func TestS3_LeavesTheSameBytesAlone(t *testing.T) {
	server := startS3(t)
	server.Bucket(t, "same")
	s := openStore(t, server.URL("same"))
	file := filepath.Join(server.Folder, "same", "x")
	for _, body := range []string{"", "same", strings.Repeat("long", 5<<20)} {
		put(t, s, "x", body)
		before, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, "x", body)
		after, err := os.Stat(file)
		if err != nil || !os.SameFile(before, after) {
			t.Errorf("%d bytes were written again over the same, %v", len(body), err)
		}
	}
}

func put(t *testing.T, s object.Store, name, content string) {
	t.Helper()
	if err := s.Put(t.Context(), name, strings.NewReader(content)); err != nil {
		t.Fatalf("Put(%q): %v", name, err)
	}
}

func content(t *testing.T, s object.Store, name string) string {
	t.Helper()
	r, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatalf("Open(%q): %v", name, err)
	}
	defer r.Close() //nolint:errcheck // opened for reading
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("reading %q: %v", name, err)
	}
	return string(got)
}
