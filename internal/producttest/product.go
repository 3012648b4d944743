// Package producttest runs the reference project as its users do, by the commands that
// they type, on two databases of a test.
package producttest

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
	"archwire/internal/testdb"
	"archwire/internal/testproc"
)

// A Product is a project folder and the databases that it reads.
type Product struct {
	Dir      string            // of the project
	RCM, PMS string            // URLs of the databases
	Env      map[string]string // further variables that the project refers to
}

// New makes two empty databases and a folder with the reference project. Both go with
// the test.
func New(tb testing.TB) *Product {
	tb.Helper()
	p := &Product{Dir: tb.TempDir(), RCM: testdb.Postgres(tb), PMS: testdb.Postgres(tb)}
	if err := os.CopyFS(p.Dir, orthodontics.Files); err != nil {
		tb.Fatal(err)
	}
	return p
}

// Beside makes another folder with the reference project, on the same databases, its
// archwire.yaml changed: each text of changes is there once, and is replaced by what it
// maps to.
func (p *Product) Beside(tb testing.TB, changes, env map[string]string) *Product {
	tb.Helper()
	o := &Product{Dir: tb.TempDir(), RCM: p.RCM, PMS: p.PMS, Env: env}
	if err := os.CopyFS(o.Dir, orthodontics.Files); err != nil {
		tb.Fatal(err)
	}
	text, err := orthodontics.Files.ReadFile("archwire.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	config := string(text)
	for from, to := range changes {
		if strings.Count(config, from) != 1 {
			tb.Fatalf("archwire.yaml has %q not once", from)
		}
		config = strings.Replace(config, from, to, 1)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "archwire.yaml"), []byte(config), 0o600); err != nil {
		tb.Fatal(err)
	}
	return o
}

// Do runs one command line and returns what it reports.
func (p *Product) Do(tb testing.TB, args ...string) string {
	tb.Helper()
	var out, errs bytes.Buffer
	status := cli.Run(tb.Context(), append([]string{"-C", p.Dir}, args...), cli.Environment{
		Version: "test", Lookup: p.lookup, Out: &out, Err: &errs, Now: time.Now, //nolint:forbidigo // the commands run by the real clock
	})
	if status != 0 {
		tb.Fatalf("archwire %s: exit status %d\n%s", strings.Join(args, " "), status, tail(errs.String()))
	}
	return out.String()
}

// Start starts one command line in a process of its own, for a package whose TestMain is
// testproc.Main.
func (p *Product) Start(tb testing.TB, args ...string) *testproc.Process {
	tb.Helper()
	variables := []string{"RCM_DSN=" + p.RCM, "PMS_DSN=" + p.PMS}
	for name, value := range p.Env {
		variables = append(variables, name+"="+value)
	}
	return testproc.Start(tb, p.Dir, "", variables, args...)
}

// lookup is the environment of the commands.
func (p *Product) lookup(name string) (string, bool) {
	if v, ok := p.Env[name]; ok {
		return v, true
	}
	v, ok := map[string]string{"RCM_DSN": p.RCM, "PMS_DSN": p.PMS}[name]
	return v, ok
}

// Key makes a key of a client, with what it may see: --all, or --practice and an id.
func (p *Product) Key(tb testing.TB, client string, grant ...string) string {
	tb.Helper()
	out := p.Do(tb, append([]string{"--json", "key", "create", "--client", client}, grant...)...)
	var made struct{ Key string }
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Key == "" {
		tb.Fatalf("key create --json said %q: %v", out, err)
	}
	return made.Key
}

// Serve serves until the test ends, and returns the address.
func (p *Product) Serve(tb testing.TB, flags ...string) string {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	out := &announced{address: make(chan string, 1)}
	ended := make(chan int, 1)
	args := append([]string{"-C", p.Dir, "serve", "--listen", "127.0.0.1:0", "--rate", "1000000"}, flags...)
	go func() {
		ended <- cli.Run(ctx, args, cli.Environment{
			Version: "test", Lookup: p.lookup, Out: out, Err: out, Now: time.Now, //nolint:forbidigo // the same
		})
	}()
	tb.Cleanup(func() { cancel(); <-ended })
	select {
	case address := <-out.address:
		return address
	case status := <-ended:
		ended <- status
		tb.Fatalf("archwire serve: exit status %d\n%s", status, tail(out.String()))
	}
	return ""
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
	if a.found {
		return len(b), nil
	}
	a.text.Write(b)
	if _, after, ok := strings.Cut(a.text.String(), "http://127.0.0.1:"); ok {
		if end := strings.IndexAny(after, " ;\n"); end > 0 {
			a.found = true
			a.address <- "http://127.0.0.1:" + after[:end]
		}
	}
	return len(b), nil
}

func (a *announced) String() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.text.String()
}

func tail(s string) string {
	const most = 4000
	return s[max(0, len(s)-most):]
}
