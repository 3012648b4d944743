package database

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgres is a database of PostgreSQL.
type postgres struct {
	dsn  string
	keys string // SQL that adds the keys that Create dropped
}

// Postgres is the database of PostgreSQL that a DSN names.
func Postgres(dsn string) Database { return &postgres{dsn: dsn} }

// Create makes tables without their primary keys: building an index once is
// cheaper than growing it.
func (p *postgres) Create(ctx context.Context, schema string) (err error) {
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	if err := c.run(ctx, schema); err != nil {
		return err
	}
	const sql = `select string_agg(format('alter table %s drop constraint %I;', conrelid::regclass, conname), ' '),
		string_agg(format('alter table %s add %s;', conrelid::regclass, pg_get_constraintdef(oid)), ' ')
		from pg_constraint where contype = 'p' and connamespace = 'public'::regnamespace`
	result := c.conn.ExecParams(ctx, sql, nil, nil, nil, nil).Read()
	if result.Err != nil {
		return fmt.Errorf("listing primary keys: %w", result.Err)
	}
	p.keys = string(result.Rows[0][1])
	if err := c.run(ctx, string(result.Rows[0][0])); err != nil {
		return fmt.Errorf("dropping primary keys: %w", err)
	}
	return nil
}

// Complete adds the keys and has the planner look at the tables.
func (p *postgres) Complete(ctx context.Context) (err error) {
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	if err := c.run(ctx, p.keys+"analyze"); err != nil {
		return fmt.Errorf("adding primary keys: %w", err)
	}
	return nil
}

// Connect opens a connection.
func (p *postgres) Connect(ctx context.Context) (Conn, error) { return p.connect(ctx) }

func (p *postgres) connect(ctx context.Context) (*postgresConn, error) {
	conn, err := pgconn.Connect(ctx, p.dsn)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return &postgresConn{conn}, nil
}

type postgresConn struct{ conn *pgconn.PgConn }

// copyHeader and copyTrailer frame a binary COPY.
const (
	copyHeader  = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	copyTrailer = "\xff\xff"
)

// Copy adds rows by COPY.
func (c *postgresConn) Copy(ctx context.Context, table string, rows Rows) error {
	r := io.MultiReader(strings.NewReader(copyHeader), bytes.NewReader(rows), strings.NewReader(copyTrailer))
	if _, err := c.conn.CopyFrom(ctx, r, "copy "+table+" from stdin (format binary)"); err != nil {
		return fmt.Errorf("copying %s: %w", table, err)
	}
	return nil
}

// Apply makes changes in one transaction.
func (c *postgresConn) Apply(ctx context.Context, changes []Change) error {
	if err := c.run(ctx, "begin"); err != nil {
		return err
	}
	for _, change := range changes {
		if err := c.apply(ctx, change); err != nil {
			return err
		}
	}
	if err := c.run(ctx, "commit"); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

func (c *postgresConn) apply(ctx context.Context, change Change) error {
	key, others, err := c.columns(ctx, change.Table)
	if err != nil {
		return fmt.Errorf("reading the columns of %s: %w", change.Table, err)
	}
	if len(change.Rows) > 0 {
		if err := c.upsert(ctx, change, key, others); err != nil {
			return err
		}
	}
	if len(change.Deleted) == 0 {
		return nil
	}
	if err := c.run(ctx, fmt.Sprintf("delete from %s where %s in (%s)", change.Table, key[0], numbers(change.Deleted))); err != nil {
		return fmt.Errorf("deleting from %s: %w", change.Table, err)
	}
	return nil
}

// upsert inserts the rows that are new and updates those that exist, by way of a
// temporary table.
func (c *postgresConn) upsert(ctx context.Context, change Change, key, others []string) error {
	stage := "night_" + change.Table
	if err := c.run(ctx, fmt.Sprintf("create temp table if not exists %s (like %s) on commit drop; truncate %s", stage, change.Table, stage)); err != nil {
		return fmt.Errorf("staging %s: %w", change.Table, err)
	}
	if err := c.Copy(ctx, stage, change.Rows); err != nil {
		return err
	}
	sets := make([]string, len(others))
	for i, name := range others {
		sets[i] = name + " = excluded." + name
	}
	sql := fmt.Sprintf("insert into %s select * from %s on conflict (%s) do update set %s",
		change.Table, stage, strings.Join(key, ", "), strings.Join(sets, ", "))
	if err := c.run(ctx, sql); err != nil {
		return fmt.Errorf("writing %s: %w", change.Table, err)
	}
	return nil
}

// columns returns the columns of a table's primary key, and the others.
func (c *postgresConn) columns(ctx context.Context, table string) (key, others []string, err error) {
	const sql = `select a.attname, a.attnum = any(i.indkey) from pg_attribute a
		join pg_index i on i.indrelid = a.attrelid and i.indisprimary
		where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`
	result := c.conn.ExecParams(ctx, sql, [][]byte{[]byte("public." + table)}, nil, nil, nil).Read()
	for _, row := range result.Rows {
		if string(row[1]) == "t" {
			key = append(key, string(row[0]))
		} else {
			others = append(others, string(row[0]))
		}
	}
	return key, others, result.Err
}

// Close closes the connection.
func (c *postgresConn) Close(ctx context.Context) error {
	return c.conn.Close(context.WithoutCancel(ctx))
}

func (c *postgresConn) run(ctx context.Context, sql string) error {
	_, err := c.conn.Exec(ctx, sql).ReadAll()
	return err
}

// numbers writes whole numbers as SQL lists them.
func numbers(list []int64) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(texts, ", ")
}
