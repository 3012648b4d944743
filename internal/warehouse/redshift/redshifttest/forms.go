package redshifttest

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
)

// A form is a kind of statement, known by the words it begins with.
type form struct {
	words string
	run   func(*session, context.Context, *cursor) error // the cursor stands behind the words
	page  string
}

// forms are the statements that are taken. The first that fits is meant.
func forms() []form {
	return []form{
		{"begin", (*session).begin, "BEGIN"},
		{"start transaction", (*session).begin, "BEGIN"},
		{"commit", (*session).commit, "COMMIT"},
		{"end", (*session).commit, "END"},
		{"rollback", (*session).rollback, "ROLLBACK"},
		{"abort", (*session).rollback, "ABORT"},
		{"set", (*session).set, "SET"},
		{"reset", (*session).reset, "RESET"},
		{"show", (*session).show, "SHOW"},
		{"create schema", (*session).createSchema, "CREATE SCHEMA"},
		{"create table", (*session).createTable, "CREATE TABLE"},
		{"create temp table", (*session).createTempTable, "CREATE TABLE"},
		{"create temporary table", (*session).createTempTable, "CREATE TABLE"},
		{"create view", (*session).createView, "CREATE VIEW"},
		{"create or replace view", (*session).replaceView, "CREATE VIEW"},
		{"create materialized view", (*session).createMV, "CREATE MATERIALIZED VIEW"},
		{"refresh materialized view", (*session).refresh, "REFRESH MATERIALIZED VIEW"},
		{"drop materialized view", (*session).dropMV, "DROP MATERIALIZED VIEW"},
		{"drop schema", (*session).dropSchema, "DROP SCHEMA"},
		{"drop table", (*session).dropTable, "DROP TABLE"},
		{"drop view", (*session).dropView, "DROP VIEW"},
		{"alter table", (*session).alter, "ALTER TABLE"},
		{"truncate", (*session).truncate, "TRUNCATE"},
		{"lock table", (*session).lock, "LOCK"},
		{"lock", (*session).lock, "LOCK"},
		{"insert into", (*session).insert, "INSERT"},
		{"delete from", (*session).delete, "DELETE"},
		{"delete", (*session).delete, "DELETE"},
		{"update", (*session).update, "UPDATE"},
		{"merge into", (*session).merge, "MERGE"},
		{"select", (*session).selects, "SELECT"},
		{"with", (*session).with, "WITH clause"},
		{"(", (*session).selects, "UNION, INTERSECT, and EXCEPT"},
		{"unload", (*session).unload, "UNLOAD"},
		{"copy", (*session).copy, "COPY"},
		{"analyze", (*session).analyze, "ANALYZE"},
	}
}

// longestStatement is the most bytes that a statement may have.
const longestStatement = 16 << 20

// statements runs the statements of one message. Several are one transaction, as
// PostgreSQL's protocol has it.
func (s *session) statements(ctx context.Context, sql string) error {
	if len(sql) > longestStatement {
		return failed("54000", "the statement is too large: 16 MB are the most", "Management Guide, Quotas and limits")
	}
	tokens, err := lex(sql)
	if err != nil {
		return err
	}
	var each [][]token
	for _, one := range split(tokens, ";") {
		if len(one) > 0 {
			each = append(each, one)
		}
	}
	switch len(each) {
	case 0:
		s.client.Send(&pgproto3.EmptyQueryResponse{})
		return nil
	case 1:
		return s.faulty(ctx, each[0])
	}
	return s.together(ctx, each)
}

// faulty runs one statement, unless something is to go wrong with it.
func (s *session) faulty(ctx context.Context, tokens []token) error {
	sql := strings.TrimSpace(written(tokens))
	s.server.statements.add(sql)
	s.fault = s.server.due(sql)
	if s.fault.CutBefore {
		s.cut()
		return errCut
	}
	err := s.statement(ctx, tokens)
	if s.fault.CutAfter {
		s.cut()
		return errCut
	}
	return err
}

// together runs several statements in a transaction, that of the client or their own.
func (s *session) together(ctx context.Context, each [][]token) error {
	own := s.behind.TxStatus() == 'I' && !each[0][0].is("begin") && !each[0][0].is("start")
	if own {
		if _, err := s.ask(ctx, "begin; select 1"); err != nil {
			return err
		}
	}
	for _, one := range each {
		if err := s.faulty(ctx, one); err != nil {
			if own {
				s.behind.Exec(ctx, "rollback").ReadAll() //nolint:errcheck // the first error is told
			}
			return err
		}
	}
	if own {
		_, err := s.ask(ctx, "commit; select 1")
		return err
	}
	return nil
}

// statement runs one statement if it is of a form that is known.
func (s *session) statement(ctx context.Context, tokens []token) error {
	if s.behind.TxStatus() == 'E' && !tokens[0].is("rollback") && !tokens[0].is("abort") && !tokens[0].is("commit") && !tokens[0].is("end") {
		return failed("25P02", "current transaction is aborted, commands ignored until end of transaction block", "ABORT")
	}
	if s.fault.Error != nil {
		return s.fault.Error
	}
	if err := apart(tokens); err != nil {
		return err
	}
	for _, f := range forms() {
		c := &cursor{tokens: s.settings.fold(tokens)}
		if c.take(f.words) {
			return f.run(s, ctx, c)
		}
	}
	return refusedf(fmt.Sprintf("statements that begin with %q: the form is not in its table", strings.TrimSpace(written(tokens[:min(3, len(tokens))]))), "SQL commands")
}
