package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"archwire"
)

// Whoever searches for slices that are nobody's holds up nobody.
func TestSearchesHoldNoSlot(t *testing.T) {
	f := fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) { return months(3), nil })
	searching, found := make(chan struct{}), make(chan struct{})
	f.reader.naming = func() {
		select {
		case searching <- struct{}{}:
			<-found
		case <-found:
		}
	}
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

// What became known while the store was asked is found, whoever asked for it: another
// request may have, and before.
func TestASliceIsSearchedForOnceMoreAfterTheStoreWasAsked(t *testing.T) {
	f := fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) { return months(3), nil })
	f.reader.learn = func() { f.pub.file = "PAR1" }
	w := &reader{ResponseRecorder: httptest.NewRecorder()}
	if f.serve(w, "/v1/slices/"+strings.Repeat("0", 64)+".parquet"); w.Code != http.StatusOK || w.Header().Get("Content-Length") != "4" {
		t.Errorf("the slice is %d %s", w.Code, w.Body)
	}
}

// A hash that is nobody's costs one look into the store.
func TestASliceThatThereIsNotIsSearchedForTwice(t *testing.T) {
	f := fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) { return months(3), nil })
	var named, learnt int
	f.reader.naming, f.reader.learn = func() { named++ }, func() { learnt++ }
	if w := f.get("/v1/slices/" + strings.Repeat("0", 64) + ".parquet"); w.Code != http.StatusNotFound || named != 2 || learnt != 1 {
		t.Errorf("after %d searches and %d looks it is %d %s", named, learnt, w.Code, w.Body)
	}
}
