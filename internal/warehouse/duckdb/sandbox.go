package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// A Sandbox is a warehouse without rows, in memory: models are compiled against
// it when no source is at hand. What it has understood of a query once it does not
// ask DuckDB again: a query names its relations in full, and no relation changes.
type Sandbox struct {
	db     *sql.DB
	shapes shapes
	trees  trees
}

var (
	_ archwire.Parser    = (*Sandbox)(nil)
	_ archwire.Describer = (*Sandbox)(nil)
)

// NewSandbox makes a sandbox that holds archwire.run and nothing else.
func NewSandbox(ctx context.Context) (*Sandbox, error) {
	db, err := open(ctx, "", settings{memory: "256MB", threads: 1})
	if err != nil {
		return nil, fmt.Errorf("opening a sandbox: %w", err)
	}
	err = inTransaction(ctx, db, "BEGIN", func(conn *sql.Conn) error {
		return execAll(ctx, conn, createArchwire, createRun, createJournal)
	})
	if err == nil {
		// Nothing in a project's SQL can reach a file from here on.
		_, err = db.ExecContext(ctx, "SET enable_external_access = false")
	}
	if err != nil {
		return nil, fmt.Errorf("preparing a sandbox: %w", err)
	}
	return &Sandbox{db: db}, nil
}

// Table makes an empty table of t's shape.
func (s *Sandbox) Table(ctx context.Context, t archwire.Table) error {
	if err := fits(t); err != nil {
		return err
	}
	name := archwire.Quote(t.Source) + "." + archwire.Quote(t.Name)
	return s.make(ctx, t.Source, t.ID(), createTable(name, t))
}

// Model makes an empty table of the shape that m's result has and returns its
// columns. Relations that m reads must have been made before.
func (s *Sandbox) Model(ctx context.Context, m archwire.Model) ([]archwire.Column, error) {
	if _, err := s.Reads(ctx, m.SQL); err != nil {
		return nil, err
	}
	columns, err := s.Describe(ctx, m.SQL)
	if err != nil {
		return nil, err
	}
	schema, _, _ := strings.Cut(m.Name, ".")
	create := "CREATE TABLE " + archwire.QuoteName(m.Name) + " AS " + normal(m.SQL, columns) + order(m) + " LIMIT 0"
	if err := s.make(ctx, schema, m.Name, create); err != nil {
		return nil, err
	}
	return columns, nil
}

func (s *Sandbox) make(ctx context.Context, schema, what, create string) error {
	err := inTransaction(ctx, s.db, "BEGIN", func(conn *sql.Conn) error {
		return execAll(ctx, conn, "CREATE SCHEMA IF NOT EXISTS "+archwire.Quote(schema), create)
	})
	return classify("making "+what, err)
}

// Reads lists the relations that a query reads.
func (s *Sandbox) Reads(ctx context.Context, sql string) ([]string, error) {
	t, err := s.trees.of(ctx, s.db, sql)
	if err != nil {
		return nil, err
	}
	return t.reads()
}

// Describe returns names and types of a query's columns.
func (s *Sandbox) Describe(ctx context.Context, sql string) ([]archwire.Column, error) {
	columns, err := s.shapes.of(ctx, s.db, sql)
	return slices.Clone(columns), err
}

// Close releases the sandbox. It is safe to call more than once.
func (s *Sandbox) Close() error { return s.db.Close() }
