package warehousetest

import (
	"context"
	"testing"

	"archwire"
)

func testDialect(t *testing.T, open Opener) {
	folder := t.TempDir()
	dialect := func() string {
		w := open(t, folder)
		named, ok := w.(archwire.Dialect)
		if !ok {
			return "" // not every warehouse can
		}
		d, err := named.Dialect(context.Background())
		if err != nil || d == "" {
			t.Fatalf("the dialect is %q (%v)", d, err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return d
	}
	if before, after := dialect(), dialect(); before != after {
		t.Errorf("the dialect is %s, and %s when opened again", before, after)
	}
}
