// Package duckdb keeps a warehouse in one DuckDB file, writes slices from it
// and reads slices without it. It is the only package that talks to DuckDB.
//
// Three engines live here, none of which ever downloads an extension:
//
//   - Warehouse, on a file: loads, models, fingerprints, slices;
//   - Sandbox, in memory and without data: what `check` compiles models against;
//   - Reader, in memory: what answers queries over slices.
//
// All three speak the same SQL: DuckDB's, with Redshift's functions as macros
// (Functions lists them), Redshift's order of NULLs, its division of integers,
// and UTC as the session's time zone.
package duckdb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

// Config says where a warehouse lies and what it may use.
type Config struct {
	Path    string // the file; made when it does not exist
	Memory  string // the most memory DuckDB may use: "2GB"; "" is 1GB
	Threads int    // 0 is one a core
	TempDir string // where DuckDB spills what does not fit; "" is beside the file

	Now func() time.Time // times what is reported as Took; nil is the machine's clock
}

// A Warehouse is one DuckDB file. It belongs to one Warehouse of one process
// at a time.
type Warehouse struct {
	path string
	db   *sql.DB
	now  func() time.Time

	mu     sync.Mutex // serialises Begin, Commit and Abort
	active *load      // the load that may still stage; nil when there is none

	shapes  shapes
	schemas sync.Mutex // see ensureSchema
	closing sync.Once
	closed  error
}

// Open opens the warehouse in c.Path. Another process that has it open, or
// another Warehouse of this process, is an error of code Conflict; a file that
// is not a DuckDB database is one of code Invalid.
func Open(ctx context.Context, c Config) (*Warehouse, error) {
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return nil, fmt.Errorf("resolving %s: %w", c.Path, err)
	}
	if strings.ContainsAny(path, "?%") {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("the warehouse's path %s has a ? or %% in it", path),
			Hint: "Choose a path without these characters.",
		}
	}
	if c.TempDir == "" {
		c.TempDir = path + ".tmp"
	}
	db, err := open(ctx, path, settings{memory: c.Memory, threads: c.Threads, temp: c.TempDir})
	if err != nil {
		return nil, classifyOpen(path, err)
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // measures durations only; a date never comes from it
	}
	w := &Warehouse{path: path, db: db, now: c.Now}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(classify("preparing the warehouse", err), db.Close())
	}
	return w, nil
}

// prepare makes what every warehouse has, once per file.
func (w *Warehouse) prepare(ctx context.Context) error {
	return inTransaction(ctx, w.db, "BEGIN", func(conn *sql.Conn) error {
		return execAll(ctx, conn, createArchwire, createRun, createJournal)
	})
}

// Close flushes the log into the file and releases it. It is safe to call more
// than once.
func (w *Warehouse) Close() error {
	w.closing.Do(func() {
		_, err := w.db.ExecContext(context.Background(), "CHECKPOINT")
		w.closed = errors.Join(classify("flushing the warehouse", err), w.db.Close())
	})
	return w.closed
}

// settings are what an engine is opened with.
type settings struct {
	memory  string
	threads int
	temp    string // "" is nowhere
}

