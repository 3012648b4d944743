package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/object"
	"archwire/internal/pipeline"
	"archwire/internal/progress"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/source/sourcetest"
	"archwire/internal/warehouse/duckdb"
)

// bundle is a project over a source in memory, with a real warehouse and store.
type bundle struct {
	runner  *pipeline.Runner
	source  *sourcetest.Fake
	store   *publish.Store
	objects object.Store
	runs    *runs
	now     *time.Time
}

// runs remembers every state that a run was saved in.
type runs struct {
	mu    sync.Mutex
	saved []archwire.Run
}

func (r *runs) SaveRun(_ context.Context, run archwire.Run) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saved = append(r.saved, run)
	return nil
}

func (r *runs) Runs(_ context.Context, limit int) ([]archwire.Run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []archwire.Run
	seen := map[archwire.RunID]bool{}
	for _, run := range slices.Backward(r.saved) {
		if !seen[run.ID] && len(out) < limit {
			seen[run.ID] = true
			out = append(out, run)
		}
	}
	return out, nil
}

func saleTable(rows ...[]any) sourcetest.Table {
	return sourcetest.Table{Name: "sale", Key: []string{"id"}, Rows: rows, Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "shop_id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "amount", Type: archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}},
	}}
}

func shopTable() sourcetest.Table {
	return sourcetest.Table{Name: "shop", Key: []string{"id"}, Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		{Name: "name", Type: archwire.Type{Kind: archwire.Text}},
	}, Rows: [][]any{{int64(1), "North"}, {int64(2), "South"}}}
}

func setup(t *testing.T) *bundle {
	t.Helper()
	ctx := t.Context()
	now := time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)
	b := &bundle{
		source: sourcetest.NewFake("app", 2, shopTable(), saleTable(
			[]any{int64(1), int64(1), archwire.Number("10.00")},
			[]any{int64(2), int64(1), archwire.Number("0.10")},
			[]any{int64(3), int64(2), archwire.Number("99.99")},
		)),
		runs: &runs{},
		now:  &now,
	}
	clock := func() time.Time { return *b.now }
	dir := t.TempDir()
	wh, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(dir, "warehouse.duckdb"), Memory: "256MB", Threads: 1, TempDir: dir})
	check(t, err)
	t.Cleanup(func() { check(t, wh.Close()) })
	reader, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "128MB", Threads: 1})
	check(t, err)
	t.Cleanup(func() { check(t, reader.Close()) })
	objects, err := object.Open("file:" + filepath.Join(dir, "store"))
	check(t, err)
	b.objects = objects
	b.store, err = publish.NewStore(objects)
	check(t, err)
	p, engine := shopProject(t, b.source)
	b.runner = &pipeline.Runner{
		Project:    p,
		Engine:     engine,
		Understand: understand,
		Open:       func(context.Context, project.Source) (archwire.Source, error) { return b.source, nil },
		Warehouse:  wh,
		Publisher: &publish.Publisher{
			Store: b.store, Warehouse: wh, Reader: reader, Now: clock, Rand: strings.NewReader(strings.Repeat("seed", 1000)),
		},
		Runs: b.runs,
		Sink: progress.Discard{},
		Now:  clock,
	}
	return b
}

// shopProject is what the files of a small project would say.
func shopProject(t *testing.T, source archwire.Source) (*project.Project, model.Engine) {
	t.Helper()
	tables, err := source.Tables(t.Context())
	check(t, err)
	declared := project.Source{Name: "app", Engine: "fake", Connections: 2}
	for _, table := range tables {
		declared.Tables = append(declared.Tables, project.Table{Table: table, Sync: "full"})
	}
	denver, err := time.LoadLocation("America/Denver")
	check(t, err)
	p := &project.Project{
		Name: "shop", Version: "v1", Noun: archwire.Noun{Singular: "shop", Plural: "shops"},
		Tenants:  project.TenantTable{Table: "app.shop", Key: "id", Label: "name"},
		Schedule: project.Schedule{Timezone: denver},
		Sources:  []project.Source{declared},
		Models: []archwire.Model{{
			Name: "sales.totals", Tenant: "shop_id", Key: []string{"shop_id", "as_of"},
			SQL: "select s.shop_id, r.as_of, sum(s.amount)::decimal(18,2) as amount from app.sale s cross join archwire.run r group by s.shop_id, r.as_of",
		}},
		Checks: []archwire.Check{{Name: "no_negative", File: "checks/no_negative.sql", SQL: "select id, amount from app.sale where amount < 0"}},
		Datasets: []archwire.Dataset{{
			Name: "totals", From: "sales.totals", Tenant: "shop_id", Key: []string{"as_of"}, Contract: 1,
			Columns: []archwire.DatasetColumn{{Name: "as_of", Class: archwire.ClassPublic}, {Name: "amount", Class: archwire.ClassPublic}},
		}},
	}
	engine, closeEngine, err := understand(t.Context(), p)
	check(t, err)
	t.Cleanup(func() { check(t, closeEngine()) })
	return p, engine
}

