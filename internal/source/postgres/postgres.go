// Package postgres reads PostgreSQL 12 to 18 and what speaks its protocol
// faithfully, Amazon Aurora included.
//
// A view is one REPEATABLE READ, READ ONLY transaction, and all of a view's
// connections read the same snapshot, so its instant holds for every table to
// the row. Where the server does not export snapshots, as a reader of Aurora
// may not, the view uses one connection instead; the instant holds all the same.
// From the first question about a table until the view is closed, its ACCESS
// SHARE lock is held, as pg_dump holds it: rows can be written meanwhile, the
// table cannot be altered or emptied by TRUNCATE. A table that was rewritten
// between the view's instant and the lock would seem empty; that is an error.
//
// Rows leave the server by binary COPY and are decoded from the connection's
// buffer into Arrow arrays. What a column's type becomes is in types.go. Tables
// that belong to an extension are not listed.
//
// Config.Connections bounds the connections of one view; Tables and Doctor use
// one more while they run. Queries run without parallel workers, so a connection
// is one busy process on the server at most.
package postgres

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// Config says which database is read, and the budget for it.
type Config struct {
	Name             string           // the project's name of the source
	DSN              string           // a postgres:// URL or keyword=value pairs
	Connections      int              // of one view at once; 0 is 2
	StatementTimeout time.Duration    // longest statement; 0 leaves it to the server's setting
	Now              func() time.Time // for Doctor to compare the server's clock with; may be nil
}

// A Source is one PostgreSQL database.
type Source struct {
	cfg         Config
	conn        *pgconn.Config
	lockTimeout time.Duration
	chunkBytes  int64
	closed      atomic.Bool
}

var (
	_ archwire.Source = (*Source)(nil)
	_ archwire.Doctor = (*Source)(nil)
)

// Open checks the configuration. It connects when something is asked for, so a
// server that is down is reported by then.
func Open(_ context.Context, cfg Config) (*Source, error) {
	if cfg.Connections <= 0 {
		cfg.Connections = 2
	}
	conn, err := connConfig(cfg)
	if err != nil {
		return nil, err
	}
	return &Source{cfg: cfg, conn: conn, lockTimeout: lockTimeout, chunkBytes: chunkBytes}, nil
}

// Close makes later calls fail. The source itself holds no connection between
// calls; those of a view are released by closing the view.
func (s *Source) Close() error {
	s.closed.Store(true)
	return nil
}

var errClosed = errors.New("the source is closed")
