package cli

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/big"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/operator"
	"archwire/internal/state"
)

// operator answers operators over HTTP what the commands print.
func (a *app) operator(o *operated, archive *ledger.Archive, log *slog.Logger) *operator.Handler {
	return operator.New(operator.Config{
		Journal: o.state, Publications: o, Access: o.state, Disclosures: archive, Project: o, Now: a.Now, Log: log,
	})
}

// operated is a project as operators see it: its publications, and what its files say.
type operated struct {
	publish.Shelf

	app     *app
	project *project.Project
	state   *state.Store

	mu      sync.Mutex
	version string           // of the project whose models are known
	models  []operator.Model // of it
}

// Switch implements operator.Publications.
func (o *operated) Switch(ctx context.Context, id archwire.PublicationID, by string) (archwire.Manifest, error) {
	return o.app.putIntoService(ctx, o.state, o.Store, o.Slices, id, by)
}

// Promise implements operator.Project.
func (o *operated) Promise() (within time.Duration, next time.Time) {
	p := o.project
	if p.Schedule.Run.Set() {
		next = p.Schedule.Run.Next(o.app.Now(), p.Schedule.Timezone)
	}
	return p.Freshness, next
}

// Zone implements operator.Project.
func (o *operated) Zone() *time.Location { return o.project.Schedule.Timezone }

// Models implements operator.Project: those of the project's files as they are, which
// are taken apart once for each state of them.
func (o *operated) Models(ctx context.Context) (_ []operator.Model, err error) {
	p, err := o.app.load()
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.models != nil && o.version == p.Version {
		return o.models, nil
	}
	engine, closeEngine, err := understand(ctx, p)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeEngine()) }()
	ways, err := model.Ways(ctx, p, engine)
	if err != nil {
		return nil, err
	}
	waves, err := model.Order(p.Models)
	if err != nil {
		return nil, err
	}
	models := []operator.Model{}
	for _, wave := range waves {
		for _, m := range wave {
			way := ways[m.Name]
			models = append(models, operator.Model{
				Name: m.Name, Description: m.Description, File: m.File, Reads: m.Reads, ByTenant: way.ByTenant, Reason: way.Reason,
			})
		}
	}
	o.version, o.models = p.Version, models
	return models, nil
}

// Storage implements operator.Project.
func (o *operated) Storage(ctx context.Context) (out operator.Stored, err error) {
	p := o.project
	out.Currency = p.Storage.Currency
	out.Price, _ = new(big.Rat).SetString(p.Storage.Price) // nil of none: the project's reader has seen to its form
	if out.Warehouse, err = o.warehouse(ctx); err != nil {
		return out, err
	}
	usage, err := o.Store.Usage(ctx)
	if err != nil {
		return out, err
	}
	for _, u := range usage {
		out.Places = append(out.Places, operator.Place{Kind: u.Kind, Store: true, Objects: u.Objects, Bytes: u.Bytes})
	}
	here := map[string]string{"warehouse": warehouseFile(p), "cache": p.Path(p.Cache.Path), "ledger": p.Path(p.Ledger.Path)}
	if url, err := p.ResolveState(); err == nil {
		if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
			here["state"] = path
		}
	}
	for _, kind := range []string{"warehouse", "state", "ledger", "cache"} {
		place, err := lies(ctx, kind, here[kind])
		if err != nil {
			return out, err
		}
		if place.Objects > 0 {
			out.Places = append(out.Places, place)
		}
	}
	return out, nil
}

// lies sums up a file or a folder of this machine, which need not be there; "" is none.
func lies(ctx context.Context, kind, path string) (operator.Place, error) {
	place := operator.Place{Kind: kind}
	if path == "" {
		return place, nil
	}
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // it was removed meanwhile
			return nil
		}
		if err != nil || d.IsDir() {
			return errors.Join(err, ctx.Err())
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		place.Objects, place.Bytes = place.Objects+1, place.Bytes+info.Size()
		return nil
	})
	if err != nil {
		return place, &archwire.Error{Code: archwire.Unavailable, Message: "the size of the " + kind + " cannot be told", Err: err}
	}
	return place, nil
}
