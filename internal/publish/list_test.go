package publish_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/publish"
)

// listed is the ids of a list, with a star at the one in service.
func (b *bundle) listed(t *testing.T) []string {
	t.Helper()
	list, err := b.store.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range list {
		id := string(l.ID)
		if l.Current {
			id += "*"
		}
		if l.Err != nil {
			id += "!"
		}
		out = append(out, id)
	}
	return out
}

func TestList_IsNewestFirstAndMarksTheOneInService(t *testing.T) {
	b := setup(t)
	if got := b.listed(t); got != nil {
		t.Errorf("an empty store lists %v", got)
	}
	b.visits(t, "20.00")
	one, _ := b.publish(t, input())
	two, _ := b.publish(t, input())
	if diff := cmp.Diff([]string{string(two.ID) + "*", string(one.ID)}, b.listed(t)); diff != "" {
		t.Error(diff)
	}
}

func TestList_LeavesOutTheUnfinishedAndTellsTheUnreadable(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	one, _ := b.publish(t, input())
	two, _ := b.publish(t, input())
	half := filepath.Join(b.dir, "publications", "20991231T000000Z-0000")
	if err := os.MkdirAll(half, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "index.parquet"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.manifestPath(one.ID), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{string(two.ID) + "*", string(one.ID) + "!"}, b.listed(t)); diff != "" {
		t.Error(diff)
	}
	b.publish(t, input())
	if _, err := os.Stat(filepath.Join(half, "index.parquet")); !os.IsNotExist(err) {
		t.Errorf("what is left of the unfinished publication was not swept: %v", err)
	}
}

func TestRollback_ServesTheOlderPublication(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	one, _ := b.publish(t, input())
	b.visits(t, "21.00")
	two, _ := b.publish(t, input())
	amount := func() string {
		t.Helper()
		q := archwire.Query{SQL: "select cast(amount as varchar) from slice"}
		return rows(t, b.current(t).Query(t.Context(), scope(t, archwire.Aggregate), of("visit"), []string{"2"}, q))[0][0]
	}
	m, err := b.store.Rollback(t.Context(), b.reader, one.ID)
	if err != nil || m.ID != one.ID || amount() != "20.00" {
		t.Fatalf("rolled back to %s, %v: %s", m.ID, err, amount())
	}
	if diff := cmp.Diff([]string{string(two.ID), string(one.ID) + "*"}, b.listed(t)); diff != "" {
		t.Error(diff)
	}
	if _, err := b.store.Rollback(t.Context(), b.reader, two.ID); err != nil || amount() != "21.00" {
		t.Fatalf("rolled forward: %v, %s", err, amount())
	}
	if _, err := b.store.Rollback(t.Context(), b.reader, one.ID); err != nil {
		t.Fatal(err)
	}
	three, stats := b.publish(t, input())
	if three.Previous != one.ID || amount() != "21.00" || stats.Written != 3 {
		t.Errorf("the next publication follows %s with %s, %+v; want it to follow the one in service", three.Previous, amount(), stats)
	}
}

