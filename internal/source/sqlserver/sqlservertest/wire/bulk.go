package wire

import (
	"context"
	"iter"
)

// parseBulk reads the columns of a bulk load, and its rows as they are asked for.
func (c *conn) parseBulk(r *reader) job {
	return job{text: "BULK", run: func(ctx context.Context, a *answer) error {
		columns, types := readColumns(r)
		if r.err != nil {
			return r.err
		}
		n, err := c.session.Bulk(ctx, columns, bulkRows(r, types))
		if r.err != nil {
			return r.err
		}
		if err != nil {
			return err
		}
		a.Done(n, true)
		return nil
	}}
}

func readColumns(r *reader) (columns []Column, types []wireType) {
	if r.u8() != tokenColumns {
		r.fail(errStream)
	}
	for range r.u16() {
		r.u32() // the user type
		bits := r.u16()
		t := readType(r, true)
		named, ok := t.column()
		if !ok {
			r.fail(errStream)
		}
		if r.err != nil {
			return nil, nil
		}
		columns = append(columns, Column{
			Name: r.shortText(), Type: named, Nullable: bits&flagNullable != 0, Computed: bits&flagComputed != 0, Identity: bits&flagIdentity != 0,
		})
		types = append(types, t)
	}
	return columns, types
}

// bulkRows reads rows until the token that ends them.
func bulkRows(r *reader, types []wireType) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for {
			token := r.u8()
			if r.err == nil && token == tokenDone {
				r.bytes(12)
				return
			}
			row := readRow(r, token, types)
			if r.err != nil {
				yield(nil, r.err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func readRow(r *reader, token byte, types []wireType) []any {
	var null []byte
	switch token {
	case tokenRow:
	case tokenNullRow:
		null = r.bytes((len(types) + 7) / 8)
	default:
		r.fail(errStream)
	}
	row := make([]any, len(types))
	for i, t := range types {
		if r.err != nil {
			return nil
		}
		if null == nil || null[i/8]&(1<<(i%8)) == 0 {
			row[i] = t.value(r)
		}
	}
	return row
}
