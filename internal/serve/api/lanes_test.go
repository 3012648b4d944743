package api

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestLanesBoundAllAndEachClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(5, 2)
		var all, done atomic.Int32
		own := map[string]*atomic.Int32{"a": {}, "b": {}, "c": {}, "d": {}}
		for client, n := range own {
			for range 20 {
				go func() {
					leave, err := l.take(t.Context(), client)
					if err != nil {
						t.Error(err)
						return
					}
					if all.Add(1) > 5 || n.Add(1) > 2 {
						t.Errorf("%d streams are under way, %d of %s", all.Load(), n.Load(), client)
					}
					time.Sleep(time.Second)
					all.Add(-1)
					n.Add(-1)
					leave()
					done.Add(1)
				}()
			}
		}
		time.Sleep(time.Hour)
		if done.Load() != 80 || len(l.of) != 0 || len(l.all) != 0 {
			t.Errorf("%d of 80 came to their end; %v is left", done.Load(), l.of)
		}
	})
}

func TestWhoIsGoneLeavesNothingInTheLanes(t *testing.T) {
	l := newLanes(3, 2)
	gone, cancel := context.WithCancel(t.Context())
	var leaves []func()
	for i := range 3 {
		leave, err := l.take(t.Context(), fmt.Sprint("client ", i%2))
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	cancel()
	for i := range 3 { // one waits for its own lane, one for all, one is new
		if _, err := l.take(gone, fmt.Sprint("client ", i)); !errors.Is(err, context.Canceled) {
			t.Fatalf("client %d: %v", i, err)
		}
	}
	for _, leave := range leaves {
		leave()
	}
	if len(l.of) != 0 || len(l.all) != 0 {
		t.Errorf("%v is left, and %d in all", l.of, len(l.all))
	}
}
