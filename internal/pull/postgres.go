package pull

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
	"archwire/internal/pull/mirror"
)

// A Parquet reads slices.
type Parquet interface {
	// Rows yields the rows of a slice in the file at path: the columns that it has, each
	// in the Arrow form of the type under which it is kept.
	Rows(ctx context.Context, path string, s mirror.Slice, have, kept []mirror.Column) archwire.Batches
}

// PostgresConfig says where a Postgres is. URL, Files and Now must be set.
type PostgresConfig struct {
	URL    string // postgres://user@host/database
	Schema string // "" is the first of the connection's search_path
	Files  Parquet
	Now    func() time.Time
}

// A Postgres is a schema of a PostgreSQL database, as a target: a table for each
// dataset, and what was pulled in archwire_pull and archwire_pull_slice.
type Postgres struct {
	conn   *pgx.Conn
	schema string
	files  Parquet
	now    func() time.Time
}

const (
	pullTable  = "archwire_pull"
	sliceTable = "archwire_pull_slice"
)

// OpenPostgres connects. A schema into which another pull is under way is an error of
// code Conflict.
func OpenPostgres(ctx context.Context, cfg PostgresConfig) (_ *Postgres, err error) {
	config, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		return nil, &archwire.Error{Code: archwire.Invalid, Message: "--into does not name a PostgreSQL database", Hint: "Write it as postgres://user@host/database."}
	}
	config.RuntimeParams["application_name"] = "archwire pull"
	config.RuntimeParams["timezone"] = "UTC"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, atDatabase("connecting to the database", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
		}
	}()
	p := &Postgres{conn: conn, schema: cfg.Schema, files: cfg.Files, now: cfg.Now}
	if p.schema == "" {
		var first *string
		if err := conn.QueryRow(ctx, "select current_schema()").Scan(&first); err != nil {
			return nil, atDatabase("reading the search path", err)
		}
		if first == nil {
			return nil, &archwire.Error{Code: archwire.Invalid, Message: "the search path of the database names no schema that there is", Hint: "Name one with --schema."}
		}
		p.schema = *first
	}
	if err := p.lock(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// lock keeps other pulls out of the schema until the session ends, however that ends. A
// server ends the session of a client that is gone a moment later, so one who has the
// lock is waited for as long.
func (p *Postgres) lock(ctx context.Context) error {
	const tries, pause = 40, 50 * time.Millisecond
	for range tries {
		var got bool
		err := p.conn.QueryRow(ctx, "select pg_try_advisory_lock(hashtextextended('archwire pull into ' || $1::text, 0))", p.schema).Scan(&got)
		if err != nil {
			return atDatabase("locking the schema", err)
		}
		if got {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return &archwire.Error{Code: archwire.Conflict, Message: "another pull into the same schema is under way", Hint: "Wait until it has ended."}
}

// Name names the database and schema on this machine.
func (p *Postgres) Name() string {
	c := p.conn.Config()
	return fmt.Sprintf("%s:%d/%s/%s", c.Host, c.Port, c.Database, p.schema)
}

// Close implements mirror.Target.
func (p *Postgres) Close() error { return p.conn.Close(context.Background()) }

// Missing implements mirror.Target.
func (p *Postgres) Missing(held, next mirror.Whole) []mirror.Slice {
	return mirror.Files(mirror.Diff(held, next, postgresType).Replaced)
}

// Held implements mirror.Target.
func (p *Postgres) Held(ctx context.Context) (w mirror.Whole, err error) {
	columns, err := p.columns(ctx, p.conn)
	if err != nil {
		return w, atDatabase("reading what the schema holds", err)
	}
	if columns[pullTable] == nil || columns[sliceTable] == nil {
		return w, nil
	}
	row := p.conn.QueryRow(ctx, "select project, tenant, publication, as_of::text, data_through from "+p.name(pullTable))
	err = row.Scan(&w.Project, &w.Noun, &w.Publication, &w.AsOf, &w.DataThrough)
	if errors.Is(err, pgx.ErrNoRows) {
		return w, nil
	}
	if err != nil {
		return w, atDatabase("reading what the schema holds", err)
	}
	rows, err := p.conn.Query(ctx, "select dataset, tenant, profile, sha256, rows from "+p.name(sliceTable)+" order by dataset, tenant")
	if err != nil {
		return w, atDatabase("reading what the schema holds", err)
	}
	w.Slices, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s mirror.Slice, err error) {
		return s, row.Scan(&s.Dataset, &s.Tenant, &s.Profile, &s.SHA256, &s.Rows)
	})
	if err != nil {
		return w, atDatabase("reading what the schema holds", err)
	}
	for _, s := range w.Slices {
		_, known := w.Table(s.Dataset)
		if c := columns[s.Dataset]; c != nil && !known {
			w.Tables = append(w.Tables, mirror.Table{Name: s.Dataset, Columns: c})
		}
	}
	return w, atDatabase("counting the rows of the schema", w.Count(func(t mirror.Table, each func(tenant string, rows int64)) error {
		column := quoted(t.Columns[0].Name) + "::text"
		rows, err := p.conn.Query(ctx, "select "+column+", count(*) from "+p.name(t.Name)+" where "+column+" is not null group by 1 order by 1")
		if err != nil {
			return err
		}
		var tenant string
		var n int64
		_, err = pgx.ForEachRow(rows, []any{&tenant, &n}, func() error { each(tenant, n); return nil })
		return err
	}))
}

// columns are those of each relation of the schema.
func (p *Postgres) columns(ctx context.Context, q interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
},
) (map[string][]mirror.Column, error) {
	rows, err := q.Query(ctx, `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') order by c.relname, a.attnum`, p.schema)
	if err != nil {
		return nil, err
	}
	out := map[string][]mirror.Column{}
	var table string
	var name, kind *string
	_, err = pgx.ForEachRow(rows, []any{&table, &name, &kind}, func() error {
		if name == nil {
			out[table] = []mirror.Column{}
			return nil
		}
		out[table] = append(out[table], mirror.Column{Name: *name, Type: *kind})
		return nil
	})
	return out, err
}

