package archwire

import (
	"context"
	"time"
)

// A LoadTable is a table of a load, and what becomes of its old rows.
type LoadTable struct {
	Table
	Merge bool // rows that are staged take the place of those with the same key; otherwise of all rows. Without a key none can be staged
}

// A Load brings rows into the warehouse, out of sight until Commit. As a Printer
// it speaks of each table as Commit would leave it. It is safe for use by several
// goroutines, but Patch and Commit of a table are called when nothing else is
// under way for it.
type Load interface {
	Printer

	// Prepare says into which chunks a table to be replaced was cut, before the
	// first of them is staged. If an earlier load has staged some of its own chunks
	// already, resumed is true and left are those of them that it had not; else left
	// is chunks. Rows staged then and now may be of different instants.
	Prepare(ctx context.Context, t Table, chunks []Chunk) (left []Chunk, resumed bool, err error)

	// Stage writes the rows of one chunk where no reader sees them and returns how
	// many there were. Several calls may run at once, for several tables or for
	// chunks of one; in one load no key is staged twice. If it fails, none of this
	// call's rows are staged.
	Stage(ctx context.Context, t Table, c Chunk, rows Batches) (int64, error)

	// Patch takes the rows with these keys (batches of t's key columns) out of t
	// and puts rows in; nil is none. It returns how many rows the first part took
	// out. t has a key.
	Patch(ctx context.Context, t Table, keys, rows Batches) (int64, error)

	// Count is the number of rows of t as Commit would leave it, counted by the
	// warehouse. Rows that t.Deleted marks are not left.
	Count(ctx context.Context, t Table) (int64, error)

	// Span is between which bounds the keys of t lie, where the key is one whole
	// number. They may be wider than what Commit would leave, by keys that it takes
	// out. ok is false where the key is of another kind, and may be where there is
	// no row.
	Span(ctx context.Context, t Table) (low, high int64, ok bool, err error)

	// Commit makes every table what was staged for it, writes the journal rows, the
	// row of archwire.run and what changed, all in one transaction. asOf is a query
	// that gives one date, the business date of the run; it is asked after the
	// tables were changed and may read them. After an error nothing of the load is
	// visible.
	Commit(ctx context.Context, asOf Query, journal []JournalRow) (Committed, error)

	// Leave ends the load and keeps the chunks staged for tables to be replaced,
	// for a later load to go on from. After Commit it does nothing.
	Leave(ctx context.Context) error

	// Abort ends the load and drops what was staged. After Commit it does nothing.
	Abort(ctx context.Context) error
}

// Committed says what a commit changed.
type Committed struct {
	AsOf   Day
	Tables map[string]Changed // by table ID
}

// Changed counts the rows of a table that are not as before. A row that was read
// again and is the same is not among them. When a table is replaced, an update
// counts as a delete and an insert.
type Changed struct {
	Inserted, Updated, Deleted int64
	Tenants                    []string // whose rows they are, old and new, sorted; nil when the table has no tenant column, or a row has NULL there
	All                        bool     // the whole table counts as changed: it is new or has other columns
}

// None says that the table is as it was.
func (c Changed) None() bool { return !c.All && c.Inserted+c.Updated+c.Deleted == 0 }

// A JournalRow says how a table was last loaded. The warehouse keeps all of
// them in archwire.load_journal.
type JournalRow struct {
	Run        RunID
	Table      string // ID
	Mode       string // full, append, cursor or checksum
	At         Instant
	Rows       int64     // rows in the table after the load
	Position   string    // the cursor's name, a blank and its value: the next load reads from there, less its overlap; "" when none is followed
	Definition string    // of the table, as Table.Definition gives it
	LoadedAt   time.Time // set by the warehouse
}
