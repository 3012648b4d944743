package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"archwire"
)

// The kinds of message that a COPY to us consists of; see
// https://www.postgresql.org/docs/current/protocol-message-formats.html.
const (
	msgCopyOut   = 'H'
	msgCopyData  = 'd'
	msgCopyDone  = 'c'
	msgCompleted = 'C'
	msgError     = 'E'
	msgReady     = 'Z'
	msgNotice    = 'N'
	msgParameter = 'S'
	msgNotify    = 'A'
)

// Batches reads one chunk by binary COPY.
func (v *view) Batches(ctx context.Context, t archwire.Table, c archwire.Chunk) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		ctx, cancel := v.within(ctx)
		defer cancel()
		if err := v.read(ctx, t, c, yield); err != nil {
			yield(nil, err)
		}
	}
}

// errStopped says that the consumer wants no more.
var errStopped = errors.New("the consumer stopped")

func (v *view) read(ctx context.Context, t archwire.Table, c archwire.Chunk, yield func(archwire.Batch, error) bool) error {
	if err := v.pause(ctx, t); err != nil {
		return err
	}
	return v.copy(ctx, t, yield, func(ctx context.Context, se *session) (*plan, string, error) {
		p, err := v.plan(ctx, se, t)
		if err != nil {
			return nil, "", err
		}
		p.paced = true
		return p, p.sql(c), nil
	})
}

// copy runs one query on a session of the budget; prepare says how its rows are
// decoded, and the query.
func (v *view) copy(ctx context.Context, t archwire.Table, yield func(archwire.Batch, error) bool,
	prepare func(context.Context, *session) (*plan, string, error),
) error {
	se, err := v.acquire(ctx)
	if err != nil {
		return err
	}
	ctx, stop := v.limited(ctx, se, t)
	defer stop()
	p, sql, err := prepare(ctx, se)
	if err != nil {
		v.mend(ctx, se, false)
		return err
	}
	s := stream{session: se, decoder: newDecoder(p.schema, p.cols, &v.mem, se.ascii), watch: stopwatch{now: v.src.cfg.Now}}
	whole := false
	defer func() { // whatever the consumer does: it may panic
		if whole {
			v.release(ctx, se)
			return
		}
		s.decoder.drop()
		v.mend(ctx, se, s.open)
	}()
	err = s.run(ctx, "copy ("+sql+") to stdout (format binary)", yield)
	switch whole = err == nil; {
	case whole:
		if p.paced {
			v.took(t, s.bytes, s.watch.took)
		}
		return nil
	case errors.Is(err, errStopped):
		return nil
	}
	return v.readError(ctx, t, err)
}

func (p *plan) sql(c archwire.Chunk) string {
	return "select " + p.sel + " from " + p.rel.quoted() + where(c.Where)
}

// A stream is one COPY under way.
type stream struct {
	session *session
	decoder *decoder
	open    bool // the server has not said yet that it is ready for the next query
	tag     string
	failure *pgconn.PgError
	bytes   int64     // of rows, so far
	watch   stopwatch // runs while the server is waited for
}

// run sends the query and yields the batches. The wire's buffer is decoded
// where it lies; pgconn sees nothing of it.
func (s *stream) run(ctx context.Context, sql string, yield func(archwire.Batch, error) bool) error {
	release := s.session.deadline(ctx)
	defer release()
	s.watch.start()
	s.open = true
	front := s.session.conn.Frontend()
	front.SendQuery(&pgproto3.Query{String: sql})
	if err := front.Flush(); err != nil {
		return fmt.Errorf("sending a query: %w", err)
	}
	for s.open {
		kind, body, err := s.session.wire.message()
		if err != nil {
			return err
		}
		if kind == msgCopyData {
			s.bytes += int64(len(body))
			if s.decoder.full(len(body)) && !s.hand(yield) {
				return errStopped
			}
			if err := s.decoder.message(body); err != nil {
				return err
			}
			continue
		}
		if err := s.other(kind, body); err != nil {
			return err
		}
	}
	if s.failure != nil {
		return s.failure
	}
	if err := s.complete(); err != nil {
		return err
	}
	s.watch.stop()
	if s.decoder.rows > 0 && !s.hand(yield) {
		return errStopped
	}
	return nil
}

// hand yields the batch at hand and takes it back.
func (s *stream) hand(yield func(archwire.Batch, error) bool) bool {
	batch := s.decoder.take()
	defer batch.Release()
	s.watch.stop()
	defer s.watch.start()
	return yield(batch, nil)
}

func (s *stream) other(kind byte, body []byte) error {
	switch kind {
	case msgCompleted:
		s.tag = string(bytes.TrimRight(body, "\x00"))
	case msgError:
		var m pgproto3.ErrorResponse
		if err := m.Decode(body); err != nil {
			return fmt.Errorf("%w: %w", errProtocol, err)
		}
		s.failure = pgconn.ErrorResponseToPgError(&m)
	case msgReady:
		s.open = false
	case msgCopyOut, msgCopyDone, msgNotice, msgParameter, msgNotify:
	default:
		return fmt.Errorf("%w: a message of kind %q within COPY", errProtocol, kind)
	}
	return nil
}

// complete makes sure that nothing was lost on the way: the trailer came, and
// the server counted as many rows as we did.
func (s *stream) complete() error {
	count, ok := bytes.CutPrefix([]byte(s.tag), []byte("COPY "))
	n, err := strconv.ParseInt(string(count), 10, 64)
	if !ok || err != nil || !s.decoder.ended {
		return fmt.Errorf("%w: it has no end", errFormat)
	}
	if n != s.decoder.total {
		return fmt.Errorf("%w: the server sent %d rows and %d arrived", errFormat, n, s.decoder.total)
	}
	return nil
}
