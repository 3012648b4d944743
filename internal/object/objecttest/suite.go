// Package objecttest is the suite that every object.Store passes: one test for
// each sentence of the interface's doc comment.
package objecttest

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/object"
)

// Run exercises the stores that open returns. Each subtest opens its own; calls
// of open with the same t give the same store.
func Run(t *testing.T, open func(t *testing.T) object.Store) {
	for name, test := range map[string]func(*testing.T, object.Store){
		"PutThenOpenGivesTheBytes":             testPutThenOpen,
		"PutReplaces":                          testPutReplaces,
		"FailedPutKeepsTheOldObject":           testFailedPutKeepsOld,
		"FailedFirstPutLeavesNothing":          testFailedFirstPut,
		"PutOfTheSameBytesSucceeds":            testPutSameBytes,
		"ReadersSeeOldOrNew":                   testReadersSeeOldOrNew,
		"OpenOfNothingIsNotFound":              testOpenOfNothing,
		"AnOpenReaderOutlivesReplacement":      testReaderOutlives,
		"ListIsSortedAndTakesAPrefix":          testList,
		"DeletedIsGone":                        testDelete,
		"DeletingNothingIsNoError":             testDeleteNothing,
		"NamesOutsideTheStoreAreInvalid":       testNames,
		"ACancelledContextChangesNothing":      testCancelled,
		"ConcurrentPutsOfManyNamesAllSucceed":  testConcurrentPuts,
		"ConcurrentPutsOfOneNameLeaveOneWhole": testConcurrentPutsOfOne,
		"VersionsAreListedAsListDoes":          testVersionsAreListed,
		"AVersionIsOpenedOrNothing":            testVersionIsOpenedOrNothing,
		"AVersionIsReadByPartsOrNotAtAll":      testVersionIsReadByParts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func put(t *testing.T, s object.Store, name, content string) {
	t.Helper()
	if err := s.Put(t.Context(), name, strings.NewReader(content)); err != nil {
		t.Fatalf("Put(%q): %v", name, err)
	}
}

func wantContent(t *testing.T, s object.Store, name, want string) {
	t.Helper()
	r, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatalf("Open(%q): %v", name, err)
	}
	defer r.Close() //nolint:errcheck // opened for reading
	got, err := io.ReadAll(r)
	if err != nil || string(got) != want {
		t.Fatalf("%q holds %q, %v; want %q", name, got, err, want)
	}
}

func wantCode(t *testing.T, err error, want archwire.Code) {
	t.Helper()
	if got := archwire.CodeOf(err); got != want {
		t.Fatalf("error %v has code %q, want %q", err, got, want)
	}
}

func wantNames(t *testing.T, s object.Store, prefix string, want ...string) {
	t.Helper()
	infos, err := s.List(t.Context(), prefix)
	if err != nil {
		t.Fatalf("List(%q): %v", prefix, err)
	}
	var got []string
	for _, i := range infos {
		got = append(got, i.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("List(%q) (-want +got):\n%s", prefix, diff)
	}
}

func testPutThenOpen(t *testing.T, s object.Store) {
	put(t, s, "a/b/c.txt", "one")
	wantContent(t, s, "a/b/c.txt", "one")
	put(t, s, "empty", "")
	wantContent(t, s, "empty", "")
}

func testPutReplaces(t *testing.T, s object.Store) {
	put(t, s, "x", "old")
	put(t, s, "x", "newer")
	wantContent(t, s, "x", "newer")
}

func testFailedPutKeepsOld(t *testing.T, s object.Store) {
	put(t, s, "x", "old")
	broken := io.MultiReader(strings.NewReader("ne"), iotest.ErrReader(errors.New("the line was cut")))
	if err := s.Put(t.Context(), "x", broken); err == nil {
		t.Fatal("a Put whose body breaks off gave no error")
	}
	wantContent(t, s, "x", "old")
	wantNames(t, s, "", "x")
}

func testFailedFirstPut(t *testing.T, s object.Store) {
	broken := io.MultiReader(strings.NewReader("ne"), iotest.ErrReader(errors.New("the line was cut")))
	if err := s.Put(t.Context(), "x", broken); err == nil {
		t.Fatal("a Put whose body breaks off gave no error")
	}
	wantNames(t, s, "")
	_, err := s.Open(t.Context(), "x")
	wantCode(t, err, archwire.NotFound)
}

func testPutSameBytes(t *testing.T, s object.Store) {
	long := strings.Repeat("0123456789", 20_000)
	put(t, s, "x", long)
	put(t, s, "x", long)
	wantContent(t, s, "x", long)
	put(t, s, "x", long[:len(long)-1]+"!")
	wantContent(t, s, "x", long[:len(long)-1]+"!")
}

func testReadersSeeOldOrNew(t *testing.T, s object.Store) {
	versions := []string{strings.Repeat("a", 100_000), strings.Repeat("b", 200_000)}
	put(t, s, "x", versions[0])
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range 20 {
			if err := s.Put(t.Context(), "x", strings.NewReader(versions[i%2])); err != nil {
				t.Error(err)
			}
		}
	})
	for range 50 {
		r, err := s.Open(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		r.Close() //nolint:errcheck // opened for reading
		if err != nil || (string(got) != versions[0] && string(got) != versions[1]) {
			t.Fatalf("read %d bytes that are neither version, %v", len(got), err)
		}
	}
	writer.Wait()
}

func testOpenOfNothing(t *testing.T, s object.Store) {
	_, err := s.Open(t.Context(), "nothing")
	wantCode(t, err, archwire.NotFound)
	put(t, s, "folder/x", "1")
	_, err = s.Open(t.Context(), "folder")
	wantCode(t, err, archwire.NotFound)
}

func testReaderOutlives(t *testing.T, s object.Store) {
	put(t, s, "x", "old")
	r, err := s.Open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // opened for reading
	put(t, s, "x", "new")
	if err := s.Delete(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "old" {
		t.Fatalf("the open reader gave %q, %v; want the old bytes", got, err)
	}
}

func testList(t *testing.T, s object.Store) {
	wantNames(t, s, "")
	for _, name := range []string{"b/2", "b-1", "a", "b/1/x", "c/1"} {
		put(t, s, name, name)
	}
	wantNames(t, s, "", "a", "b-1", "b/1/x", "b/2", "c/1")
	wantNames(t, s, "b", "b-1", "b/1/x", "b/2")
	wantNames(t, s, "b/", "b/1/x", "b/2")
	wantNames(t, s, "b/1", "b/1/x")
	wantNames(t, s, "nothing/")
	infos, err := s.List(t.Context(), "b/1/")
	if err != nil || len(infos) != 1 || infos[0].Size != int64(len("b/1/x")) {
		t.Fatalf("List = %v, %v; want the size of the object", infos, err)
	}
}

func testDelete(t *testing.T, s object.Store) {
	put(t, s, "a/x", "1")
	put(t, s, "a/y", "2")
	if err := s.Delete(t.Context(), "a/x"); err != nil {
		t.Fatal(err)
	}
	_, err := s.Open(t.Context(), "a/x")
	wantCode(t, err, archwire.NotFound)
	wantNames(t, s, "", "a/y")
}

func testDeleteNothing(t *testing.T, s object.Store) {
	if err := s.Delete(t.Context(), "never/was"); err != nil {
		t.Fatal(err)
	}
}

func testNames(t *testing.T, s object.Store) {
	for _, name := range []string{
		"", ".", "..", "../x", "a/../x", "a/..", "/x", "a//b", "a/", ".hidden", "a/.hidden", `a\b`, "a\x00b",
	} {
		wantCode(t, s.Put(t.Context(), name, strings.NewReader("1")), archwire.Invalid)
		_, err := s.Open(t.Context(), name)
		wantCode(t, err, archwire.Invalid)
		wantCode(t, s.Delete(t.Context(), name), archwire.Invalid)
		if l, ok := object.As[object.Localizer](s); ok {
			if path, ok := l.Local(name); ok {
				t.Errorf("Local(%q) = %q, want not ok", name, path)
			}
		}
	}
	wantNames(t, s, "")
}
