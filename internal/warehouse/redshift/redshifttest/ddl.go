package redshifttest

import "context"

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

func (s *session) dropTable(ctx context.Context, c *cursor) error {
	return s.drop(ctx, c, "drop table", "DROP TABLE")
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
