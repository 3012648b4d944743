package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/ledger"
)

const (
	dirOf   = "ARCHWIRE_TEST_LEDGER"
	limitOf = "ARCHWIRE_TEST_LEDGER_LIMIT"
)

// TestMain makes the test binary a process that appends until it is killed, and
// prints the request of each entry that was written.
func TestMain(m *testing.M) {
	dir := os.Getenv(dirOf)
	if dir == "" {
		os.Exit(m.Run())
	}
	signal.Ignore(syscall.SIGXFSZ)
	if n, err := strconv.ParseUint(os.Getenv(limitOf), 10, 64); err == nil {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: 1 << 40}); err != nil {
			panic(err)
		}
	}
	if err := appendForever(dir, os.Getenv(limitOf) != ""); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// appendForever appends from several goroutines; where the disk is full, it makes
// room once.
func appendForever(dir string, full bool) error {
	ctx := context.Background()
	l, err := ledger.Open(ctx, ledger.Config{Dir: dir, Now: time.Now, Log: slog.New(slog.DiscardHandler), SegmentBytes: 20_000})
	if err != nil {
		return err
	}
	var out sync.Mutex
	room := sync.OnceFunc(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40}); err != nil {
			panic(err)
		}
	})
	for worker := range 4 {
		go func() {
			for i := 0; ; i++ {
				e := entry(os.Getpid()*100_000_000+worker*10_000_000+i, "7")
				err := l.Append(ctx, e)
				out.Lock()
				if err == nil {
					fmt.Println(e.Request)
				} else if archwire.CodeOf(err) == archwire.Unavailable && full {
					fmt.Println("full")
					room()
				}
				out.Unlock()
				if err != nil {
					time.Sleep(200 * time.Millisecond) // as those who ask again do
				}
			}
		}()
	}
	select {}
}

// livingProcess runs the process until it printed some lines, kills it and
// returns them.
func livingProcess(t *testing.T, g *ground, limit string, lines int) (printed []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), dirOf+"="+g.Dir, limitOf+"="+limit)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(out)
	for s.Scan() {
		printed = append(printed, s.Text())
		if len(printed) == lines {
			cmd.Process.Kill() //nolint:errcheck // it has not ended by itself
		}
	}
	cmd.Wait() //nolint:errcheck // it was killed
	if len(printed) < lines {
		t.Fatalf("the process ended after %d lines", len(printed))
	}
	return printed
}

// wantAll checks that the ledger is whole and holds the entries of requests.
func (g *ground) wantAll(t *testing.T, requests []string) {
	t.Helper()
	g.with(t, entry(1, "7")) // whoever goes on with it
	if p := g.proof(t); p.Err() != nil {
		t.Fatal(p.Err())
	}
	there := map[string]bool{"full": true}
	for _, e := range g.found(t, ledger.Filter{}) {
		there[e.Request] = true
	}
	for _, r := range requests {
		if !there[r] {
			t.Errorf("entry %s was acknowledged and is lost", r)
		}
	}
}

func TestAppend_SurvivesBeingKilledAnywhere(t *testing.T) {
	g := newGround(t)
	g.Store = nil
	var acknowledged []string
	for range 10 {
		acknowledged = append(acknowledged, livingProcess(t, g, "", 1+rand.IntN(300))...)
	}
	g.wantAll(t, acknowledged)
}

func TestAppend_GoesOnWhenAFullDiskHasRoomAgain(t *testing.T) {
	g := newGround(t)
	g.Store = nil
	printed := livingProcess(t, g, "9999", 200)
	full := 0
	for _, p := range printed {
		if p == "full" {
			full++
		}
	}
	if full == 0 || full == len(printed) {
		t.Fatalf("%d of %d appends met a full disk", full, len(printed))
	}
	g.wantAll(t, printed)
}
