// Package isolationtest asks everything that the API's description says can be
// asked, as everybody who can ask, and looks in all that comes back for what the
// caller may not hold. Nothing in it is told which routes there are: a route or a
// parameter that the description gains is asked for too, or fails the test until
// there are values to ask it with.
package isolationtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
	"archwire/internal/warehouse/duckdb"
)

// A world is a server of two publications, with the state that decides who may
// see what.
type world struct {
	warehouse *duckdb.Warehouse
	publisher *publish.Publisher
	state     *state.Store
	engine    *counted
	log       *logged
	url       string
	metrics   string
	manifests []archwire.Manifest // the publications, oldest first
	dir       string
	stateFile string
	theirs    map[string]things // that are hidden from everybody else, by practice
	made      int               // of things, so that each has a name of its own
}

// counted counts the slices that queries reach.
type counted struct {
	*duckdb.Reader
	queries atomic.Int64
}

func (c *counted) QuerySlices(ctx context.Context, files []archwire.SliceFile, q archwire.Query) archwire.Batches {
	for _, f := range files {
		if strings.Contains(f.Path, "/slices/") { // an index is no tenant's
			c.queries.Add(1)
		}
	}
	return c.Reader.QuerySlices(ctx, files, q)
}

// newWorld serves the project in both its states.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, func(file string) string { return "sqlite:" + file })
}

// newWorldOn is newWorld, with the state at a URL.
func newWorldOn(t *testing.T, at func(file string) string) *world {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	w := &world{log: &logged{}, dir: dir}
	var err error
	w.warehouse, err = duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(dir, "warehouse.duckdb"), Memory: "512MB", Threads: 1})
	must(t, err)
	t.Cleanup(func() { must(t, w.warehouse.Close()) })
	reader, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "512MB", Threads: 1})
	must(t, err)
	t.Cleanup(func() { must(t, reader.Close()) })
	w.engine = &counted{Reader: reader}
	objects, err := object.Open("file:" + filepath.Join(dir, "store"))
	must(t, err)
	store, err := publish.NewStore(objects)
	must(t, err)
	w.stateFile = filepath.Join(dir, "state.db")
	w.state, err = state.Open(ctx, at(w.stateFile), time.Now)
	must(t, err)
	t.Cleanup(func() { must(t, w.state.Close()) })
	w.publisher = &publish.Publisher{Store: store, Warehouse: w.warehouse, Reader: reader, Now: time.Now, Rand: rand.Reader}
	for _, second := range []bool{false, true} {
		w.publish(t, second)
	}
	taken, err := ledger.Open(ctx, ledger.Config{Dir: filepath.Join(dir, "ledger"), Store: objects, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { must(t, taken.Close()) })
	w.theirs = map[string]things{"p1": w.hidden(t, "p1"), "p3": w.hidden(t, "p3")}
	desk, err := signin.New(signin.Config{People: w.state, Secret: []byte("a secret of signing in"), Project: "test", Cost: cheap, Now: time.Now})
	must(t, err)
	keys := auth.NewAuthorizer(w.state, time.Now)
	keys.Admit(w.state)
	archive := &ledger.Archive{Dir: filepath.Join(dir, "ledger"), Store: objects, Now: time.Now}
	w.serve(t, serve.Config{
		Operator: operators(t, w.state, publish.Shelf{Store: store, Slices: reader}, archive),
		Reader:   publish.OpenReader(store, w.engine).Keyed([]byte("a secret of the pseudonyms")).ListingEvery(time.Millisecond), Authorizer: keys, Ledger: taken,
		Desk: desk, Office: w.state, Disclosures: archive, Webhooks: w.state,
		PersonSecret: []byte("a secret of the tests"), Log: slog.New(slog.NewTextHandler(w.log, nil)), Now: time.Now,
		Listen: "127.0.0.1:0", MetricsListen: "127.0.0.1:0", Grace: 10 * time.Second,
	})
	return w
}

func (w *world) serve(t *testing.T, cfg serve.Config) {
	t.Helper()
	server, err := serve.New(cfg)
	must(t, err)
	must(t, server.Open(t.Context()))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() { cancel(); must(t, <-ended) })
	w.url, w.metrics = "http://"+server.Addr(), "http://"+server.MetricsAddr()+"/metrics"
}

func (w *world) publish(t *testing.T, second bool) {
	t.Helper()
	for name, sql := range rows(second) {
		_, err := w.warehouse.Refresh(t.Context(), archwire.Model{Name: name, SQL: sql}, archwire.RefreshScope{})
		must(t, err)
	}
	m, _, err := w.publisher.Publish(t.Context(), input())
	must(t, err)
	w.manifests = append(w.manifests, m)
	must(t, w.state.Entered(t.Context(), func(context.Context) (archwire.Manifest, error) { return m, nil }))
}

// files are the hashes of all slices that the store holds.
func (w *world) files(t *testing.T) (shas []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(w.dir, "store", "slices", "*", "*.parquet"))
	must(t, err)
	for _, name := range names {
		shas = append(shas, strings.TrimSuffix(filepath.Base(name), ".parquet"))
	}
	return shas
}

// practices are the tenants. p1 is whom most callers may see.
func practices() []string { return []string{"p1", "p2", "p3", "p4"} }

