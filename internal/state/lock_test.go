package state_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/state"
	"archwire/internal/testdb"
)

func TestLock_IsHeldByOneRun(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		_, unlock, err := s.Lock(t.Context(), "20261121T120000Z-aaaa")
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []*state.Store{s, open(t, url, at(noon))} {
			_, _, err := other.Lock(t.Context(), "second")
			wantCode(t, err, archwire.Conflict)
			for _, part := range []string{"20261121T120000Z-aaaa", fmt.Sprint(os.Getpid()), "2026-11-21T12:00:00Z"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not name %s", err, part)
				}
			}
		}
		for range 2 { // unlocking twice is unlocking once
			if err := unlock(); err != nil {
				t.Fatal(err)
			}
		}
		_, again, err := s.Lock(t.Context(), "third")
		if err != nil {
			t.Fatalf("the lock was not given back: %v", err)
		}
		if err := again(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLock_EndsRunsThatWereCutOff(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		cut := archwire.Run{ID: "cut", State: archwire.Running, StartedAt: noon, Verb: archwire.Extract}
		done := aRun("done", 1)
		mine := archwire.Run{ID: "mine", State: archwire.Running, StartedAt: noon, Verb: archwire.Extract}
		for _, r := range []archwire.Run{cut, done, mine} {
			if err := s.SaveRun(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		_, unlock, err := s.Lock(t.Context(), "mine")
		if err != nil {
			t.Fatal(err)
		}
		defer unlock() //nolint:errcheck // the test is over
		for id, want := range map[archwire.RunID]archwire.RunState{
			"cut": archwire.Failed, "done": archwire.Succeeded, "mine": archwire.Running,
		} {
			r, err := s.Run(t.Context(), id)
			if err != nil || r.State != want {
				t.Errorf("run %s is %s, %v; want %s", id, r.State, err, want)
			}
			if id == "cut" && (r.Error == "" || r.Hint == "" || r.EndedAt.IsZero()) {
				t.Errorf("the run that was cut off does not say so: %+v", r)
			}
		}
	})
}

// holderURL is set in the process that TestLock_EndsWithAKilledProcess kills.
const holderURL = "ARCHWIRE_TEST_LOCK_HOLDER"

func TestLock_EndsWithAKilledProcess(t *testing.T) {
	if url := os.Getenv(holderURL); url != "" {
		if _, _, err := open(t, url, at(noon)).Lock(t.Context(), "killed"); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(os.Stdout, "held")
		select {} // until killed
	}
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		holder := exec.Command(os.Args[0], "-test.run=^TestLock_EndsWithAKilledProcess$")
		holder.Env = append(os.Environ(), holderURL+"="+url)
		out, err := holder.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := holder.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { holder.Process.Kill() }) //nolint:errcheck // it may be dead already
		for lines := bufio.NewScanner(out); lines.Scan() && !strings.Contains(lines.Text(), "held"); {
			continue
		}
		_, _, err = s.Lock(t.Context(), "second")
		wantCode(t, err, archwire.Conflict)
		if !strings.Contains(err.Error(), fmt.Sprint(holder.Process.Pid)) {
			t.Errorf("%q does not name the process", err)
		}
		if err := holder.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		holder.Wait() //nolint:errcheck // it was killed
		for {
			_, unlock, err := s.Lock(t.Context(), "second")
			if archwire.CodeOf(err) == archwire.Conflict && t.Context().Err() == nil {
				runtime.Gosched() // a server takes a moment to see that the connection is gone
				continue
			}
			if err != nil {
				t.Fatalf("the killed process's lock stays: %v", err)
			}
			if err := unlock(); err != nil {
				t.Fatal(err)
			}
			return
		}
	})
}

func TestLock_IsHeldUnderAContextThatEndsWithIt(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ctx, cancel := context.WithCancel(t.Context())
		held, unlock, err := open(t, url, at(noon)).Lock(ctx, "r")
		if err != nil {
			t.Fatal(err)
		}
		if held.Err() != nil {
			t.Fatalf("it has ended: %v", context.Cause(held))
		}
		cancel()
		<-held.Done()
		if err := unlock(); err != nil {
			t.Errorf("unlocking when all is over: %v", err)
		}
		_, again, err := open(t, url, at(noon)).Lock(t.Context(), "s")
		if err != nil {
			t.Fatalf("the lock was not given back: %v", err)
		}
		if err := again(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLock_ThatIsLostEndsTheWork(t *testing.T) {
	url := testdb.Postgres(t)
	s := open(t, url, at(noon))
	held, unlock, err := s.Lock(t.Context(), "r")
	if err != nil {
		t.Fatal(err)
	}
	execute(t, url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'archwire run lock'")
	<-held.Done()
	wantCode(t, context.Cause(held), archwire.Unavailable)
	if !strings.Contains(context.Cause(held).Error(), "the run lock was lost") {
		t.Errorf("got %v", context.Cause(held))
	}
	unlock() //nolint:errcheck // there is nothing left to give back
	_, again, err := s.Lock(t.Context(), "s")
	if err != nil {
		t.Fatalf("the lost lock stays: %v", err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}
