package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

// Query yields the rows of a query; without rows, one empty batch. Sums of integers come as decimal(38,0):
// DuckDB adds them up in 128 bits.
func (w *Warehouse) Query(ctx context.Context, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		if err := w.query(ctx, q, func(b archwire.Batch) bool { return yield(b, nil) }); err != nil {
			yield(nil, classify("querying the warehouse", err))
		}
	}
}

func (w *Warehouse) query(ctx context.Context, q archwire.Query, yield func(archwire.Batch) bool) error {
	if err := w.checkReadOnly(ctx, q.SQL); err != nil {
		return err
	}
	text, err := bind(q)
	if err != nil {
		return err
	}
	// The transaction refuses to write whatever the check above let through.
	return inTransaction(ctx, w.db, "BEGIN TRANSACTION READ ONLY", func(conn *sql.Conn) error {
		return stream(ctx, conn, text, yield)
	})
}

// stream hands the batches of a query to yield until it says stop. If there is
// no row, that is one batch without rows, which tells the columns.
func stream(ctx context.Context, conn *sql.Conn, text string, yield func(archwire.Batch) bool) error {
	none := true
	schema, err := fetch(ctx, conn, text, func(b archwire.Batch) bool {
		none = false
		batch := own(b)
		defer batch.Release()
		return yield(batch)
	})
	if err != nil || !none {
		return err
	}
	batch := archwire.Nulls(schema, 0)
	defer batch.Release()
	yield(batch)
	return nil
}

// fetch hands the batches of a query to yield until it says stop. They lie in
// DuckDB's memory: what is taken from one must not be kept.
func fetch(ctx context.Context, conn *sql.Conn, text string, yield func(archwire.Batch) bool) (schema *arrow.Schema, err error) {
	var reader array.RecordReader
	err = conn.Raw(func(c any) error {
		a, err := duckdb.NewArrowFromConn(c.(driver.Conn)) //nolint:forcetypeassert // every connection here is one
		if err != nil {
			return err
		}
		reader, err = a.QueryContext(ctx, text)
		return err
	})
	if err != nil {
		return nil, err
	}
	defer reader.Release()
	for reader.Next() {
		if !yield(reader.RecordBatch()) {
			return reader.Schema(), nil
		}
	}
	return reader.Schema(), reader.Err()
}

// checkReadOnly refuses SQL that is not one query, or that reads anything but
// the warehouse's relations.
func (w *Warehouse) checkReadOnly(ctx context.Context, text string) error {
	tree, err := parse(ctx, w.db, text)
	if err != nil {
		return err
	}
	return tree.check(reachRules)
}

// Reads lists the relations that a query reads.
func (w *Warehouse) Reads(ctx context.Context, text string) ([]string, error) {
	return reads(ctx, w.db, text)
}

// Describe returns names and types of a query's columns.
func (w *Warehouse) Describe(ctx context.Context, text string) ([]archwire.Column, error) {
	return describe(ctx, w.db, text)
}
