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
	"archwire/internal/warehouse/duckdb"
)

// bundle is a server over a real store, published from a real warehouse.
type bundle struct {
	warehouse *duckdb.Warehouse
	slices    *duckdb.Reader
	publisher *publish.Publisher
	input     publish.Input
	reader    *publish.Reader
	keys      keys
	log       *logged
	store     string // its folder
	url       string
	metrics   string       // the address of /metrics
	stop      func() error // ends Run and returns its error
}

// keys are the keys of a test, by id.
type keys map[string]auth.Key

func (k keys) Key(_ context.Context, id string) (auth.Key, error) {
	key, ok := k[id]
	if !ok {
		return auth.Key{}, &archwire.Error{Code: archwire.NotFound, Message: "no such key"}
	}
	return key, nil
}

// mint makes a key that opens the given tenants, or all if none are given.
func (k keys) mint(t *testing.T, profile archwire.Profile, tenants ...string) string {
	t.Helper()
	id, key, err := auth.Mint(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k[id] = auth.Key{ID: id, Client: "test", Hash: auth.Hash(key), All: len(tenants) == 0, Tenants: tenants, Profile: profile}
	return key
}

// now is the hour of every test.
func now() time.Time { return time.Now() }

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
		store: filepath.Join(dir, "store"), warehouse: warehouse, slices: slices, keys: keys{}, log: &logged{},
		publisher: &publish.Publisher{Store: store, Warehouse: warehouse, Reader: slices, Now: now, Rand: rand.Reader},
		reader:    publish.OpenReader(store, slices, now), input: project(),
	}
	cfg := serve.Config{
		Reader: b.reader, Authorizer: auth.NewAuthorizer(b.keys, now), Log: slog.New(slog.NewTextHandler(b.log, nil)), Now: now,
		Listen: "127.0.0.1:0", MetricsListen: "127.0.0.1:0", Rate: 1e6, Burst: 1e6, Grace: 10 * time.Second,
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
	b.url, b.metrics = "http://"+server.Addr(), server.MetricsAddr()
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

// project is what the tests publish: see data for the rows.
func project() publish.Input {
	return publish.Input{
		Run: "20261121T013000Z-aaaa", Project: "test", Version: "v1", AsOf: "2026-11-20",
		DataThrough: time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC),
		Noun:        archwire.Noun{Singular: "practice", Plural: "practices"},
		Tenants: []archwire.Tenant{
			{ID: "p1", Label: "Maple Orthodontics", Timezone: "America/Denver"},
			{ID: "p2", Label: "CANARY-p2", Timezone: "America/New_York"},
			{ID: "p3", Label: "Bay Smiles", Timezone: "America/Los_Angeles"},
		},
		Datasets: []archwire.Dataset{
			{
				Name: "collections", From: "mart.collections", Tenant: "practice_id", Contract: 1,
				Description: "Money received per practice, payer kind and day.", Key: []string{"business_date", "payer_kind"},
				Columns: []archwire.DatasetColumn{
					{Name: "business_date", Type: "date", Class: archwire.ClassPublic},
					{Name: "payer_kind", Type: "text", Class: archwire.ClassPublic},
					{Name: "amount", Type: "decimal(38,2)", Class: archwire.ClassPublic, Unit: "usd"},
					{Name: "payments", Type: "int64", Class: archwire.ClassPublic},
				},
			},
			{
				Name: "balances", From: "mart.balances", Tenant: "practice_id", Contract: 2,
				Description: "What was owed at the end of a day.", Key: []string{"snapshot_date", "bucket"},
				Columns: []archwire.DatasetColumn{
					{Name: "snapshot_date", Type: "date", Class: archwire.ClassPublic},
					{Name: "bucket", Type: "text", Class: archwire.ClassPublic},
					{Name: "balance", Type: "decimal(12,2)", Class: archwire.ClassPublic},
					{Name: "past_due", Type: "decimal(12,2)", Class: archwire.ClassPublic},
				},
			},
			{
				Name: "patients", From: "mart.patients", Tenant: "practice_id", Contract: 1,
				Description: "One row a patient.", Key: []string{"patient_id"},
				Columns: []archwire.DatasetColumn{
					{Name: "patient_id", Type: "int64", Class: archwire.ClassPseudonymous},
					{Name: "added_on", Type: "date", Class: archwire.ClassPseudonymous},
					{Name: "wait_days", Type: "int32", Class: archwire.ClassPseudonymous},
					{Name: "full_name", Type: "text", Class: archwire.ClassIdentified},
					{Name: "seen_at", Type: "timestamptz", Class: archwire.ClassPseudonymous},
					{Name: "extra", Type: "json", Class: archwire.ClassIdentified},
				},
			},
		},
		Metrics: []archwire.Metric{
			{
				Name: "net_collections", ID: "K25", Label: "Net collections", Dataset: "collections", Numerator: "sum(amount)",
				Additivity: archwire.Additive, Basis: archwire.BasisPosting, Date: "business_date", Dimensions: []string{"payer_kind"},
				Unit: "usd", Better: "up", Definition: "Payments received.", Version: 1,
			},
			{
				Name: "average_payment", Label: "Average payment", Dataset: "collections", Numerator: "sum(amount)", Denominator: "sum(payments)",
				Additivity: archwire.Ratio, Basis: archwire.BasisPosting, Date: "business_date", Dimensions: []string{"payer_kind"},
				Unit: "usd", Better: "up", Definition: "Received per payment.", Version: 2,
			},
			{
				Name: "receivables", Label: "Receivables", Dataset: "balances", Numerator: "sum(balance)",
				Additivity: archwire.Semi, Basis: archwire.BasisSnapshot, Date: "snapshot_date", Dimensions: []string{"bucket"},
				Unit: "usd", Better: "down", Definition: "What is owed.", Version: 1,
			},
			{
				Name: "past_due_share", Label: "Past due", Dataset: "balances", Numerator: "sum(past_due)", Denominator: "sum(balance)",
				Additivity: archwire.Ratio, Basis: archwire.BasisSnapshot, Date: "snapshot_date", Dimensions: []string{"bucket"},
				Unit: "share", Better: "down", Definition: "Share of what is owed that is late.", Version: 1,
			},
			{
				Name: "wait", Label: "Days to exam", Dataset: "patients", Numerator: "median(wait_days)", Denominator: "count(wait_days)",
				Additivity: archwire.NonAdditive, Basis: archwire.BasisEvent, Date: "added_on", Unit: "days", Better: "down",
				Definition: "Median days from call to exam.", Version: 1,
			},
			{
				Name: "named", Label: "Named patients", Dataset: "patients", Numerator: "count(full_name)",
				Additivity: archwire.Additive, Basis: archwire.BasisEvent, Date: "added_on", Unit: "count", Better: "neither",
				Definition: "Patients with a name.", Version: 1,
			},
		},
		Verification: archwire.Verification{
			Method: "count", At: time.Date(2026, 11, 21, 1, 40, 0, 0, time.UTC), Checks: 3,
			Tables: []archwire.VerifiedTable{{Table: "rcm.ledger", SourceRows: 70, WarehouseRows: 70}, {Table: "rcm.payer", SourceRows: 5, WarehouseRows: 5}},
		},
	}
}

