package publish_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/publish"
)

// grace is longer than the bundle's clock goes on in a test, unless it is made to.
const grace = 24 * time.Hour

// later makes the bundle's clock go on by more than a grace.
func (b *bundle) later() {
	now := b.publisher.Now
	b.publisher.Now = func() time.Time { return now().Add(grace + time.Hour) }
}

func (b *bundle) collect(t *testing.T, keep int) publish.Collected {
	t.Helper()
	c, err := b.publisher.Collect(t.Context(), keep, grace)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// publications publishes other amounts of tenant 2 and returns the ids.
func (b *bundle) publications(t *testing.T, amounts ...string) []archwire.PublicationID {
	t.Helper()
	var ids []archwire.PublicationID
	for _, a := range amounts {
		b.visits(t, a)
		m, _ := b.publish(t, input())
		ids = append(ids, m.ID)
	}
	return ids
}

// wantWholes wants the store to list these publications, each of them whole, and
// no slice that none of them names.
func (b *bundle) wantWholes(t *testing.T, ids ...archwire.PublicationID) {
	t.Helper()
	current := b.current(t).Manifest().ID
	named := map[string]bool{}
	var listed []archwire.PublicationID
	list, err := b.store.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		listed = append(listed, l.ID)
		if _, err := b.store.Rollback(t.Context(), b.reader, l.ID); err != nil {
			t.Fatalf("%s is not whole: %v", l.ID, err)
		}
		for _, row := range b.parquet(t, b.indexPath(l.ID), "select slice from slice") {
			named["slices/"+row[0][:2]+"/"+row[0]+".parquet"] = true
		}
	}
	if _, err := b.store.Rollback(t.Context(), b.reader, current); err != nil {
		t.Fatal(err)
	}
	slices.Sort(listed)
	slices.Sort(ids)
	if diff := cmp.Diff(ids, listed); diff != "" {
		t.Errorf("publications (-want +got):\n%s", diff)
	}
	infos, err := b.objects.List(t.Context(), "slices/")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		if !named[i.Name] {
			t.Errorf("%s is named by no publication", i.Name)
		}
	}
}

func TestCollect_KeepsTheNewestAndTheOneInService(t *testing.T) {
	b := setup(t)
	ids := b.publications(t, "20.00", "21.00", "22.00", "23.00", "24.00")
	if _, err := b.store.Rollback(t.Context(), b.reader, ids[1]); err != nil {
		t.Fatal(err)
	}
	b.collect(t, 2)
	b.later()
	c := b.collect(t, 2)
	if diff := cmp.Diff([]archwire.PublicationID{ids[2], ids[0]}, c.Publications); diff != "" {
		t.Errorf("collected (-want +got):\n%s", diff)
	}
	if c.Slices != 6 || c.Bytes <= 0 { // tenant 2's in three variants, twice
		t.Errorf("%d slices of %d bytes were collected, want 6", c.Slices, c.Bytes)
	}
	b.wantWholes(t, ids[1], ids[3], ids[4])
	if again := b.collect(t, 2); len(again.Publications) != 0 || again.Slices != 0 {
		t.Errorf("a second collection removes %+v", again)
	}
}

func TestCollect_GraceBeginsWhenAPublicationIsFoundSuperfluous(t *testing.T) {
	b := setup(t)
	first := b.publications(t, "20.00")
	b.later() // it was in service for long
	ids := append(first, b.publications(t, "21.00")...)
	if c := b.collect(t, 1); len(c.Publications) != 0 {
		t.Errorf("%v was collected just after it left service", c.Publications)
	}
	if c := b.collect(t, 1); len(c.Publications) != 0 {
		t.Errorf("%v was collected within its grace", c.Publications)
	}
	b.later()
	if c := b.collect(t, 1); !slices.Equal(c.Publications, first) {
		t.Errorf("%v was collected after its grace, want %v", c.Publications, first)
	}
	b.wantWholes(t, ids[1:]...)
}

func TestCollect_APublicationThatWasInServiceAgainHasAnotherGrace(t *testing.T) {
	b := setup(t)
	ids := b.publications(t, "20.00", "21.00")
	b.collect(t, 1)
	b.later()
	for _, id := range []archwire.PublicationID{ids[0], ids[1]} { // back, and forth
		if _, err := b.store.Rollback(t.Context(), b.reader, id); err != nil {
			t.Fatal(err)
		}
	}
	if c := b.collect(t, 1); len(c.Publications) != 0 {
		t.Errorf("%v was collected just after it left service", c.Publications)
	}
	b.wantWholes(t, ids...)
}

