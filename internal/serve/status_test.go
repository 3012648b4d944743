package serve_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve"
)

// someRuns are what a journal has, newest first.
type someRuns struct{ list []archwire.Run }

func (r *someRuns) Runs(_ context.Context, limit int) ([]archwire.Run, error) {
	return r.list[:min(limit, len(r.list))], nil
}

// What is told follows the clock and the journal, also where nothing was published since:
// an answer of before is not given again. Why a run failed is not told.
func TestStatusTellsHowTheLastRunEnded(t *testing.T) {
	began := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	runs, at := &someRuns{}, now()
	b := setup(t, func(c *serve.Config) {
		c.Within, c.Runs, c.Now = 26*time.Hour, runs, func() time.Time { return at }
	})
	through := b.published(t, nil).DataThrough
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	told := func() any { return b.get(t, "/v1/status", key).want(t, 200).at(t, "data") }
	hour := func(hours int) { at = through.Add(time.Duration(hours) * time.Hour) }

	hour(1)
	want := map[string]any{"within_seconds": json.Number("93600"), "late": false}
	if diff := cmp.Diff(any(want), told()); diff != "" {
		t.Errorf("before the first run (-want +got):\n%s", diff)
	}
	failed := archwire.Run{ID: "r2", State: archwire.Failed, StartedAt: began, EndedAt: began.Add(time.Minute), Verb: archwire.Verify, Error: "secret of the night"}
	runs.list = []archwire.Run{{ID: "r3", State: archwire.Running, StartedAt: began.Add(time.Hour)}, failed, {ID: "r1", State: archwire.Succeeded}}
	want["last_run"] = map[string]any{"state": "failed", "started_at": "2026-11-21T02:00:00Z", "ended_at": "2026-11-21T02:01:00Z", "verb": "verify"}
	if diff := cmp.Diff(any(want), told()); diff != "" {
		t.Errorf("after a night that failed (-want +got):\n%s", diff)
	}
	hour(27)
	want["late"] = true
	if diff := cmp.Diff(any(want), told()); diff != "" {
		t.Errorf("a day later (-want +got):\n%s", diff)
	}
	r := b.get(t, "/v1/status", key).want(t, 200)
	b.get(t, "/v1/status", key, "If-None-Match", r.header.Get("ETag")).want(t, http.StatusNotModified)
	hour(2)
	b.get(t, "/v1/status", key, "If-None-Match", r.header.Get("ETag")).want(t, 200)
	b.get(t, "/v1/status", "").want(t, http.StatusUnauthorized)
}
