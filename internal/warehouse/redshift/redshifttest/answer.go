package redshifttest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// refusedf is a refusal of what Redshift does not have or the adapter does not send.
func refusedf(what, page string) *pgconn.PgError {
	return &pgconn.PgError{Severity: "ERROR", Code: "0A000", Message: "redshifttest refuses " + what, Detail: page}
}

// failed is an error as Redshift has them, with the page that says so.
func failed(code, message, page string) *pgconn.PgError {
	return &pgconn.PgError{Severity: "ERROR", Code: code, Message: message, Detail: page}
}

func fatal(code, message string) *pgconn.PgError {
	return &pgconn.PgError{Severity: "FATAL", Code: code, Message: message}
}

// query runs what one message says, which may be several statements, and answers. It
// fails if the session is over.
func (s *session) query(ctx context.Context, sql string) error {
	s.server.statements.message()
	err := s.statements(ctx, sql)
	if errors.Is(err, errCut) || ctx.Err() != nil {
		return errCut
	}
	if err != nil {
		s.abort(ctx)
		s.answer(err)
	}
	return s.ready()
}

// abort spoils the transaction that a refused statement is part of, as its failing in
// PostgreSQL would have.
func (s *session) abort(ctx context.Context) {
	if s.behind.TxStatus() == 'T' {
		s.behind.Exec(ctx, "do $$ begin raise 'refused'; end $$").ReadAll() //nolint:errcheck // it is to fail
	}
}

// refuse answers with an error and ends the session.
func (s *session) refuse(err error) {
	if !errors.Is(err, errCut) {
		s.answer(err)
		s.client.Flush() //nolint:errcheck // the session is over
	}
}

// answer sends an error.
func (s *session) answer(err error) {
	e := spelt(err)
	s.client.Send(&pgproto3.ErrorResponse{
		Severity: e.Severity, SeverityUnlocalized: e.Severity, Code: e.Code, Message: e.Message, Detail: e.Detail, Hint: e.Hint, Position: e.Position,
	})
}

// spelt is an error in Redshift's words.
func spelt(err error) *pgconn.PgError {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return &pgconn.PgError{Severity: "ERROR", Code: "XX000", Message: err.Error()}
	}
	switch {
	case e.Code == "40001" || e.Code == "40P01":
		return Conflict
	case e.Code == "23514" && strings.HasPrefix(e.ConstraintName, bytesCheck):
		// Character types: a value that is too long, in bytes, is an error.
		n := strings.TrimPrefix(e.ConstraintName, bytesCheck)
		return failed("22001", fmt.Sprintf("value too long for type character varying(%s)", n[:strings.IndexByte(n, '_')]), "Character types")
	}
	return e
}

// relay runs SQL behind and hands its results on. A tag, if given, is said instead of
// PostgreSQL's, with the number of rows in place of *.
func (s *session) relay(ctx context.Context, sql, tag string) error {
	results := s.behind.Exec(ctx, sql)
	for results.NextResult() {
		reader := results.ResultReader()
		fields := reader.FieldDescriptions()
		if fields != nil {
			s.client.Send(&pgproto3.RowDescription{Fields: described(fields)})
		}
		rows := 0
		for reader.NextRow() {
			s.client.Send(&pgproto3.DataRow{Values: s.spelling(fields, reader.Values())})
			if rows++; rows%500 == 0 {
				if err := s.client.Flush(); err != nil {
					return errCut
				}
			}
		}
		done, err := reader.Close()
		if err != nil {
			break // Close of results says why
		}
		said := done.String()
		if tag != "" {
			said = strings.Replace(tag, "*", fmt.Sprint(done.RowsAffected()), 1)
		}
		s.client.Send(&pgproto3.CommandComplete{CommandTag: []byte(said)})
	}
	return results.Close()
}

// ask gives the rows of a query behind, as text; NULL is "".
func (s *session) ask(ctx context.Context, sql string) ([][]string, error) {
	results, err := s.behind.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	var out [][]string
	for _, row := range results[len(results)-1].Rows {
		values := make([]string, len(row))
		for i, v := range row {
			values[i] = string(v)
		}
		out = append(out, values)
	}
	return out, nil
}

// done says that a statement was run.
func (s *session) done(tag string) error {
	s.client.Send(&pgproto3.CommandComplete{CommandTag: []byte(tag)})
	return nil
}
