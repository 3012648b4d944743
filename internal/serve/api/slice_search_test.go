package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"archwire"
)

// Whoever searches for slices that are nobody's holds up nobody.
func TestSearchesHoldNoSlot(t *testing.T) {
	f := fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) { return months(3), nil })
	searching, found := make(chan struct{}), make(chan struct{})
	f.reader.naming = func() { searching <- struct{}{}; <-found }
	var asking sync.WaitGroup
	for range cap(f.handler.slots.one) {
		asking.Go(func() { f.get("/v1/slices/" + strings.Repeat("0", 64) + ".parquet") })
	}
	for range cap(f.handler.slots.one) {
		<-searching
	}
	if w := f.get("/v1/metrics/m?practice=p1"); w.Code != http.StatusOK {
		t.Errorf("meanwhile a metric is %d %s", w.Code, w.Body)
	}
	close(found)
	asking.Wait()
}
