package state

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"archwire"
)

// defaultSchema is where the tables lie unless the URL names a search_path.
const defaultSchema = "archwire"

// postgresEngine keeps the state in one schema of a PostgreSQL database.
type postgresEngine struct {
	config *pgx.ConnConfig
	schema string
	beat   time.Duration // how often a holder of the run lock asks whether it still does
	answer time.Duration // how long the server may take to tell it
}

var schemaForm = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

func newPostgresEngine(rawURL string) (*postgresEngine, error) {
	config, err := pgx.ParseConfig(rawURL)
	if err != nil { // its text is left out: it quotes the URL
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the state's URL is not one of a PostgreSQL database",
			Hint: "Write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special letters of the password as %XX.",
		}
	}
	e := &postgresEngine{config: config, schema: defaultSchema, beat: 5 * time.Second, answer: 10 * time.Second}
	if path, ok := config.RuntimeParams["search_path"]; ok {
		delete(config.RuntimeParams, "search_path") // set once connected, which poolers allow
		e.schema = path
	}
	if !schemaForm.MatchString(e.schema) {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the search_path of the state's URL is not the name of one schema",
			Hint: "Name one schema of lower-case letters, digits and _; Archwire makes it.",
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "archwire"
	}
	return e, nil
}

func (e *postgresEngine) name() string {
	return fmt.Sprintf("schema %s of database %s at %s port %d", e.schema, e.config.Database, e.config.Host, e.config.Port)
}

func (e *postgresEngine) open(context.Context) (write, read *sql.DB, err error) {
	db := stdlib.OpenDB(*e.config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "select set_config('search_path', $1, false), set_config('statement_timeout', '60s', false)", e.schema)
		return err
	}))
	db.SetMaxOpenConns(4)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, db, nil
}

// lockKey is the number of an advisory lock: the schema's, for each purpose.
// Advisory locks are of one database, so states in two schemas differ here.
func (e *postgresEngine) lockKey(purpose string) int64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "archwire %s %s", purpose, e.schema)
	return int64(h.Sum64()) //nolint:gosec // any 64 bits will do
}

func (e *postgresEngine) prepare(ctx context.Context, tx *sql.Tx) (tables int, ours bool, err error) {
	if _, err := tx.ExecContext(ctx, "select pg_advisory_xact_lock($1)", e.lockKey("migration")); err != nil {
		return 0, false, err
	}
	var there bool
	if err := tx.QueryRowContext(ctx, "select exists (select from pg_namespace where nspname = $1)", e.schema).Scan(&there); err != nil {
		return 0, false, err
	}
	if !there { // asked before, since creating needs a right that using does not
		if _, err := tx.ExecContext(ctx, "create schema "+archwire.Quote(e.schema)); err != nil {
			return 0, false, err
		}
	}
	err = tx.QueryRowContext(ctx, `select count(*), coalesce(bool_or(c.relname = 'archwire_state'), false)
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')`, e.schema).Scan(&tables, &ours)
	return tables, ours, err
}
