package duckdb

import (
	"context"
	"errors"
	"sync"

	"archwire"
)

// ReaderConfig says what a Reader may use.
type ReaderConfig struct {
	Memory  string // the most memory DuckDB may use: "2GB"; "" is 1GB
	Threads int    // for one query; 0 is 1: many small queries share the cores better so
	TempDir string // where DuckDB spills what does not fit; "" is nowhere: such a query fails
}

// A Reader answers queries over slices. It is safe for use by several goroutines.
type Reader struct {
	config   ReaderConfig
	compiled queries

	mu      sync.RWMutex
	engines *engines
	closed  bool
}

var _ archwire.SliceReader = (*Reader)(nil)

// OpenReader makes a reader. A quarter of its memory, 256 MB at most, is for
// reading files; of the rest two thirds hold the slices used last, the others are
// for queries.
func OpenReader(ctx context.Context, c ReaderConfig) (*Reader, error) {
	e, err := openEngines(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Reader{config: c, engines: e}, nil
}

// QuerySlices runs q over the rows of files.
func (r *Reader) QuerySlices(ctx context.Context, files []archwire.SliceFile, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		e := r.current()
		err := r.query(ctx, e, files, q, func(b archwire.Batch) bool { return yield(b, nil) })
		if err != nil {
			r.outlive(ctx, e)
			yield(nil, classify("querying slices", err))
		}
	}
}

func (r *Reader) query(ctx context.Context, e *engines, files []archwire.SliceFile, q archwire.Query, yield func(archwire.Batch) bool) error {
	compiled, err := r.compile(ctx, e, q.SQL)
	if err != nil {
		return err
	}
	text, err := write(compiled, q.Args)
	if err != nil {
		return err
	}
	table, release, err := e.shelf.take(ctx, files, q.Once)
	if err != nil {
		return err
	}
	defer release()
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return err
	}
	return errors.Join(stream(ctx, conn, over(text, table), yield), conn.Close())
}

// compile checks that a query reads slice and nothing else, and cuts it up. The
// result is kept: servers ask the same few queries with other arguments.
func (r *Reader) compile(ctx context.Context, e *engines, text string) ([]token, error) {
	if tokens, ok := r.compiled.get(text); ok {
		return tokens, nil
	}
	tree, err := parse(ctx, e.db, text)
	if err != nil {
		return nil, err
	}
	if err := tree.check([]rule{onlySlice, noTableFunctions, noShow, noPeeking}); err != nil {
		return nil, err
	}
	tokens := lex(trimmed(text))
	r.compiled.put(text, tokens)
	return tokens, nil
}

// queries remembers what has been compiled, up to a number.
type queries struct {
	mu   sync.Mutex
	kept map[string][]token
}

const mostQueries = 10_000

func (q *queries) get(text string) ([]token, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	tokens, ok := q.kept[text]
	return tokens, ok
}

func (q *queries) put(text string, tokens []token) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.kept == nil || len(q.kept) >= mostQueries {
		q.kept = map[string][]token{}
	}
	q.kept[text] = tokens
}

// onlySlice wants every relation to be slice.
func onlySlice(node map[string]any, defined map[string]bool) (wrong, instead string) {
	if node["type"] != "BASE_TABLE" || isDefined(node, defined) ||
		text(node, "table_name") == "slice" && text(node, "schema_name") == "" && text(node, "catalog_name") == "" {
		return "", ""
	}
	return "a query over slices reads " + text(node, "table_name"), "Read the relation slice and nothing else."
}

// over makes slice mean table in a query, by a WITH before its own.
func over(query, table string) string {
	slice := "slice AS NOT MATERIALIZED (FROM " + table + ")"
	tokens := lex(query)
	for i, t := range tokens {
		if t.kind == blank {
			continue
		}
		if !t.is("with") {
			break
		}
		for j := i + 1; j < len(tokens); j++ {
			if tokens[j].kind == blank {
				continue
			}
			if tokens[j].is("recursive") {
				i = j
			}
			break
		}
		return join(tokens[:i+1]) + " " + slice + ", " + join(tokens[i+1:])
	}
	return "WITH " + slice + " " + query
}

// Close releases memory and files. It is safe to call more than once.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	return r.engines.close()
}
