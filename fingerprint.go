package archwire

import "context"

// A Hash names a way to turn a row into 64 bits, the same on both sides of a
// comparison. docs/format/fingerprint.md specifies each.
type Hash string

// The hashes.
const (
	// HashMD5 is the first 15 hexadecimal digits of the MD5 of the row's
	// canonical text, in which each value is preceded by its length. Every engine
	// that has MD5 can compute it in SQL.
	HashMD5 Hash = "md5"

	// HashColumns is made of PostgreSQL's own hashes of the columns' values.
	// PostgreSQL 14 and later compute it some ten times as fast as an MD5 of text.
	HashColumns Hash = "columns"
)

// A Cut divides a table into parts, numbered from 0, by its key.
//
// With a Width the key is one whole number: part n holds the keys from
// From + n*Width up to the next part's; the first part also holds all keys
// below, the last all above. Without a Width a row belongs to the part that is
// the unsigned remainder of its key's hash by Parts. The zero Cut is one part
// that holds every row.
type Cut struct {
	From, Width int64
	Parts       int
}

// A PrintSpec says what is fingerprinted. A table's Columns and Key say which
// columns count; rows that its Deleted column marks do not.
type PrintSpec struct {
	Hash Hash
	Keys bool // of the keys only: deleted and missing rows are found, changed ones are not

	Cut         Cut
	First, Last int   // the parts asked for, both included
	Parts       []int // RowPrints only: of these the ones asked for, in order; nil is all

	// Only lists the keys of the rows asked for, in order; nil is all. It is for
	// RowPrints with Keys and a Width. A key that no row has is no error.
	Only []int64

	Chunks []Chunk // View only: rows of these chunks, nil is all rows
	Staged bool    // Load only: rows that Stage has written, instead of all; when merging, as patched since
}

// A PartPrint is the fingerprint of one part: equal rows, in any order, give
// equal prints; other rows give other prints, but for one case in 2^32 or fewer.
type PartPrint struct {
	Part int
	Rows int64
	Sum  uint64 // of the rows' hashes, wrapped around; with Keys and a Width, of the keys themselves
}

// PrintColumn is the name of the column that RowPrints adds to the key.
const PrintColumn = "archwire_print"

// A Printer computes fingerprints of one side of a comparison, inside the
// engine that holds it.
type Printer interface {
	// Hashes lists the hashes that can be computed of t, the fastest first.
	Hashes(t Table) []Hash

	// Prints lists the parts asked for that have rows, by number.
	Prints(ctx context.Context, t Table, p PrintSpec) ([]PartPrint, error)

	// RowPrints yields the key columns of the rows in the parts asked for, and
	// their hashes as the int64 column PrintColumn, in no order. With Keys the
	// hash is of the key; with Keys and a Width it is the key itself.
	RowPrints(ctx context.Context, t Table, p PrintSpec) Batches
}
