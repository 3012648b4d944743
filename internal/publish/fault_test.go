package publish_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
)

var errFault = errors.New("the disk said no")

// faulty is a store whose call number failAt fails. after says that it fails once
// the call has had its effect, as when the power goes before the answer comes.
type faulty struct {
	object.Store
	failAt int64 // 0 is never
	after  bool
	calls  atomic.Int64
}

func (f *faulty) Unwrap() object.Store { return f.Store }

// call makes one call of the store.
func (f *faulty) call(do func() error) error {
	if f.calls.Add(1) != f.failAt {
		return do()
	}
	if f.after {
		do() //nolint:errcheck // its answer never comes
	}
	return errFault
}

func (f *faulty) Put(ctx context.Context, name string, body io.Reader) error {
	return f.call(func() error { return f.Store.Put(ctx, name, body) })
}

func (f *faulty) Open(ctx context.Context, name string) (r io.ReadCloser, err error) {
	err = f.call(func() (err error) { r, err = f.Store.Open(ctx, name); return err })
	return r, err
}

func (f *faulty) List(ctx context.Context, prefix string) (infos []object.Info, err error) {
	err = f.call(func() (err error) { infos, err = f.Store.List(ctx, prefix); return err })
	return infos, err
}

func (f *faulty) Delete(ctx context.Context, name string) error {
	return f.call(func() error { return f.Store.Delete(ctx, name) })
}

// hidden hides what its store can do besides.
type hidden struct{ object.Store }

func TestPublish_FailingAnywhereLeavesTheOldPublicationInService(t *testing.T) {
	b := setup(t)
	public := visit()
	public.Columns = public.Columns[:3]
	in := input(public) // one variant: fewer steps, of every kind
	b.visits(t, "20.00")
	b.publish(t, in)
	plain := b.objects
	b.visits(t, "21.00")
	for _, after := range []bool{false, true} {
		for step := int64(1); ; step++ {
			before := b.current(t).Manifest().ID
			store := &faulty{Store: plain, failAt: step, after: after}
			b.use(t, store)
			b.publisher.Writers, b.publisher.Fresh = 1, true
			_, _, err := b.publisher.Publish(t.Context(), in)
			b.use(t, plain)
			if err == nil { // there is no such step
				if store.calls.Load() >= step {
					t.Fatalf("call %d of the store failed and Publish says nothing", step)
				}
				t.Logf("%d calls of the store", step-1)
				break
			}
			if !errors.Is(err, errFault) {
				t.Fatalf("call %d: %v", step, err)
			}
			b.wantWhole(t, step, before, after)
			b.publish(t, in)
		}
	}
}

// wantWhole wants the publication before to be in service and those listed since to
// be whole. When the switch itself is what failed after its effect, the new
// publication is in service: it is whole, so that is right too.
func (b *bundle) wantWhole(t *testing.T, step int64, before archwire.PublicationID, after bool) {
	t.Helper()
	got := b.current(t).Manifest()
	if got.ID != before && (!after || got.Previous != before) {
		t.Fatalf("call %d failed: in service is %s, want %s", step, got.ID, before)
	}
	list, err := b.store.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.ID == before {
			break
		}
		if _, err := b.store.Rollback(t.Context(), b.reader, l.ID); err != nil {
			t.Fatalf("call %d failed: the listed publication %s is not whole: %v", step, l.ID, err)
		}
	}
	if _, err := b.store.Rollback(t.Context(), b.reader, got.ID); err != nil {
		t.Fatal(err)
	}
}

// warehouse fails or lies at one of its methods.
type warehouse struct {
	publish.Warehouse
	prints       func([]archwire.Print)
	writeSlice   func(path string) error
	writeParquet func(path string) error
	published    error
	asked        func(tenants []string) // what SlicePrints is asked for
}

func (w warehouse) Published(ctx context.Context, consumers map[string]archwire.Acknowledged) error {
	if w.published != nil {
		return w.published
	}
	return w.Warehouse.Published(ctx, consumers)
}

func (w warehouse) SlicePrints(ctx context.Context, s archwire.SliceSource, tenants []string) ([]archwire.Print, error) {
	if w.asked != nil {
		w.asked(tenants)
	}
	prints, err := w.Warehouse.SlicePrints(ctx, s, tenants)
	if w.prints != nil {
		w.prints(prints)
	}
	return prints, err
}

