package chaostest

import (
	"strings"
	"testing"

	"archwire/internal/testproc"
)

// TestMain makes the test binary the product when it is told to: what is killed
// is a process of its own that does what the command does.
func TestMain(m *testing.M) { testproc.Main(m) }

// A process is one command of the product at work.
type process struct {
	*testproc.Process

	daemon bool // that runs once and then waits for the schedule
}

// archwire starts a command in a project's folder.
func archwire(t *testing.T, folder, dsn, limit string, args ...string) *process {
	t.Helper()
	return &process{Process: testproc.Start(t, folder, limit, []string{"SHOP_DSN=" + dsn}, args...)}
}

// run is a command that nothing disturbs: it must succeed.
func run(t *testing.T, folder, dsn string, args ...string) (out, errs string) {
	t.Helper()
	p := archwire(t, folder, dsn, "", args...)
	p.Wait(t)
	if p.Status() != 0 {
		t.Fatalf("archwire %s: exit status %d\n%s%s", strings.Join(args, " "), p.Status(), p.Out.Text(), p.Errs.Text())
	}
	return p.Out.Text(), p.Errs.Text()
}
