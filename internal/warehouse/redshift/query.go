package redshift

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// Query yields the rows of a query, in the types that the embedded engine gives its
// columns; without rows, one empty batch.
func (w *Warehouse) Query(ctx context.Context, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		if err := w.query(ctx, q, func(b archwire.Batch) bool { return yield(b, nil) }); err != nil {
			yield(nil, classify("querying the warehouse", err))
		}
	}
}

func (w *Warehouse) query(ctx context.Context, q archwire.Query, yield func(archwire.Batch) bool) error {
	relations, err := w.parser.Relations(ctx, q.SQL)
	if err != nil {
		return err
	}
	text, typed, err := written(q)
	if err != nil {
		return err
	}
	begun, given := false, false
	// The transaction refuses to write whatever the check above let through.
	err = w.reading(ctx, func(l link) error {
		if given {
			return nil // what was lost is the end of a transaction that changed nothing
		}
		found, err := shapes(ctx, l, relations...)
		if err != nil {
			return err
		}
		columns, err := w.asked(ctx, typed, relations, found, w.parser.Columns)
		if err != nil {
			return err
		}
		err = stream(ctx, l, text, columns, func(b archwire.Batch) bool {
			begun = true
			return yield(b)
		})
		if given = err == nil; begun {
			err = once(err) // what was given cannot be taken back
		}
		return err
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends a query whose reader wants no more.
var errEnough = errors.New("enough rows")

// written is a query for Redshift, and as the embedded engine is asked for its
// columns: with a constant of the same type in the place of each argument.
func written(q archwire.Query) (text, typed string, err error) {
	ours, theirs := make([]string, len(q.Args)), make([]string, len(q.Args))
	for i, a := range q.Args {
		if ours[i], err = constant(a); err != nil {
			return "", "", &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("argument $%d of a query: %v", i+1, err), Err: err}
		}
		theirs[i] = typedArgument(a)
	}
	if text, err = spell(q.SQL, ours); err != nil {
		return "", "", err
	}
	return unterminated(text), unterminated(withArguments(q.SQL, theirs)), nil
}

// unterminated is a query without a last semicolon. There are no comments behind it.
func unterminated(text string) string { return strings.TrimRight(text, "; \t\r\n") }

// typedArgument is a constant of the type of an argument that constant has taken. It is
// not NULL: the engine would take an expression of it for one without a type.
func typedArgument(a any) string {
	t, value := archwire.Type{Kind: archwire.Text}, ""
	switch a := a.(type) {
	case int64:
		t.Kind, value = archwire.Int64, "1"
	case bool:
		t.Kind, value = archwire.Bool, "true"
	case time.Time:
		t.Kind, value = archwire.TimestampTZ, "2000-01-01 00:00:00+00"
	case archwire.Day:
		t.Kind, value = archwire.Date, "2000-01-01"
	case archwire.Number:
		t, _ = numberType(a) // constant has taken it
		value = "0"
	}
	return "CAST('" + value + "' AS " + t.SQL() + ")"
}

// describe asks the embedded engine for the columns of a query, over relations as the
// warehouse has them.
func (w *Warehouse) describe(ctx context.Context, text string, relations []string, found map[string]shape) ([]archwire.Column, error) {
	return w.asked(ctx, text, relations, found, w.parser.Describe)
}

// asked asks the embedded engine, one caller at a time: what it holds are the shapes of
// this query's relations.
func (w *Warehouse) asked(
	ctx context.Context, text string, relations []string, found map[string]shape, ask func(context.Context, string) ([]archwire.Column, error),
) ([]archwire.Column, error) {
	w.shaping.Lock()
	defer w.shaping.Unlock()
	if w.shaped == nil {
		w.shaped = map[string]shape{}
	}
	for _, r := range relations {
		is, was := found[r], w.shaped[r]
		if is.schema == was.schema && is.name == was.name && slices.Equal(is.columns, was.columns) {
			continue
		}
		if was.columns != nil {
			if err := w.parser.Shape(ctx, was.schema, was.name, nil); err != nil {
				return nil, err
			}
		}
		delete(w.shaped, r)
		if is.columns == nil {
			continue
		}
		if err := w.parser.Shape(ctx, is.schema, is.name, is.columns); err != nil {
			return nil, err
		}
		w.shaped[r] = is
	}
	return ask(ctx, text)
}

// batchRows is how many rows of a query make a batch, and batchBytes how many bytes,
// if these are reached before.
const (
	batchRows  = 8192
	batchBytes = 8 << 20
)

// stream hands the rows of a query to yield until it says stop. If there is no row,
// that is one batch without rows, which tells the columns.
func stream(ctx context.Context, l link, text string, columns []archwire.Column, yield func(archwire.Batch) bool) error {
	b := array.NewRecordBuilder(memory.NewGoAllocator(), archwire.Table{Columns: columns}.ArrowSchema())
	defer b.Release()
	rows, size, none := 0, 0, true
	give := func() error {
		batch := b.NewRecordBatch()
		defer batch.Release()
		rows, size, none = 0, 0, false
		if !yield(batch) {
			return errEnough
		}
		return nil
	}
	err := l.rows(ctx, text, func(values [][]byte) error {
		if len(values) != len(columns) {
			return fmt.Errorf("a query gives %d columns where %d were expected", len(values), len(columns))
		}
		for i, v := range values {
			if err := appendText(b.Field(i), columns[i].Type, v); err != nil {
				return err
			}
			size += len(v)
		}
		if rows++; rows < batchRows && size < batchBytes {
			return nil
		}
		return give()
	})
	if err != nil || rows == 0 && !none {
		return err
	}
	return give()
}
