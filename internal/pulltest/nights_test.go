// Package pulltest lets archwire pull keep a folder, a DuckDB file and a PostgreSQL
// database equal to what a server opens to a partner, through nights in which rows come,
// change, go and move, practices grant and revoke, for all their locations or some,
// datasets change their columns and what has pseudonyms,
// publications are rolled back and collected, the server is restarted, lines break and
// pulls are killed. Whatever happens, a target shows one whole publication; and whenever
// a pull ends well, it is the one in service, row for row.
package pulltest

import (
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

const shortNights = 4

// A history is what befalls an office and its partner.
type history struct {
	rng    *rand.Rand
	office *office
	world  *world
	line   *line
	judge  *sql.DB // an engine of the test's own
	kept   string  // a folder with the slices that were expected once
	names  names

	grants   []auth.Grant // in force
	ended    []auth.Grant // that were, once
	given    int
	key      string
	database string // the partner's, as a URL
	works    string

	published []archwire.PublicationID // that are kept, oldest first
	seen      map[string]expectation   // what each target was last known to hold

	kills, unchanged, made int
}

func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s=%s is not a number", name, text)
	}
	return n
}

// TestNights prints how to make its history once more, as far as time allows.
func TestNights(t *testing.T) {
	seed, nights := setting(t, "PULL_SEED", rand.Uint64N(1_000_000)), setting(t, "PULL_NIGHTS", shortNights)
	t.Logf("PULL_SEED=%d PULL_NIGHTS=%d go test -tags duckdb_arrow -count=1 -v -run TestNights ./internal/pulltest\nmakes this history once more", seed, nights)
	h := newHistory(t, seed)
	targets := targets(t)
	for _, x := range targets {
		if d, ok := x.(databaseTarget); ok {
			h.database = d.url
		}
		h.seen[x.into()] = expectation{}
	}
	for night := range int(nights) {
		h.night(t, night)
		for _, x := range targets {
			h.sync(t, x, fmt.Sprintf("night %d, %s", night, strings.TrimSuffix(x.into(), filepath.Base(x.into()))))
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d pulls were killed, the line was cut %d times, %d pulls found nothing new, %d slices were made for the partner", h.kills, h.line.cuts.Load(), h.unchanged, h.made)
	if h.kills == 0 || h.unchanged == 0 || h.made == 0 {
		t.Error("nothing was killed, nothing stayed as it was, or nothing was made for the partner")
	}
}

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	h := &history{rng: rng, office: newOffice(t), world: newWorld(rng), kept: t.TempDir(), works: t.TempDir(), names: names{}, seen: map[string]expectation{}}
	var err error
	h.judge, err = sql.Open("duckdb", "")
	must(t, err)
	h.judge.SetMaxOpenConns(1)
	t.Cleanup(func() { must(t, h.judge.Close()) })
	h.key = h.office.keys.Mint(t, auth.Key{Client: "partner"})
	h.grant(auth.Grant{Tenant: "1", Profile: archwire.Identified})
	h.grant(auth.Grant{Tenant: "2", Profile: archwire.Pseudonymous})
	h.grant(auth.Grant{Tenant: "3", Profile: archwire.Aggregate, Datasets: []string{"payment"}})
	h.grant(auth.Grant{Tenant: "4", Profile: archwire.Pseudonymous, Locations: []string{"12"}})
	h.grant(auth.Grant{Tenant: "4", Profile: archwire.Pseudonymous, Datasets: []string{"visit"}, Locations: []string{"13", "11"}})
	h.published = append(h.published, h.office.publish(t, h.world, 0).ID)
	h.office.open(t)
	t.Cleanup(func() { h.office.stop(t) })
	h.line = newLine(t, h.office)
	return h
}

func (h *history) work(into string) string {
	return filepath.Join(h.works, fmt.Sprintf("%x", into)[:8]+strconv.Itoa(len(into)))
}

// night is what happens between two syncs.
func (h *history) night(t *testing.T, night int) {
	t.Helper()
	for range h.rng.IntN(3) {
		h.change()
	}
	rollback := false
	switch n := h.rng.IntN(6); {
	case n == 0 && len(h.published) > 1:
		rollback = true
		i := h.rng.IntN(len(h.published))
		id := h.published[i]
		_, err := h.office.store.Rollback(t.Context(), h.office.slices, id)
		must(t, err)
		h.published = append(slices.Delete(h.published, i, i+1), id)
	case n == 1 && len(h.published) > 2:
		for range 2 { // which only notices what is to be collected
			_, err := h.office.publisher.Collect(t.Context(), 1, 0)
			must(t, err)
		}
		h.published = h.published[len(h.published)-1:]
	}
	if !rollback && night > 0 {
		h.world.night()
		h.published = append(h.published, h.office.publish(t, h.world, night).ID)
	}
	if h.rng.IntN(3) == 0 {
		h.office.restart(t, h.rng.IntN(2) == 0)
	}
	h.await(t)
}

// current is the publication in service.
func (h *history) current() archwire.PublicationID { return h.published[len(h.published)-1] }

// await waits until the server serves the publication and knows the grants.
func (h *history) await(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if !strings.Contains(h.get(t, "/readyz"), string(h.current())) {
			continue
		}
		text, known := h.get(t, "/v1/grants"), true
		for i := range h.given {
			id := fmt.Sprintf("g%d", i+1)
			inForce := slices.ContainsFunc(h.grants, func(g auth.Grant) bool { return g.ID == id })
			known = known && inForce == strings.Contains(text, `"`+id+`"`)
		}
		if known {
			return
		}
	}
	t.Fatal("the server does not serve what is published and granted")
}

