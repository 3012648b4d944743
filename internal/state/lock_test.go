package state_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/state"
)

func TestLock_IsHeldByOneRun(t *testing.T) {
	s, path := setup(t)
	unlock, err := s.Lock(t.Context(), "20261121T120000Z-aaaa")
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []*state.Store{s, open(t, path, at(noon))} {
		_, err := other.Lock(t.Context(), "second")
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
	again, err := s.Lock(t.Context(), "third")
	if err != nil {
		t.Fatalf("the lock was not given back: %v", err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}

func TestLock_EndsRunsThatWereCutOff(t *testing.T) {
	s, _ := setup(t)
	cut := archwire.Run{ID: "cut", State: archwire.Running, StartedAt: noon, Verb: archwire.Extract}
	done := aRun("done", 1)
	mine := archwire.Run{ID: "mine", State: archwire.Running, StartedAt: noon, Verb: archwire.Extract}
	for _, r := range []archwire.Run{cut, done, mine} {
		if err := s.SaveRun(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	unlock, err := s.Lock(t.Context(), "mine")
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
}

// holderPath is set in the process that TestLock_EndsWithAKilledProcess kills.
const holderPath = "ARCHWIRE_TEST_LOCK_HOLDER"

func TestLock_EndsWithAKilledProcess(t *testing.T) {
	if path := os.Getenv(holderPath); path != "" {
		if _, err := open(t, path, at(noon)).Lock(t.Context(), "killed"); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(os.Stdout, "held")
		select {} // until killed
	}
	path := filepath.Join(t.TempDir(), "state.db")
	s := open(t, path, at(noon))
	holder := exec.Command(os.Args[0], "-test.run=^TestLock_EndsWithAKilledProcess$")
	holder.Env = append(os.Environ(), holderPath+"="+path)
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
	_, err = s.Lock(t.Context(), "second")
	wantCode(t, err, archwire.Conflict)
	if !strings.Contains(err.Error(), fmt.Sprint(holder.Process.Pid)) {
		t.Errorf("%q does not name the process", err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.Wait() //nolint:errcheck // it was killed
	unlock, err := s.Lock(t.Context(), "second")
	if err != nil {
		t.Fatalf("the killed process's lock stays: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}
