package serve_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/ledger"
	"archwire/internal/warehouse/duckdb"
)

// bundle is a server over a real store, published from a real warehouse.
type bundle struct {
	warehouse *duckdb.Warehouse
	slices    *duckdb.Reader
	publisher *publish.Publisher
	input     publish.Input
	reader    *publish.Reader
	keys      *authtest.Keys
	log       *logged
	store     string // its folder
	objects   object.Store
	ledgerDir string
	url       string
	metrics   string       // the address of /metrics
	stop      func() error // ends Run and returns its error
}

// now is the hour of every test.
func now() time.Time { return time.Now() }

// personSecret keys the persons of the ledger.
var personSecret = []byte("a secret of the tests")

// pseudonymSecret keys pseudonyms.
var pseudonymSecret = []byte("another secret of the tests")

// setup serves a project of three practices. Nothing is published yet.
func setup(t *testing.T, change ...func(*serve.Config)) *bundle {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	warehouse, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(dir, "warehouse.duckdb"), Memory: "512MB", Threads: 1})
	must(t, err)
	t.Cleanup(func() { must(t, warehouse.Close()) })
	slices, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "512MB", Threads: 1})
	must(t, err)
	t.Cleanup(func() { must(t, slices.Close()) })
	objects, err := object.Open("file:" + filepath.Join(dir, "store"))
	must(t, err)
	store, err := publish.NewStore(objects)
	must(t, err)
	b := &bundle{
		store: filepath.Join(dir, "store"), warehouse: warehouse, slices: slices, keys: authtest.New(), log: &logged{},
		publisher: &publish.Publisher{Store: store, Warehouse: warehouse, Reader: slices, Now: now, Rand: rand.Reader},
		reader:    publish.OpenReader(store, slices).Keyed(pseudonymSecret).ListingEvery(time.Millisecond), input: project(),
		objects: objects, ledgerDir: filepath.Join(dir, "ledger"),
	}
	taken, err := ledger.Open(ctx, ledger.Config{Dir: b.ledgerDir, Store: objects, Now: now, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { must(t, taken.Close()) })
	cfg := serve.Config{
		Reader: b.reader, Authorizer: auth.NewAuthorizer(b.keys, now), Ledger: taken, PersonSecret: personSecret, Log: slog.New(slog.NewTextHandler(b.log, nil)), Now: now,
		Listen: "127.0.0.1:0", MetricsListen: "127.0.0.1:0", Rate: 1e6, Burst: 1e6, Grace: 10 * time.Second,
		Disclosures: &ledger.Archive{Dir: b.ledgerDir, Store: objects, Now: now},
	}
	for _, f := range change {
		f(&cfg)
	}
	b.start(t, cfg)
	return b
}

func (b *bundle) start(t *testing.T, cfg serve.Config) {
	t.Helper()
	server, err := serve.New(cfg)
	must(t, err)
	must(t, server.Open(t.Context()))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	b.url, b.metrics = server.URL(), server.MetricsAddr()
	if cfg.URL != "" { // where callers from elsewhere would reach it
		b.url = "http://" + server.Addr()
	}
	stopped := false
	b.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() { must(t, b.stop()) })
}

// publish computes the models and publishes them. Without rows of its own a
// model has those of data.
func (b *bundle) publish(t *testing.T, models map[string]string) archwire.Manifest {
	t.Helper()
	all := data()
	maps.Copy(all, models)
	for name, sql := range all {
		_, err := b.warehouse.Refresh(t.Context(), archwire.Model{Name: name, SQL: sql}, archwire.RefreshScope{})
		must(t, err)
	}
	m, _, err := b.publisher.Publish(t.Context(), b.input)
	must(t, err)
	return m
}

// published is publish, and waits until the server answers from it.
func (b *bundle) published(t *testing.T, models map[string]string) archwire.Manifest {
	t.Helper()
	m := b.publish(t, models)
	b.await(t, m.ID)
	return m
}

// await asks until the server is ready with that publication.
func (b *bundle) await(t *testing.T, id archwire.PublicationID) {
	t.Helper()
	deadline := time.Now().Add(hardly)
	for time.Now().Before(deadline) {
		if strings.Contains(b.get(t, "/readyz", "").text, string(id)) {
			return
		}
	}
	t.Fatalf("publication %s was not picked up within %s", id, hardly)
}

// remove takes one slice out of the store.
func (b *bundle) remove(t *testing.T, pub *publish.Publication, key, dataset, tenant string) {
	t.Helper()
	slices, err := pub.Slices(t.Context(), b.keys.Scope(t, key, now()), auth.Resource{Dataset: dataset}, []string{tenant})
	must(t, err)
	sha := slices[0].SHA256
	must(t, os.Remove(filepath.Join(b.store, "slices", sha[:2], sha+".parquet")))
}

// reply is an answer.
type reply struct {
	status int
	header http.Header
	text   string
}

// get asks for a path with a key.
func (b *bundle) get(t *testing.T, path, key string, header ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, nil)
	must(t, err)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return do(t, r)
}

func do(t *testing.T, r *http.Request) reply {
	t.Helper()
	return doWith(t, http.DefaultClient, r)
}

func doWith(t *testing.T, client *http.Client, r *http.Request) reply {
	t.Helper()
	resp, err := client.Do(r)
	must(t, err)
	defer resp.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(resp.Body)
	must(t, err)
	return reply{resp.StatusCode, resp.Header, string(text)}
}

// want fails the test when the status is another one.
func (r reply) want(t *testing.T, status int) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.text)
	}
	return r
}

// json reads the answer with its numbers as they are written.
func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var out map[string]any
	d := json.NewDecoder(strings.NewReader(r.text))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%v in %s", err, r.text)
	}
	return out
}

// at finds a value by a path of members and indexes, spelt with dots.
func (r reply) at(t *testing.T, path string) any {
	t.Helper()
	var v any = r.json(t)
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(x) {
				t.Fatalf("no %s in %s", path, r.text)
			}
			v = x[i]
		default:
			t.Fatalf("no %s in %s", path, r.text)
		}
	}
	return v
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v: %v", err, causesOf(err))
	}
}

func causesOf(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || u.Unwrap() == nil {
			return err
		}
		err = u.Unwrap()
	}
}
