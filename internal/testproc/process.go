package testproc

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
)

// The variables by which a test binary is told to be the product.
const (
	beArchwire = "TEST_BE_ARCHWIRE"
	fileLimit  = "TEST_FILE_LIMIT" // every file ends at so many bytes
)

// Main is what TestMain of a package calls whose tests call Start: it runs the tests,
// or makes the test binary the product when it is told to.
func Main(m *testing.M) {
	if _, told := os.LookupEnv(beArchwire); !told {
		os.Exit(m.Run())
	}
	limit, _ := os.LookupEnv(fileLimit)
	Archwire(limit)
}

// A Process is one command of the product at work.
type Process struct {
	Began time.Time
	Ended chan struct{} // closed when it has ended
	Took  time.Duration // once it has ended
	Out   *Said
	Errs  *Said

	command *exec.Cmd
	err     error // of the process, once it has ended
}

// Patience is after how long a command is taken to hang: many times what it takes on a
// machine that has much else to do.
const Patience = 5 * time.Minute

// Start starts a command in a folder, with further variables of the form NAME=value.
// Every file that it writes ends at so many bytes if limit is a number. What was not
// waited for is killed with the test.
func Start(tb testing.TB, folder, limit string, variables []string, args ...string) *Process {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	p := &Process{
		command: exec.Command(self, args...), Began: time.Now(), Ended: make(chan struct{}), //nolint:gosec,noctx,forbidigo // of a test, on the real clock
		Out: &Said{}, Errs: &Said{Verbs: make(chan string, 1000)},
	}
	p.command.Dir = folder
	p.command.Env = append(append(os.Environ(), beArchwire+"=1", fileLimit+"="+limit), variables...)
	p.command.Stdout, p.command.Stderr = p.Out, p.Errs
	if err := p.command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { p.Kill(); <-p.Ended })
	go func() {
		p.err = p.command.Wait()
		p.Took = time.Since(p.Began)
		close(p.Ended)
	}()
	return p
}

// Wait returns when the command has ended, and does not wait for ever.
func (p *Process) Wait(tb testing.TB) {
	tb.Helper()
	select {
	case <-p.Ended:
	case <-time.After(Patience):
		p.Signal(syscall.SIGQUIT) // tells where it hangs
		<-p.Ended
		tb.Fatalf("archwire %s hangs\n%s", strings.Join(p.command.Args[1:], " "), p.Errs.Text())
	}
}

// EndsBefore waits until the command has ended, at the longest until a moment, and says
// whether it has.
func (p *Process) EndsBefore(moment time.Time) bool {
	select {
	case <-p.Ended:
		return true
	case <-time.After(time.Until(moment)):
		return false
	}
}

// Says waits until the command has begun a line with a verb, or has ended.
func (p *Process) Says(verb string) {
	for {
		select {
		case said := <-p.Errs.Verbs:
			if said == verb {
				return
			}
		case <-p.Ended:
			return
		}
	}
}

// Kill ends the process at once; it may have ended already.
func (p *Process) Kill() { _ = p.command.Process.Kill() }

// Signal sends the process a signal; it may have ended already.
func (p *Process) Signal(s syscall.Signal) { _ = p.command.Process.Signal(s) }

// EndedBy says whether the process was ended by a signal.
func (p *Process) EndedBy(s syscall.Signal) bool {
	exit, ok := errors.AsType[*exec.ExitError](p.err)
	if !ok {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == s
}

// Killed says whether the process was ended by Kill.
func (p *Process) Killed() bool { return p.EndedBy(syscall.SIGKILL) }

// Status is the exit status; -1 when a signal ended the process.
func (p *Process) Status() int { return p.command.ProcessState.ExitCode() }

// Said is what a process has written so far.
type Said struct {
	Verbs chan string // the first words of lines, as they come; nil when nobody listens

	mu   sync.Mutex
	all  bytes.Buffer
	rest string
}

// Write implements io.Writer.
func (s *Said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all.Write(b)
	s.rest += string(b)
	for {
		line, rest, ok := strings.Cut(s.rest, "\n")
		if !ok {
			return len(b), nil
		}
		s.rest = rest
		verb, _, _ := strings.Cut(line, " ")
		select {
		case s.Verbs <- verb:
		default: // nobody listens
		}
	}
}

// Text is all of it.
func (s *Said) Text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}
