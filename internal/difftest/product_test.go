package difftest

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire/internal/demo"
	"archwire/internal/producttest"
)

// A product is the reference project, run and served by the commands its users
// type, on two demo databases.
type product struct {
	*producttest.Product
	dir      string
	rcm, pms string
	base     string            // where it serves
	key      string            // of a client that may see every practice
	own      map[string]string // the keys of clients that may see one practice, by practice
}

// newProduct makes two empty databases and a project folder, nothing more.
// DIFFTEST_PMS says in which engine pms lies.
func newProduct(t *testing.T) *product {
	t.Helper()
	return newProductIn(t, cmp.Or(os.Getenv("DIFFTEST_PMS"), "postgres"))
}

// newProductIn is newProduct with pms in an engine: postgres or sqlserver.
func newProductIn(t *testing.T, engine string) *product {
	t.Helper()
	made := producttest.New(t)
	p := &product{Product: made, dir: made.Dir, rcm: made.RCM, pms: made.PMS, own: map[string]string{}}
	switch engine {
	case "postgres":
	case "sqlserver":
		p.moveToSQLServer(t)
	default:
		t.Fatalf("DIFFTEST_PMS=%s is neither postgres nor sqlserver", engine)
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
	p.base = p.Serve(t)
}

// do runs one command line and returns what it reports.
func (p *product) do(t *testing.T, args ...string) string {
	t.Helper()
	return p.Do(t, args...)
}

// createKey makes a key for one practice, or for all, of a client of its own.
func (p *product) createKey(t *testing.T, whom ...string) string {
	t.Helper()
	return p.Key(t, "difftest "+strings.Join(whom, " "), whom...)
}
