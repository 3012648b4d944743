package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/project"
)

// A reading is one source, opened as of one instant.
type reading struct {
	project project.Source
	source  archwire.Source
	view    archwire.View
	tables  []*copying
}

// instant lists the tables that are read within the view.
func (rd *reading) instant() []*copying {
	return slices.DeleteFunc(slices.Clone(rd.tables), func(c *copying) bool { return c.still || rd.project.Gentle && c.soup })
}

// extractGently stages the tables that are to be copied whole, out of a view that
// holds nothing open between chunks.
func (r *Runner) extractGently(ctx context.Context, load archwire.Load, rd *reading) (err error) {
	tables := slices.DeleteFunc(slices.Clone(rd.tables), func(c *copying) bool { return c.still || !c.soup })
	if !rd.project.Gentle || len(tables) == 0 {
		return nil
	}
	source, err := r.Open(ctx, rd.project)
	if err != nil {
		return fmt.Errorf("opening source %s: %w", rd.project.Name, err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	view, err := source.View(ctx)
	if err != nil {
		return fmt.Errorf("opening a view of source %s: %w", rd.project.Name, err)
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	return r.extractSource(ctx, load, rd, view, tables)
}

// openViews opens every source and then, close together, a view of each. What is
// open already stays.
func (r *Runner) openViews(ctx context.Context, readings []*reading) error {
	for _, rd := range readings {
		if rd.source != nil {
			continue
		}
		consistent := rd.project
		consistent.Gentle = false
		src, err := r.Open(ctx, consistent)
		if err != nil {
			return fmt.Errorf("opening source %s: %w", rd.project.Name, err)
		}
		rd.source = src
	}
	for _, rd := range readings {
		if rd.view != nil {
			continue
		}
		view, err := rd.source.View(ctx)
		if err != nil {
			return fmt.Errorf("opening a view of source %s: %w", rd.project.Name, err)
		}
		rd.view = view
	}
	return nil
}

// closeAll ends all views and closes all sources.
func closeAll(readings []*reading) error {
	var errs []error
	for _, rd := range readings {
		if rd.view != nil {
			errs = append(errs, rd.view.Close())
		}
		if rd.source != nil {
			errs = append(errs, rd.source.Close())
		}
		rd.view, rd.source = nil, nil
	}
	return errors.Join(errs...)
}
