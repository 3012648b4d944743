package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// pieceRows is how many rows are asked for at once: two of DuckDB's row groups.
// The driver gets the whole result of a query before its first row, so this bounds
// memory.
const pieceRows = 2 * 122_880

// pieces are queries that together give the rows that p is about, and the table
// whose columns they give.
func (l *load) pieces(ctx context.Context, g *target, p archwire.PrintSpec) (archwire.Table, []string, error) {
	table := g.Table
	if p.Keys {
		table = g.KeyTable()
	}
	table.Deleted = "" // marked rows are not among those given
	parts := g.left()
	if p.Staged {
		parts = g.staged()
	}
	if p.Keys && p.Cut.Width > 0 && (p.Parts != nil || p.Only != nil) {
		return table, g.keyPieces(parts, p), nil
	}
	list, within := columnList(table.Columns), g.within(p)
	var queries []string
	for _, part := range parts {
		var last sql.Null[int64]
		if err := l.w.db.QueryRowContext(ctx, "SELECT max(rowid) FROM "+part.table).Scan(&last); err != nil {
			return table, nil, err
		}
		for from := int64(0); last.Valid && from <= last.V; from += pieceRows {
			rows := fmt.Sprintf("r.rowid >= %d AND r.rowid < %d", from, from+pieceRows)
			queries = append(queries, part.query(list, append(within, rows)...))
		}
	}
	return table, queries, nil
}

// rows gives the rows of queries, in DuckDB's memory or in Go's.
func (l *load) rows(ctx context.Context, table archwire.Table, queries <-chan string, keep bool) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		err := l.eachRows(ctx, table, queries, func(b archwire.Batch) bool {
			if keep {
				b = own(b)
				defer b.Release()
			}
			return yield(b, nil)
		})
		if err != nil {
			yield(nil, err)
		}
	}
}

func (l *load) eachRows(ctx context.Context, table archwire.Table, queries <-chan string, yield func(archwire.Batch) bool) (err error) {
	conn, err := l.w.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	more := true
	for query := range queries {
		_, err := fetch(ctx, conn, query, func(b archwire.Batch) bool {
			if len(table.Columns) == 0 {
				b = array.NewRecordBatch(table.ArrowSchema(), nil, b.NumRows())
			}
			more = yield(b)
			return more
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}
