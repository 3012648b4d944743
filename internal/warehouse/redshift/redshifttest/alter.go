package redshifttest

import (
	"context"
	"fmt"
	"strings"
)

// alter is ALTER TABLE name and one of the actions below.
func (s *session) alter(ctx context.Context, c *cursor) error {
	table, err := c.table()
	if err != nil {
		return err
	}
	switch {
	case c.take("add column"), c.take("add"):
		return s.addColumn(ctx, c, table)
	case c.take("drop column"), c.take("drop"):
		return s.alterName(ctx, c, table, "drop column %s")
	case c.take("rename column"):
		return s.alterNames(ctx, c, table, "rename column %s to %s")
	case c.take("rename to"):
		return s.alterName(ctx, c, table, "rename to %s")
	case c.take("alter column"):
		return s.widen(ctx, c, table)
	case c.take("append"):
		return refusedf("ALTER TABLE APPEND: it commits at once and empties its source", "ALTER TABLE APPEND")
	}
	return c.unexpected()
}

func (s *session) alterName(ctx context.Context, c *cursor, table relation, action string) error {
	name := c.next()
	c.take("restrict")
	if name.kind != word && name.kind != quoted || !c.end() {
		return c.unexpected()
	}
	return s.relay(ctx, "alter table "+table.String()+" "+fmt.Sprintf(action, ident(name.name())), "ALTER TABLE")
}

func (s *session) alterNames(ctx context.Context, c *cursor, table relation, action string) error {
	from := c.next()
	if err := c.must("to"); err != nil {
		return err
	}
	return s.alterName(ctx, c, table, fmt.Sprintf(action, ident(from.name()), "%s"))
}

// addColumn adds one: more take more statements (ALTER TABLE, ADD COLUMN). It is NULL
// unless it has a default.
func (s *session) addColumn(ctx context.Context, c *cursor, table relation) error {
	d := definition{name: table, columns: make([]string, 1000)}
	if err := s.element(c, &d); err != nil {
		return err
	}
	sql := d.definitions[0]
	if strings.Contains(sql, " not null") && !strings.Contains(sql, " default ") {
		return failed("0A000", "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression", "ALTER TABLE")
	}
	return s.relay(ctx, "alter table "+table.String()+" add column "+sql, "ALTER TABLE")
}

// widen is ALTER COLUMN name TYPE VARCHAR(n): the one change of a type there is.
func (s *session) widen(ctx context.Context, c *cursor, table relation) error {
	name := c.next().name()
	if err := c.must("type"); err != nil {
		return err
	}
	typ, err := c.columnType()
	if err != nil || !c.end() {
		return orUnexpected(c, err)
	}
	if !strings.HasPrefix(typ.pg, "varchar") {
		return failed("0A000", "ALTER COLUMN TYPE is for VARCHAR only", "ALTER TABLE")
	}
	if s.behind.TxStatus() != 'I' {
		return failed("25001", "ALTER TABLE ALTER COLUMN cannot run inside a transaction block", "ALTER TABLE")
	}
	rows, err := s.ask(ctx, `select c.conname, a.attnum, coalesce(substring(c.conname from '_(\d+)_'), '0') from pg_attribute a left join pg_constraint c on c.conrelid = a.attrelid and a.attnum = any(c.conkey) and c.conname like 'redshifttest\_bytes\_%'
		where a.attrelid = `+literal(table.String())+`::regclass and a.attname = `+literal(name)+" and a.atttypid = 'varchar'::regtype")
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return failed("0A000", "ALTER COLUMN TYPE is for VARCHAR only", "ALTER TABLE")
	}
	sql := "alter table " + table.String() + " alter column " + ident(name) + " type " + typ.pg
	if rows[0][0] != "" {
		sql += ", drop constraint " + rows[0][0]
	}
	sql += fmt.Sprintf(", add constraint %s%d_%s_%d check (octet_length(%s) <= %d)", bytesCheck, typ.bytes, rows[0][1], typ.bytes, ident(name), typ.bytes)
	return s.relay(ctx, sql, "ALTER TABLE")
}

// truncate empties a table and commits the transaction it is part of. Under a
// materialized view it is refused: the next refresh would compute all anew (REFRESH
// MATERIALIZED VIEW), which the adapter must never cause.
func (s *session) truncate(ctx context.Context, c *cursor) error {
	c.take("table")
	table, err := c.table()
	if err != nil || !c.end() {
		return orUnexpected(c, err)
	}
	rows, err := s.ask(ctx, "select from redshifttest.base where id = to_regclass("+literal(table.String())+")")
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		return refusedf("TRUNCATE under a materialized view: its next refresh would compute all anew", pageRefresh)
	}
	if s.behind.TxStatus() == 'T' {
		if _, err := s.behind.Exec(ctx, "commit").ReadAll(); err != nil {
			return err
		}
	}
	return s.relay(ctx, "truncate table "+table.String(), "TRUNCATE")
}
