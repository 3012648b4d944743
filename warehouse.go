package archwire

import (
	"context"
	"time"
)

// A RunID names one run: a UTC time and a short random suffix, sortable.
type RunID string

// A Warehouse holds the copied tables and the models computed from them. It is
// safe for use by several goroutines.
type Warehouse interface {
	// Begin opens the load of a run and prepares staging for its tables. What an
	// earlier, unfinished load left in staging is swept first.
	Begin(ctx context.Context, run RunID, tables []Table) (Load, error)

	// Loaded is the newest journal row of each table, by table ID. A table that
	// was never loaded has none.
	Loaded(ctx context.Context) (map[string]JournalRow, error)

	// Refresh recomputes m from what it reads. Readers see the old rows until the
	// new ones are complete; after an error they still see the old ones.
	Refresh(ctx context.Context, m Model) (Refreshed, error)

	// Query yields the rows of a read-only query; a statement that would change
	// anything is refused.
	Query(ctx context.Context, q Query) Batches

	// Close flushes and releases the warehouse. It is safe to call more than once.
	Close() error
}

// A Load brings whole tables into the warehouse, out of sight until Commit.
type Load interface {
	// Stage writes rows where no reader sees them and returns how many there
	// were. Several calls may run at once, for several tables or for chunks of
	// one. If it fails, none of this call's rows are staged.
	Stage(ctx context.Context, t Table, rows Batches) (int64, error)

	// Count is the number of rows staged for t, counted by the warehouse.
	Count(ctx context.Context, t Table) (int64, error)

	// Commit replaces each table by what was staged for it, writes the journal
	// rows and the row of archwire.run, all in one transaction. asOf is a query
	// that gives one date, the business date of the run; it is asked after the
	// tables were replaced and may read them. After an error nothing of the load
	// is visible. It returns the business date.
	Commit(ctx context.Context, asOf Query, journal []JournalRow) (Day, error)

	// Abort drops what was staged. After Commit it does nothing.
	Abort(ctx context.Context) error
}

// A JournalRow says how a table was last loaded. The warehouse keeps all of
// them in archwire.load_journal.
type JournalRow struct {
	Run      RunID
	Table    string // ID
	Mode     string // full
	At       Instant
	Rows     int64     // rows in the table after the load
	LoadedAt time.Time // set by the warehouse
}

// Refreshed says what a refresh did.
type Refreshed struct {
	Rows int64
	Took time.Duration
}

// A Parser reads SQL without running it.
type Parser interface {
	// Reads lists the relations that a query reads, as "schema.name", sorted,
	// each once. A name that the query itself defines (a CTE) is not one. SQL
	// that does not parse is an error of code Invalid.
	Reads(ctx context.Context, sql string) ([]string, error)
}

// A SliceSource is what slices are cut from: some columns of one relation of
// the warehouse.
type SliceSource struct {
	Relation string   // schema.name
	Tenant   string   // the tenant column; always the first column of a slice
	Key      []string // the rest of the key; the rows' order
	Columns  []string // further columns, in order; Key is among them
}

// A Print is the fingerprint of one tenant's rows: equal rows, in any order,
// have equal prints, and rows that differ have different ones.
type Print struct {
	Tenant string
	Rows   int64
	Print  string
}

// A SliceWriter can write slices.
type SliceWriter interface {
	// Prints lists the tenants that have rows in s, sorted, with their prints.
	Prints(ctx context.Context, s SliceSource) ([]Print, error)

	// WriteSlice writes the rows of one tenant to a Parquet file at path, sorted
	// by key, and returns their number. Equal rows give equal bytes. Several
	// calls may run at once.
	WriteSlice(ctx context.Context, s SliceSource, tenant, path string) (int64, error)

	// WriteParquet writes the batches to one Parquet file at path.
	WriteParquet(ctx context.Context, rows Batches, path string) error
}

// A Describer can tell the columns of a query without running it.
type Describer interface {
	// Describe returns names and types of a query's columns.
	Describe(ctx context.Context, sql string) ([]Column, error)
}

// A SliceFile is a slice at hand: its name and where its bytes lie.
type SliceFile struct {
	SHA256 string // lower-case hex
	Path   string
}

// A SliceReader answers queries over slices. It needs no warehouse.
type SliceReader interface {
	// QuerySlices runs q, in which the relation "slice" is the rows of files.
	// Nothing but these files can be read by it. Files without the schema of the
	// first are an error.
	QuerySlices(ctx context.Context, files []SliceFile, q Query) Batches

	// Close releases memory and files.
	Close() error
}