func TestCollect_RemovesSlicesThatNoPublicationNames(t *testing.T) {
	b := setup(t)
	ids := b.publications(t, "20.00")
	orphan := strings.Repeat("ab", 32)
	if err := b.objects.Put(t.Context(), "slices/ab/"+orphan+".parquet", strings.NewReader("left by a publisher that was killed")); err != nil {
		t.Fatal(err)
	}
	if c := b.collect(t, 1); c.Slices != 1 {
		t.Errorf("%d slices were collected, want 1", c.Slices)
	}
	b.wantWholes(t, ids...)
}

func TestCollect_RemovesNothingWhereAPublicationCannotBeRead(t *testing.T) {
	for name, damage := range map[string]func(*bundle, archwire.PublicationID) error{
		"manifest": func(b *bundle, id archwire.PublicationID) error {
			return rewrite(b.manifestPath(id), `"format"`, `"fromat"`)
		},
		"format": func(b *bundle, id archwire.PublicationID) error {
			return rewrite(b.manifestPath(id), `"format": 1`, `"format": 2`)
		},
		"index": func(b *bundle, id archwire.PublicationID) error {
			return b.objects.Delete(t.Context(), "publications/"+string(id)+"/index.parquet")
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			ids := b.publications(t, "20.00", "21.00", "22.00")
			b.collect(t, 2)
			b.later()
			if err := damage(b, ids[1]); err != nil {
				t.Fatal(err)
			}
			before, err := b.objects.List(t.Context(), "slices/")
			if err != nil {
				t.Fatal(err)
			}
			c, err := b.publisher.Collect(t.Context(), 2, grace)
			if err == nil || len(c.Publications) != 0 || !strings.Contains(err.Error(), string(ids[1])) {
				t.Errorf("collected %v and says %v; want nothing, and the publication named", c.Publications, err)
			}
			after, err := b.objects.List(t.Context(), "slices/")
			if diff := cmp.Diff(before, after); diff != "" || err != nil {
				t.Errorf("slices (-before +after):\n%s%v", diff, err)
			}
		})
	}
}

func TestCollect_StoppedAnywhereGoesOnTheNextTime(t *testing.T) {
	b := setup(t)
	public := visit()
	public.Columns = public.Columns[:3]
	var ids []archwire.PublicationID
	for _, amount := range []string{"20.00", "21.00", "22.00"} {
		b.visits(t, amount)
		m, _ := b.publish(t, input(public))
		ids = append(ids, m.ID)
	}
	b.collect(t, 1)
	b.later()
	now := b.publisher.Now
	for _, after := range []bool{false, true} {
		for step := int64(1); ; step++ {
			copied := b.copied(t)
			plain := copied.objects
			copied.use(t, &faulty{Store: plain, failAt: step, after: after})
			copied.publisher.Now = now
			_, err := copied.publisher.Collect(t.Context(), 1, grace)
			copied.use(t, plain)
			copied.publisher.Now = now
			if err == nil {
				t.Logf("%d calls of the store", step-1)
				break
			}
			if !errors.Is(err, errFault) {
				t.Fatalf("call %d: %v", step, err)
			}
			copied.wantComplete(t, step)
			copied.collect(t, 1)
			copied.wantWholes(t, ids[2])
		}
	}
}

// copied is the bundle with a copy of its store.
func (b *bundle) copied(t *testing.T) *bundle {
	t.Helper()
	other := b.another(t)
	if err := os.CopyFS(other.dir, os.DirFS(b.dir)); err != nil {
		t.Fatal(err)
	}
	return other
}

// wantComplete wants each publication that is listed to have its slices.
func (b *bundle) wantComplete(t *testing.T, step int64) {
	t.Helper()
	list, err := b.store.List(t.Context())
	if err != nil || len(list) == 0 {
		t.Fatalf("call %d failed: %d publications are listed, %v", step, len(list), err)
	}
	for _, l := range list {
		for _, row := range b.parquet(t, b.indexPath(l.ID), "select distinct slice from slice") {
			if _, err := os.Stat(b.slicePath(row[0])); err != nil {
				t.Fatalf("call %d failed: publication %s is listed and has lost a slice: %v", step, l.ID, err)
			}
		}
	}
}
