package cli_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"archwire/internal/state"
	"archwire/internal/testdb"
)

// A killing is a project whose commands are killed, and a partner that is told of
// what goes into service.
type killing struct {
	dir, dsn string
	heard    sync.Map // by sequence: the publication
	served   []string // what CURRENT named, one after the other
}

// Whatever is killed when, each publication that was in service is told of, in its
// order: those of runs and rollbacks that were killed as they switched, too.
func TestEachPublicationInServiceIsTold(t *testing.T) {
	k := &killing{dir: t.TempDir(), dsn: testdb.Postgres(t)}
	partner := httptest.NewServer(http.HandlerFunc(k.hear))
	defer partner.Close()
	webhook := k.prepare(t, partner.URL)
	start := time.Now()
	k.finish(t, "run")
	took := time.Since(start)
	for i := range 8 {
		args := []string{"run"}
		if i%4 == 3 {
			args = []string{"rollback", k.served[0]}
		}
		k.sql(t, "insert into sale select max(sale_id) + 1, 1, '2026-03-30', 0.01, null from sale")
		if i%2 == 0 {
			k.kill(t, rand.N(took), args...)
		} else {
			k.kill(t, time.Minute, args...)
		}
	}
	k.finish(t, "run")

	st, err := state.Open(t.Context(), "sqlite:"+filepath.Join(k.dir, "data", "state.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close() //nolint:errcheck // it was read only
	ds, err := st.Deliveries(t.Context(), "partner", webhook, 100)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(ds)
	var kept []string
	for i, d := range ds {
		if kept = append(kept, string(d.Publication)); d.Sequence != int64(i+1) {
			t.Errorf("event %d has number %d", i+1, d.Sequence)
		}
	}
	if diff := cmp.Diff(k.served, kept); diff != "" {
		t.Errorf("kept for the partner (-in service +kept):\n%s", diff)
	}
	k.finish(t, "webhook", "replay", webhook, "--since", k.served[0]) // what a killed process was telling waits for its lease
	var heard []string
	for i := range k.served {
		p, _ := k.heard.Load(int64(i + 1))
		text, _ := p.(string)
		heard = append(heard, text)
	}
	if diff := cmp.Diff(k.served, heard); diff != "" {
		t.Errorf("told (-in service +told):\n%s", diff)
	}
}

func (k *killing) hear(_ http.ResponseWriter, r *http.Request) {
	var told struct {
		Sequence    int64
		Publication string
	}
	body, err := io.ReadAll(r.Body)
	if err == nil && json.Unmarshal(body, &told) == nil {
		k.heard.Store(told.Sequence, told.Publication)
	}
}

// prepare makes a project with a partner that is told at a URL, and returns the
// webhook's id.
func (k *killing) prepare(t *testing.T, url string) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("..", "..", "testdata", "shop.sql"))
	if err != nil {
		t.Fatal(err)
	}
	k.sql(t, string(script))
	k.finish(t, "init", "shop")
	k.finish(t, "discover", "shop", "--dsn", "${SHOP_DSN}")
	if err := os.CopyFS(filepath.Join(k.dir, "copied"), os.DirFS(filepath.Join("..", "..", "testdata", "shop"))); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "cp", "-r", filepath.Join(k.dir, "copied")+"/.", k.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.OpenFile(filepath.Join(k.dir, "archwire.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = io.WriteString(f, "\nwebhooks: {allow_networks: [127.0.0.0/8]}\n")
	}
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	k.finish(t, "key", "create", "--client", "partner", "--all")
	return regexp.MustCompile(`wh_[a-z2-7]{16}`).FindString(k.finish(t, "webhook", "add", "--client", "partner", url+"/"))
}

func (k *killing) sql(t *testing.T, script string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), k.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // nothing left to lose
	if _, err := conn.Exec(t.Context(), script, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
}

func (k *killing) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "archwire", args...)
	cmd.Dir, cmd.Env = k.dir, append(os.Environ(), "SHOP_DSN="+k.dsn)
	return cmd
}

// finish runs a command to its end and returns what it printed.
func (k *killing) finish(t *testing.T, args ...string) string {
	t.Helper()
	out, err := k.command(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("archwire %v: %v\n%s", args, err, out)
	}
	k.look()
	return string(out)
}

// kill starts a command and kills it: as soon as another publication is in
// service, and after a while at the latest.
func (k *killing) kill(t *testing.T, latest time.Duration, args ...string) {
	t.Helper()
	cmd := k.command(t, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	before, deadline := len(k.served), time.Now().Add(latest)
	for k.look(); len(k.served) == before && time.Now().Before(deadline); k.look() {
		time.Sleep(100 * time.Microsecond)
	}
	cmd.Process.Kill() //nolint:errcheck // it may have ended
	cmd.Wait()         //nolint:errcheck // it was killed
	k.look()
}

// look notes what is in service.
func (k *killing) look() {
	text, err := os.ReadFile(filepath.Join(k.dir, "data", "store", "CURRENT"))
	id := strings.TrimSpace(string(text))
	if err == nil && (len(k.served) == 0 || k.served[len(k.served)-1] != id) {
		k.served = append(k.served, id)
	}
}
