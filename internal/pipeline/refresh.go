package pipeline

import (
	"cmp"
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/model"
)

// modelsAtOnce is how many independent models are refreshed side by side. The
// engine runs each on several threads already; a second one fills the gaps in
// which the first is writing.
const modelsAtOnce = 2

// refresh recomputes all models in dependency order and returns their number.
func (r *Runner) refresh(ctx context.Context) (int64, error) {
	waves, err := model.Order(r.Project.Models)
	if err != nil {
		return 0, err
	}
	for _, m := range r.Project.Models {
		r.Sink.Event(archwire.RunEvent{Verb: archwire.Refresh, What: m.Name, Of: 1})
	}
	for _, wave := range waves {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(modelsAtOnce)
		for _, m := range wave {
			group.Go(func() error {
				done, err := r.Warehouse.Refresh(ctx, m)
				if err != nil {
					return fmt.Errorf("refreshing %s: %w", m.Name, err)
				}
				r.Sink.Event(archwire.RunEvent{Verb: archwire.Refresh, What: m.Name, Rows: 1, Of: 1, Took: done.Took, Done: true})
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return 0, err
		}
	}
	return int64(len(r.Project.Models)), nil
}

func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }
