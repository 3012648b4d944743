package wire

import (
	"context"
	"errors"
)

// A form is how an answer ends its statements.
type form int

const (
	ofBatch       form = iota // DONE for each
	ofProcedure               // DONEINPROC for each, then a status and DONEPROC
	ofTransaction             // one DONE
)

// An answer writes the results of a request as tokens.
type answer struct {
	c      *conn
	ctx    context.Context //nolint:containedctx // of the request, which the answer does not outlive
	form   form
	pack   *packer
	course *course

	open   *table // the result whose rows come
	ended  []byte // the token that ends a statement, which waits to learn whether more follows
	failed bool   // an error was sent for the statement
	handle int32  // of a statement that was prepared; 0 if none was
	err    error  // why nothing more is sent
	buf    []byte
}

func newAnswer(ctx context.Context, c *conn, f form) *answer {
	return &answer{c: c, ctx: ctx, form: f, pack: c.pack, course: c.course}
}

// put sends a token, unless something went wrong before; err tells.
func (a *answer) put(token []byte) {
	a.settle()
	a.write(token)
}

// settle sends the token that waits: more follows.
func (a *answer) settle() {
	if a.ended == nil {
		return
	}
	token := a.ended
	a.ended = nil
	token[1] |= doneMore
	a.write(token)
}

func (a *answer) write(token []byte) {
	if a.err != nil {
		return
	}
	isRow := token[0] == tokenRow || token[0] == tokenNullRow
	if a.course.here(Tokens) || a.course.here(Rows) {
		a.err = a.fault()
		return
	}
	_, a.err = a.pack.Write(token)
	a.course.count[Tokens]++
	if isRow {
		a.course.count[Rows]++
	}
}

// fault does what a fault says between two tokens. What was written before is sent.
func (a *answer) fault() error {
	switch {
	case a.course.Error != nil:
		return a.course.Error
	case a.course.Short:
		return errors.Join(errShort, a.pack.end())
	}
	a.pack.flush(0)
	return a.c.strike(a.course)
}

// Columns implements Writer.
func (a *answer) Columns(columns []Column) error {
	t, err := a.c.dialect.table(columns, a.c.server.opts.PlainRows)
	if err != nil {
		return err
	}
	a.open = &t
	a.buf = t.appendColumns(a.buf[:0])
	a.put(a.buf)
	return a.err
}

// Ordered implements Writer.
func (a *answer) Ordered(columns ...int) {
	if len(columns) > 0 {
		a.put(appendOrder(nil, columns))
	}
}

// Row implements Writer.
func (a *answer) Row(values []any) error {
	if err := a.ctx.Err(); err != nil {
		return err
	}
	if a.open == nil {
		return errors.New("wire: a row before its columns")
	}
	if a.err == nil && a.course.lost() {
		return nil
	}
	b, err := a.open.appendRow(a.buf[:0], values)
	if err != nil {
		return err
	}
	a.buf = b
	a.put(b)
	return a.err
}

// Done implements Writer.
func (a *answer) Done(rows int64, counted bool) {
	a.settle()
	status, command, count := uint16(0), uint16(0), int64(0)
	if counted {
		status, count = doneCount, rows+a.course.Miscount
	}
	if a.open != nil {
		command = commandSelect
	}
	if a.failed {
		status |= doneError
	}
	a.open, a.failed = nil, false
	token := byte(tokenDone)
	switch a.form {
	case ofProcedure:
		token = tokenDoneInProc
	case ofTransaction:
		return
	case ofBatch:
	}
	a.ended = appendDone(nil, token, status, command, count)
}

// Message implements Writer.
func (a *answer) Message(e Error) {
	if e.Severity > 10 {
		a.failed = true
	}
	a.put(appendMessage(nil, a.c.server.opts.Name, e))
}

// Begun implements Writer.
func (a *answer) Begun(transaction uint64) {
	a.c.transaction = transaction
	a.put(appendTransaction(nil, envBegin, transaction))
}

// Committed implements Writer.
func (a *answer) Committed(transaction uint64) { a.over(envCommit, transaction) }

// RolledBack implements Writer.
func (a *answer) RolledBack(transaction uint64) { a.over(envRollback, transaction) }

func (a *answer) over(kind byte, transaction uint64) {
	a.c.transaction = 0
	a.put(appendTransaction(nil, kind, transaction))
}

// Database implements Writer: SQL Server says it as a change and as a notice.
func (a *answer) Database(from, to string) {
	a.c.dialect.database = to
	a.put(appendChange(nil, envDatabase, to, from))
	a.Message(Error{Number: 5701, State: 1, Message: "Changed database context to '" + to + "'.", Line: 1})
}
