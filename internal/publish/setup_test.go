package publish_test

import (
	"crypto/rand"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/warehouse/duckdb"
)

// A bundle is a warehouse, a store and what a test needs to publish from one
// into the other.
type bundle struct {
	warehouse *duckdb.Warehouse
	reader    *duckdb.Reader
	dir       string // of the store
	objects   object.Store
	store     *publish.Store
	publisher *publish.Publisher
}

// night is when the bundle's clock starts; it goes on a minute a call.
var night = time.Date(2026, 11, 21, 2, 14, 0, 0, time.UTC)

func setup(t *testing.T) *bundle {
	t.Helper()
	ctx := t.Context()
	warehouse, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(t.TempDir(), "w.duckdb"), Memory: "256MB", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { warehouse.Close() }) //nolint:errcheck // the test is over
	reader, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "256MB", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() }) //nolint:errcheck // the test is over

	b := &bundle{warehouse: warehouse, reader: reader, dir: t.TempDir()}
	b.use(t, object.NewDir(b.dir))
	return b
}

// another is a bundle of the same engines, which take a while to start, with a
// store of its own.
func (b *bundle) another(t *testing.T) *bundle {
	t.Helper()
	other := &bundle{warehouse: b.warehouse, reader: b.reader, dir: t.TempDir()}
	other.use(t, object.NewDir(other.dir))
	return other
}

// use makes the bundle publish into objects.
func (b *bundle) use(t *testing.T, objects object.Store) {
	t.Helper()
	store, err := publish.NewStore(objects)
	if err != nil {
		t.Fatal(err)
	}
	b.objects, b.store = objects, store
	b.publisher = &publish.Publisher{
		Store: store, Warehouse: b.warehouse, Reader: b.reader, Now: clock(), Rand: rand.Reader, Writers: 2,
	}
}

func clock() func() time.Time {
	var minutes atomic.Int64
	return func() time.Time { return night.Add(time.Duration(minutes.Add(1)) * time.Minute) }
}

// fill makes the relation hold the rows of a query, which has a practice_id.
func (b *bundle) fill(t *testing.T, relation, sql string) {
	t.Helper()
	if _, err := b.warehouse.Refresh(t.Context(), archwire.Model{Name: relation, Tenant: "practice_id", SQL: sql}, archwire.RefreshScope{}); err != nil {
		t.Fatalf("filling %s: %v", relation, err)
	}
}

// visits fills clinic.visit with three tenants' rows: 2 of tenant 1, 1 of tenant 2,
// none of tenant 3. amount is tenant 2's.
func (b *bundle) visits(t *testing.T, amount string) {
	t.Helper()
	b.fill(t, "clinic.visit", `select * from (values
		(1::bigint, 11::bigint, date '2026-11-20', 10.50::decimal(12,2), 'p-1', 'Ann Able'),
		(1, 10, date '2026-11-19', null, 'p-2', 'Bob Bent'),
		(2, 20, date '2026-11-20', `+amount+`, 'p-3', '')
	) v(practice_id, visit_id, day, amount, patient, name)`)
}

// visit is the dataset of clinic.visit: two columns for everybody, one more for
// those who may see pseudonyms, and a name.
func visit() archwire.Dataset {
	return archwire.Dataset{
		Name: "visit", Description: "Visits.", From: "clinic.visit", Tenant: "practice_id", Key: []string{"visit_id"}, Contract: 1,
		Columns: []archwire.DatasetColumn{
			{Name: "visit_id", Type: "int64", Class: archwire.ClassPublic},
			{Name: "day", Type: "date", Class: archwire.ClassPublic},
			{Name: "amount", Type: "decimal(12,2)", Class: archwire.ClassPublic, Unit: "usd"},
			{Name: "patient", Type: "text", Class: archwire.ClassPseudonymous},
			{Name: "name", Type: "text", Class: archwire.ClassIdentified},
		},
	}
}

// input describes a publication of the visits.
func input(datasets ...archwire.Dataset) publish.Input {
	if datasets == nil {
		datasets = []archwire.Dataset{visit()}
	}
	return publish.Input{
		Run: "20261121T020000Z-aaaa", Project: "clinic", Version: "v1", AsOf: "2026-11-20",
		DataThrough: night.Add(-time.Minute), Noun: archwire.Noun{Singular: "practice", Plural: "practices"},
		Tenants: []archwire.Tenant{
			{ID: "1", Label: "One", Timezone: "America/Denver"},
			{ID: "2", Label: "Two", Timezone: "America/Denver"},
			{ID: "3", Label: "Three", Timezone: "America/Denver"},
		},
		Datasets: datasets,
		Metrics: []archwire.Metric{{
			Name: "net", Label: "Net", Dataset: "visit", Numerator: "sum(amount) filter (where amount > 0)", Additivity: archwire.Additive,
			Basis: archwire.BasisService, Date: "day", Dimensions: []string{}, Unit: "usd", Better: "up", Version: 1,
		}},
		Verification: archwire.Verification{
			Method: "count", At: night, Checks: 2,
			Tables: []archwire.VerifiedTable{{Table: "pms.visit", At: night, SourceRows: 3, WarehouseRows: 3}},
		},
	}
}

// publish publishes in and fails the test if that fails.
func (b *bundle) publish(t *testing.T, in publish.Input) (archwire.Manifest, publish.Stats) {
	t.Helper()
	m, stats, err := b.publisher.Publish(t.Context(), in)
	if err != nil {
		t.Fatalf("Publish: %v", err)
	}
	return m, stats
}

// current opens the publication in service.
func (b *bundle) current(t *testing.T) *publish.Publication {
	t.Helper()
	p, err := publish.OpenReader(b.store, b.reader).Current(t.Context())
	if err != nil {
		t.Fatalf("Current: %v", err)
	}
	return p
}

// scope is what a key of these tenants, or of all if there are none, opens.
func scope(t *testing.T, profile archwire.Profile, tenants ...string) auth.Scope {
	t.Helper()
	return granted(t, authtest.Everything(profile, tenants...)...)
}

// granted is what a key with those grants opens.
func granted(t *testing.T, grants ...auth.Grant) auth.Scope {
	t.Helper()
	keys := authtest.New()
	return keys.Scope(t, keys.Mint(t, auth.Key{}, grants...), night)
}

// of is the rows of a dataset.
func of(dataset string) auth.Resource { return auth.Resource{Dataset: dataset} }

// rows is the result of a query as lines of values, in the order of the text.
func rows(t *testing.T, batches archwire.Batches) [][]string {
	t.Helper()
	got, err := tryRows(batches)
	if err != nil {
		t.Fatalf("querying: %v", err)
	}
	return got
}

func tryRows(batches archwire.Batches) ([][]string, error) {
	var lines [][]string
	for batch, err := range batches {
		if err != nil {
			return lines, err
		}
		for r := range int(batch.NumRows()) {
			line := make([]string, batch.NumCols())
			for c := range line {
				line[c] = strings.Clone(batch.Column(c).ValueStr(r)) // a text lies in the batch's memory
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func wantCode(t *testing.T, err error, want archwire.Code) {
	t.Helper()
	if got := archwire.CodeOf(err); got != want {
		t.Fatalf("error %v has code %q, want %q", err, got, want)
	}
	if want != "" && archwire.HintOf(err) == "" {
		t.Errorf("error %v has no hint", err)
	}
}
