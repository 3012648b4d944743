package publish_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/publish"
)

// watched makes the bundle's publisher note whose rows it looks at: "all", or the
// tenants, once for each variant.
func (b *bundle) watched() *[]string {
	var looked []string
	b.publisher.Warehouse = warehouse{Warehouse: b.warehouse, asked: func(tenants []string) {
		what := "all"
		if tenants != nil {
			what = strings.Join(tenants, " ")
		}
		looked = append(looked, what)
	}}
	return &looked
}

// wantLooked publishes in and compares whose rows were looked at.
func (b *bundle) wantLooked(t *testing.T, in publish.Input, looked *[]string, want ...string) publish.Stats {
	t.Helper()
	*looked = nil
	_, stats := b.publish(t, in)
	if diff := cmp.Diff(want, slices.Compact(*looked)); diff != "" {
		t.Errorf("looked at (-want +got):\n%s", diff)
	}
	return stats
}

func TestPublish_LooksAtRowsThatChanged(t *testing.T) {
	b := setup(t)
	looked := b.watched()
	b.visits(t, "20.00")
	b.wantLooked(t, input(), looked, "all")
	b.wantLooked(t, input(), looked)
	b.visits(t, "20.00") // recomputed, and the same
	b.wantLooked(t, input(), looked)
	b.visits(t, "21.00")
	if stats := b.wantLooked(t, input(), looked, "2"); stats.Written != 3 || stats.Slices != 9 {
		t.Errorf("%+v, want the 3 slices of one of 3 tenants written", stats)
	}
	b.wantLooked(t, input(), looked)
	b.publisher.Fresh = true
	b.wantLooked(t, input(), looked, "all")
}

func TestPublish_LooksAtAllRowsWhereTheyMayBeOthers(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *bundle, *publish.Input){
		"an earlier publication is in service": func(t *testing.T, b *bundle, in *publish.Input) {
			first := b.current(t).Manifest().ID
			b.publish(t, *in)
			if _, err := b.store.Rollback(t.Context(), b.reader, first); err != nil {
				t.Fatal(err)
			}
		},
		"the dataset is made of another relation": func(t *testing.T, b *bundle, in *publish.Input) {
			b.fill(t, "clinic.other", "select * from clinic.visit where practice_id = 1")
			in.Datasets[0].From = "clinic.other"
		},
		"the relation has another type": func(t *testing.T, b *bundle, _ *publish.Input) {
			b.fill(t, "clinic.visit", "select practice_id, visit_id, day, cast(10 as decimal(14,2)) as amount, patient, name from rcm.kept")
		},
		"the contract is another one": func(_ *testing.T, _ *bundle, in *publish.Input) { in.Datasets[0].Contract++ },
		"a column has another class": func(_ *testing.T, _ *bundle, in *publish.Input) {
			in.Datasets[0].Columns[3].Class = archwire.ClassPublic
		},
		"nobody acknowledged the publication in service": func(t *testing.T, b *bundle, in *publish.Input) {
			w := b.publisher.Warehouse
			b.publisher.Warehouse = warehouse{Warehouse: b.warehouse, published: errFault}
			m, _, err := b.publisher.Publish(t.Context(), *in)
			if !errors.Is(err, errFault) || b.current(t).Manifest().ID != m.ID {
				t.Fatalf("publishing gives %v; want the fault, and the publication in service", err)
			}
			b.publisher.Warehouse = w
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			looked := b.watched()
			b.visits(t, "20.00")
			b.fill(t, "rcm.kept", "select * from clinic.visit")
			in := input()
			b.publish(t, in)
			change(t, b, &in)
			b.wantLooked(t, in, looked, "all")
			b.wantLooked(t, in, looked)
		})
	}
}

func TestPublish_LooksAtTenantsThatComeAndGo(t *testing.T) {
	b := setup(t)
	looked := b.watched()
	b.visits(t, "20.00")
	in := input()
	b.publish(t, in)

	in.Tenants = append(in.Tenants, archwire.Tenant{ID: "4", Label: "Four"})
	if stats := b.wantLooked(t, in, looked, "4"); stats.Slices != 12 {
		t.Errorf("%d slices, want those of a fourth tenant", stats.Slices)
	}
	in.Tenants = slices.Delete(in.Tenants, 2, 3) // the third has no rows
	if stats := b.wantLooked(t, in, looked, "3"); stats.Slices != 9 {
		t.Errorf("%d slices, want those of three tenants", stats.Slices)
	}
	before := b.current(t).Manifest().ID
	in.Tenants = in.Tenants[1:] // the first has rows
	_, _, err := b.publisher.Publish(t.Context(), in)
	wantCode(t, err, archwire.Mismatch)
	if got := b.current(t).Manifest().ID; got != before {
		t.Errorf("in service is %s, want %s", got, before)
	}
}

func TestPublish_WritesACarriedSliceAgainThatTheStoreLost(t *testing.T) {
	b := setup(t)
	looked := b.watched()
	b.visits(t, "20.00")
	b.publish(t, input())
	lost := b.slicesOf(t, "2")[0]
	if err := b.objects.Delete(t.Context(), "slices/"+lost.SHA256[:2]+"/"+lost.SHA256+".parquet"); err != nil {
		t.Fatal(err)
	}
	b.wantLooked(t, input(), looked, "2")
	if got := b.slicesOf(t, "2")[0]; got.SHA256 != lost.SHA256 {
		t.Errorf("the slice is %s, want %s again", got.SHA256, lost.SHA256)
	}
}

// slicesOf are the slices of a tenant's visits in service.
func (b *bundle) slicesOf(t *testing.T, tenant string) []archwire.Slice {
	t.Helper()
	s, err := b.current(t).Slices(t.Context(), scope(t, archwire.Identified), of("visit"), []string{tenant})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
