package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/notify"
	"archwire/internal/object"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/state"
	"archwire/internal/warehouse/duckdb"
)

// load reads the project in the folder that -C names.
func (a *app) load() (*project.Project, error) {
	return project.Load(a.dir, a.Lookup)
}

// checked reads the project and has every statement of it understood by the
// engine, against tables that are empty.
func (a *app) checked(ctx context.Context) (*project.Project, error) {
	p, err := a.load()
	if err != nil {
		return nil, err
	}
	_, closeEngine, err := understand(ctx, p)
	if err != nil {
		return nil, err
	}
	return p, closeEngine()
}

// understand has an engine without rows understand every statement of p, and
// hands it over for further questions about them.
func understand(ctx context.Context, p *project.Project) (model.Engine, func() error, error) {
	sandbox, err := duckdb.NewSandbox(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("opening a sandbox: %w", err)
	}
	err = model.Check(ctx, p, sandbox)
	if kind, known := warehouses()[p.Warehouse.Engine]; err == nil && known && kind.fits != nil {
		err = kind.fits(ctx, p, sandbox)
	}
	if err != nil {
		return nil, nil, errors.Join(err, sandbox.Close())
	}
	return sandbox, sandbox.Close, nil
}

// openState opens the project's state store.
func (a *app) openState(ctx context.Context, p *project.Project) (*state.Store, error) {
	url, err := p.ResolveState()
	if err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if err := makeFolder(filepath.Dir(path)); err != nil {
			return nil, err
		}
	}
	st, err := state.Open(ctx, url, a.Now)
	if err != nil {
		return nil, err
	}
	st.Announce(notify.Announcer{Project: p.Name, Hooks: p.Hooks}.Run)
	return st, nil
}

// openStore opens the project's store.
func (a *app) openStore(p *project.Project) (*publish.Store, error) {
	objects, err := openObjects(p)
	if err != nil {
		return nil, err
	}
	if _, local := object.As[object.Localizer](objects); local {
		return publish.NewStore(objects)
	}
	return publish.NewCachedStore(objects, object.NewCache(p.Path(p.Cache.Path), p.Cache.Bytes(), a.Now)), nil
}

// openReader opens an engine that reads slices back: each may be as large as
// what the warehouse wrote it from.
func openReader(ctx context.Context, p *project.Project) (*duckdb.Reader, error) {
	reader, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{
		Memory: p.Warehouse.Memory, TempDir: p.Scratch(),
	})
	if err != nil {
		return nil, fmt.Errorf("opening the slice reader: %w", err)
	}
	return reader, nil
}

// makeFolder makes a folder for files that hold customers' data: for its owner
// only.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: fmt.Sprintf("the folder %s cannot be made", path),
			Hint: "Make it, or give the user who runs archwire the right to.", Err: err,
		}
	}
	return nil
}
