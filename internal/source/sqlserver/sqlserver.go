// Package sqlserver reads Microsoft SQL Server 2016 to 2025, Azure SQL and what
// Amazon RDS offers of them.
//
// A view is one SNAPSHOT transaction. SQL Server shares a snapshot with no other
// connection, so further connections begin snapshots of their own, and read for
// the view only what is proven to be the same there: all tables, where the server
// says which transactions each snapshot sees (that needs the right to VIEW SERVER
// STATE), else the tables with change tracking, where both snapshots have the same
// change tracking version. A connection whose snapshot is another one tries again,
// a few times; what is left is read by the first connection alone. So the view's
// instant holds for every table to the row, and how many connections read it is a
// matter of how quiet the database is and of what its user may see.
//
// A table that was altered or truncated after the view's instant is an error of
// the server, 3961: it keeps no versions of definitions. Memory-optimised tables
// cannot be read by a snapshot (41332) and are refused.
//
// A gentle view holds back nothing: each question and each chunk is a snapshot
// transaction of its own, so that the version store in tempdb can be cleaned up.
// Each chunk is of one instant, the view is not. With Config.ReadCommitted there is
// no snapshot at all: each statement reads what is committed when it reads it. For
// databases that do not allow SNAPSHOT isolation; rows that are written meanwhile
// may come twice or not at all.
//
// What a column's type becomes is in types.go.
//
// Config.Connections bounds the connections of one view; Tables and Doctor use
// one more while they run. Queries run without parallelism (MAXDOP 1), so a
// connection is one busy scheduler on the server at most.
package sqlserver

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"archwire"
)

// Config says which database is read, and the budget for it.
type Config struct {
	Name             string           // the project's name of the source
	DSN              string           // sqlserver://user:password@host:1433?database=name, as the driver reads it
	Connections      int              // of one view at once; 0 is 2
	StatementTimeout time.Duration    // longest statement, the consumer of its rows included; 0 sets no limit
	Now              func() time.Time // for Doctor to compare the server's clock with; may be nil

	// LongestTransaction is how long a view may be open, and of a gentle view how
	// long one question or chunk may take, consumer included; 0 sets no limit.
	// Beyond it the transaction is ended, and reading fails with code Unavailable.
	LongestTransaction time.Duration

	// Gentle views hold no snapshot between questions and chunks.
	Gentle bool

	// ReadCommitted views hold no snapshot at all.
	ReadCommitted bool

	// Notice is told, in a sentence, why a view reads on fewer connections than it
	// may. It is called from several goroutines; it may be nil.
	Notice func(string)
}

// A Source is one database of SQL Server.
type Source struct {
	cfg         Config
	dsn         *dsn
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
	d, err := parseDSN(cfg.Name, cfg.DSN)
	if err != nil {
		return nil, err
	}
	s := &Source{cfg: cfg, dsn: d, lockTimeout: lockTimeout, chunkBytes: chunkBytes}
	if cfg.Gentle {
		s.chunkBytes = gentleBytes
	}
	return s, nil
}

// loose says whether views have no instant that all their sessions share.
func (s *Source) loose() bool { return s.cfg.Gentle || s.cfg.ReadCommitted }

// Close makes later calls fail. The source itself holds no connection between
// calls; those of a view are released by closing the view.
func (s *Source) Close() error {
	s.closed.Store(true)
	return nil
}

var errClosed = errors.New("the source is closed")
