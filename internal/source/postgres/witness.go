package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

var _ archwire.Witness = (*view)(nil)

// Unchanged goes by the snapshot, as ADR 11 explains: two snapshots of one
// server that name the same transactions see the same rows, in tables that hold
// rows and show them to everybody.
func (v *view) Unchanged(ctx context.Context, t archwire.Table, since archwire.Instant) (unchanged bool, err error) {
	if !v.certain || since.Mark != v.at.Mark {
		return false, nil
	}
	ctx, cancel := v.within(ctx)
	defer cancel()
	se, err := v.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer func() { v.finish(ctx, se, err) }()
	rows, err := se.query(ctx, plainSQL, t.Schema, t.Origin)
	if err != nil {
		return false, v.classify(ctx, err, t.ID())
	}
	return rows[0][0] == "t", nil
}

// plainSQL says whether a table, its partitions and children are nothing but rows
// that were written to them: not computed as views are, nor fetched as those of
// foreign tables are, nor emptied by a crash as those of unlogged tables are, nor
// hidden by a policy, which may go by the clock. The digits of money go by a
// setting, and composite types and domains may hold some.
const plainSQL = `
with recursive tree (oid) as (
	select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2 and has_schema_privilege(n.oid, 'USAGE') and has_any_column_privilege(c.oid, 'SELECT')
	union
	select i.inhrelid from pg_inherits i join tree on i.inhparent = tree.oid)
select count(*) > 0 and bool_and(
	c.relpersistence = 'p' and not c.relrowsecurity
	and not exists (select from pg_attribute m join pg_type y on y.oid = m.atttypid where m.attrelid = c.oid
		and (y.typtype in ('c', 'd') or 'money'::regtype in (y.oid, y.typelem)))
	and (c.relkind = 'p' or c.relkind in ('r', 'm') and a.amname = 'heap'))
from tree join pg_class c on c.oid = tree.oid left join pg_am a on a.oid = c.relam`

// identify adds to the view's mark which server and database the snapshot is of,
// if an equal mark will mean equal rows. A server that does not let its user ask
// gives a mark that means nothing later.
func (v *view) identify(ctx context.Context, se *session) error {
	rows, err := se.query(ctx, identitySQL)
	if _, refused := errors.AsType[*pgconn.PgError](err); refused {
		return se.exec(ctx, "rollback to savepoint "+savepoint)
	}
	if err != nil {
		return err
	}
	if len(rows) == 1 && rows[0][0] != "" {
		v.certain = true
		v.at.Mark += " " + rows[0][0]
	}
	return nil
}

// identitySQL gives no row unless
//   - the server writes: what a standby shows is another server's;
//   - all that the snapshot sees is on disk: a crash can undo a commit that was not
//     waited for, and give its number to another transaction;
//   - the server is PostgreSQL, and has no extension that may keep the rows of a
//     table elsewhere.
//
// A server that was started again is another one: a backup may have been restored,
// a standby promoted, a crash survived.
const identitySQL = `
select (select system_identifier from pg_control_system()) || ' ' || d.oid || ' ' || extract(epoch from pg_postmaster_start_time())
from pg_database d
where d.datname = current_database() and not pg_is_in_recovery()
	and case when not pg_is_in_recovery() then pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() end
	and version() ~ '^PostgreSQL [0-9.]+ '
	and not exists (select from pg_extension where extname not in (
		'plpgsql', 'adminpack', 'amcheck', 'autoinc', 'bloom', 'btree_gin', 'btree_gist', 'citext', 'cube', 'dblink', 'dict_int',
		'dict_xsyn', 'earthdistance', 'file_fdw', 'fuzzystrmatch', 'hstore', 'insert_username', 'intagg', 'intarray', 'isn', 'lo',
		'ltree', 'moddatetime', 'old_snapshot', 'pageinspect', 'pg_buffercache', 'pg_freespacemap', 'pg_prewarm', 'pg_stat_statements',
		'pg_trgm', 'pg_visibility', 'pg_walinspect', 'pgcrypto', 'pgrowlocks', 'pgstattuple', 'postgres_fdw', 'refint', 'seg', 'sslinfo',
		'tablefunc', 'tcn', 'tsm_system_rows', 'tsm_system_time', 'unaccent', 'uuid-ossp', 'xml2'))`
