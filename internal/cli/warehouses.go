package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
)

// A warehouse is what the commands need of an engine.
type warehouse interface {
	archwire.Warehouse
	archwire.SliceWriter
	archwire.Doctor
}

// A warehouseKind is what the commands know of an engine that archwire.yaml may name.
type warehouseKind struct {
	open func(ctx context.Context, p *project.Project) (warehouse, error)

	// file is where on this machine the warehouse lies, whether or not it is there yet;
	// nil for one that lies elsewhere.
	file func(p *project.Project) string

	// check looks at how the warehouse is reached, as far as the environment gives it,
	// and does not reach it; nil when there is nothing to look at.
	check func(p *project.Project) error

	// fits complains about tables and models that the warehouse cannot keep, or not as
	// they ask to be; nil when it keeps all. The engine has them, without rows.
	fits func(ctx context.Context, p *project.Project, engine model.Engine) error

	// forms tell for models by name in which form the warehouse keeps them; nil when it
	// has one form only.
	forms func(ctx context.Context, p *project.Project, parser archwire.Parser) (map[string]formPlan, error)
}

// warehouses lists the engines that archwire.yaml may name.
func warehouses() map[string]warehouseKind {
	return map[string]warehouseKind{
		project.DuckDB:   onDuckDB(),
		project.Redshift: onRedshift(),
	}
}

// kindOf is the kind of the project's warehouse.
func kindOf(p *project.Project) (warehouseKind, error) {
	kind, ok := warehouses()[p.Warehouse.Engine]
	if !ok {
		return kind, fmt.Errorf("warehouse: no adapter for engine %q", p.Warehouse.Engine)
	}
	return kind, nil
}

// openWarehouse opens the project's warehouse, which is made if it is not there yet.
func openWarehouse(ctx context.Context, p *project.Project) (warehouse, error) {
	kind, err := kindOf(p)
	if err != nil {
		return nil, err
	}
	if err := makeFolder(filepath.Dir(p.Scratch())); err != nil {
		return nil, err
	}
	return kind.open(ctx, p)
}

// warehouseFile is where on this machine the project's warehouse lies; "" when it lies
// elsewhere.
func warehouseFile(p *project.Project) string {
	if kind, err := kindOf(p); err == nil && kind.file != nil {
		return kind.file(p)
	}
	return ""
}

// notMade says that the project's warehouse is one of this machine and is not there
// yet.
func notMade(p *project.Project) bool {
	file := warehouseFile(p)
	if file == "" {
		return false
	}
	_, err := os.Stat(file)
	return errors.Is(err, fs.ErrNotExist)
}

// checkWarehouse looks at how the project's warehouse is reached.
func checkWarehouse(p *project.Project) error {
	kind, err := kindOf(p)
	if err != nil || kind.check == nil {
		return err
	}
	return kind.check(p)
}