// publish computes the models and publishes them. Without rows of its own a
// model has those of data.
func (b *bundle) publish(t *testing.T, models map[string]string) archwire.Manifest {
	t.Helper()
	all := data()
	maps.Copy(all, models)
	for name, sql := range all {
		_, err := b.warehouse.Refresh(t.Context(), archwire.Model{Name: name, SQL: sql})
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
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if strings.Contains(b.get(t, "/readyz", "").text, string(id)) {
			return
		}
	}
	t.Fatalf("publication %s was not picked up within 10 s", id)
}

// data is the rows of the project, as SQL.
func data() map[string]string {
	return map[string]string{
		"mart.collections": `select practice_id, business_date::date as business_date, payer_kind,
			amount::decimal(38,2) as amount, payments::bigint as payments
			from (values
			('p1', '2025-10-31', 'insurance', '0.10', 1),
			('p1', '2026-09-30', 'patient', '100.00', 4),
			('p1', '2026-10-01', 'insurance', '1284.50', 7),
			('p1', '2026-10-31', 'patient', '-0.05', 2),
			('p1', '2026-11-02', 'patient', '10.10', 3),
			('p2', '2026-10-15', 'insurance', '999999.99', 1),
			('p2', '2026-10-15', 'CANARY-p2', '7777777.77', 1),
			('p3', '2026-10-10', 'patient', '123456789012345678901234567890123456.78', 1)
			) v(practice_id, business_date, payer_kind, amount, payments)`,
		"mart.balances": `select practice_id, snapshot_date::date as snapshot_date, bucket,
			balance::decimal(12,2) as balance, past_due::decimal(12,2) as past_due
			from (values
			('p1', '2026-09-29', 'current', 10, 0), ('p1', '2026-09-30', 'current', 20, 5), ('p1', '2026-09-30', 'late', 3, 3),
			('p1', '2026-10-30', 'late', 7, 7), ('p1', '2026-10-31', 'current', 30, 10),
			('p2', '2026-10-31', 'current', 4242.42, 42.42),
			('p3', '2026-10-29', 'current', 100, 50), ('p3', '2026-10-28', 'late', 900, 900)
			) v(practice_id, snapshot_date, bucket, balance, past_due)`,
		"mart.patients": `select practice_id, patient_id::bigint as patient_id, added_on::date as added_on, wait_days::integer as wait_days,
			full_name, seen_at::timestamptz as seen_at, extra::json as extra
			from (values
			('p1', 1, '2026-10-01', 3, 'Ada "A" L\ovelace', '2026-10-04 12:00:00.5+00', '{"a":[1,2]}'),
			('p1', 2, '2026-10-02', 8, null, null, null),
			('p1', 3, '2026-10-03', 5, 'Zoë', '2026-10-08 00:00:00+00', '[]'),
			('p2', 1, '2026-10-01', 99, 'CANARY-p2', '2027-01-01 00:00:00+00', '"CANARY-p2"'),
			('p3', 9007199254740993, '2026-10-01', 1, 'Lin', '2026-10-02 00:00:00+00', '{}')
			) v(practice_id, patient_id, added_on, wait_days, full_name, seen_at, extra)`,
	}
}

// remove takes one slice out of the store.
func (b *bundle) remove(t *testing.T, pub *publish.Publication, key, dataset, tenant string) {
	t.Helper()
	scope, err := auth.NewAuthorizer(b.keys, now).Authorize(t.Context(), key)
	must(t, err)
	slices, err := pub.Slices(scope, dataset, []string{tenant})
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
	resp, err := http.DefaultClient.Do(r)
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
