package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"archwire/internal/testdb/cluster"
)

// startPostgres starts a server whose data may be lost, with buffers that hold
// what is read.
func startPostgres(ctx context.Context, dir, buffers string) (*cluster.Cluster, error) {
	return cluster.Start(ctx, dir, cluster.Throwaway(),
		cluster.Set("fsync", "off"), cluster.Set("max_wal_size", "8GB"), cluster.Set("shared_buffers", buffers))
}

// execute runs a script of statements.
func execute(ctx context.Context, dsn, script string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	for _, s := range split(script) {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("preparing the source: %w", err)
		}
	}
	return nil
}
