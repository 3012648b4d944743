package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/source/postgres"
	"archwire/internal/warehouse/duckdb"
)

// A sourceOpener opens a source whose DSN has been resolved.
type sourceOpener func(ctx context.Context, s project.Source, dsn string, o sourceOptions) (archwire.Source, error)

// sources lists the engines that a source file may name.
func sources() map[string]sourceOpener {
	return map[string]sourceOpener{
		"postgres": func(ctx context.Context, s project.Source, dsn string, o sourceOptions) (archwire.Source, error) {
			return postgres.Open(ctx, postgres.Config{
				Name: s.Name, DSN: dsn, Connections: s.Connections, StatementTimeout: s.StatementTimeout,
				LongestTransaction: s.LongestView, Gentle: s.Gentle, Notice: o.notice, Now: o.now,
			})
		},
	}
}

// sourceOptions are what a source may be told by, and tell.
type sourceOptions struct {
	now    func() time.Time
	notice func(string) // what it does that takes time
}

// A warehouse is what the commands need of an engine.
type warehouse interface {
	archwire.Warehouse
	archwire.SliceWriter
	archwire.Doctor
}

// A warehouseOpener opens the warehouse that a project names.
type warehouseOpener func(ctx context.Context, p *project.Project) (warehouse, error)

// warehouses lists the engines that archwire.yaml may name.
func warehouses() map[string]warehouseOpener {
	return map[string]warehouseOpener{
		"duckdb": func(ctx context.Context, p *project.Project) (warehouse, error) {
			path := p.Path(p.Warehouse.Path)
			return duckdb.Open(ctx, duckdb.Config{
				Path: path, Memory: p.Warehouse.Memory, Threads: p.Warehouse.Threads,
				TempDir: filepath.Join(filepath.Dir(path), "tmp"),
			})
		},
	}
}

// openSource opens a source of the project.
func (a *app) openSource(ctx context.Context, p *project.Project, s project.Source) (archwire.Source, error) {
	open, ok := sources()[s.Engine]
	if !ok {
		return nil, fmt.Errorf("source %s: no adapter for engine %q", s.Name, s.Engine)
	}
	dsn, err := p.ResolveDSN(s)
	if err != nil {
		return nil, err
	}
	sink := a.sink()
	return open(ctx, s, dsn, sourceOptions{now: a.Now, notice: func(says string) {
		sink.Event(archwire.RunEvent{Verb: archwire.Extract, Note: says})
	}})
}

// openWarehouse opens the project's warehouse.
func openWarehouse(ctx context.Context, p *project.Project) (warehouse, error) {
	open, ok := warehouses()[p.Warehouse.Engine]
	if !ok {
		return nil, fmt.Errorf("warehouse: no adapter for engine %q", p.Warehouse.Engine)
	}
	return open(ctx, p)
}
