package pipeline

import (
	"context"
	"time"

	"archwire"
	"archwire/internal/project"
)

// keepsContracts is an error when the publication of a business date would break what
// somebody uses.
func (r *Runner) keepsContracts(ctx context.Context, on archwire.Day, verb archwire.Verb) error {
	if r.Contracts == nil {
		return nil
	}
	notes, err := r.Contracts(ctx, r.Project, on)
	for _, note := range notes {
		r.note(verb, "%s", note)
	}
	return err
}

// KnownDate is the business date that a run of p at a time has before it has read
// anything: "" where it comes from the data.
func KnownDate(p *project.Project, now time.Time) archwire.Day {
	if p.BusinessDate != "" {
		return ""
	}
	return p.Yesterday(now)
}
