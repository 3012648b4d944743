package redshifttest

import (
	"context"
	"fmt"
)

func (s *session) createSchema(ctx context.Context, c *cursor) error {
	unless := ""
	if c.take("if not exists") {
		unless = "if not exists "
	}
	name, err := c.table()
	if err != nil || !c.end() {
		return orUnexpected(c, err)
	}
	return s.relay(ctx, "create schema "+unless+name.String(), "CREATE SCHEMA")
}

func (s *session) createView(ctx context.Context, c *cursor) error {
	return s.view(ctx, c, "create view ")
}

func (s *session) replaceView(ctx context.Context, c *cursor) error {
	return s.view(ctx, c, "create or replace view ")
}

// view is CREATE [OR REPLACE] VIEW name [(column, ...)] AS query.
func (s *session) view(ctx context.Context, c *cursor, create string) error {
	name, err := c.table()
	if err != nil {
		return err
	}
	if c.peek(0).is("(") {
		columns, err := c.names()
		if err != nil {
			return err
		}
		create += name.String() + " ("
		for i, column := range columns {
			if i > 0 {
				create += ", "
			}
			create += ident(column)
		}
		create += ")"
	} else {
		create += name.String()
	}
	if err := c.must("as"); err != nil {
		return err
	}
	query, err := s.rewrite(c.rest())
	if err != nil {
		return err
	}
	return s.relay(ctx, create+" as "+written(query), "CREATE VIEW")
}

func (s *session) dropSchema(ctx context.Context, c *cursor) error {
	return s.drop(ctx, c, "drop schema", "DROP SCHEMA")
}

// dropTable is DROP TABLE [IF EXISTS] name, ... [CASCADE | RESTRICT].
func (s *session) dropTable(ctx context.Context, c *cursor) error {
	maybe := c.take("if exists")
	names, err := c.tables()
	if err != nil {
		return err
	}
	cascade := c.take("cascade")
	c.take("restrict")
	if !c.end() {
		return c.unexpected()
	}
	var there []relation
	for _, name := range names {
		if err := s.hasSchema(ctx, name.schema); err != nil {
			return err
		}
		rows, err := s.ask(ctx, "select relkind, oid in (select id from redshifttest.mv) from pg_class where oid = to_regclass("+literal(name.String())+")")
		switch {
		case err != nil:
			return err
		case len(rows) == 0 && maybe:
			continue
		case len(rows) == 0:
			return failed("42P01", fmt.Sprintf("Table %q does not exist", name.name), "DROP TABLE")
		case rows[0][0] != "r" || rows[0][1] == "t":
			return failed("42809", fmt.Sprintf("%q is not a table", name.name), "DROP TABLE")
		}
		there = append(there, name)
	}
	if err := s.whole(ctx, func() error { return s.dropTogether(ctx, there, cascade) }); err != nil {
		return err
	}
	return s.done("DROP TABLE")
}

// hasSchema refuses a schema that is not there: IF EXISTS is about the table. PostgreSQL
// takes it for both since 9.3 (Release notes, E.1.3.4); Redshift comes from 8.0.
func (s *session) hasSchema(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	rows, err := s.ask(ctx, "select 1 from pg_namespace where nspname = "+literal(name))
	if err == nil && len(rows) == 0 {
		err = failed("3F000", fmt.Sprintf("schema %q does not exist", name), "DROP TABLE; PostgreSQL 9.3 release notes")
	}
	return err
}

func (s *session) dropView(ctx context.Context, c *cursor) error {
	return s.drop(ctx, c, "drop view", "DROP VIEW")
}

// drop is DROP thing [IF EXISTS] name, ... [CASCADE | RESTRICT].
func (s *session) drop(ctx context.Context, c *cursor, drop, tag string) error {
	if c.take("if exists") {
		drop += " if exists"
	}
	names, err := c.tables()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.hasSchema(ctx, name.schema); err != nil {
			return err
		}
	}
	drop += " " + list(names)
	if c.take("cascade") {
		drop += " cascade"
	}
	c.take("restrict")
	if !c.end() {
		return c.unexpected()
	}
	return s.relay(ctx, drop, tag)
}

// analyze takes the statement and does without statistics.
func (s *session) analyze(_ context.Context, c *cursor) error {
	if !c.end() {
		if _, err := c.table(); err != nil {
			return err
		}
	}
	return s.done("ANALYZE")
}