func (w warehouse) WriteSlice(ctx context.Context, s archwire.SliceSource, tenant, path string) (int64, error) {
	n, err := w.Warehouse.WriteSlice(ctx, s, tenant, path)
	if err == nil && w.writeSlice != nil {
		err = w.writeSlice(path)
	}
	return n, err
}

func (w warehouse) WriteParquet(ctx context.Context, rows archwire.Batches, path string) error {
	err := w.Warehouse.WriteParquet(ctx, rows, path)
	if err == nil && w.writeParquet != nil {
		err = w.writeParquet(path)
	}
	return err
}

func TestPublish_ReadsBackWhatTheWarehouseWrote(t *testing.T) {
	engines := setup(t)
	for name, lying := range map[string]func(b *bundle) warehouse{
		"a slice cut short": func(*bundle) warehouse {
			return warehouse{writeSlice: func(path string) error { return os.Truncate(path, 100) }}
		},
		"a slice of another tenant": func(b *bundle) warehouse {
			return warehouse{writeSlice: func(path string) error {
				source := archwire.SliceSource{Relation: "clinic.visit", Tenant: "practice_id", Key: []string{"visit_id"}, Columns: []string{"visit_id", "day", "amount", "patient", "name"}}
				_, err := b.warehouse.WriteSlice(context.Background(), source, "2", path)
				return err
			}}
		},
		"other rows than were fingerprinted": func(*bundle) warehouse {
			return warehouse{prints: func(prints []archwire.Print) { prints[0].Rows++; prints[0].Print += "x" }}
		},
		"an index cut short": func(*bundle) warehouse {
			return warehouse{writeParquet: func(path string) error { return os.Truncate(path, 100) }}
		},
		"the index of something else": func(b *bundle) warehouse {
			return warehouse{writeParquet: func(path string) error {
				content, err := os.ReadFile(b.newestSlice())
				if err != nil {
					return err
				}
				return os.WriteFile(path, content, 0o600)
			}}
		},
		"an error": func(*bundle) warehouse {
			return warehouse{writeSlice: func(string) error { return errFault }}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := engines.another(t)
			b.visits(t, "20.00")
			before, _ := b.publish(t, input())
			b.visits(t, "21.00")
			w := lying(b)
			w.Warehouse = b.warehouse
			b.publisher.Warehouse = w
			b.publisher.Fresh = true
			_, _, err := b.publisher.Publish(t.Context(), input())
			if err == nil {
				t.Fatal("published what the warehouse did not write")
			}
			t.Log(err)
			if got := b.current(t).Manifest().ID; got != before.ID {
				t.Errorf("in service is %s, want %s", got, before.ID)
			}
			b.publisher.Warehouse = b.warehouse
			b.publish(t, input())
		})
	}
}

func TestPublish_LeavesNothingInTheMaking(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	for _, w := range []publish.Warehouse{b.warehouse, warehouse{Warehouse: b.warehouse, writeSlice: func(string) error { return errFault }}} {
		b.publisher.Warehouse = w
		b.publisher.Publish(t.Context(), input()) //nolint:errcheck // one of them fails
		if left, _ := filepath.Glob(filepath.Join(b.dir, ".tmp", "*")); len(left) != 0 {
			t.Errorf("left in the scratch folder: %v", left)
		}
	}
}

func TestPublish_CancelledLeavesTheOldPublicationInService(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	before, _ := b.publish(t, input())
	b.visits(t, "21.00")
	ctx, cancel := context.WithCancel(t.Context())
	b.publisher.Fresh = true // so that there is work to be cancelled in
	b.publisher.Progress = func(e archwire.RunEvent) {
		if e.Rows > 0 {
			cancel()
		}
	}
	_, _, err := b.publisher.Publish(ctx, input())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Publish = %v, want context.Canceled", err)
	}
	if got := b.current(t).Manifest().ID; got != before.ID {
		t.Errorf("in service is %s, want %s", got, before.ID)
	}
	if left, _ := filepath.Glob(filepath.Join(b.dir, ".tmp", "*")); len(left) != 0 {
		t.Errorf("left in the scratch folder: %v", left)
	}
}
