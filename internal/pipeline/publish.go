package pipeline

import (
	"context"
	"fmt"
	"strings"
	"time"

	"archwire"
	"archwire/internal/publish"
)

// publish makes a publication of what was verified and returns the number of
// its slices.
func (r *Runner) publish(ctx context.Context, run *archwire.Run, verified []archwire.VerifiedTable, tenants []archwire.Tenant) (int64, error) {
	if err := r.keepsContracts(ctx, run.AsOf, archwire.Publish); err != nil {
		return 0, err
	}
	datasets, metrics, ended := r.Project.On(run.AsOf)
	for _, e := range ended {
		r.note(archwire.Publish, "%s", e)
	}
	manifest, stats, err := r.Publisher.Publish(ctx, publish.Input{
		Run:         run.ID,
		Project:     r.Project.Name,
		Version:     r.Project.Version,
		AsOf:        run.AsOf,
		DataThrough: oldest(verified),
		Noun:        r.Project.Noun,
		Tenants:     tenants,
		Datasets:    datasets,
		Metrics:     metrics,
		Dashboards:  r.Project.DashboardsOn(run.AsOf),
		Verification: archwire.Verification{
			Method: archwire.ByFingerprint, At: r.Now().UTC(), Tables: verified, Checks: len(r.keyChecks()) + len(r.Project.Checks),
		},
	})
	if err != nil {
		return 0, fmt.Errorf("publishing: %w", err)
	}
	run.Publication = manifest.ID
	run.Details = append(run.Details, published(stats)...)
	r.note(archwire.Publish, "%s: %d slices written, %d unchanged", manifest.ID, stats.Written, stats.Reused)
	return int64(manifest.Slices), nil
}

// published says what was done with the slices of each dataset.
func published(stats publish.Stats) []archwire.Detail {
	var out []archwire.Detail
	for _, d := range stats.Datasets {
		detail := archwire.Detail{
			Verb: archwire.Publish, What: d.Dataset, Rows: int64(d.Slices), Changed: int64(d.Written), Bytes: d.WrittenBytes, Took: d.Took,
			Note: fmt.Sprintf("%d slices written, %d unchanged", d.Written, d.Slices-d.Written),
		}
		if d.Written == 0 {
			detail.Skipped, detail.Note = true, fmt.Sprintf("all of its %d slices are unchanged", d.Slices)
		}
		out = append(out, detail)
	}
	return out
}

// collect removes old publications. What is in service does not depend on it, so
// that a failure is told and tried again by the next run.
func (r *Runner) collect(ctx context.Context) {
	done, err := r.Publisher.Collect(ctx, r.Project.Keep.Publications, r.Project.Keep.Grace)
	if err != nil {
		r.note(archwire.Publish, "old publications were not removed: %s", archwire.MessageOf(err))
		return
	}
	if len(done.Publications) > 0 {
		r.note(archwire.Publish, "%d old publications removed, with %d slices that no other one has", len(done.Publications), done.Slices)
	}
}

// tenants reads the tenant table of the copy.
func (r *Runner) tenants(ctx context.Context) ([]archwire.Tenant, error) {
	t := r.Project.Tenants
	zone := "'" + r.Project.Schedule.Timezone.String() + "'"
	if t.Timezone != "" {
		zone = archwire.Quote(t.Timezone)
	}
	key := archwire.Quote(t.Key)
	sql := fmt.Sprintf("select %s, %s, %s from %s order by %s",
		key, archwire.Quote(t.Label), zone, archwire.QuoteName(t.Table), key)
	var tenants []archwire.Tenant
	for batch, err := range r.Warehouse.Query(ctx, archwire.Query{SQL: sql}) {
		if err != nil {
			return nil, fmt.Errorf("reading the tenants from %s: %w", t.Table, err)
		}
		for row := range int(batch.NumRows()) {
			tenant, err := r.tenant(batch, row)
			if err != nil {
				return nil, err
			}
			tenants = append(tenants, tenant)
		}
	}
	return tenants, nil
}

// tenant is one row of the tenant table: key, label, time zone. Without a zone
// of its own a tenant is in the schedule's.
func (r *Runner) tenant(batch archwire.Batch, row int) (archwire.Tenant, error) {
	t := r.Project.Tenants
	for column, name := range []string{t.Key, t.Label} {
		if batch.Column(column).IsNull(row) {
			return archwire.Tenant{}, &archwire.Error{
				Code:    archwire.Mismatch,
				Message: fmt.Sprintf("%s has a row without %s, so a tenant has no name", t.Table, name),
				Hint:    "Correct the row in the source, or name another column under tenant in archwire.yaml.",
			}
		}
	}
	zone := r.Project.Schedule.Timezone.String()
	if batch.Column(2).IsValid(row) {
		zone = text(batch, 2, row)
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return archwire.Tenant{}, &archwire.Error{
			Code:    archwire.Mismatch,
			Message: fmt.Sprintf("%s gives a tenant a time zone in %s that is none", t.Table, t.Timezone),
			Hint:    "Write an IANA name such as America/Denver in the source.",
		}
	}
	return archwire.Tenant{ID: text(batch, 0, row), Label: text(batch, 1, row), Timezone: zone}, nil
}

// text is a value as people write it, in memory of its own: a batch's text is
// gone with the batch.
func text(batch archwire.Batch, column, row int) string {
	return strings.Clone(batch.Column(column).ValueStr(row))
}

// businessDate is the query for the business date of the run: the project's
// own, or the last calendar day that is over in the schedule's time zone.
func (r *Runner) businessDate() archwire.Query {
	if r.Project.BusinessDate != "" {
		return archwire.Query{SQL: r.Project.BusinessDate}
	}
	return archwire.Query{SQL: fmt.Sprintf("select date '%s'", r.Project.Yesterday(r.Now()))}
}

// oldest is the instant that all of the data is at least as new as.
func oldest(verified []archwire.VerifiedTable) time.Time {
	var at time.Time
	for _, t := range verified {
		if at.IsZero() || t.At.Before(at) {
			at = t.At
		}
	}
	return at
}