// understand makes the engine that the commands make.
func understand(ctx context.Context, p *project.Project) (model.Engine, func() error, error) {
	sandbox, err := duckdb.NewSandbox(ctx)
	if err != nil {
		return nil, nil, err
	}
	return sandbox, sandbox.Close, model.Check(ctx, p, sandbox)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// current is the manifest of the publication in service.
func (b *bundle) current(t *testing.T) archwire.Manifest {
	t.Helper()
	list, err := b.store.List(t.Context())
	check(t, err)
	for _, l := range list {
		if l.Current {
			return l.Manifest
		}
	}
	return archwire.Manifest{}
}

func (b *bundle) run(t *testing.T) (archwire.Run, error) {
	t.Helper()
	*b.now = b.now.Add(time.Hour)
	return b.runner.Run(t.Context(), pipeline.NewRunID(*b.now))
}

func TestRun(t *testing.T) {
	t.Parallel()
	b := setup(t)
	run, err := b.run(t)
	check(t, err)
	if run.State != archwire.Succeeded || run.Rows != 5 || run.EndedAt.IsZero() {
		t.Errorf("the run is %+v, want a success with 5 rows", run)
	}
	// 09:30 UTC on the 21st is 02:30 in Denver: the last day that is over is the 20th.
	if run.AsOf != "2026-11-20" {
		t.Errorf("business date %s, want 2026-11-20", run.AsOf)
	}
	m := b.current(t)
	if m.ID != run.Publication || m.AsOf != run.AsOf || m.Run != run.ID {
		t.Errorf("in service is %s as of %s of run %s, want those of %+v", m.ID, m.AsOf, m.Run, run)
	}
	if m.Verification.Rows() != 5 || m.Verification.Checks != 1 || len(m.Verification.Tables) != 2 {
		t.Errorf("verification %+v, want 5 rows of 2 tables and 1 check", m.Verification)
	}
	if len(m.Tenants) != 2 || m.Tenants[0] != (archwire.Tenant{ID: "1", Label: "North", Timezone: "America/Denver"}) {
		t.Errorf("tenants %+v", m.Tenants)
	}
	var verbs []string
	for _, s := range run.Steps {
		verbs = append(verbs, string(s.Verb))
	}
	if got, want := strings.Join(verbs, " "), "extract load refresh verify publish"; got != want {
		t.Errorf("steps %q, want %q", got, want)
	}
	last := b.runs.saved[len(b.runs.saved)-1]
	if last.State != archwire.Succeeded || last.Publication != run.Publication {
		t.Errorf("saved last: %+v", last)
	}
}

// TestFailuresLeaveTheLastPublication breaks each step of a second run.
func TestFailuresLeaveTheLastPublication(t *testing.T) {
	t.Parallel()
	cut := &archwire.Error{Code: archwire.Unavailable, Message: "app.sale: the connection was cut", Hint: "Run again."}
	for name, test := range map[string]struct {
		spoil func(b *bundle)
		code  archwire.Code
		verb  archwire.Verb
		says  string
	}{
		"ASourceThatDiesHalfWay": {
			spoil: func(b *bundle) { b.source.Fail("sale", sourcetest.Fault{After: 1, Err: cut}) },
			code:  archwire.Unavailable, verb: archwire.Extract, says: "the connection was cut",
		},
		"ATableThatIsGone": {
			spoil: func(b *bundle) { b.source.Drop("sale") },
			code:  archwire.Invalid, verb: archwire.Extract, says: "sale",
		},
		"ACopyThatIsShort": {
			spoil: func(b *bundle) { b.runner.Open = shortCounting(b.source) },
			code:  archwire.Mismatch, verb: archwire.Verify, says: "the warehouse has 3 rows, the source has 4",
		},
		"AModelThatFails": {
			spoil: func(b *bundle) {
				b.runner.Project.Models[0].SQL = "select shop_id, date '2026-01-01' as as_of, amount from app.sale"
			},
			code: archwire.Mismatch, verb: archwire.Refresh, says: "sales.totals",
		},
		"ACheckThatFindsRows": {
			spoil: func(b *bundle) {
				b.source.Change("sale", func(t *sourcetest.Table) {
					t.Rows = append(t.Rows, []any{int64(9), int64(1), archwire.Number("-1.00")})
				})
			},
			code: archwire.Mismatch, verb: archwire.Verify, says: "no_negative",
		},
		"ATenantNobodyKnows": {
			spoil: func(b *bundle) {
				b.source.Change("sale", func(t *sourcetest.Table) {
					t.Rows = append(t.Rows, []any{int64(9), int64(3), archwire.Number("1.00")})
				})
			},
			code: archwire.Mismatch, verb: archwire.Publish, says: "totals",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			_, err := b.run(t)
			check(t, err)
			before := b.current(t)
			model := b.runner.Project.Models[0]

			test.spoil(b)
			run, err := b.run(t)
			if archwire.CodeOf(err) != test.code || run.Code != test.code {
				t.Fatalf("the run ended with %v (%s, saved as %s), want %s", err, archwire.CodeOf(err), run.Code, test.code)
			}
			if run.State != archwire.Failed || run.Verb != test.verb {
				t.Errorf("the run is %s at %s, want failed at %s", run.State, run.Verb, test.verb)
			}
			if !strings.Contains(run.Error, test.says) || run.Hint == "" {
				t.Errorf("the run says %q and advises %q; want it to say %q and to advise", run.Error, run.Hint, test.says)
			}
			if strings.Contains(run.Error+run.Hint, "-1") {
				t.Errorf("the run's error holds a row's value: %q", run.Error)
			}
			if after := b.current(t); after.ID != before.ID {
				t.Errorf("in service is %s, want %s still", after.ID, before.ID)
			}

			// Mended, the next run needs no flag.
			*b = mended(b, model)
			_, err = b.run(t)
			check(t, err)
			if after := b.current(t); after.ID == before.ID {
				t.Error("the run after the mending published nothing")
			}
		})
	}
}

