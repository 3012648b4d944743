package daemon_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // the rules of the zones, the same on every machine

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/daemon"
	"archwire/internal/schedule"
)

// A world is a journal and a run lock, in the bubble's time, which begins at
// midnight UTC of 1 January 2000: 17:00 of 31 December in Denver.
type world struct {
	*daemon.Daemon
	mu     sync.Mutex
	runs   []archwire.Run  // the newest first
	ends   []archwire.Code // of the coming runs; then "" for ever
	starts []string
	takes  time.Duration
	held   bool  // by another process
	broken error // the journal
	locked error // the lock
	ticks  int
	log    bytes.Buffer
}

func setup(t *testing.T, cron string) *world {
	t.Helper()
	c, err := schedule.Parse(cron)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{takes: 10 * time.Minute}
	w.Daemon = &daemon.Daemon{
		Schedule: c, Zone: zone, Journal: w.journal, Run: w.run, Now: time.Now, Metrics: daemon.NewMetrics(),
		Tick: func(context.Context) { w.mu.Lock(); w.ticks++; w.mu.Unlock() },
		Log:  slog.New(slog.NewTextHandler(&w.log, nil)),
	}
	return w
}

func (w *world) journal(_ context.Context, limit int) ([]archwire.Run, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]archwire.Run(nil), w.runs[:min(limit, len(w.runs))]...), w.broken
}

func (w *world) run(ctx context.Context, wanted func([]archwire.Run) bool) (archwire.Run, error) {
	w.mu.Lock()
	if w.locked != nil || w.held {
		err := w.locked
		if w.held {
			err = &archwire.Error{Code: archwire.Conflict, Message: "run x is at work"}
		}
		w.mu.Unlock()
		return archwire.Run{}, err
	}
	for i, r := range w.runs { // as a state store does once the lock is taken
		if r.State == archwire.Running {
			w.runs[i].State, w.runs[i].Code, w.runs[i].EndedAt = archwire.Failed, archwire.Unavailable, time.Now()
		}
	}
	runs := append([]archwire.Run(nil), w.runs...)
	w.mu.Unlock()
	if !wanted(runs) {
		return archwire.Run{}, daemon.ErrNotWanted
	}
	r := archwire.Run{ID: archwire.RunID(fmt.Sprint("r", len(w.runs))), State: archwire.Running, StartedAt: time.Now()}
	w.add(r)
	w.starts = append(w.starts, r.StartedAt.In(w.Zone).Format("2 15:04"))
	select {
	case <-time.After(w.takes):
	case <-ctx.Done():
	}
	r.EndedAt, r.State = time.Now(), archwire.Succeeded
	var err error
	if len(w.ends) > 0 && w.ends[0] != "" {
		r.State, r.Code = archwire.Failed, w.ends[0]
	}
	if ctx.Err() != nil {
		r.State, r.Code = archwire.Failed, archwire.Unavailable
	}
	if len(w.ends) > 0 {
		w.ends = w.ends[1:]
	}
	if r.Code != "" {
		err = &archwire.Error{Code: r.Code, Message: "it failed"}
	}
	w.mu.Lock()
	w.runs[0] = r
	w.mu.Unlock()
	return r, err
}

func (w *world) add(r archwire.Run) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.runs = append([]archwire.Run{r}, w.runs...)
}

// loop runs the daemon for so long.
func (w *world) loop(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	w.Loop(ctx)
}

func (w *world) started(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, w.starts); diff != "" {
		t.Errorf("runs started (-want +got):\n%s\n%s", diff, w.log.String())
	}
}

func TestLoop_RunsBySchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		w.loop(t, 60*time.Hour)
		w.started(t, "1 01:30", "2 01:30", "3 01:30")
		if w.ticks < 2*60*60 || w.ticks > 2*60*60+2 {
			t.Errorf("%d ticks in 60 hours, want one each half minute", w.ticks)
		}
	})
}

func TestLoop_CatchesUpOnceWhatWasMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		then := time.Now().Add(-10 * 24 * time.Hour)
		w.add(archwire.Run{ID: "old", State: archwire.Succeeded, StartedAt: then, EndedAt: then.Add(time.Minute)})
		w.loop(t, 12*time.Hour)
		w.started(t, "31 17:00", "1 01:30")
	})
}

func TestLoop_LetsARunByHandCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "0 12 * * *")
		then := time.Now().Add(-time.Hour) // 16:00, after the noon that was missed
		w.add(archwire.Run{ID: "by hand", State: archwire.Succeeded, StartedAt: then, EndedAt: then.Add(time.Minute)})
		w.loop(t, 20*time.Hour)
		w.started(t, "1 12:00")
	})
}

func TestLoop_RunsAtOnceWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		w.AtOnce = true
		w.loop(t, 12*time.Hour)
		w.started(t, "31 17:00", "1 01:30")
	})
}

