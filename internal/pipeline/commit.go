package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"archwire"
)

// A loaded is what is known of the copies when they have become visible.
type loaded struct {
	Run      archwire.RunID           `json:"run"`
	Version  string                   `json:"version"` // of the project
	AsOf     archwire.Day             `json:"as_of"`
	At       time.Time                `json:"at"`
	Rows     int64                    `json:"rows"`
	Verified []archwire.VerifiedTable `json:"verified"`
}

// resumeWithin is how long what was loaded may wait to be published. After that
// a run begins with the sources again.
const resumeWithin = 6 * time.Hour

// loadConsumer is the name under which the warehouse remembers what was loaded
// and is not published yet.
const loadConsumer = "load"

// commit makes the load visible and remembers what it was, for a run that has to
// go on from there.
func (r *Runner) commit(ctx context.Context, run *archwire.Run, load archwire.Load, readings []*reading) (*loaded, error) {
	tables := all(readings)
	journal := make([]archwire.JournalRow, len(tables))
	l := &loaded{Run: run.ID, Version: r.Project.Version, At: r.Now().UTC(), Rows: run.Rows, Verified: make([]archwire.VerifiedTable, len(tables))}
	for i, c := range tables {
		journal[i] = c.journal(run.ID, c.verified.WarehouseRows)
		l.Verified[i] = c.verified
	}
	done, err := load.Commit(ctx, r.businessDate(), journal)
	if err != nil {
		return nil, err //nolint:wrapcheck // says what it did
	}
	l.AsOf, run.AsOf = done.AsOf, done.AsOf
	slices.SortFunc(l.Verified, func(a, b archwire.VerifiedTable) int { return strings.Compare(a.Table, b.Table) })
	r.tellTables(run, tables, done)
	return l, r.remember(ctx, tables, l)
}

// remember writes down how far each table was compared, and what was loaded.
func (r *Runner) remember(ctx context.Context, tables []*copying, l *loaded) error {
	marks := map[string]archwire.Acknowledged{}
	for _, c := range tables {
		text, err := json.Marshal(c.cycle)
		if err != nil {
			return fmt.Errorf("writing down how far %s was compared: %w", c.table.ID(), err)
		}
		marks[verifyConsumer(c.table.ID())] = archwire.Acknowledged{Mark: string(text)}
	}
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("writing down what was loaded: %w", err)
	}
	marks[loadConsumer] = archwire.Acknowledged{Mark: string(text)}
	if err := r.Warehouse.Published(ctx, marks); err != nil {
		return fmt.Errorf("writing down what was loaded: %w", err)
	}
	return nil
}

// wrong says that rows may be at fault: they must be read again.
func wrong(err error) bool {
	code := archwire.CodeOf(err)
	return code == archwire.Mismatch || code == archwire.Invalid
}

// unpublished is what an earlier run has loaded and not published, if it may be
// taken on: the project is the same, and nothing was wrong with the rows.
func (r *Runner) unpublished(ctx context.Context) (*loaded, error) {
	runs, err := r.Runs.Runs(ctx, 1)
	if err != nil || len(runs) == 0 {
		return nil, err //nolint:wrapcheck // says what it read
	}
	last := runs[0]
	if last.State != archwire.Failed {
		return nil, nil //nolint:nilnil // there is nothing left to do
	}
	p, err := r.Warehouse.Pending(ctx, loadConsumer, nil)
	if err != nil || p.Mark == "" {
		return nil, err //nolint:wrapcheck // says what it read
	}
	var l loaded
	if err := json.Unmarshal([]byte(p.Mark), &l); err != nil {
		return nil, fmt.Errorf("reading what was loaded: %w", err)
	}
	if l.Version != r.Project.Version || r.Now().Sub(l.At) > resumeWithin {
		return nil, nil //nolint:nilnil // too old to be published as new
	}
	newest, err := r.newestLoad(ctx)
	if err != nil || newest != l.Run {
		return nil, err // a later run died between its commit and writing down what it was
	}
	return &l, nil
}

// newestLoad is the run whose load is the last one that became visible.
func (r *Runner) newestLoad(ctx context.Context) (archwire.RunID, error) {
	journal, err := r.Warehouse.Loaded(ctx)
	if err != nil {
		return "", fmt.Errorf("reading the load journal: %w", err)
	}
	var newest archwire.JournalRow
	for _, row := range journal {
		if row.LoadedAt.After(newest.LoadedAt) {
			newest = row
		}
	}
	return newest.Run, nil
}

// forget says that there is nothing left to publish of the load.
func (r *Runner) forget(ctx context.Context) error {
	if err := r.Warehouse.Published(ctx, map[string]archwire.Acknowledged{loadConsumer: {}}); err != nil {
		return fmt.Errorf("writing down that the load was published: %w", err)
	}
	return nil
}

// tellTables says what the load did with each table.
func (r *Runner) tellTables(run *archwire.Run, tables []*copying, done archwire.Committed) {
	for _, c := range tables {
		changed := done.Tables[c.table.ID()]
		run.Details = append(run.Details, archwire.Detail{
			Verb: archwire.Extract, What: c.table.ID(), Mode: c.Mode, Rows: c.staged.Load() + c.repaired,
			Changed: changed.Inserted + changed.Updated + changed.Deleted, Bytes: c.read.Load(), Took: c.took, Note: c.Why, Skipped: c.still,
		})
		r.Sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: c.table.ID(), Rows: c.staged.Load(), Of: c.staged.Load(), Done: true})
		if c.repaired > 0 && c.Mode != modeChecksum && !c.soup {
			r.note(archwire.Verify, "%s: %d rows that had been missed were read again", c.table.ID(), c.repaired)
		}
	}
}