func TestRollback_RefusesWhatIsNotWhole(t *testing.T) {
	engines := setup(t)
	for name, c := range map[string]struct {
		damage func(b *bundle, m archwire.Manifest) error
		code   archwire.Code
	}{
		"manifest gone": {func(b *bundle, m archwire.Manifest) error { return os.Remove(b.manifestPath(m.ID)) }, archwire.NotFound},
		"manifest cut":  {func(b *bundle, m archwire.Manifest) error { return os.Truncate(b.manifestPath(m.ID), 50) }, archwire.Mismatch},
		"manifest of another": {func(b *bundle, m archwire.Manifest) error {
			return rewrite(b.manifestPath(m.ID), string(m.ID), "20261121T021400Z-0000")
		}, archwire.Mismatch},
		"manifest of another kind": {func(b *bundle, m archwire.Manifest) error {
			return rewrite(b.manifestPath(m.ID), `"slices": 9`, `"slices": "nine"`)
		}, archwire.Mismatch},
		"format of the future": {func(b *bundle, m archwire.Manifest) error {
			return rewrite(b.manifestPath(m.ID), `"format": 1`, `"format": 2`)
		}, archwire.Invalid},
		"index gone":    {func(b *bundle, m archwire.Manifest) error { return os.Remove(b.indexPath(m.ID)) }, archwire.Mismatch},
		"index altered": {func(b *bundle, m archwire.Manifest) error { return rewrite(b.indexPath(m.ID), "PAR1", "PAR2") }, archwire.Mismatch},
		"slice gone":    {func(b *bundle, _ archwire.Manifest) error { return os.Remove(b.newestSlice()) }, archwire.Mismatch},
		"slice cut":     {func(b *bundle, _ archwire.Manifest) error { return os.Truncate(b.newestSlice(), 50) }, archwire.Mismatch},
	} {
		t.Run(name, func(t *testing.T) {
			b := engines.another(t)
			b.visits(t, "20.00")
			one, _ := b.publish(t, input())
			b.visits(t, "21.00")
			two, _ := b.publish(t, input())
			if _, err := b.store.Rollback(t.Context(), b.reader, one.ID); err != nil {
				t.Fatal(err)
			}
			if err := c.damage(b, two); err != nil {
				t.Fatal(err)
			}
			_, err := b.store.Rollback(t.Context(), b.reader, two.ID)
			wantCode(t, err, c.code)
			if strings.Contains(err.Error(), b.dir) {
				t.Errorf("%q names a path", err)
			}
			if got := b.current(t).Manifest().ID; got != one.ID {
				t.Errorf("in service is %s, want %s", got, one.ID)
			}
		})
	}
}

func TestRollback_RefusesUnknownIDs(t *testing.T) {
	b, _ := opened(t)
	for _, id := range []archwire.PublicationID{"", "20261121T021400Z-ffff", "../../x", "CURRENT"} {
		_, err := b.store.Rollback(t.Context(), b.reader, id)
		wantCode(t, err, archwire.NotFound)
	}
}

func TestPublish_ReplacesABrokenPublicationButNotANewersFormat(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	one, _ := b.publish(t, input())
	if err := os.Truncate(b.indexPath(one.ID), 50); err != nil {
		t.Fatal(err)
	}
	var notes []string
	b.publisher.Progress = func(e archwire.RunEvent) {
		if e.Note != "" {
			notes = append(notes, e.Note)
		}
	}
	two, stats := b.publish(t, input())
	if two.Previous != "" || stats.Reused != 0 || len(notes) != 1 {
		t.Errorf("after a broken publication: previous %q, %+v, notes %q", two.Previous, stats, notes)
	}
	if err := rewrite(b.manifestPath(two.ID), `"format": 1`, `"format": 2`); err != nil {
		t.Fatal(err)
	}
	_, _, err := b.publisher.Publish(t.Context(), input())
	wantCode(t, err, archwire.Invalid)
}

func TestPublish_LeavesAnotherProgramsFolderAlone(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	current := filepath.Join(b.dir, "CURRENT")
	if err := os.WriteFile(current, []byte("MANIFEST-000004\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := b.publisher.Publish(t.Context(), input())
	wantCode(t, err, archwire.Invalid)
	_, err = publish.OpenReader(b.store, b.reader).Current(t.Context())
	wantCode(t, err, archwire.Invalid)
	_, err = b.store.List(t.Context())
	wantCode(t, err, archwire.Invalid)
	if got, err := os.ReadFile(current); err != nil || string(got) != "MANIFEST-000004\n" {
		t.Errorf("CURRENT holds %q, %v", got, err)
	}
}

func TestNewStore_WantsFiles(t *testing.T) {
	b := setup(t)
	if _, err := publish.NewStore(&faulty{Store: b.objects}); err != nil {
		t.Errorf("a decorated store: %v", err)
	}
	_, err := publish.NewStore(hidden{b.objects})
	if archwire.CodeOf(err) != archwire.Internal {
		t.Errorf("a store without files: %v", err)
	}
}

// rewrite replaces text in a file that has it.
func rewrite(path, old, replacement string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed := strings.Replace(string(content), old, replacement, 1)
	if changed == string(content) {
		return fmt.Errorf("%s does not have %q", path, old)
	}
	return os.WriteFile(path, []byte(changed), 0o600)
}
