package chaostest

import (
	"encoding/json"
	"strings"
	"syscall"
	"testing"
)

// A daemon's log tells of each run with one of these.
var daemonSays = []string{"run succeeded", "run failed", "no run could be started", "another process runs the project"}

// statuses are the exit statuses of the codes, as docs/reference/errors.md lists them.
var statuses = map[string]int{
	"invalid": 2, "not_found": 3, "denied": 4, "conflict": 5, "unavailable": 6, "mismatch": 7, "internal": 1,
}

// stopped is the exit status of a command that was told to end.
const stopped = 130

// told says whether a line of a daemon's log, up to its first space, is the end of
// a run.
func told(word string) bool {
	for _, s := range daemonSays {
		first, _, _ := strings.Cut(s, " ")
		if strings.HasSuffix(word, `"msg":"`+first) {
			return true
		}
	}
	return false
}

// stop asks the process to end in order.
func (p *process) stop() { p.Signal(syscall.SIGTERM) }

// outcome is how the run ended, as an exit status, and what was said of it: by the
// command itself, or in the log of a daemon.
func (p *process) outcome(t *testing.T) (status int, said string) {
	t.Helper()
	text := p.Errs.Text()
	if p.EndedBy(syscall.SIGTERM) && text == "" {
		return stopped, "archwire: nothing had begun"
	}
	if !p.daemon || p.Status() > 0 { // a daemon that cannot begin ends, as any command
		return p.Status(), text
	}
	if p.Status() != 0 {
		t.Fatalf("the daemon ended with %d\n%s", p.Status(), text)
	}
	status = statuses["unavailable"] // it was stopped before it came to a run
	said = "archwire: no run"
	for line := range strings.Lines(text) {
		var entry struct{ Msg, Code, Err, Hint string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("a line of the daemon's log is not JSON: %v\n%s", err, text)
		}
		switch entry.Msg {
		case daemonSays[0]:
			return 0, text
		case daemonSays[1], daemonSays[2], daemonSays[3]:
			return statuses[entry.Code], "archwire: " + entry.Err + "\n  " + entry.Hint
		}
	}
	return status, said
}