func (p *Postgres) name(table string) string { return pgx.Identifier{p.schema, table}.Sanitize() }

// postgresType is how PostgreSQL spells a type of the catalogue.
func postgresType(text string) string {
	t, err := archwire.ParseType(text)
	if err != nil {
		return text
	}
	switch t.Kind { //nolint:exhaustive // the others are as in models
	case archwire.Bool:
		return "boolean"
	case archwire.Float32:
		return "real"
	case archwire.Float64:
		return "double precision"
	case archwire.Decimal:
		return strings.Replace(t.String(), "decimal", "numeric", 1)
	case archwire.Text, archwire.JSON, archwire.UUID:
		return t.String()
	case archwire.Bytes:
		return "bytea"
	case archwire.Time, archwire.Timestamp:
		return t.String() + " without time zone"
	case archwire.TimestampTZ:
		return "timestamp with time zone"
	}
	return strings.ToLower(t.SQL())
}

// atDatabase is the error of something that the database does not do. What PostgreSQL
// says in detail may hold values of rows, so its message alone goes on, and of an error
// in values only its kind.
func atDatabase(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*archwire.Error](err); ok || errors.Is(err, context.Canceled) {
		return err
	}
	e := &archwire.Error{
		Code: archwire.Unavailable, Message: doing + ": the database cannot be used",
		Hint: "Look at --into and the database, and pull again: what was there before is there still.", Err: err,
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return e
	}
	e.Message = doing + ": the database says " + pg.Message
	switch class := pg.Code[:2]; {
	case class == "22" || class == "23":
		e.Code, e.Message, e.Hint = archwire.Invalid, doing+": the database does not take a value", "Code "+pg.Code+" of PostgreSQL says why."
	case pg.Code == "2BP01":
		e.Code, e.Hint = archwire.Conflict, "A view or another object rests on a table that has to be made anew: drop it, pull, and make it again."
	case pg.Code == "3D000":
		e.Code, e.Hint = archwire.NotFound, "Create the database, or name one in --into that there is."
	case class == "28" || pg.Code == "42501":
		e.Code, e.Hint = archwire.Denied, "Give the role of --into the right to use and create in the schema."
	}
	return e
}
