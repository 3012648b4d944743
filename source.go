package archwire

import (
	"context"
	"time"
)

// A Source is one line-of-business database that rows are copied from. It and
// its views are safe for use by several goroutines.
type Source interface {
	// Tables lists the tables and views the configured user may read, sorted by
	// schema and name. A column whose type has no exact form carries the reason
	// in Refused; it is not an error until it is asked for.
	Tables(ctx context.Context) ([]Table, error)

	// View opens a reading of the database as of one instant, as far as the
	// database can give it; the adapter's doc says how far. The caller closes it.
	View(ctx context.Context) (View, error)

	// Close releases the source's connections. It is safe to call more than once.
	Close() error
}

// A View reads tables as of one instant. A table handed to its methods is one
// that the project declares: its columns, and only they, are read, in that order.
type View interface {
	// At is the instant of the view.
	At() Instant

	// Chunks cuts t into parts that together hold each of its rows exactly once.
	// An empty table may have no chunk. A table or column that is not as declared
	// any more is an error of code Invalid that names it.
	Chunks(ctx context.Context, t Table) ([]Chunk, error)

	// Batches yields the rows of one chunk of t. Memory is bounded by bytes, not
	// rows: a batch holds about 8 MiB, or one row if that row is larger. A value
	// that the declared type does not hold exactly is an error that names the
	// column. Several calls may run at once, up to the source's budget of
	// connections; further ones wait.
	Batches(ctx context.Context, t Table, c Chunk) Batches

	// Count is the number of rows of t, counted by the source itself. Here and in
	// Chunks, rows that t.Deleted marks do not belong to t.
	Count(ctx context.Context, t Table) (int64, error)

	// Close ends the view. It is safe to call more than once.
	Close() error
}

// A Follower is a View that can tell which rows changed, by a column that grows.
type Follower interface {
	// Since cuts into chunks the rows of t whose column is at or after from, or is
	// NULL; those that t.Deleted marks are among them. from is a whole number for a
	// column of whole numbers, a date (2026-11-20) for one of dates, and a date or a
	// time (RFC 3339, a plain timestamp as if in UTC) for one of timestamps; "" is
	// the beginning. Any other column or from is an error of code Invalid that names
	// the column. Digits beyond the microsecond are dropped.
	Since(ctx context.Context, t Table, column, from string) ([]Chunk, error)
}

// A Settler is a Follower that knows how far a column has settled whose values are
// given before they are committed, so that smaller ones may come after greater ones.
type Settler interface {
	// Settled is a number that no row of t lies below in column which the view does
	// not have, or has otherwise than it will be: whoever reads on from there misses
	// none. ok is false where that is not known.
	Settled(ctx context.Context, t Table, column string) (from int64, ok bool, err error)
}

// A KeyReader is a View that can read rows by their keys.
type KeyReader interface {
	// ByKeys cuts into chunks the rows of t whose key is among keys: a batch of
	// t's key columns, in their order, of any length. Keys that the table does not
	// have are no error; a row whose key is given twice comes once. Rows that
	// t.Deleted marks do not belong to t.
	ByKeys(ctx context.Context, t Table, keys Batch) ([]Chunk, error)
}

// A Tracker is a View whose database keeps track of the rows that change.
type Tracker interface {
	// Changes tells what happened to t after the view whose Changes gave since as
	// its Position, and up to this one. since is "" where there was none. A table
	// whose changes the database does not track by its key is an error of code
	// Invalid that names it.
	Changes(ctx context.Context, t Table, since string) (Changes, error)

	// Deleted yields the keys of rows that were there at since and are not any more:
	// batches of t's key columns, in their order. Keys of rows that came and went
	// meanwhile may be among them. since is one that Changes of this view knew.
	Deleted(ctx context.Context, t Table, since string) Batches
}

// Changes is what happened to a table between two views.
type Changes struct {
	Position string // of the later view, whatever else is known

	// Known is false where since is "", older than what the database keeps, or of
	// another database or another history of it. Nothing is known then but that any
	// row may have changed.
	Known   bool
	Chunks  []Chunk // the rows that were written and are there, each once; those that t.Deleted marks are among them
	Deletes bool    // Deleted may yield keys
}

// A Witness is a View that can vouch for a table not having changed.
type Witness interface {
	// Unchanged says whether the rows of t are, value for value, those that a view
	// whose At was since has read of it, from this source or any other. It is true
	// only where nothing else is possible; false says nothing. A table that is not
	// there any more or may not be read is no error, but not unchanged.
	Unchanged(ctx context.Context, t Table, since Instant) (bool, error)
}

// An Instant is what a view reads as of.
type Instant struct {
	Time time.Time // by the source's clock, UTC
	Mark string    // the source's own name for it: a snapshot, a log position
}

// A Chunk is a part of a table, in the words of the adapter that cut it: a range
// of pages or keys. Chunks of one call of Chunks hold each row once within the
// view that made them. A later view may read them too, but rows that were
// written since may be in none of them, or in two.
type Chunk struct {
	Where string // a condition; "" is the whole table
	Rows  int64  // an estimate; 0 when there is none
}

// A Diagnosis is one line of what Doctor found.
type Diagnosis struct {
	What string // what was looked at: "rcm: rights"
	OK   bool
	Says string // what was found, in a sentence
	Do   string // what to do about it; "" when OK
}

// A Doctor can say whether a source or warehouse is fit for use.
type Doctor interface {
	// Doctor looks at connection, version, rights and settings. What is wrong is
	// a line, not an error.
	Doctor(ctx context.Context) []Diagnosis
}