// mended is b with a sound source and model.
func mended(b *bundle, m archwire.Model) bundle {
	sound := sourcetest.NewFake("app", 2, shopTable(), saleTable([]any{int64(1), int64(1), archwire.Number("10.00")}))
	out := *b
	out.source = sound
	out.runner.Open = func(context.Context, project.Source) (archwire.Source, error) { return sound, nil }
	out.runner.Project.Models[0] = m
	return out
}

// shortCounting opens a source that counts one row more than it gives.
func shortCounting(src archwire.Source) func(context.Context, project.Source) (archwire.Source, error) {
	return func(context.Context, project.Source) (archwire.Source, error) { return countsMore{src}, nil }
}

type countsMore struct{ archwire.Source }

func (c countsMore) View(ctx context.Context) (archwire.View, error) {
	v, err := c.Source.View(ctx)
	return countsMoreView{v}, err
}

type countsMoreView struct{ archwire.View }

func (c countsMoreView) Count(ctx context.Context, t archwire.Table) (int64, error) {
	n, err := c.View.Count(ctx, t)
	return n + 1, err
}

func TestTenantsHaveNames(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.source.Change("shop", func(t *sourcetest.Table) {
		t.Rows = append(t.Rows, []any{int64(3), nil})
	})
	run, err := b.run(t)
	if archwire.CodeOf(err) != archwire.Mismatch || !strings.Contains(run.Error, "app.shop has a row without name") {
		t.Errorf("a tenant without a label: %v (%q), want a mismatch that names the column", err, run.Error)
	}
	if m := b.current(t); m.ID != "" {
		t.Errorf("%s was published", m.ID)
	}
}

func TestCancelledRunIsSavedAsFailed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.runner.Open = func(context.Context, project.Source) (archwire.Source, error) {
		cancel()
		return b.source, nil
	}
	run, err := b.runner.Run(ctx, "20261121T083000Z-0000")
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the run ended with %v, want that it was cancelled", err)
	}
	if last := b.runs.saved[len(b.runs.saved)-1]; last.State != archwire.Failed || run.State != archwire.Failed {
		t.Errorf("saved last: %+v, want failed", last)
	}
}

func TestCheckShowsNoMoreThanTheFirstRows(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.source.Change("sale", func(t *sourcetest.Table) {
		for i := range 20 {
			t.Rows = append(t.Rows, []any{int64(100 + i), int64(1), archwire.Number("-7.25")})
		}
	})
	_, err := b.run(t)
	failure, ok := errors.AsType[*pipeline.CheckFailure](err)
	if !ok {
		t.Fatalf("the run ended with %v, want a failed check", err)
	}
	if len(failure.Rows) != 5 || fmt.Sprint(failure.Columns) != "[id amount]" || failure.Rows[0][1] != "-7.25" {
		t.Errorf("the failure shows %v %v, want the first 5 rows of id and amount", failure.Columns, failure.Rows)
	}
}

func TestProgressTellsEveryVerb(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var out bytes.Buffer
	b.runner.Sink = progress.NewLines(&out, b.runner.Now, time.Hour)
	_, err := b.run(t)
	check(t, err)
	for _, line := range []string{"extract  5 rows", "load     5 rows", "refresh  1 models", "verify   5 comparisons", "verify   1 comparisons", "publish  2 slices"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("the progress lacks %q:\n%s", line, out.String())
		}
	}
}
