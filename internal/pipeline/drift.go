package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
)

// A Drift is a departure of a source from the project, and what it means.
type Drift struct {
	project.Departure
	Does   string             `json:"does"`             // what a run does about it
	Breaks string             `json:"breaks,omitempty"` // what cannot go on with it, and who consumes that; "" when nothing breaks
	Impact model.ColumnImpact `json:"impact"`
}

// What a run does about a drift.
const (
	stops    = "stops"
	followed = "has followed it"
)

// Drifts says how a source departs from the project, and what a run will do, given
// how its tables were loaded last.
func Drifts(ctx context.Context, p *project.Project, s project.Source, now []archwire.Table, journal map[string]archwire.JournalRow, e model.Engine) ([]Drift, error) {
	var out []Drift
	departures := s.Departures(now)
	effective := s.Follow(departures)
	for _, departure := range departures {
		d := Drift{Departure: departure}
		if err := d.weigh(ctx, p, e); err != nil {
			return nil, err
		}
		d.Does = does(s, d)
		for _, t := range effective.Tables {
			last, known := journal[t.ID()]
			if known && s.Drift == project.DriftFollow && d.Does != stops && t.ID() == d.Table && last.Definition == t.Definition() {
				d.Does = followed
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// weigh finds out what depends on what is gone or of another type.
func (d *Drift) weigh(ctx context.Context, p *project.Project, e model.Engine) (err error) {
	switch d.Kind {
	case project.ColumnAdded, project.KeyChanged:
		return nil
	case project.TableVanished:
		d.Impact.Impact = model.ImpactOf(p, d.Table)
	case project.ColumnDropped, project.ColumnRenamed, project.ColumnRetyped:
		if d.Impact, err = model.ImpactOfColumn(ctx, p, e, d.Table, d.Column); err != nil {
			return fmt.Errorf("finding out who uses %s.%s: %w", d.Table, d.Column, err)
		}
	}
	if d.Kind == project.ColumnRetyped {
		return nil // models are bound to the new type before anything is copied
	}
	var breaks []string
	if need := p.Needs(d.Departure); need != "" {
		breaks = append(breaks, need)
	}
	for _, part := range []struct {
		what  string
		names []string
	}{{"models", d.Impact.Models}, {"datasets", d.Impact.Datasets}, {"metrics", d.Impact.Metrics}} {
		if len(part.names) > 0 {
			breaks = append(breaks, part.what+" "+strings.Join(part.names, ", "))
		}
	}
	d.Breaks = strings.Join(breaks, "; ")
	return nil
}

// does says what a run does about a drift.
func does(s project.Source, d Drift) string {
	taken := d.Kind != project.ColumnAdded
	switch {
	case s.Drift == project.DriftStop, s.Drift == project.DriftIgnore && taken, d.Breaks != "":
		return stops
	case s.Drift == project.DriftFollow && !taken && d.Was != "": // what was excluded must not come in by another name
		return stops
	case s.Drift == project.DriftIgnore:
		return "leaves it alone"
	case d.Kind == project.ColumnDropped, d.Kind == project.TableVanished:
		return "leaves it out"
	case d.Kind == project.ColumnRetyped:
		return "follows it"
	}
	return "copies the table anew"
}

// follow makes the project one with its sources as they are now, as far as they
// ask for that. What cannot be followed is an error that names what would break.
func (r *Runner) follow(ctx context.Context, run *archwire.Run) error {
	p := *r.Project
	p.Sources = slices.Clone(p.Sources)
	journal, err := r.Warehouse.Loaded(ctx)
	if err != nil {
		return fmt.Errorf("reading the load journal: %w", err)
	}
	var differs bool
	r.departures = map[string][]project.Departure{}
	for i, s := range p.Sources {
		if s.Drift == project.DriftIgnore {
			continue
		}
		now, err := r.describe(ctx, s)
		if err != nil {
			return err
		}
		drifts, err := Drifts(ctx, r.Project, s, now, journal, r.Engine)
		if err != nil {
			return err
		}
		if len(drifts) == 0 {
			continue
		}
		differs = true
		if !slices.Contains(run.Events, archwire.EventDrift) && slices.ContainsFunc(drifts, func(d Drift) bool { return d.Does != followed }) {
			run.Events = append(run.Events, archwire.EventDrift)
		}
		if err := stopped(s, drifts); err != nil {
			return err
		}
		departures := make([]project.Departure, len(drifts))
		for i, d := range drifts {
			departures[i] = d.Departure
			if d.Does != followed {
				r.note(archwire.Discover, "%s: this run %s", d.Departure, d.Does)
			}
		}
		p.Sources[i] = s.Follow(departures)
		r.departures[s.Name] = p.Sources[i].Departures(now)
	}
	if !differs {
		return nil
	}
	if err := r.reconsider(ctx, &p); err != nil {
		return &archwire.Error{
			Code: archwire.Invalid, Message: "what changed in the sources breaks the project: " + archwire.MessageOf(err), Err: err,
			Hint: "Nothing was read. Correct the project's files to go with the sources as they are now; archwire plan shows what changed.",
		}
	}
	r.Project = &p
	return nil
}

// moved says whether reading failed because a source has changed its tables since
// follow looked at them: then they are looked at again, and followed or not as the
// project says. A source whose changes the project ignores is not looked at.
func (r *Runner) moved(ctx context.Context, failed error) bool {
	if archwire.CodeOf(failed) != archwire.Invalid {
		return false
	}
	for _, s := range r.Project.Sources {
		if s.Drift == project.DriftIgnore {
			continue
		}
		now, err := r.describe(ctx, s)
		if err != nil {
			continue // the error at hand says more
		}
		if diff := s.Departures(now); !slices.EqualFunc(diff, r.departures[s.Name], samePlace) {
			return true
		}
	}
	return false
}

// samePlace says whether two departures are the same one.
func samePlace(a, b project.Departure) bool {
	return a.Kind == b.Kind && a.Table == b.Table && a.Column == b.Column && a.Is == b.Is && a.Was == b.Was
}

// reconsider asks whether the project's statements go with other tables, and how
// its models are refreshed then.
func (r *Runner) reconsider(ctx context.Context, p *project.Project) (err error) {
	engine, closeEngine, err := r.Understand(ctx, p)
	if err != nil {
		return err //nolint:wrapcheck // the complaints are for people
	}
	defer func() { err = errors.Join(err, closeEngine()) }()
	r.ways, err = model.Ways(ctx, p, engine)
	return err //nolint:wrapcheck // as above
}

// describe asks a source for its tables.
func (r *Runner) describe(ctx context.Context, s project.Source) (tables []archwire.Table, err error) {
	source, err := r.Open(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("opening source %s: %w", s.Name, err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	tables, err = source.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue of source %s: %w", s.Name, err)
	}
	return tables, nil
}

// stopped is the error for drifts at which a run stops.
func stopped(s project.Source, drifts []Drift) error {
	var says []string
	for _, d := range drifts {
		if d.Does != stops {
			continue
		}
		text := d.String()
		if d.Breaks != "" {
			text += " (needed by " + d.Breaks + ")"
		}
		says = append(says, text)
	}
	if len(says) == 0 {
		return nil
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: strings.Join(says, "; "),
		Hint: fmt.Sprintf("Nothing was read. Run archwire discover %s, review what it changes in %s, and correct what uses it; archwire plan shows all of it.", s.Name, s.File),
	}
}
