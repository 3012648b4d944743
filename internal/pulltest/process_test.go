package pulltest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	_ "time/tzdata" // as the program does

	"archwire/internal/testproc"
)

const beArchwire = "PULLTEST_BE_ARCHWIRE"

// TestMain makes the test binary the product when it is told to: what is killed is a
// process of its own that does what the command does.
func TestMain(m *testing.M) {
	if os.Getenv(beArchwire) == "" {
		os.Exit(m.Run())
	}
	testproc.Archwire("")
}

// An end is how a process ended.
type end struct {
	killed bool
	status int
	out    string
	errs   string
}

// kill says when a process is killed: so long after it began or, if step is set, after
// it has said that this step was done.
type kill struct {
	step  string
	after time.Duration
}

// pull runs a command of the product, and kills it if it lasts so long.
func (h *history) pull(t *testing.T, into string, k *kill, args ...string) end {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, append([]string{"pull", "--url", "http://" + h.line.address(), "--key-env", "PARTNER_KEY", "--into", into, "--work", h.work(into), "--memory", "256MB"}, args...)...)
	cmd.Env = append(os.Environ(), beArchwire+"=1", "PARTNER_KEY="+h.key, "PARTNER_URL="+h.database)
	var out bytes.Buffer
	errs := &heard{step: make(chan struct{})}
	if k != nil {
		errs.wanted = k.step
	}
	cmd.Stdout, cmd.Stderr = &out, errs
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var begun <-chan struct{}
	var strike <-chan time.Time
	if k != nil && k.step != "" {
		begun = errs.step
	} else if k != nil {
		strike = time.After(k.after)
	}
	hangs := time.After(2 * time.Minute)
	for {
		select {
		case err := <-ended:
			exit, _ := errors.AsType[*exec.ExitError](err)
			e := end{status: cmd.ProcessState.ExitCode(), out: out.String(), errs: errs.text()}
			if exit != nil {
				status, _ := exit.Sys().(syscall.WaitStatus)
				e.killed = status.Signaled() && status.Signal() == syscall.SIGKILL
			}
			return e
		case <-begun:
			begun, strike = nil, time.After(k.after)
		case <-strike:
			cmd.Process.Kill() //nolint:errcheck // it may have ended
		case <-hangs:
			cmd.Process.Signal(syscall.SIGQUIT) //nolint:errcheck // tells where it hangs
			<-ended                             //nolint:errcheck // it was ended
			t.Fatalf("archwire pull hangs\n%s", errs.text())
		}
	}
}

// heard is what a process says; step is closed once it has said that a step was done.
type heard struct {
	wanted string
	step   chan struct{}
	mu     sync.Mutex
	all    bytes.Buffer
	closed bool
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all.Write(b)
	if h.wanted != "" && !h.closed && strings.Contains("\n"+h.all.String(), "\n"+h.wanted) {
		h.closed = true
		close(h.step)
	}
	return len(b), nil
}

func (h *heard) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all.String()
}
