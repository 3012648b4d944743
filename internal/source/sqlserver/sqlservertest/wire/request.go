package wire

import (
	"context"
	"encoding/binary"
	"io"
	"iter"
	"strings"
)

// A job is a request that was read.
type job struct {
	text        string // as faults know it
	form        form
	transaction uint64 // the descriptor that came with it
	checked     bool   // one did
	run         func(ctx context.Context, a *answer) error
}

// parse reads a request. A bulk load is read while it runs. The form is right even
// with an *Error.
func (c *conn) parse(m *message) (job, error) {
	r := newReader(m)
	if m.kind == kindBulk {
		return c.parseBulk(r), nil
	}
	out := job{checked: true, transaction: readHeaders(r)}
	var err error
	switch m.kind {
	case kindBatch:
		out.text, err = readText(r)
		sql := out.text
		out.run = func(ctx context.Context, a *answer) error { return c.session.Batch(ctx, sql, nil, a) }
	case kindTransaction:
		out.form = ofTransaction
		out.text = readTransaction(r)
		sql := out.text
		out.run = func(ctx context.Context, a *answer) error { return c.session.Batch(ctx, sql, nil, a) }
	default:
		out.form = ofProcedure
		call := readCall(r)
		out.text = call.sql
		out.run = func(ctx context.Context, a *answer) error { return c.session.Batch(ctx, call.sql, call.params, a) }
	}
	if r.err != nil {
		err = r.err
	}
	return out, err
}

// Headers of requests ([MS-TDS] 2.2.5.3).
const (
	headerTransaction = 2
	mostHeaders       = 64 << 10
)

// readHeaders reads ALL_HEADERS: the descriptor of the transaction is required.
func readHeaders(r *reader) (transaction uint64) {
	total := int64(r.u32()) - 4
	if total < 0 || total > mostHeaders {
		r.fail(errStream)
	}
	found := false
	for total > 0 && r.err == nil {
		n, kind := int64(r.u32()), r.u16()
		if n < 6 || n > total {
			r.fail(errStream)
			return 0
		}
		data := r.bytes(int(n) - 6)
		if kind == headerTransaction && len(data) == 12 {
			transaction, found = binary.LittleEndian.Uint64(data), true
		}
		total -= n
	}
	if !found {
		r.fail(errStream)
	}
	return transaction
}

// longestBatch is 65,536 packets ("Maximum capacity specifications for SQL Server").
const longestBatch = 65536 * 4096

// readText reads what is left as text.
func readText(r *reader) (string, error) {
	if r.err != nil {
		return "", r.err
	}
	b, err := io.ReadAll(io.LimitReader(r.src, longestBatch+1))
	if err != nil {
		return "", err
	}
	if len(b) > longestBatch || len(b)%2 != 0 {
		return "", errStream
	}
	return fromUTF16(b), nil
}

// Requests of the transaction manager ([MS-TDS] 2.2.6.9).
const (
	requestBegin    = 5
	requestCommit   = 7
	requestRollback = 8
	requestSave     = 9
)

// isolations are the levels that a transaction may begin with.
var isolations = [...]string{
	"", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT",
}

// readTransaction reads a request of the transaction manager as the statements
// that do the same.
func readTransaction(r *reader) string {
	switch r.u16() {
	case requestBegin:
		return readBegin(r)
	case requestCommit:
		return readEnd(r, "COMMIT TRANSACTION")
	case requestRollback:
		return readEnd(r, "ROLLBACK TRANSACTION")
	case requestSave:
		return "SAVE TRANSACTION" + readName(r)
	default:
		r.fail(&Error{Number: 50000, State: 1, Severity: 16, Message: "The double has no distributed transactions."})
		return ""
	}
}

func readBegin(r *reader) string {
	level := int(r.u8())
	name := readName(r)
	if level >= len(isolations) {
		r.fail(errStream)
		return ""
	}
	if level == 0 {
		return "BEGIN TRANSACTION" + name
	}
	return "SET TRANSACTION ISOLATION LEVEL " + isolations[level] + "; BEGIN TRANSACTION" + name
}

func readEnd(r *reader, statement string) string {
	statement += readName(r)
	if r.u8()&1 != 0 { // and the next one begins
		statement += "; " + readBegin(r)
	}
	return statement
}

// readName reads a transaction's name with a blank ahead, or nothing.
func readName(r *reader) string {
	name := fromUTF16(r.bytes(int(r.u8())))
	if name == "" {
		return ""
	}
	return " [" + strings.ReplaceAll(name, "]", "]]") + "]"
}

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
