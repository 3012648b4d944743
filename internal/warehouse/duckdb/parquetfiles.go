package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// ParquetFiles reads files of Parquet that others have written. It is safe for use by
// several goroutines.
type ParquetFiles struct{ db *sql.DB }

// OpenParquetFiles makes a reader with an engine of its own.
func OpenParquetFiles(ctx context.Context, c ReaderConfig) (*ParquetFiles, error) {
	memory, err := bytesOf(c.Memory)
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, "", settings{memory: kibibytes(memory), threads: max(c.Threads, 1), temp: c.TempDir})
	if err != nil {
		return nil, fmt.Errorf("opening a reader of Parquet: %w", err)
	}
	return &ParquetFiles{db}, nil
}

// Close releases memory.
func (p *ParquetFiles) Close() error { return p.db.Close() }

// Columns lists the columns of the file at path. One of a type that has no exact form
// says so in Refused.
func (p *ParquetFiles) Columns(ctx context.Context, path string) ([]archwire.Column, error) {
	cut, err := p.nanoseconds(ctx, path)
	if err != nil {
		return nil, err
	}
	query := "DESCRIBE FROM " + readParquet(path) //nolint:gosec // the path is a constant of SQL
	rows, err := p.db.QueryContext(ctx, query)
	if err != nil {
		return nil, unreadable(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var columns []archwire.Column
	for rows.Next() {
		var name, kind string
		var null, key, def, extra any
		if err := rows.Scan(&name, &kind, &null, &key, &def, &extra); err != nil {
			return nil, fmt.Errorf("reading the columns of a file of Parquet: %w", err)
		}
		c := parquetColumn(name, kind)
		if cut[name] {
			c.Type, c.Refused = archwire.Type{}, unread
		}
		columns = append(columns, c)
	}
	return columns, unreadable(rows.Err())
}

// unread says why no type at all may be declared for a column.
const unread = "its nanoseconds cannot be read; have it written in microseconds"

// nanoseconds lists the columns of the file at path that have nanoseconds, in them or
// within, of which DuckDB drops what is finer than a microsecond: INT96, times of day
// and instants. It keeps those of timestamps that are not adjusted to UTC.
func (p *ParquetFiles) nanoseconds(ctx context.Context, path string) (map[string]bool, error) {
	query := "SELECT name, coalesce(type, ''), coalesce(logical_type::VARCHAR, ''), coalesce(num_children, 0) FROM parquet_schema(" + literal(path) + ")" //nolint:gosec // as above
	rows, err := p.db.QueryContext(ctx, query)
	if err != nil {
		return nil, unreadable(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	cut, column := map[string]bool{}, ""
	var left []int64 // of the elements around the next one, how many are still to come within each
	for rows.Next() {
		var name, physical, logical string
		var children int64
		if err := rows.Scan(&name, &physical, &logical, &children); err != nil {
			return nil, fmt.Errorf("reading the schema of a file of Parquet: %w", err)
		}
		if len(left) == 1 {
			column = name
		}
		kept := strings.HasPrefix(logical, "TimestampType") && strings.Contains(logical, "isAdjustedToUTC=0")
		if physical == "INT96" || strings.Contains(logical, "NanoSeconds") && !kept {
			cut[column] = true
		}
		if len(left) > 0 {
			left[len(left)-1]--
		}
		left = append(left, children)
		for len(left) > 0 && left[len(left)-1] == 0 {
			left = left[:len(left)-1]
		}
	}
	return cut, unreadable(rows.Err())
}

// parquetColumn is a column of DuckDB's name of a type.
func parquetColumn(name, kind string) archwire.Column {
	c := archwire.Column{Name: name, Nullable: true, Origin: strings.ToLower(kind)}
	switch kind {
	case "UUID":
		c.Type.Kind = archwire.UUID
		return c
	case "JSON":
		c.Type.Kind = archwire.JSON
		return c
	case "TIMESTAMP_S", "TIMESTAMP_MS":
		c.Type.Kind = archwire.Timestamp
		return c
	case "TIMESTAMP_NS":
		c.Refused = "nanoseconds have no exact form; have it written in microseconds, or declare cast: text"
		return c
	}
	t, err := typeOf(name, kind)
	if err != nil {
		c.Refused = "the type has no exact form; have it written as a number, text, date or timestamp, or declare cast: text"
		return c
	}
	c.Type = t
	return c
}

// Rows yields columns of the rows of the file at path, in the order in which they lie
// there. A type that holds every value of the file's, or text, is what a column may be
// read as; any other is an error of code Invalid.
func (p *ParquetFiles) Rows(ctx context.Context, path string, columns []archwire.Column) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		if err := p.rows(ctx, path, columns, func(b archwire.Batch) bool { return yield(b, nil) }); err != nil {
			yield(nil, err)
		}
	}
}

func (p *ParquetFiles) rows(ctx context.Context, path string, columns []archwire.Column, yield func(archwire.Batch) bool) error {
	has, err := p.Columns(ctx, path)
	if err != nil {
		return err
	}
	list := make([]string, len(columns))
	for i, c := range columns {
		if list[i], err = readAs(c, has); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		list = []string{"1 AS archwire_row"}
	}
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("reading a file of Parquet: %w", err)
	}
	schema := archwire.Table{Columns: columns}.ArrowSchema()
	var wrong error
	err = stream(ctx, conn, "SELECT "+strings.Join(list, ", ")+" FROM "+readParquet(path), func(b archwire.Batch) bool {
		batch, err := ofColumns(b, schema)
		if wrong = err; err != nil {
			return false
		}
		defer batch.Release()
		return yield(batch)
	})
	return errors.Join(wrong, unreadable(err), conn.Close())
}

// ofColumns is a batch, retained, of the columns that were asked for, which may be none.
func ofColumns(b archwire.Batch, schema *arrow.Schema) (archwire.Batch, error) {
	if schema.NumFields() == 0 {
		return array.NewRecordBatch(schema, nil, b.NumRows()), nil
	}
	return archwire.Conform(b, schema)
}

// readAs is the expression that gives a column as it is asked for.
func readAs(c archwire.Column, has []archwire.Column) (string, error) {
	for _, h := range has {
		if h.Name != c.Name {
			continue
		}
		name := archwire.Quote(c.Name)
		if h.Refused == unread {
			return "", &archwire.Error{
				Code: archwire.Invalid, Message: "column " + c.Name + " of the file: " + unread, Hint: "Exclude the column until it is.",
			}
		}
		if c.Type.Kind == archwire.Text || h.Refused == "" && (h.Type == c.Type || holds(c.Type, h.Type)) {
			return "CAST(" + name + " AS " + c.Type.SQL() + ") AS " + name, nil
		}
		return "", &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("column %s is %s in the file, which is not read as %s", c.Name, h.Origin, c.Type),
			Hint: "Declare the column as " + h.Type.String() + ", or cast: text.",
		}
	}
	return "", fmt.Errorf("reading a file of Parquet: it has no column %s", c.Name)
}

// holds says whether every value of a type has one in another, wider one.
func holds(wide, narrow archwire.Type) bool {
	whole := map[archwire.Kind]int{archwire.Int16: 5, archwire.Int32: 10, archwire.Int64: 19}
	switch {
	case wide.Kind == archwire.Decimal && narrow.Kind == archwire.Decimal:
		return wide.Scale >= narrow.Scale && wide.Precision-wide.Scale >= narrow.Precision-narrow.Scale
	case wide.Kind == archwire.Decimal && whole[narrow.Kind] > 0:
		return wide.Precision-wide.Scale >= whole[narrow.Kind]
	case wide.Kind == archwire.Float64:
		return narrow.Kind == archwire.Float32
	case wide.Kind == archwire.UUID || wide.Kind == archwire.JSON:
		return false
	}
	return whole[narrow.Kind] > 0 && whole[wide.Kind] > whole[narrow.Kind]
}

// readParquet names the rows of a file. Names of columns are told apart by case.
func readParquet(path string) string {
	return "read_parquet(" + literal(path) + ", binary_as_string = false)"
}

// unreadable says that a file is none of Parquet, without what is in it.
func unreadable(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &archwire.Error{Code: archwire.Invalid, Message: "it is not a whole file of Parquet", Err: err}
}
