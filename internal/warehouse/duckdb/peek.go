package duckdb

import (
	"errors"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

var errNoBatch = errors.New("there is no batch, so there are no columns")

// peek reads the first batch for its schema and returns batches that begin with
// it again. They must be read, or the iterator stays open.
func peek(rows archwire.Batches) (archwire.Batches, *arrow.Schema, error) {
	next, stop := iter.Pull2(rows)
	first, err, ok := next()
	if err == nil && !ok {
		err = errNoBatch
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	again := func(yield func(archwire.Batch, error) bool) {
		defer stop()
		for batch, err, ok := first, error(nil), true; ok; batch, err, ok = next() {
			if !yield(batch, err) {
				return
			}
		}
	}
	return again, first.Schema(), nil
}
