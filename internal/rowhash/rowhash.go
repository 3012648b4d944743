// Package rowhash fingerprints rows in Go as docs/format/fingerprint.md
// specifies it, value for value what an engine computes in SQL.
package rowhash

import (
	"errors"

	"archwire"
)

// Hashes lists the hashes that rowhash can compute of t, the fastest first.
func Hashes(_ archwire.Table) []archwire.Hash {
	return []archwire.Hash{archwire.HashRecord, archwire.HashMD5}
}

var errNotYet = errors.New("rowhash: not there")

// Prints fingerprints rows: batches whose columns are t's, in order. The spec's
// First and Last restrict the parts; Chunks and Staged are the caller's business.
func Prints(_ archwire.Batches, _ archwire.Table, _ archwire.PrintSpec) ([]archwire.PartPrint, error) {
	return nil, errNotYet
}

// RowPrints yields the key columns and archwire.PrintColumn of the rows of the
// parts asked for.
func RowPrints(_ archwire.Batches, _ archwire.Table, _ archwire.PrintSpec) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) { yield(nil, errNotYet) }
}