// Back-off doubles from a minute, less up to a quarter, after runs of 10 minutes.
func TestLoop_TriesAgainWhatCanPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "0 18 * * *")
		w.ends = []archwire.Code{archwire.Unavailable, archwire.Unavailable, archwire.Unavailable}
		w.loop(t, 10*time.Hour)
		if len(w.starts) != 4 {
			t.Fatalf("it ran at %v, want the scheduled time and three more", w.starts)
		}
		for i := range 3 { // w.runs: the newest first
			waited := w.runs[2-i].StartedAt.Sub(w.runs[3-i].EndedAt)
			most := time.Minute << i
			if waited > most || waited < most*3/4 {
				t.Errorf("after failure %d it waited %v, want %v to %v", i+1, waited, most*3/4, most)
			}
		}
	})
}

func TestLoop_LeavesAloneWhatWillNotPass(t *testing.T) {
	for _, code := range []archwire.Code{archwire.Invalid, archwire.Mismatch, archwire.Denied, archwire.NotFound, archwire.Internal} {
		synctest.Test(t, func(t *testing.T) {
			w := setup(t, "30 1 * * *")
			w.ends = []archwire.Code{code}
			w.loop(t, 40*time.Hour)
			w.started(t, "1 01:30", "2 01:30")
		})
	}
}

func TestLoop_NeverRunsBesideAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		w.held = true
		time.AfterFunc(9*time.Hour, func() { // 02:00: the other's run, begun at 01:30, is done
			w.add(archwire.Run{ID: "other", State: archwire.Succeeded, StartedAt: time.Now().Add(-30 * time.Minute), EndedAt: time.Now()})
			w.mu.Lock()
			w.held = false
			w.mu.Unlock()
		})
		w.loop(t, 20*time.Hour)
		w.started(t)
	})
}

func TestLoop_GoesOnFromARunThatWasCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		w.add(archwire.Run{ID: "cut", State: archwire.Running, StartedAt: time.Now().Add(-time.Hour)})
		w.loop(t, 5*time.Minute)
		if len(w.starts) != 1 || !strings.HasPrefix(w.starts[0], "31 17:0") {
			t.Errorf("it ran at %v, want soon after the start", w.starts)
		}
	})
}

func TestLoop_StopsTheRunUnderWayAndTheNextGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "5 17 * * *")
		w.loop(t, 7*time.Minute) // two minutes into the run
		if r := w.runs[0]; r.State != archwire.Failed || r.EndedAt.Sub(r.StartedAt) != 2*time.Minute {
			t.Fatalf("got %+v", r)
		}
		again := setup(t, "5 17 * * *")
		again.runs = w.runs
		again.loop(t, time.Hour)
		if len(again.starts) != 1 {
			t.Errorf("after a restart it ran at %v, want once", again.starts)
		}
	})
}

func TestLoop_SurvivesAStateThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		w.broken = errors.New("no connection")
		time.AfterFunc(9*time.Hour, func() { // 02:00
			if says, ok := w.Health(); ok {
				t.Errorf("it says it is well: %s", says)
			}
			w.mu.Lock()
			w.broken = nil
			w.mu.Unlock()
		})
		w.loop(t, 10*time.Hour)
		if len(w.starts) != 1 || !strings.HasPrefix(w.starts[0], "1 02:0") {
			t.Errorf("it ran at %v, want once the state is back", w.starts)
		}
		if says, ok := w.Health(); !ok {
			t.Errorf("it is not well: %s", says)
		}
	})
}

func TestLoop_DoesNotSpinWhereNoRunCanBeStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "5 17 * * *")
		w.locked = &archwire.Error{Code: archwire.Invalid, Message: "the project has complaints"}
		w.loop(t, 6*time.Hour)
		if n := strings.Count(w.log.String(), "no run could be started"); n < 5 || n > 20 {
			t.Errorf("it said so %d times in 6 hours", n)
		}
		w.started(t)
	})
}

func TestLoop_RunsThroughTheNightOfTheClockChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 4, 1, 12, 0, 0, 0, time.UTC))) // Denver leaves 02:00 for 03:00 on 2 April
		w := setup(t, "30 2 * * *")
		w.loop(t, 72*time.Hour)
		w.started(t, "2 03:00", "3 02:30", "4 02:30")
	})
}

func TestLoop_DoesWhatIsLeftWhenNothingIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		left, during, running := 2, 0, false
		w.Left = func(context.Context) func(context.Context) {
			if says, _ := w.Health(); says == "running" {
				during++
			}
			if left == 0 {
				return nil
			}
			return func(context.Context) {
				left--
				says, ok := w.Health()
				running = says == "running" && ok
				time.Sleep(20 * time.Minute) // healthy, however long it takes
			}
		}
		w.loop(t, 30*time.Hour)
		w.started(t, "1 01:30")
		if left != 0 || during != 0 || !running {
			t.Errorf("%d things are left; asked %d times during a run; running while it does them: %t", left, during, running)
		}
	})
}
