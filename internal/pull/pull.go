// Package pull keeps a copy of what a client may read: it asks a server for the
// manifest of the publication in service, fetches the slices that are not there yet,
// and lets a target hold them, one whole publication at a time. It is the reference
// client of the API, and needs nothing of a project.
package pull

import (
	"context"
	"errors"
	"time"

	"archwire"
	"archwire/internal/pull/mirror"
)

// Config is what a pull is made of. All but Filter must be set.
type Config struct {
	Client *Client
	Target mirror.Target
	Work   string // a folder of the target's own for what was fetched and not yet applied
	Filter Filter
	Told   func(Step) // what is being done
}

// A Step is what a pull does, as it does it.
type Step struct {
	Step   string `json:"step"` // manifest, fetch, apply
	Slices int64  `json:"slices"`
	Bytes  int64  `json:"bytes,omitempty"`
	Of     int64  `json:"of,omitempty"` // how many slices are to be fetched

	Publication archwire.PublicationID `json:"publication,omitempty"`
}

// A Report is what a pull has done.
type Report struct {
	Publication archwire.PublicationID `json:"publication"`
	AsOf        archwire.Day           `json:"as_of"`
	DataThrough time.Time              `json:"data_through"`
	Unchanged   bool                   `json:"unchanged"` // nothing was written
	Slices      int                    `json:"slices"`    // that the target holds
	Fetched     int64                  `json:"fetched"`   // slices
	Bytes       int64                  `json:"bytes"`     // fetched
	Replaced    int                    `json:"replaced"`  // slices whose rows are others than before, or new
	Removed     int                    `json:"removed"`   // slices whose rows are gone
	Mended      int                    `json:"mended"`    // of these, where the target had other rows than were pulled into it
	Unknown     []string               `json:"unknown"`   // what the filter names that neither was pulled before nor is opened
	Made        []string               `json:"made"`      // datasets that are new or have other columns
	Dropped     []string               `json:"dropped"`   // datasets that are gone
}

// mostBeginnings is how often a pull begins anew because the publication or the grants
// became others meanwhile.
const mostBeginnings = 5

// Run makes the target hold the publication in service. Whatever stops it, the target
// holds a whole one, the last or the new, and the next Run goes on.
func Run(ctx context.Context, cfg Config) (report Report, err error) {
	s, err := openSpool(cfg.Work)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	held, err := cfg.Target.Held(ctx)
	if err != nil {
		return report, err
	}
	served, err := cfg.Client.service(ctx)
	if err != nil {
		return report, err
	}
	if held.Project != "" && held.Project != served.Project {
		return report, &archwire.Error{
			Code: archwire.Conflict, Message: "the target holds another project than the server serves",
			Hint: "Pull each project into a target of its own.",
		}
	}
	p := &pulling{Config: cfg, spool: s, served: served, held: held, fetcher: &fetcher{client: cfg.Client, spool: s}}
	for range mostBeginnings {
		if report, err = p.try(ctx); !errors.Is(err, errStale) {
			return report, err
		}
	}
	return report, &archwire.Error{
		Code: archwire.Unavailable, Message: "the publication became another one each time before it was fetched",
		Hint: "Pull again: what has arrived is kept.",
	}
}

// pulling is a pull under way.
type pulling struct {
	Config
	spool   *spool
	served  service
	held    mirror.Whole
	fetcher *fetcher
}

// try pulls the publication in service, or is errStale.
func (p *pulling) try(ctx context.Context) (Report, error) {
	next, unknown, err := p.Client.manifest(ctx, p.served, p.Filter, p.held)
	if err != nil {
		return Report{}, err
	}
	p.Told(Step{Step: "manifest", Publication: next.Publication, Slices: int64(len(next.Slices))})
	missing := p.Target.Missing(p.held, next)
	keep := map[string]bool{}
	for _, s := range missing {
		keep[s.SHA256] = true
	}
	if err := p.spool.clear(ctx, keep); err != nil { // of what an earlier pull needed
		return Report{}, err
	}
	if len(missing) > 0 {
		if err := p.spool.room(missing); err != nil {
			return Report{}, err
		}
		err := p.fetcher.all(ctx, missing, func(slices, bytes int64) {
			p.Told(Step{Step: "fetch", Slices: slices, Bytes: bytes, Of: int64(len(missing))})
		})
		if err != nil {
			return Report{}, err
		}
	}
	change, err := p.Target.Apply(ctx, p.held, next, p.spool.path)
	if err != nil {
		return Report{}, err
	}
	report := Report{
		Publication: next.Publication, AsOf: next.AsOf, DataThrough: next.DataThrough, Slices: len(next.Slices),
		Unchanged: change.None() && p.held.Publication == next.Publication,
		Fetched:   p.fetcher.slices.Load(), Bytes: p.fetcher.bytes.Load(),
		Replaced: len(change.Replaced), Removed: len(change.Removed), Mended: len(change.Mended),
		Unknown: append([]string{}, unknown...),
		Made:    append([]string{}, change.Made...), Dropped: append([]string{}, change.Dropped...),
	}
	if !report.Unchanged {
		p.Told(Step{Step: "apply", Publication: next.Publication, Slices: int64(len(change.Replaced))})
	}
	return report, p.spool.clear(ctx, nil)
}
