package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"archwire/internal/demo/database"
)

// systems are the two databases. The clock is in rcm, which lies in PostgreSQL; pms
// lies in PostgreSQL or SQL Server.
type systems struct {
	rcm, pms  database.Database
	pmsSchema string
}

func open(rcmDSN, pmsDSN string) (systems, error) {
	s := systems{rcm: database.Postgres(rcmDSN), pms: database.Postgres(pmsDSN), pmsSchema: PMSSchema}
	if !OnSQLServer(pmsDSN) {
		return s, nil
	}
	var err error
	s.pms, err = database.SQLServer(pmsDSN)
	s.pmsSchema = PMSSQLServerSchema
	return s, err
}

// OnSQLServer says whether a DSN names a database of SQL Server.
func OnSQLServer(dsn string) bool { return strings.HasPrefix(dsn, "sqlserver://") }

// create makes the tables of both.
func (s systems) create(ctx context.Context) error {
	if err := s.rcm.Create(ctx, RCMSchema); err != nil {
		return fmt.Errorf("creating the tables of rcm: %w", err)
	}
	if err := s.pms.Create(ctx, s.pmsSchema); err != nil {
		return fmt.Errorf("creating the tables of pms: %w", err)
	}
	return nil
}

// complete completes the tables of both, side by side.
func (s systems) complete(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.rcm.Complete(ctx) })
	g.Go(func() error { return s.pms.Complete(ctx) })
	if err := g.Wait(); err != nil {
		return fmt.Errorf("completing the tables: %w", err)
	}
	return nil
}

func (s systems) connect(ctx context.Context) (*pair, error) {
	rcm, err := s.rcm.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening rcm: %w", err)
	}
	pms, err := s.pms.Connect(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening pms: %w", err), rcm.Close(ctx))
	}
	return &pair{rcm, pms}, nil
}

// pair holds the connections to both databases.
type pair struct{ rcm, pms database.Conn }

func (c *pair) of(t relation) database.Conn {
	if relationNames[t].database == "rcm" {
		return c.rcm
	}
	return c.pms
}

// close closes both, also when the context of the work was cancelled.
func (c *pair) close(ctx context.Context) error {
	return errors.Join(c.rcm.Close(ctx), c.pms.Close(ctx))
}
