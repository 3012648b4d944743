package duckdb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

// settings are what an engine is opened with.
type settings struct {
	memory  string
	threads int
	temp    string // "" is nowhere
	plain   bool   // without the macros, which take most of the time to open one
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
	if err := furnish(ctx, db, s.plain); err != nil {
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

// furnish names the databases of a new engine and, unless it is to stay plain, makes
// the macros. The name of
// home would be the file's otherwise: with a file rcm.duckdb, rcm.payer could
// be a table or a schema of it, and DuckDB refuses to choose.
func furnish(ctx context.Context, db *sql.DB, plain bool) error {
	var from string
	if err := db.QueryRowContext(ctx, "SELECT current_database()").Scan(&from); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	err = execAll(ctx, conn, "ALTER DATABASE "+archwire.Quote(from)+" SET ALIAS TO "+home, "ATTACH ':memory:' AS "+aside, lookInMemory)
	if err == nil && !plain {
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
