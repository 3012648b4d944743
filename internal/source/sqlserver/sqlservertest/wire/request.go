package wire

import (
	"context"
	"encoding/binary"
	"io"
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
		call := c.readCall(r)
		out.text = call.sql
		out.run = func(ctx context.Context, a *answer) error {
			a.handle = call.handle
			if call.idle {
				return nil
			}
			return c.session.Batch(ctx, call.sql, call.params, a)
		}
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
