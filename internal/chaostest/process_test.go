package chaostest

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

// The variables by which the test binary is told to be the product.
const (
	beArchwire = "CHAOS_BE_ARCHWIRE"
	fileLimit  = "CHAOS_FILE_LIMIT" // every file ends at so many bytes
)

// TestMain makes the test binary the product when it is told to: what is killed
// is a process of its own that does what the command does.
func TestMain(m *testing.M) {
	if os.Getenv(beArchwire) == "" {
		os.Exit(m.Run())
	}
	testproc.Archwire(os.Getenv(fileLimit))
}

// A process is one command of the product at work.
type process struct {
	command *exec.Cmd
	daemon  bool // that runs once and then waits for the schedule
	began   time.Time
	ended   chan struct{}
	err     error         // of the process, once it has ended
	took    time.Duration // once it has ended
	out     *said
	errs    *said
}

// patience is after how long a command is taken to hang.
const patience = 2 * time.Minute

// archwire starts a command in a project's folder.
func archwire(t *testing.T, folder, dsn, limit string, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{
		command: exec.Command(self, args...), began: time.Now(), ended: make(chan struct{}),
		out: &said{}, errs: &said{lines: make(chan string, 1000)},
	}
	p.command.Dir = folder
	p.command.Env = append(os.Environ(), beArchwire+"=1", fileLimit+"="+limit, "SHOP_DSN="+dsn)
	p.command.Stdout, p.command.Stderr = p.out, p.errs
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.command.Wait()
		p.took = time.Since(p.began)
		close(p.ended)
	}()
	return p
}

// wait returns when the command has ended, and does not wait for ever.
func (p *process) wait(t *testing.T) {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.command.Process.Signal(syscall.SIGQUIT) // tells where it hangs
		<-p.ended
		t.Fatalf("archwire %s hangs\n%s", strings.Join(p.command.Args[1:], " "), p.errs.text())
	}
}

func (p *process) kill() { _ = p.command.Process.Kill() }

// killed says whether the process was ended by SIGKILL.
func (p *process) killed() bool {
	exit, ok := errors.AsType[*exec.ExitError](p.err)
	if !ok {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// status is the exit status; -1 when a signal ended the process.
func (p *process) status() int { return p.command.ProcessState.ExitCode() }

// said is what a process has written so far.
type said struct {
	mu    sync.Mutex
	all   bytes.Buffer
	rest  string
	lines chan string // the verbs at the beginnings of lines, as they come
}

func (s *said) Write(b []byte) (int, error) {
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
		case s.lines <- verb:
		default: // nobody listens
		}
	}
}

func (s *said) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

// run is a command that nothing disturbs: it must succeed.
func run(t *testing.T, folder, dsn string, args ...string) (out, errs string) {
	t.Helper()
	p := archwire(t, folder, dsn, "", args...)
	p.wait(t)
	if p.status() != 0 {
		t.Fatalf("archwire %s: exit status %d\n%s%s", strings.Join(args, " "), p.status(), p.out.text(), p.errs.text())
	}
	return p.out.text(), p.errs.text()
}
