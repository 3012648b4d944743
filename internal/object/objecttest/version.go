package objecttest

import (
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
)

func versioner(t *testing.T, s object.Store) object.Versioner {
	t.Helper()
	v, ok := object.As[object.Versioner](s)
	if !ok {
		t.Fatalf("%T tells no versions", s)
	}
	return v
}

func versions(t *testing.T, s object.Store, prefix string) []object.Version {
	t.Helper()
	found, err := versioner(t, s).Versions(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func testVersionsAreListed(t *testing.T, s object.Store) {
	for _, name := range []string{"b/1", "a", "b/2"} {
		put(t, s, name, name)
	}
	infos, err := s.List(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	var listed []object.Info
	for _, v := range versions(t, s, "b") {
		listed = append(listed, v.Info)
		if v.Version == "" || time.Since(v.Modified).Abs() > time.Hour {
			t.Errorf("%s has version %q of %s", v.Name, v.Version, v.Modified)
		}
	}
	if !slices.Equal(listed, infos) {
		t.Errorf("got %v, want %v", listed, infos)
	}
}

func testVersionIsOpenedOrNothing(t *testing.T, s object.Store) {
	put(t, s, "a", "first")
	put(t, s, "b", "stays")
	was := versions(t, s, "")
	r, err := versioner(t, s).OpenVersion(t.Context(), was[0])
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || string(got) != "first" || r.Close() != nil {
		t.Fatalf("got %q, error %v", got, err)
	}
	put(t, s, "a", "other") // as long as before
	_, err = versioner(t, s).OpenVersion(t.Context(), was[0])
	wantCode(t, err, archwire.Unavailable)
	now := versions(t, s, "")
	if now[0].Version == was[0].Version || now[1].Version != was[1].Version {
		t.Errorf("versions %v, then %v; the first was written again", was, now)
	}
	if err := s.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	_, err = versioner(t, s).OpenVersion(t.Context(), now[0])
	wantCode(t, err, archwire.NotFound)
}

func testVersionIsReadByParts(t *testing.T, s object.Store) {
	put(t, s, "a", "0123456789")
	was := versions(t, s, "")[0]
	parts, err := versioner(t, s).OpenParts(t.Context(), was)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at, n int64
		want  string
		end   bool
	}{{0, 3, "012", false}, {7, 3, "789", false}, {7, 5, "789", true}, {10, 1, "", true}, {0, 10, "0123456789", false}} {
		got := make([]byte, c.n)
		n, err := parts.ReadAt(got, c.at)
		if string(got[:n]) != c.want || c.end != errors.Is(err, io.EOF) || !c.end && err != nil {
			t.Errorf("%d bytes at %d: %q, %v; want %q", c.n, c.at, got[:n], err, c.want)
		}
	}
	if err := errors.Join(parts.Unchanged(), parts.Close()); err != nil {
		t.Error(err)
	}
	again, err := versioner(t, s).OpenParts(t.Context(), was)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "a", "9876543210") // as long as before
	got := make([]byte, 4)
	_, err = again.ReadAt(got, 0)
	if err == nil && string(got) == "0123" { // what was opened is read on
		err = again.Unchanged()
	}
	wantCode(t, errors.Join(err, again.Close()), archwire.Unavailable)
	wantCode(t, firstOf(t, versioner(t, s), was), archwire.Unavailable)
	now := versions(t, s, "")[0]
	if err := s.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, firstOf(t, versioner(t, s), now), archwire.NotFound)
}

// firstOf reads the first byte of an object by parts.
func firstOf(t *testing.T, s object.Versioner, v object.Version) error {
	t.Helper()
	parts, err := s.OpenParts(t.Context(), v)
	if err != nil {
		return err //nolint:wrapcheck // it is what the test looks at
	}
	_, err = parts.ReadAt(make([]byte, 1), 0)
	return errors.Join(err, parts.Close())
}