// rows are the rows of the datasets, as SQL. All practices have the same numbers of
// accounts and patients, so that a mix-up is not hidden by a key. Every text is a
// canary.
func rows(second bool) map[string]string {
	var visits, accounts, directory []string
	for i, p := range practices() {
		directory = append(directory, fmt.Sprintf("('%s', '%s')", p, canary{p, "directory", "public", ""}))
		for j, location := range []string{"l1", "l2"} {
			cents := 10*(i+1) + j + 1
			if second {
				cents += 50
			}
			visits = append(visits, fmt.Sprintf("('%s', date '2026-11-0%d', '%s', '%s', %d001337.%02d)",
				p, j+1, location, canary{p, "visits", "public", location}, 90+i, cents))
			account := j + 1
			if second && j == 1 {
				account = 3 // one has gone, another has come
			}
			accounts = append(accounts, fmt.Sprintf("('%s', %d, %d, '%s', '%s', date '2026-11-0%d', '%s', '{\"of\": \"%s\"}')",
				p, account, 70007000+i*1000000+account, location, canary{p, "accounts", "pseudonymous", location}, j+1,
				canary{p, "accounts", "identified", location}, canary{p, "accounts", "identified", location}))
		}
	}
	values := func(columns string, rows []string) string {
		return "from (values " + strings.Join(rows, ", ") + ") v(" + columns + ")"
	}
	return map[string]string{
		"mart.directory": "select practice_id, label " + values("practice_id, label", directory),
		"mart.visits": "select practice_id, day, location_id, kind, amount::decimal(12,2) as amount " +
			values("practice_id, day, location_id, kind, amount", visits),
		"mart.accounts": "select practice_id, account_id::bigint as account_id, patient_id::bigint as patient_id, location_id, status, opened_on, name, note::json as note " +
			values("practice_id, account_id, patient_id, location_id, status, opened_on, name, note", accounts),
	}
}

// input is the project.
func input() publish.Input {
	column := func(name, kind string, c archwire.Class) archwire.DatasetColumn {
		return archwire.DatasetColumn{Name: name, Type: kind, Class: c}
	}
	in := publish.Input{
		Run: "20261121T013000Z-aaaa", Project: "test", Version: "v1", AsOf: "2026-11-20", DataThrough: time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC),
		Noun: archwire.Noun{Singular: "practice", Plural: "practices"},
		Datasets: []archwire.Dataset{
			{
				Name: "directory", From: "mart.directory", Tenant: "practice_id", Contract: 1, Description: "Practices.",
				Columns: []archwire.DatasetColumn{column("label", "text", archwire.ClassPublic)},
			},
			{
				Name: "visits", From: "mart.visits", Tenant: "practice_id", Location: "location_id", Contract: 1, Description: "Visits.", Key: []string{"day", "location_id", "kind"},
				Columns: []archwire.DatasetColumn{
					column("day", "date", archwire.ClassPublic), column("location_id", "text", archwire.ClassPublic),
					column("kind", "text", archwire.ClassPublic), column("amount", "decimal(12,2)", archwire.ClassPublic),
				},
			},
			{
				Name: "accounts", From: "mart.accounts", Tenant: "practice_id", Location: "location_id", Contract: 1, Description: "Accounts.", Key: []string{"account_id"}, Person: "patient_id",
				Columns: []archwire.DatasetColumn{
					column("account_id", "int64", archwire.ClassPseudonymous),
					{Name: "patient_id", Type: "int64", Class: archwire.ClassPseudonymous, Pseudonym: "patient"},
					column("location_id", "text", archwire.ClassPublic), column("status", "text", archwire.ClassPseudonymous),
					column("opened_on", "date", archwire.ClassPseudonymous), column("name", "text", archwire.ClassIdentified), column("note", "json", archwire.ClassIdentified),
				},
			},
		},
		Metrics: []archwire.Metric{
			metric("taken", "visits", "sum(amount)", "day", "kind", "location_id"),
			metric("opened", "accounts", "count(account_id)", "opened_on", "status", "location_id"),
			metric("named", "accounts", "count(name)", "opened_on", "status"),
		},
		Dashboards: []archwire.Dashboard{{
			Name: "page", Title: "Page", Position: 1, Filters: []string{"kind", "status", "note"}, Tiles: []archwire.Tile{
				{Kind: archwire.TileNumber, Metrics: []string{"taken"}, Width: 3},
				{Kind: archwire.TileBar, Metrics: []string{"opened"}, By: []string{"status"}, Filter: map[string]string{"location_id": "l1"}, Width: 3},
				{Kind: archwire.TileNumber, Metrics: []string{"named"}, Width: 3},
				{Kind: archwire.TileTable, Metrics: []string{}, Dataset: "accounts", Fields: []string{"account_id", "name"}, Sort: "-opened_on", Filter: map[string]string{"note": "null:false"}, Width: 12},
			},
		}},
		Verification: archwire.Verification{Method: "count", At: time.Date(2026, 11, 21, 1, 40, 0, 0, time.UTC)},
	}
	in.Metrics[0].Rows = &archwire.Behind{Dataset: "accounts", Date: "opened_on", Filter: map[string]string{"name": "null:false"}}
	for _, p := range practices() {
		in.Tenants = append(in.Tenants, archwire.Tenant{ID: p, Label: canary{p, "tenants", "public", ""}.String(), Timezone: "America/Denver"})
	}
	return in
}

func metric(name, dataset, numerator, date string, dimensions ...string) archwire.Metric {
	return archwire.Metric{
		Name: name, Label: name, Dataset: dataset, Numerator: numerator, Additivity: archwire.Additive, Basis: archwire.BasisEvent, Date: date,
		Dimensions: dimensions, Unit: "count", Better: "up", Definition: name, Version: 1,
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// columns are the names of all columns, hidden ones too.
func columns() (names []string) {
	for _, d := range input().Datasets {
		names = append(names, d.Tenant)
		for _, c := range d.Columns {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
