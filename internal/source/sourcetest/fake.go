package sourcetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"archwire"
)

// A Fake is a Source in memory. It passes the suite, so what is learned with it
// holds for the others.
type Fake struct {
	name        string
	connections int

	mu      sync.Mutex
	tables  []Table
	changes int
	faults  map[string]Fault
}

// A Fault makes reading a table fail.
type Fault struct {
	After int64 // rows that are read before it
	Err   error
}

var _ archwire.Source = (*Fake)(nil)

// NewFake returns a source of that name and budget that holds these tables. Its
// clock starts at noon of 2026-11-20 and advances a second with each change.
func NewFake(name string, connections int, tables ...Table) *Fake {
	f := &Fake{name: name, connections: connections, faults: map[string]Fault{}}
	for _, t := range tables {
		t.Columns = slices.Clone(t.Columns)
		t.Rows = slices.Clone(t.Rows)
		f.tables = append(f.tables, t)
	}
	return f
}

// Fail makes reading a table fail from now on; the zero Fault mends it.
func (f *Fake) Fail(table string, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults[table] = fault
}

// Change alters a table, unseen by the views that are open.
func (f *Fake) Change(table string, change func(*Table)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes++
	for i := range f.tables {
		if f.tables[i].Name == table {
			t := f.tables[i]
			t.Columns, t.Rows = slices.Clone(t.Columns), slices.Clone(t.Rows)
			change(&t)
			f.tables[i] = t
		}
	}
}

// Drop removes a table.
func (f *Fake) Drop(table string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tables = slices.DeleteFunc(slices.Clone(f.tables), func(t Table) bool { return t.Name == table })
}

// Tables describes the tables.
func (f *Fake) Tables(ctx context.Context) ([]archwire.Table, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("listing the tables: %w", context.Cause(ctx))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var tables []archwire.Table
	for _, t := range f.tables {
		columns := slices.Clone(t.Columns)
		for i := range columns {
			columns[i].Origin = columns[i].Type.String()
		}
		tables = append(tables, archwire.Table{
			Source: f.name, Name: t.Name, Schema: "public", Origin: t.Name, Columns: columns, Key: t.Key, View: t.View,
			Rows: int64(len(t.Rows)), Bytes: -1, Sync: archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "all is in memory"},
		})
	}
	slices.SortFunc(tables, func(a, b archwire.Table) int { return strings.Compare(a.Origin, b.Origin) })
	return tables, nil
}

// View remembers the tables as they are.
func (f *Fake) View(ctx context.Context) (archwire.View, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("opening a view: %w", context.Cause(ctx))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return &fakeView{
		fake: f, tables: slices.Clone(f.tables), slots: make(chan struct{}, f.connections), done: make(chan struct{}),
		at: archwire.Instant{
			Time: time.Date(2026, 11, 20, 12, 0, f.changes, 0, time.UTC), Mark: "change " + strconv.Itoa(f.changes),
		},
	}, nil
}

// Close does nothing: there is nothing to release.
func (f *Fake) Close() error { return nil }
