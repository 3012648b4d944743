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
// A gentle view holds back nothing: each question and each chunk is a transaction
// of its own, with a lock and a snapshot of its own, and chunks are small. Each
// chunk is of one instant, the view is not: At is the instant at which it was
// opened, and rows written later may be among those it reads, in two chunks or,
// if they moved from a chunk not yet read to one that was, in none. Rows that
// nobody writes are in exactly one. Vacuum is held up for no longer than a chunk.
//
// A view that finds the source slow waits before the next chunk; see pace.
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
	Now              func() time.Time // for Doctor to compare the server's clock with, and for views to notice a slow source; may be nil

	// LongestTransaction is how long a view may be open, and of a gentle view how
	// long one question or chunk may take, consumer included; 0 sets no limit.
	// Beyond it the transaction is ended, and reading fails with code Unavailable.
	LongestTransaction time.Duration

	// Gentle views hold no snapshot and no lock between questions and chunks.
	Gentle bool

	// Notice is told, in a sentence, what a view does that takes time: that it
	// waits for a slow source. It is called from several goroutines; it may be nil.
	Notice func(string)
}

// A Source is one PostgreSQL database.
type Source struct {
	cfg         Config
	conn        *pgconn.Config
	lockTimeout time.Duration
	chunkBytes  int64
	sleep       func(context.Context, time.Duration) error
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
	s := &Source{cfg: cfg, conn: conn, lockTimeout: lockTimeout, chunkBytes: chunkBytes, sleep: sleep}
	if cfg.Gentle {
		s.chunkBytes = gentleBytes
	}
	return s, nil
}

// Close makes later calls fail. The source itself holds no connection between
// calls; those of a view are released by closing the view.
func (s *Source) Close() error {
	s.closed.Store(true)
	return nil
}

var errClosed = errors.New("the source is closed")