func (h *history) get(t *testing.T, path string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+*h.office.address.Load()+path, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+h.key)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return ""
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(resp.Body)
	must(t, err)
	return string(text)
}

// sync pulls into a target until a pull ends well, while pulls are killed and the line
// is cut. After each the target must hold what it held, or what is in service now.
func (h *history) sync(t *testing.T, x target, where string) {
	t.Helper()
	want := h.expect(t, h.current())
	before := h.seen[x.into()]
	if h.rng.IntN(2) == 0 {
		h.line.left.Store(int64(500 + h.rng.IntN(20_000)))
	}
	defer h.line.mend()
	for range h.rng.IntN(3) {
		e := h.pull(t, x.into(), h.death())
		if !e.killed {
			if e.status != 0 {
				t.Fatalf("%s: a pull ends with status %d\n%s%s", where, e.status, e.out, e.errs)
			}
			break
		}
		h.kills++
		if x.unlike(t, h, want) == "" {
			before = want
			continue
		}
		if diff := x.unlike(t, h, before); diff != "" {
			t.Fatalf("%s: after a pull was killed the target is neither what it was (%s) nor what is in service (%s)\n%s", where, diff, x.unlike(t, h, want), e.errs)
		}
	}
	if e := h.pull(t, x.into(), nil); e.status != 0 {
		t.Fatalf("%s: a pull ends with status %d\n%s%s", where, e.status, e.out, e.errs)
	}
	if diff := x.unlike(t, h, want); diff != "" {
		t.Fatalf("%s: %s", where, diff)
	}
	h.seen[x.into()] = want
	if h.rng.IntN(3) == 0 || h.unchanged == 0 {
		e := h.pull(t, x.into(), nil)
		if e.status != 0 || !strings.Contains(e.out, "nothing to do") {
			t.Fatalf("%s: a second pull says\n%s%s", where, e.out, e.errs)
		}
		h.unchanged++
	}
}

// death is when a pull is killed: at any time, or just after a step.
func (h *history) death() *kill {
	switch h.rng.IntN(3) {
	case 0:
		return &kill{after: time.Duration(h.rng.IntN(600)) * time.Millisecond}
	case 1:
		return &kill{step: "manifest", after: time.Duration(h.rng.IntN(60)) * time.Millisecond}
	}
	return &kill{step: "fetch", after: time.Duration(h.rng.IntN(60)) * time.Millisecond}
}
