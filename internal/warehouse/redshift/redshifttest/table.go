package redshifttest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// bytesCheck begins the names of the checks that hold lengths in bytes.
const bytesCheck = "redshifttest_bytes_"

// A definition is a table as CREATE TABLE says it.
type definition struct {
	name        relation
	temporary   bool
	unless      bool // it is there
	columns     []string
	binary      []string // those of VARBYTE
	definitions []string // of PostgreSQL's columns and constraints
	layout      layout
}

func (s *session) createTable(ctx context.Context, c *cursor) error {
	return s.create(ctx, c, definition{})
}

func (s *session) createTempTable(ctx context.Context, c *cursor) error {
	return s.create(ctx, c, definition{temporary: true})
}

// create is CREATE [TEMP] TABLE with columns or as a query.
func (s *session) create(ctx context.Context, c *cursor, d definition) (err error) {
	d.unless = c.take("if not exists")
	if d.name, err = c.table(); err != nil {
		return err
	}
	if err := named(d.name.name); err != nil {
		return err
	}
	if c.peek(0).is("(") && !s.isAs(c) {
		inside, err := c.group()
		if err != nil {
			return err
		}
		for _, one := range split(inside, ",") {
			if err := s.element(&cursor{tokens: one}, &d); err != nil {
				return err
			}
		}
		if err := d.layout.read(c, d.columns); err != nil {
			return err
		}
		if err := d.layout.without(d.binary); err != nil {
			return err
		}
		if !c.end() {
			return c.unexpected()
		}
		return s.relay(ctx, d.sql()+" ("+strings.Join(d.definitions, ", ")+")", "CREATE TABLE")
	}
	return s.createAs(ctx, c, d)
}

// isAs says whether the list of names that comes next is that of CREATE TABLE AS.
func (s *session) isAs(c *cursor) bool {
	n := matching(c.rest())
	first := split(c.rest()[1:max(n, 1)], ",")[0]
	return len(first) == 1
}

// createAs is CREATE TABLE name [(column, ...)] [attributes] AS query.
func (s *session) createAs(ctx context.Context, c *cursor, d definition) error {
	names := ""
	if c.peek(0).is("(") {
		inside, err := c.group()
		if err != nil {
			return err
		}
		names = "(" + written(inside) + ")"
	}
	if err := d.layout.read(c, nil); err != nil {
		return err
	}
	if err := c.must("as"); err != nil {
		return err
	}
	query, err := s.rewrite(c.rest())
	if err != nil {
		return err
	}
	return s.relay(ctx, d.sql()+" "+names+" as "+written(query), "SELECT")
}

// sql is how the statement begins.
func (d definition) sql() string {
	out := "create"
	if d.temporary {
		out += " temp"
	}
	out += " table"
	if d.unless {
		out += " if not exists"
	}
	return out + " " + d.name.String()
}

// element is a column, a constraint or LIKE.
func (s *session) element(c *cursor, d *definition) error {
	switch {
	case c.take("like"):
		return like(c, d)
	case c.take("primary key"), c.take("unique"):
		// They are not enforced (CREATE TABLE, Table-level constraints).
		_, err := c.group()
		return err
	}
	t := c.peek(0)
	if t.kind != word && t.kind != quoted {
		return c.unexpected()
	}
	name := c.next().name()
	if err := named(name); err != nil {
		return err
	}
	typ, err := c.columnType()
	if err != nil {
		return err
	}
	d.columns = append(d.columns, name)
	if typ.pg == "bytea" {
		d.binary = append(d.binary, name)
	}
	sql := ident(name) + " " + typ.pg + typ.checks(name, len(d.columns))
	attributes, err := s.attributes(c, &d.layout, name)
	d.definitions = append(d.definitions, sql+attributes)
	return err
}

// like copies what a table has but its keys (CREATE TABLE, LIKE).
func like(c *cursor, d *definition) error {
	parent, err := c.table()
	if err != nil {
		return err
	}
	options := " including constraints"
	if c.take("including defaults") {
		options += " including defaults"
	}
	c.take("excluding defaults")
	d.definitions = append(d.definitions, "like "+parent.String()+options)
	return nil
}

// checks are the constraints that hold what a type may hold.
func (t columnType) checks(name string, at int) string {
	out := ""
	if t.bytes > 0 {
		out += fmt.Sprintf(" constraint %s%d_%d check (octet_length(%s) <= %d)", bytesCheck, t.bytes, at, ident(name), t.bytes)
	}
	if t.ascii {
		out += fmt.Sprintf(" constraint redshifttest_ascii_%d check (octet_length(%[2]s) = char_length(%[2]s))", at, ident(name))
	}
	if t.eight > 0 {
		// DECIMAL of 19 digits is kept in eight bytes (Numeric types).
		out += fmt.Sprintf(" constraint redshifttest_eight_%d check (abs(%s) * 10::numeric ^ %d <= 9223372036854775807)", at, ident(name), t.eight-1)
	}
	return out
}

// attributes reads what stands behind a column's type.
func (s *session) attributes(c *cursor, l *layout, column string) (sql string, err error) {
	for !c.end() {
		switch {
		case c.take("not null"):
			sql += " not null"
		case c.take("null"), c.take("unique"):
		case c.take("primary key"):
			sql += " not null"
		case c.take("distkey"):
			l.dist, l.style = column, "key"
		case c.take("sortkey"):
			l.sort = append(l.sort, column)
		case c.take("encode"):
			if err := encoding(c); err != nil {
				return "", err
			}
		case c.take("default"):
			value, err := s.rewrite(c.rest()[:1])
			if err != nil {
				return "", err
			}
			c.at++
			sql += " default" + written(value)
		default:
			return "", c.unexpected()
		}
	}
	return sql, nil
}

// encoding reads a column's compression (Compression encodings).
func encoding(c *cursor) error {
	known := []string{"raw", "az64", "bytedict", "delta", "delta32k", "lzo", "mostly8", "mostly16", "mostly32", "runlength", "text255", "text32k", "zstd"}
	if !slices.Contains(known, c.next().lower()) {
		return failed("42601", "invalid encoding type", "Compression encodings")
	}
	return nil
}

// named refuses a name that is too long: Redshift would cut it off (Names and
// identifiers), and the adapter is not to rely on that.
func named(name string) error {
	if len(name) > 127 {
		return refusedf("a name of more than 127 bytes: it would be cut off", "Names and identifiers")
	}
	return nil
}
