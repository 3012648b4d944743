package archwire

import (
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
)

// A Batch is some rows of one table or query, column by column. It is valid
// until the next one is asked for; Retain keeps it longer.
type Batch = arrow.RecordBatch

// Batches yields rows; an error comes last, with a nil batch.
type Batches = iter.Seq2[Batch, error]

// A Query is a read-only statement. SQL names its parameters $1, $2, ...; Args
// are string, int64, bool, time.Time (a UTC instant), Day or Number.
type Query struct {
	SQL  string
	Args []any

	// Once says that nobody is expected to ask for these rows again soon: what is read
	// for them need not be kept in memory.
	Once bool
}

// A Number is a decimal as text, handed over exactly: "1284.50".
type Number string
