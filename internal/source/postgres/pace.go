package postgres

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"archwire"
)

const (
	pacedBytes   = 1 << 20 // chunks below it tell of latency, not of load
	pacedChunks  = 3       // what is usual is known after so many
	slowFactor   = 4       // so many times as slow as usual is slow
	firstPause   = 250 * time.Millisecond
	longestPause = 4 * time.Second
)

// pace knows how fast the chunks of each table were. When the last one was slow,
// the view waits before it reads the next: a source that is busy with its own
// work gets room for it. The pause doubles while chunks stay slow and ends with
// one that is not. Slow chunks count among what is usual, so a source that stays
// slow is read without pauses in the end.
type pace struct {
	mu     sync.Mutex
	usual  map[string][]float64 // nanoseconds a byte, by table, sorted
	pauses time.Duration        // before the next chunk
}

// took notes how long the server took for a chunk.
func (v *view) took(t archwire.Table, bytes int64, took time.Duration) {
	if bytes < pacedBytes || v.src.cfg.Now == nil {
		return
	}
	rate := float64(took) / float64(bytes)
	p := &v.pace
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.usual == nil {
		p.usual = map[string][]float64{}
	}
	known := p.usual[t.ID()]
	if n := len(known); n >= pacedChunks && rate > slowFactor*known[n/2] {
		p.pauses = min(max(2*p.pauses, firstPause), longestPause)
	} else {
		p.pauses = 0
	}
	at, _ := slices.BinarySearch(known, rate)
	p.usual[t.ID()] = slices.Insert(known, at, rate)
}

// pause waits if the last chunk was slow. It happens before a connection is
// taken, so a gentle view holds no transaction meanwhile.
func (v *view) pause(ctx context.Context, t archwire.Table) error {
	v.pace.mu.Lock()
	d := v.pace.pauses
	v.pace.mu.Unlock()
	if d == 0 {
		return nil
	}
	if v.src.cfg.Notice != nil {
		v.src.cfg.Notice(fmt.Sprintf("%s: the source has become more than %d times as slow; waiting %s before more of %s is read",
			v.src.cfg.Name, slowFactor, d, t.ID()))
	}
	if err := v.src.sleep(ctx, d); err != nil {
		return v.classify(ctx, err, t.ID())
	}
	return nil
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// A stopwatch adds up the time between start and stop. Without a clock it stays
// at zero.
type stopwatch struct {
	now   func() time.Time
	since time.Time
	took  time.Duration
}

func (w *stopwatch) start() {
	if w.now != nil {
		w.since = w.now()
	}
}

func (w *stopwatch) stop() {
	if w.now != nil {
		w.took += w.now().Sub(w.since)
	}
}
