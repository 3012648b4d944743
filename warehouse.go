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
	// Begin opens the load of a run and prepares staging for its tables. Chunks
	// that an earlier, unfinished load has staged of a table that is to be replaced
	// are kept, if the table's definition is still the same; what else it left is
	// swept.
	Begin(ctx context.Context, run RunID, tables []LoadTable) (Load, error)

	// Loaded is the newest journal row of each table, by table ID. A table that
	// was never loaded has none.
	Loaded(ctx context.Context) (map[string]JournalRow, error)

	// Pending says what changed in the relations of reads since the consumer of
	// that name last acknowledged them, in Refresh or Published.
	Pending(ctx context.Context, consumer string, reads []string) (Pending, error)

	// Refresh recomputes m from what it reads, all of it or the rows of some
	// tenants. Readers see the old rows until the new ones are complete; after an
	// error they still see the old ones. In the same transaction it acknowledges
	// r.Seq for the consumer m.Name and records m's own rows as changed.
	Refresh(ctx context.Context, m Model, r RefreshScope) (Refreshed, error)

	// CompareModel computes m in full and compares it, row by row and to the last
	// digit, with what is kept of it. A row counts as often as it occurs.
	CompareModel(ctx context.Context, m Model) (ModelComparison, error)

	// Published acknowledges for each consumer the changes up to a number that
	// Pending gave, and remembers mark for it.
	Published(ctx context.Context, consumers map[string]Acknowledged) error

	// Query yields the rows of a read-only query; a statement that would change
	// anything is refused.
	Query(ctx context.Context, q Query) Batches

	// Close flushes and releases the warehouse. It is safe to call more than once.
	Close() error
}

// A Widener is a Warehouse that can widen the type of a column of a copy where
// it lies.
type Widener interface {
	// Widens says whether to may be merged into the copy of from: they differ in
	// the order of columns and in types only, and each type of to holds every value
	// of the one in from. Such a merge counts as a change of the whole table.
	Widens(from, to Table) bool
}

// Pending is what changed in what a consumer reads.
type Pending struct {
	Seq     int64    // acknowledge this
	Mark    string   // what the consumer acknowledged with; "" when it never has
	Never   bool     // it never acknowledged anything
	All     []string // relations that changed as a whole, or in rows without a tenant
	Tenants []string // tenants of which rows changed in the others, as text, sorted
}

// None says that nothing changed.
func (p Pending) None() bool { return !p.Never && len(p.All) == 0 && len(p.Tenants) == 0 }

// Acknowledged is how far a consumer has got.
type Acknowledged struct {
	Seq  int64
	Mark string
}

// A RefreshScope says what of a model is recomputed.
type RefreshScope struct {
	Tenants []string          // recompute their rows only; nil recomputes all
	Filter  map[string]string // by relation read: its tenant column; others are read whole
	Seq     int64             // from Pending
	Mark    string            // remembered with it: a digest of m's definition
}

// A ModelComparison says how far what is kept of a model is what a full
// computation gives.
type ModelComparison struct {
	Rows   int64 // kept
	Differ int64 // rows that are in one of the two only
}

// Refreshed says what a refresh did.
type Refreshed struct {
	Rows    int64 // of the model, all of them
	Written int64 // recomputed
	Took    time.Duration
}

// A Parser reads SQL without running it.
type Parser interface {
	// Reads lists the relations that a query reads, as "schema.name", sorted,
	// each once. A name that the query itself defines (a CTE) is not one. SQL
	// that does not parse is an error of code Invalid.
	Reads(ctx context.Context, sql string) ([]string, error)

	// Tree is the syntax tree of a query. It refuses what Reads refuses.
	Tree(ctx context.Context, sql string) (SyntaxTree, error)
}

// A Dialect is a Warehouse that can name what queries mean to it.
type Dialect interface {
	// Dialect is the same as long as the engine and the functions that queries may
	// call are, also after the warehouse was opened again.
	Dialect(ctx context.Context) (string, error)
}

// A SyntaxTree is a query taken apart.
type SyntaxTree struct {
	SQL  string // what positions in the tree count bytes of; its lines are those of the query
	JSON []byte // the one statement, as DuckDB's json_serialize_sql writes it
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
	// SlicePrints lists the tenants that have rows in s, sorted, with their
	// prints; of these tenants only, if tenants is not nil.
	SlicePrints(ctx context.Context, s SliceSource, tenants []string) ([]Print, error)

	// WriteSlice writes the rows of one tenant to a Parquet file at path, sorted
	// by key, and returns their number. Equal rows give equal bytes. Several
	// calls may run at once.
	WriteSlice(ctx context.Context, s SliceSource, tenant, path string) (int64, error)

	// WriteParquet writes the batches to one Parquet file at path.
	WriteParquet(ctx context.Context, rows Batches, path string) error
}

// A SliceBatcher is a SliceWriter that writes many slices of one source in a
// bounded number of statements, whatever the number of tenants and rows.
type SliceBatcher interface {
	SliceWriter

	// WriteSlices does for each of tenants what WriteSlice does: the slice of
	// tenants[i] goes to paths[i], byte for byte as WriteSlice would write it. It
	// returns how many rows each has. After an error none of the files is to be
	// used.
	WriteSlices(ctx context.Context, s SliceSource, tenants, paths []string) ([]int64, error)
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

// A SliceCount is what a file holds that should be one tenant's slice.
type SliceCount struct {
	Rows     int64
	Foreign  int64 // rows of another tenant, or of none
	NullKeys int64 // rows with NULL in their key
	Keys     int64 // different keys; without a key there is one row
}

// A SliceReader answers queries over slices. It needs no warehouse.
type SliceReader interface {
	// QuerySlices runs q, in which the relation "slice" is the rows of files.
	// Nothing but these files can be read by it. Files without the schema of the
	// first are an error.
	QuerySlices(ctx context.Context, files []SliceFile, q Query) Batches

	// CountSlices reads every value of files, keeping nothing, and tells of each what
	// it holds: files[i] should be tenants[i]'s slice of s. Files without the schema of
	// the first are an error.
	CountSlices(ctx context.Context, s SliceSource, files []SliceFile, tenants []string) ([]SliceCount, error)

	// Close releases memory and files.
	Close() error
}

// A SliceMaker is a SliceReader that can write slices.
type SliceMaker interface {
	// MakeSlice writes rows to a Parquet file at path, in the form and the order that
	// WriteSlice gives a slice whose columns are those of the rows, the tenant's first
	// and the key's next, and returns their number. Equal rows give equal bytes. rows
	// may be read twice. After an error there is no file.
	MakeSlice(ctx context.Context, rows Batches, path string) (int64, error)
}
