package warehousetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// testPendingOf asks for several consumers at once, of which each has got as far as it
// has: one may have acknowledged what is new to another, or nothing ever.
func testPendingOf(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadOwned(t, w, []any{1, 1, "1.00", nil}, []any{2, 2, "1.00", nil})
	for _, consumer := range []string{"behind", "before", "none"} {
		published(t, w, consumer, pending(t, w, consumer), "first")
	}
	loadOwned(t, w, []any{1, 1, "2.00", nil}, []any{2, 2, "1.00", nil})
	published(t, w, "before", pending(t, w, "before"), "second")
	loadOwned(t, w, []any{1, 1, "2.00", nil}, []any{2, 2, "2.00", nil})
	loadAll(t, w, "run", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "a"})}, payer)

	reads := map[string][]string{
		"behind": {"rcm.ledger", "rcm.payer"}, "before": {"rcm.ledger"}, "none": nil, "never": {"rcm.ledger", "rcm.payer"},
	}
	all, err := archwire.PendingOf(context.Background(), w, reads)
	if err != nil {
		t.Fatal(err)
	}
	wantPending(t, all["behind"], archwire.Pending{Mark: "first", All: []string{"rcm.payer"}, Tenants: []string{"1", "2"}})
	wantPending(t, all["before"], archwire.Pending{Mark: "second", Tenants: []string{"2"}})
	wantPending(t, all["none"], archwire.Pending{Mark: "first"})
	wantPending(t, all["never"], archwire.Pending{Never: true})
	for consumer, relations := range reads {
		if diff := cmp.Diff(pending(t, w, consumer, relations...), all[consumer]); diff != "" {
			t.Errorf("%s alone is told otherwise (-alone +with others):\n%s", consumer, diff)
		}
	}
	if none, err := archwire.PendingOf(context.Background(), w, nil); err != nil || len(none) != 0 {
		t.Errorf("of no consumer there is %v pending: %v", none, err)
	}
}
