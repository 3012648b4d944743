package pipeline

import (
	"context"
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/project"
)

// The modes in which a table is copied in one run.
const (
	modeFull     = "full"
	modeAppend   = "append"
	modeCursor   = "cursor"
	modeTracking = "tracking"
	modeChecksum = "checksum"
)

// A Decision is how a table is copied in a run, and why.
type Decision struct {
	Mode  string // full, append, cursor, tracking or checksum
	Why   string // one clause
	Since string // what is at or after it is read, or with tracking what changed after it; "" is all
	first bool   // there is no copy yet
}

// merge says whether rows that are read take the place of those with the same
// key, instead of all.
func (d Decision) merge() bool { return d.Mode != modeFull }

// DecideIn is Decide for a table of a warehouse, which may be able to widen the
// types of a copy where it lies.
func DecideIn(ctx context.Context, wh archwire.Warehouse, journal map[string]archwire.JournalRow, t project.Table) (Decision, error) {
	last, known := journal[t.ID()]
	if known && t.Sync != modeFull && last.Definition != t.Definition() {
		widened, err := widens(ctx, wh, t, last)
		if err != nil {
			return Decision{}, err
		}
		if widened {
			last.Definition = t.Definition()
		}
	}
	return Decide(t, last, known)
}

// widens says whether the copy of t differs from it only in types that the
// warehouse can widen.
func widens(ctx context.Context, wh archwire.Warehouse, t project.Table, last archwire.JournalRow) (bool, error) {
	widener, ok := wh.(archwire.Widener)
	describer, ok2 := wh.(archwire.Describer)
	if !ok || !ok2 {
		return false, nil
	}
	columns, err := describer.Describe(ctx, "select * from "+archwire.QuoteName(t.ID()))
	if err != nil {
		return false, fmt.Errorf("reading the columns of the copy of %s: %w", t.ID(), err)
	}
	was := t.Table
	was.Columns = slices.Clone(t.Columns)
	for i, c := range was.Columns {
		at := slices.IndexFunc(columns, func(o archwire.Column) bool { return o.Name == c.Name })
		if at < 0 {
			return false, nil
		}
		if columns[at].Type.SQL() != c.Type.SQL() { // the warehouse does not tell kinds of text apart
			was.Columns[i].Type = columns[at].Type
		}
	}
	// The digest tells that nothing else is different.
	return was.Definition() == last.Definition && widener.Widens(was, t.Table), nil
}

// Decide says how a table is copied, going by its declaration and by the journal
// row of its last load. known is false when there is none.
func Decide(t project.Table, last archwire.JournalRow, known bool) (Decision, error) {
	switch {
	case !known:
		return Decision{Mode: modeFull, Why: "first copy", first: true}, nil
	case t.Sync == modeFull:
		return Decision{Mode: modeFull, Why: "declared so"}, nil
	case last.Definition != t.Definition():
		return Decision{Mode: modeFull, Why: "its columns or its key changed"}, nil
	case t.Sync == modeChecksum:
		return Decision{Mode: modeChecksum, Why: "rows whose fingerprints differ"}, nil
	case t.Sync == modeTracking:
		return Decision{Mode: modeTracking, Why: "rows that the source has tracked since the last run", Since: last.Position}, nil
	}
	position, follows := positionOf(t, last)
	if !follows && last.Rows > 0 {
		return Decision{Mode: modeFull, Why: "the last load noted no position of " + t.Cursor}, nil
	}
	since, err := from(t, position)
	return Decision{Mode: t.Sync, Why: "rows since the last run by " + t.Cursor, Since: since}, err
}
