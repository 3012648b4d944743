// Package database keeps the rows of one system of the demo. It knows engines and
// nothing of what the rows say.
package database

import "context"

// A Database holds the tables of one system. It is safe for use by several goroutines.
type Database interface {
	// Create makes the tables of a schema in the words of its engine. The database is
	// empty.
	Create(ctx context.Context, schema string) error

	// Complete adds to filled tables what is cheaper to add afterwards: keys, statistics.
	Complete(ctx context.Context) error

	// Connect opens a connection, which the caller closes.
	Connect(ctx context.Context) (Conn, error)
}

// A Conn writes rows, for one goroutine at a time.
type Conn interface {
	// Copy adds rows to a table.
	Copy(ctx context.Context, table string, rows Rows) error

	// Apply makes changes, all of them or none. What was applied before can be applied
	// again with the same effect. After an error the connection is good for Close only.
	Apply(ctx context.Context, changes []Change) error

	// Close closes the connection, also when ctx is done.
	Close(ctx context.Context) error
}

// Rows are rows of a table in the format of PostgreSQL's binary COPY
// (https://www.postgresql.org/docs/current/sql-copy.html), without its header and
// trailer; each has all columns of the table in their order.
type Rows []byte

// A Change is what becomes of one table.
type Change struct {
	Table   string
	Rows    Rows    // take the place of those that have their keys, or are new
	Deleted []int64 // first columns of the keys of rows that go
}