// open opens an engine on path; "" is one in memory.
func open(ctx context.Context, path string, s settings) (*sql.DB, error) {
	if s.memory == "" {
		s.memory = defaultMemory
	}
	if _, err := bytesOf(s.memory); err != nil {
		return nil, err
	}
	options := url.Values{
		"memory_limit":                 {s.memory},
		"temp_directory":               {s.temp},
		"autoinstall_known_extensions": {"false"},
		"autoload_known_extensions":    {"false"},
		"allow_community_extensions":   {"false"},
		// Trying out how to compress strings takes nearly half of a load's processor
		// time, and saves 40 % of the file.
		"disabled_compression_methods": {"fsst,dict_fsst,dictionary"},
		// DuckDB hands out one shared engine to all who open a path in one process
		// with equal options. A value of our own makes the options differ, so that
		// the second one is refused.
		"custom_user_agent": {"archwire-" + rand.Text()},
	}
	if s.threads > 0 {
		options.Set("threads", strconv.Itoa(s.threads))
	}
	statements, always := session, context.WithoutCancel(ctx) // connections are opened later, too
	connector, err := duckdb.NewConnector(path+"?"+options.Encode(), func(e driver.ExecerContext) error {
		return prepareConnection(always, e, statements)
	})
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	// Opening a connection costs more than most queries over slices.
	db.SetMaxIdleConns(32)
	if err := furnish(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	statements = append(slices.Clip(session), lookEverywhere)
	return db, nil
}

// home is what the engine's own database is called within it, and aside the
// one beside it that lies in memory: it holds the macros, so that no file keeps
// those of another version, and the views of withFeed.
const (
	home  = "archwire_home"
	aside = "archwire_aside"
)

// furnish names the databases of a new engine and makes the macros. The name of
// home would be the file's otherwise: with a file rcm.duckdb, rcm.payer could
// be a table or a schema of it, and DuckDB refuses to choose.
func furnish(ctx context.Context, db *sql.DB) error {
	var from string
	if err := db.QueryRowContext(ctx, "SELECT current_database()").Scan(&from); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	err = execAll(ctx, conn, "ALTER DATABASE "+archwire.Quote(from)+" SET ALIAS TO "+home, "ATTACH ':memory:' AS "+aside, lookInMemory)
	if err == nil {
		err = execAll(ctx, conn, macros()...)
	}
	return errors.Join(err, execAll(ctx, conn, lookEverywhere), conn.Close())
}

// Where a connection looks for names without a schema. DuckDB's own functions
// come last, so that macros come before them.
const (
	lookEverywhere = "SET search_path = '" + home + ".main," + aside + ".main'"
	lookInMemory   = "SET search_path = '" + aside + ".main'"
)

// session are the settings of every connection: where DuckDB and Redshift
// differ by default, Redshift's ways.
var session = []string{
	"SET TimeZone = 'UTC'",
	"SET integer_division = true",
	"SET default_null_order = 'nulls_last_on_asc_first_on_desc'",
}

// prepareConnection is run on each new connection, before its first use.
func prepareConnection(ctx context.Context, e driver.ExecerContext, statements []string) error {
	for _, statement := range statements {
		if _, err := e.ExecContext(ctx, statement, nil); err != nil {
			return fmt.Errorf("preparing a connection: %w", err)
		}
	}
	return nil
}

// execAll runs statements one after the other.
func execAll(ctx context.Context, conn *sql.Conn, statements ...string) error {
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// inTransaction runs f on a connection of its own, in a transaction that is
// committed if f returns nil and rolled back otherwise.
func inTransaction(ctx context.Context, db *sql.DB, begin string, f func(*sql.Conn) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return transact(ctx, conn, begin, func() error { return f(conn) })
}

// transact is inTransaction on a given connection.
func transact(ctx context.Context, conn *sql.Conn, begin string, f func() error) (err error) {
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	// The transaction ends even when ctx has, or f panics: a connection goes back
	// clean.
	end, done := context.WithoutCancel(ctx), false
	defer func() {
		if !done {
			_, rollback := conn.ExecContext(end, "ROLLBACK")
			err = errors.Join(err, ignoreNoTransaction(rollback))
		}
	}()
	if err := f(); err != nil {
		return err
	}
	done = true
	_, err = conn.ExecContext(end, "COMMIT")
	return err
}

// ignoreNoTransaction drops the complaint that there is nothing to roll back:
// DuckDB rolls back by itself after some errors.
func ignoreNoTransaction(err error) error {
	if e, ok := errors.AsType[*duckdb.Error](err); ok && e.Type == duckdb.ErrorTypeTransaction {
		return nil
	}
	return err
}

// literal writes a string constant.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
