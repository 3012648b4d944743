package cli

import (
	"context"

	"archwire/internal/project"
	"archwire/internal/warehouse/duckdb"
)

// onDuckDB is the embedded warehouse.
func onDuckDB() warehouseKind {
	return warehouseKind{
		open: func(ctx context.Context, p *project.Project) (warehouse, error) {
			return duckdb.Open(ctx, duckdb.Config{
				Path: p.Path(p.Warehouse.Path), Memory: p.Warehouse.Memory, Threads: p.Warehouse.Threads, TempDir: p.Scratch(),
			})
		},
		file: func(p *project.Project) string { return p.Path(p.Warehouse.Path) },
	}
}
