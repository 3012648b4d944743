package pipeline

import (
	"archwire"
	"archwire/internal/project"
)

// The modes in which a table is copied in one run.
const (
	modeFull     = "full"
	modeAppend   = "append"
	modeCursor   = "cursor"
	modeChecksum = "checksum"
)

// A Decision is how a table is copied in a run, and why.
type Decision struct {
	Mode  string // full, append, cursor or checksum
	Why   string // one clause
	Since string // what is at or after it is read; "" is all
	first bool   // there is no copy yet
}

// merge says whether rows that are read take the place of those with the same
// key, instead of all.
func (d Decision) merge() bool { return d.Mode != modeFull }

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
	case last.Position == "" && last.Rows > 0:
		return Decision{Mode: modeFull, Why: "the last load noted no position of " + t.Cursor}, nil
	}
	since, err := from(t, last.Position)
	return Decision{Mode: t.Sync, Why: "rows since the last run by " + t.Cursor, Since: since}, err
}
