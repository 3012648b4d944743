package objecttest

import (
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
