package publish_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// atOnce is a warehouse that writes many slices in one call.
type atOnce struct {
	*duckdb.Warehouse
	calls [][]string // the tenants of each
	lost  int64      // rows that it does not write of each slice
	err   error
}

func (w *atOnce) WriteSlices(ctx context.Context, s archwire.SliceSource, tenants, paths []string) ([]int64, error) {
	w.calls = append(w.calls, slices.Clone(tenants))
	rows := make([]int64, len(tenants))
	for i := range tenants {
		n, err := w.Warehouse.WriteSlice(ctx, s, tenants[i], paths[i])
		if err != nil {
			return nil, err
		}
		rows[i] = n - w.lost
	}
	return rows, w.err
}

// WriteSlice is not for those that can be asked for many.
func (w *atOnce) WriteSlice(context.Context, archwire.SliceSource, string, string) (int64, error) {
	return 0, fmt.Errorf("slices are written one by one")
}

func TestPublish_AsksForManySlicesAtOnce(t *testing.T) {
	b := setup(t)
	b.visits(t, "7.00")
	want, _ := b.publish(t, input())

	lots := b.another(t)
	w := &atOnce{Warehouse: b.warehouse}
	lots.publisher.Warehouse = w
	if got, _ := lots.publish(t, input()); got.IndexSHA256 != want.IndexSHA256 {
		t.Errorf("slices written at once are others than those written one by one: index %s and %s", got.IndexSHA256, want.IndexSHA256)
	}
	every := []string{"1", "2", "3"}
	if diff := cmp.Diff([][]string{every, every, every}, w.calls); diff != "" {
		t.Errorf("of three variants of three tenants it was asked for\n%s", diff)
	}

	w.calls = nil
	b.visits(t, "8.00")
	lots.publish(t, input())
	if diff := cmp.Diff([][]string{{"2"}, {"2"}, {"2"}}, w.calls); diff != "" {
		t.Errorf("after tenant 2 changed it was asked for\n%s", diff)
	}
}

func TestPublish_RefusesSlicesThatWereNotWrittenWhole(t *testing.T) {
	for name, w := range map[string]*atOnce{"a row less": {lost: 1}, "an error": {err: &archwire.Error{Code: archwire.Mismatch, Message: "a part is missing"}}} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.visits(t, "7.00")
			before, _ := b.publish(t, input())
			b.visits(t, "8.00")
			w.Warehouse = b.warehouse
			b.publisher.Warehouse = w
			_, _, err := b.publisher.Publish(t.Context(), input())
			if archwire.CodeOf(err) != archwire.Mismatch {
				t.Errorf("the error is %v", err)
			}
			if got := b.current(t).Manifest().ID; got != before.ID {
				t.Errorf("%s is in service, want %s", got, before.ID)
			}
		})
	}
}
