package pipeline

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/model"
)

// modelsAtOnce is how many independent models are refreshed side by side. The
// engine runs each on several threads already; a second one fills the gaps in
// which the first is writing.
const modelsAtOnce = 2

// A refresher refreshes the models of one run.
type refresher struct {
	*Runner

	mu  sync.Mutex
	run *archwire.Run
	n   int64 // models recomputed
}

// refresh recomputes what is stale, in dependency order, and returns the number
// of models recomputed.
func (r *Runner) refresh(ctx context.Context, run *archwire.Run) (int64, error) {
	waves, err := model.Order(r.Project.Models)
	if err != nil {
		return 0, err
	}
	f := &refresher{Runner: r, run: run}
	for _, m := range r.Project.Models {
		r.Sink.Event(archwire.RunEvent{Verb: archwire.Refresh, What: m.Name, Of: 1})
	}
	for _, wave := range waves {
		changed, err := f.changed(ctx, wave)
		if err != nil {
			return 0, err
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(modelsAtOnce)
		for _, m := range wave {
			group.Go(func() error { return f.model(ctx, m, changed[m.Name]) })
		}
		if err := group.Wait(); err != nil {
			return 0, err
		}
	}
	return f.n, nil
}

// changed asks what changed for models of which none reads another.
func (f *refresher) changed(ctx context.Context, wave []archwire.Model) (map[string]archwire.Pending, error) {
	reads := map[string][]string{}
	for _, m := range wave {
		reads[m.Name] = m.Reads
	}
	changed, err := archwire.PendingOf(ctx, f.Warehouse, reads)
	if err != nil {
		return nil, fmt.Errorf("finding out what changed for the models: %w", err)
	}
	return changed, nil
}

// model refreshes one model, as far as it is stale.
func (f *refresher) model(ctx context.Context, m archwire.Model, changed archwire.Pending) error {
	todo, err := f.stale(ctx, m, f.ways[m.Name], changed)
	if err != nil {
		return fmt.Errorf("finding out what changed for %s: %w", m.Name, err)
	}
	detail := archwire.Detail{Verb: archwire.Refresh, What: m.Name, Mode: todo.mode, Note: todo.why, Skipped: todo.mode == refreshNone}
	if !detail.Skipped {
		f.Sink.Event(archwire.RunEvent{Verb: archwire.Refresh, What: m.Name, Of: 1, Begun: true})
		done, err := f.Warehouse.Refresh(ctx, m, todo.scope)
		if err != nil {
			return fmt.Errorf("refreshing %s: %w", m.Name, err)
		}
		detail.Rows, detail.Took = done.Written, done.Took
	}
	f.Sink.Event(archwire.RunEvent{Verb: archwire.Refresh, What: m.Name, Rows: 1, Of: 1, Took: detail.Took, Done: true})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.run.Details = append(f.run.Details, detail)
	if !detail.Skipped {
		f.n++
	}
	return nil
}
