package duckdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"slices"
	"strings"
)

// rewrites numbers what dialect makes of a query. It is raised when the same call
// is rewritten to something that may give another value.
const rewrites = "1"

// Dialect is a digest of DuckDB's version, the session's settings and the macros.
func (w *Warehouse) Dialect(ctx context.Context) (string, error) { return dialectOf(ctx, w.db) }

// Dialect is a digest of DuckDB's version, the session's settings and the macros.
func (s *Sandbox) Dialect(ctx context.Context) (string, error) { return dialectOf(ctx, s.db) }

func dialectOf(ctx context.Context, db *sql.DB) (string, error) {
	var engine string
	if err := db.QueryRowContext(ctx, "SELECT version()").Scan(&engine); err != nil {
		return "", classify("asking DuckDB for its version", err)
	}
	sum := sha256.Sum256([]byte(strings.Join(slices.Concat([]string{engine, rewrites}, session, macros()), "\x00")))
	return hex.EncodeToString(sum[:8]), nil
}
