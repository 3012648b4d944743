package difftest

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire/examples/orthodontics"
	"archwire/internal/cli"
	"archwire/internal/demo"
	"archwire/internal/testdb"
)

// A product is the reference project, run and served by the commands its users
// type, on two demo databases.
type product struct {
	dir      string
	rcm, pms string
	base     string            // where it serves
	key      string            // of a client that may see every practice
	own      map[string]string // the keys of clients that may see one practice, by practice
}

// newProduct makes two empty databases and a project folder, nothing more.
func newProduct(t *testing.T) *product {
	t.Helper()
	p := &product{dir: t.TempDir(), rcm: testdb.Postgres(t), pms: testdb.Postgres(t), own: map[string]string{}}
	if err := os.CopyFS(p.dir, orthodontics.Files); err != nil {
		t.Fatal(err)
	}
	return p
}

// fill makes demo data in the databases.
func (p *product) fill(t *testing.T, size demo.Size) {
	t.Helper()
	if _, err := demo.Create(t.Context(), p.rcm, p.pms, size, nil); err != nil {
		t.Fatalf("making the demo databases: %v", err)
	}
}

// dropChecks takes the project's checks away, so that it publishes data whose
// books do not balance.
func (p *product) dropChecks(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(p.dir, "checks")); err != nil {
		t.Fatal(err)
	}
}

// publish runs the project, makes keys and serves until the test ends.
func (p *product) publish(t *testing.T, practices []string) {
	t.Helper()
	p.do(t, "run")
	p.key = p.createKey(t, "--all")
	for _, id := range practices {
		p.own[id] = p.createKey(t, "--practice", id)
	}
	p.serve(t)
}

// do runs one command line and returns what it reports.
func (p *product) do(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	status := cli.Run(t.Context(), append([]string{"-C", p.dir}, args...), cli.Environment{
		Version: "test", Lookup: p.lookup, Out: &out, Err: &errs, Now: time.Now,
	})
	if status != 0 {
		t.Fatalf("archwire %s: exit status %d\n%s", strings.Join(args, " "), status, tail(errs.String()))
	}
	return out.String()
}

// lookup is the environment of the commands.
func (p *product) lookup(name string) (string, bool) {
	v, ok := map[string]string{"RCM_DSN": p.rcm, "PMS_DSN": p.pms}[name]
	return v, ok
}

// createKey makes a key for one practice, or for all, of a client of its own.
func (p *product) createKey(t *testing.T, whom ...string) string {
	t.Helper()
	out := p.do(t, append([]string{"--json", "key", "create", "--client", "difftest " + strings.Join(whom, " ")}, whom...)...)
	var made struct{ Key string }
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Key == "" {
		t.Fatalf("key create --json said %q: %v", out, err)
	}
	return made.Key
}

// serve serves until the test ends.
func (p *product) serve(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out := &announced{address: make(chan string, 1)}
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, []string{"-C", p.dir, "serve", "--listen", "127.0.0.1:0", "--rate", "1000000"}, cli.Environment{
			Version: "test", Lookup: p.lookup, Out: out, Err: out, Now: time.Now,
		})
	}()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case p.base = <-out.address:
	case status := <-ended:
		ended <- status
		t.Fatalf("archwire serve: exit status %d\n%s", status, tail(out.text.String()))
	}
}

// announced is a writer that waits for an address to be written.
type announced struct {
	mu      sync.Mutex
	text    bytes.Buffer
	address chan string
	found   bool
}

func (a *announced) Write(b []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.text.Write(b)
	if _, after, ok := strings.Cut(a.text.String(), "http://127.0.0.1:"); ok && !a.found {
		if end := strings.IndexAny(after, " ;\n"); end > 0 {
			a.found = true
			a.address <- "http://127.0.0.1:" + after[:end]
		}
	}
	return len(b), nil
}

func tail(s string) string {
	const most = 4000
	return s[max(0, len(s)-most):]
}
