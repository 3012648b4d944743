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
	tables  []fakeTable
	changes int // the clock
	waited  time.Duration
	rows    int64 // numbers given out
	gentle  bool
	vouches string              // what its marks begin with, if its views vouch for anything
	history map[int][]fakeTable // as views saw the tables, by number of changes; nil when nothing is tracked
	faults  map[string]map[Call]Fault
	watch   func(Call, string)
}

// fakeTable numbers its rows as a database addresses them: a row that is written
// gets another number and may so move to another chunk, others never do. Rows
// are not altered, but replaced.
type fakeTable struct {
	Table
	numbers  []int64 // of Rows
	ordinals int     // given to columns so far
}

var _ archwire.Source = (*Fake)(nil)

// NewFake returns a source of that name and budget that holds these tables. Its
// clock starts at noon of 2026-11-20 and advances a second with each change.
func NewFake(name string, connections int, tables ...Table) *Fake {
	f := &Fake{name: name, connections: connections, faults: map[string]map[Call]Fault{}}
	for _, t := range tables {
		t.Columns, t.Rows = slices.Clone(t.Columns), cloneRows(t.Rows)
		known := fakeTable{Table: t}
		known.numberColumns()
		f.numberRows(&known, nil)
		f.tables = append(f.tables, known)
	}
	return f
}

// Gentle makes views that are opened from now on read each chunk, and answer each
// question, as of when they are asked.
func (f *Fake) Gentle() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gentle = true
}

// Now is the source's clock.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now()
}

func (f *Fake) now() time.Time {
	return time.Date(2026, 11, 20, 12, 0, f.changes, 0, time.UTC).Add(f.waited)
}

// Wait lets time go by in which nothing happens.
func (f *Fake) Wait(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waited += d
}

// Tables describes the tables.
func (f *Fake) Tables(ctx context.Context) ([]archwire.Table, error) {
	if err := f.calling(OnTables, ""); err != nil {
		return nil, err
	}
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
	if err := f.calling(OnView, ""); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("opening a view: %w", context.Cause(ctx))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.remember()
	position := ""
	if f.history != nil {
		position = fakePosition + strconv.Itoa(f.changes)
	}
	return &fakeView{
		fake: f, position: position, tables: slices.Clone(f.tables), gentle: f.gentle, vouches: f.vouches != "", slots: make(chan struct{}, f.connections), done: make(chan struct{}),
		at: archwire.Instant{Time: f.now(), Mark: f.vouches + "change " + strconv.Itoa(f.changes)},
	}, nil
}

// Close does nothing: there is nothing to release.
func (f *Fake) Close() error { return nil }
