package redshifttest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5/pgproto3"
)

const pageMV = "CREATE MATERIALIZED VIEW"

// createMV is CREATE MATERIALIZED VIEW name [BACKUP ...] [table attributes]
// [AUTO REFRESH {YES | NO}] AS query. It becomes a table that the hidden schema knows.
func (s *session) createMV(ctx context.Context, c *cursor) error {
	name, err := c.table()
	if err != nil {
		return err
	}
	if err := named(name.name); err != nil {
		return err
	}
	var keys layout
	auto := false
	if err := keys.read(c, nil); err != nil {
		return err
	}
	if c.take("auto refresh") {
		if auto = c.take("yes"); !auto && !c.take("no") {
			return c.unexpected()
		}
	}
	if err := c.must("as"); err != nil {
		return err
	}
	if err := materializable(c.rest(), auto); err != nil {
		return err
	}
	query, err := s.rewrite(c.rest())
	if err != nil {
		return err
	}
	err = s.whole(ctx, func() error {
		if err := s.materialize(ctx, name, written(query), auto, incremental(c.rest(), len(keys.sort) > 0) == ""); err != nil {
			return err
		}
		binary, err := s.binaryOf(ctx, name)
		if err != nil {
			return err
		}
		return keys.without(binary)
	})
	if err != nil {
		return err
	}
	if why := incremental(c.rest(), len(keys.sort) > 0); why != "" {
		s.inform("The materialized view " + name.name + " could not be incrementally maintained: it will be recomputed from scratch for every refresh.")
	}
	return s.done("CREATE MATERIALIZED VIEW")
}

// materialize makes the table and writes down what it reads: what PostgreSQL says a view
// of that query depends on.
func (s *session) materialize(ctx context.Context, name relation, query string, auto, incremental bool) error {
	for _, sql := range []string{
		"create table " + name.String() + " as " + query,
		"create view redshifttest.probe as " + query,
		fmt.Sprintf("insert into redshifttest.mv values (%s::regclass, %s, %t, %t)", literal(name.String()), literal(query), auto, incremental),
		fmt.Sprintf(`insert into redshifttest.base select distinct %s::regclass::oid, c.oid, n.nspname, c.relname, redshifttest.columns(c.oid)
			from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace
			where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and r.ev_class = 'redshifttest.probe'::regclass and c.oid <> r.ev_class`, literal(name.String())),
		"drop view redshifttest.probe",
	} {
		if _, err := s.ask(ctx, sql+"; select 1"); err != nil {
			return err
		}
	}
	rows, err := s.ask(ctx, fmt.Sprintf(`select c.relkind, c.relpersistence, n.nspname from redshifttest.base b join pg_class c on c.oid = b.id join pg_namespace n on n.oid = c.relnamespace
		where b.mv = %s::regclass`, literal(name.String())))
	for _, row := range rows {
		switch {
		case row[0] == "v" && row[2]+"." != hidden:
			return failed("0A000", "Materialized views cannot be based on standard views", pageMV+", Limitations")
		case row[1] == "t", row[2] != "" && isSystem(row[2]+"_"), row[2]+"." == hidden:
			return failed("0A000", "Materialized views cannot be based on temporary or system tables", pageMV+", Limitations")
		}
	}
	return err
}

// binaryOf are the columns of VARBYTE that a relation has.
func (s *session) binaryOf(ctx context.Context, name relation) (columns []string, err error) {
	rows, err := s.ask(ctx, "select attname from pg_attribute where attnum > 0 and atttypid = 'bytea'::regtype and attrelid = "+literal(name.String())+"::regclass")
	for _, row := range rows {
		columns = append(columns, row[0])
	}
	return columns, err
}

// materializable refuses queries that no materialized view may have.
func materializable(query []token, auto bool) error {
	depth := 0
	for i, t := range query {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && (t.is("limit") || t.is("offset") || t.is("order") && i+1 < len(query) && query[i+1].is("by")):
			return failed("0A000", "Materialized views cannot have ORDER BY, LIMIT or OFFSET", pageMV+", Limitations")
		case auto && slices.Contains(mutable, t.lower()):
			return failed("0A000", "AUTO REFRESH materialized views cannot use mutable functions", pageMV+", Limitations")
		}
	}
	return nil
}

// dropMV is DROP MATERIALIZED VIEW [IF EXISTS] name [CASCADE | RESTRICT].
func (s *session) dropMV(ctx context.Context, c *cursor) error {
	maybe := c.take("if exists")
	name, err := c.table()
	if err != nil {
		return err
	}
	cascade := c.take("cascade")
	c.take("restrict")
	if !c.end() {
		return c.unexpected()
	}
	id, err := s.mv(ctx, name)
	switch {
	case err != nil:
		return err
	case id == 0 && maybe:
		return s.done("DROP MATERIALIZED VIEW")
	case id == 0:
		return failed("42P01", fmt.Sprintf("materialized view %q does not exist", name.name), "DROP MATERIALIZED VIEW")
	}
	if err := s.whole(ctx, func() error { return s.dropTogether(ctx, []relation{name}, cascade) }); err != nil {
		return err
	}
	return s.done("DROP MATERIALIZED VIEW")
}

// dropTogether drops tables and, if so told, the materialized views upon them; otherwise
// such a view is in the way.
func (s *session) dropTogether(ctx context.Context, names []relation, cascade bool) error {
	for _, name := range names {
		upon, err := s.ask(ctx, fmt.Sprintf("select b.mv::regclass::text from redshifttest.base b where b.id = to_regclass(%s) and b.mv <> b.id", literal(name.String())))
		if err != nil {
			return err
		}
		if len(upon) > 0 && !cascade {
			return failed("2BP01", fmt.Sprintf("cannot drop table %s because other objects depend on it", name.name), "DROP TABLE, RESTRICT")
		}
		for _, view := range upon {
			if _, err := s.ask(ctx, "delete from redshifttest.mv where id = to_regclass("+literal(view[0])+"); drop table if exists "+view[0]+" cascade; select 1"); err != nil {
				return err
			}
		}
		sql := "delete from redshifttest.mv where id = to_regclass(" + literal(name.String()) + "); drop table " + name.String()
		if cascade {
			sql += " cascade"
		}
		if _, err := s.ask(ctx, sql+"; select 1"); err != nil {
			return err
		}
	}
	return nil
}

// mv is the number of a materialized view, or 0 if there is none of that name.
func (s *session) mv(ctx context.Context, name relation) (int64, error) {
	rows, err := s.ask(ctx, "select id from redshifttest.mv where id = to_regclass("+literal(name.String())+")")
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return strconv.ParseInt(rows[0][0], 10, 64)
}

// whole runs steps in one transaction, that of the client or their own.
func (s *session) whole(ctx context.Context, steps func() error) error {
	if s.behind.TxStatus() != 'I' {
		return steps()
	}
	if _, err := s.behind.Exec(ctx, "begin").ReadAll(); err != nil {
		return err
	}
	if err := steps(); err != nil {
		s.behind.Exec(ctx, "rollback").ReadAll() //nolint:errcheck // the first error is told
		return err
	}
	_, err := s.behind.Exec(ctx, "commit").ReadAll()
	return err
}

// inform tells the client something that is no error.
func (s *session) inform(message string) {
	s.client.Send(&pgproto3.NoticeResponse{Severity: "INFO", Code: "00000", Message: message})
}
