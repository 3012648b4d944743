package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/prometheus/client_golang/prometheus"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/limit"
)

// fakePublication answers every query by answer.
type fakePublication struct {
	manifest archwire.Manifest
	altered  string // is part of the slices' hashes
	file     string // what Open opens; "" is nothing
	refuses  bool   // the slices
	answer   func(ctx context.Context, q archwire.Query) (archwire.Batch, error)
}

func (p *fakePublication) Manifest() archwire.Manifest { return p.manifest }

func (p *fakePublication) Slices(_ context.Context, s auth.Scope, what auth.Resource, tenants []string) ([]archwire.Slice, error) {
	if p.refuses {
		return nil, &archwire.Error{Code: archwire.NotFound, Message: "there is no practice"}
	}
	var out []archwire.Slice
	for _, t := range tenants {
		access, _ := s.Opens(t, what)
		out = append(out, archwire.Slice{Dataset: what.Dataset, Profile: access.Profile, Tenant: t, SHA256: "hash of " + t + p.altered})
	}
	return out, nil
}

func (p *fakePublication) Query(ctx context.Context, _ auth.Scope, _ auth.Resource, _ []string, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) { yield(p.answer(ctx, q)) }
}

func (p *fakePublication) Locations(context.Context, auth.Scope, string) ([]string, error) {
	return nil, nil
}

func (p *fakePublication) Link(context.Context, auth.Scope, string) (string, []archwire.Slice, error) {
	return "", nil, &archwire.Error{Code: archwire.NotFound, Message: "there is no such slice"}
}

func (p *fakePublication) Open(_ context.Context, _ auth.Scope, sha string) (io.ReadSeekCloser, []archwire.Slice, error) {
	if p.file != "" {
		of := archwire.Slice{Dataset: "d", Profile: archwire.Aggregate, Tenant: "p1", SHA256: sha}
		return unclosed{strings.NewReader(p.file)}, []archwire.Slice{of}, nil
	}
	return nil, nil, &archwire.Error{Code: archwire.NotFound, Message: "there is no such slice"}
}

type unclosed struct{ io.ReadSeeker }

func (unclosed) Close() error { return nil }

// fakeReader gives one publication, or an error.
type fakeReader struct {
	pub    Publication
	err    error
	naming func() // called by Naming, if it is set
	learn  func() // called by Learn, if it is set
}

func (r *fakeReader) Current(context.Context) (Publication, error) { return r.pub, r.err }

func (r *fakeReader) Kept(context.Context) ([]Kept, error) { return nil, r.err }

func (r *fakeReader) Naming(context.Context, string) ([]archwire.PublicationID, error) {
	if r.naming != nil {
		r.naming()
	}
	return nil, r.err
}

func (r *fakeReader) Learn(context.Context, string) error {
	if r.learn != nil {
		r.learn()
	}
	return r.err
}

func (r *fakeReader) Publication(context.Context, archwire.PublicationID) (Publication, error) {
	return r.pub, r.err
}

// fakeLedger remembers what was taken down, or fails.
type fakeLedger struct {
	mu      sync.Mutex
	entries []ledger.Entry
	err     error
}

func (l *fakeLedger) Append(_ context.Context, e ledger.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	l.entries = append(l.entries, e)
	return nil
}

func (l *fakeLedger) Keep(context.Context, string, ledger.Subjects) error { return l.err }

func (l *fakeLedger) Kept(string) bool { return false }

// fakes is a handler over fakes, and a key for it.
type fakes struct {
	handler *Handler
	ledger  *fakeLedger
	reader  *fakeReader
	pub     *fakePublication
	keys    *authtest.Keys
	key     string
	log     *strings.Builder
}

func fake(tb testing.TB, answer func(context.Context, archwire.Query) (archwire.Batch, error)) *fakes {
	tb.Helper()
	keys := authtest.New()
	f := &fakes{ledger: &fakeLedger{}, keys: keys, key: keys.Open(tb, archwire.Aggregate), log: &strings.Builder{}, pub: &fakePublication{answer: answer, manifest: archwire.Manifest{
		ID: "20261121T021400Z-4f9c", AsOf: "2026-11-20", Noun: archwire.Noun{Singular: "practice", Plural: "practices"},
		Project: "test", Tenants: []archwire.Tenant{{ID: "p1"}},
		Datasets: []archwire.Dataset{{
			Name: "d", Tenant: "practice_id", Key: []string{"day"}, Contract: 1,
			Columns: []archwire.DatasetColumn{{Name: "day", Type: "date", Class: archwire.ClassPublic}, {Name: "n", Type: "int64", Class: archwire.ClassPublic}},
		}},
		Metrics: []archwire.Metric{{
			Name: "m", Dataset: "d", Numerator: "sum(n)", Additivity: archwire.Additive, Basis: archwire.BasisEvent, Date: "day", Version: 1,
		}},
	}}}
	f.reader = &fakeReader{pub: f.pub}
	var err error
	f.handler, err = New(Config{
		Ledger: f.ledger,
		Reader: f.reader, Authorizer: auth.NewAuthorizer(keys, time.Now), Now: time.Now, Timeout: time.Minute,
		Log: slog.New(slog.NewTextHandler(f.log, nil)), Metrics: NewMetrics(prometheus.NewRegistry(), time.Now),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func (f *fakes) get(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f.serve(w, path)
	return w
}

func (f *fakes) serve(w http.ResponseWriter, path string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+f.key)
	f.handler.ServeHTTP(w, r)
}

// months are sums by month, as a metric's query gives them.
func months(n int) archwire.Batch {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "p", Type: arrow.FixedWidthTypes.Date32}, {Name: "n", Type: &arrow.Decimal128Type{Precision: 38, Scale: 2}},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range n {
		b.Field(0).(*array.Date32Builder).Append(arrow.Date32FromTime(archwire.Day("2022-01-01").Time().AddDate(0, i, 0)))
		if err := b.Field(1).AppendValueFromString("12345.67"); err != nil {
			panic(err)
		}
	}
	return b.NewRecordBatch()
}

// days are sums by day and place, as a cube's query gives them.
func days(places, n int) archwire.Batch {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "day", Type: arrow.FixedWidthTypes.Date32},
		{Name: "place", Type: arrow.PrimitiveTypes.Int64},
		{Name: "n", Type: &arrow.Decimal128Type{Precision: 38, Scale: 2}},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for place := range places {
		for i := range n {
			b.Field(0).(*array.Date32Builder).Append(arrow.Date32FromTime(archwire.Day("2022-01-01").Time().AddDate(0, 0, i)))
			b.Field(1).(*array.Int64Builder).Append(int64(place))
			b.Field(2).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(i) * 1237))
		}
	}
	return b.NewRecordBatch()
}

func BenchmarkKeptAnswer(b *testing.B) {
	f := fake(b, func(context.Context, archwire.Query) (archwire.Batch, error) { return months(60), nil })
	f.handler.Log, f.handler.limits = slog.New(slog.DiscardHandler), limit.New(1e9, 1e9, time.Now)
	r := httptest.NewRequest(http.MethodGet, "/v1/metrics/m?practice=p1", nil)
	r.Header.Set("Authorization", "Bearer "+f.key)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		if f.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
