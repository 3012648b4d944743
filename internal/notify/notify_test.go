package notify_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/freshness"
	"archwire/internal/notify"
	"archwire/internal/project"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func announcer() notify.Announcer {
	return notify.Announcer{Project: "orthodontics", Hooks: []project.Hook{
		{URL: "${A}", Secret: "${S}", On: archwire.Events()},
		{URL: "${B}", Secret: "${S}", On: []archwire.Event{archwire.EventFailure, archwire.EventLate}},
	}}
}

func failed() archwire.Run {
	return archwire.Run{
		ID: "20261121T083000Z-4f9c", State: archwire.Failed, StartedAt: noon.Add(-time.Hour), EndedAt: noon, Verb: archwire.Verify,
		Rows: 12, Code: archwire.Mismatch, Error: "rcm.payer: 2 rows differ", Hint: "Run archwire verify --repair.",
		Steps:  []archwire.Step{{Verb: archwire.Extract, Count: 12}, {Verb: archwire.Refresh, Count: 3}},
		Events: []archwire.Event{archwire.EventDrift, archwire.EventBrake, archwire.EventDrift},
	}
}

func TestRun_TellsEachHookWhatItAskedFor(t *testing.T) {
	a := announcer()
	ns, err := a.Run(failed())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]archwire.Event{}
	for _, n := range ns {
		got[n.Hook] = append(got[n.Hook], n.Event)
	}
	want := map[string][]archwire.Event{
		a.Hooks[0].ID(): {archwire.EventBrake, archwire.EventDrift, archwire.EventFailure},
		a.Hooks[1].ID(): {archwire.EventFailure},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRun_WritesADocumentedBody(t *testing.T) {
	ns, err := announcer().Run(failed())
	if err != nil {
		t.Fatal(err)
	}
	last := ns[len(ns)-1]
	var got map[string]any
	if err := json.Unmarshal([]byte(last.Body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"format": 1.0, "id": last.ID, "event": "failure", "at": "2026-11-21T12:00:00Z", "project": "orthodontics",
		"run": map[string]any{
			"id": "20261121T083000Z-4f9c", "state": "failed", "started_at": "2026-11-21T11:00:00Z", "ended_at": "2026-11-21T12:00:00Z",
			"verb": "verify", "rows": 12.0, "counts": map[string]any{"extract": 12.0, "refresh": 3.0},
			"code": "mismatch", "error": "rcm.payer: 2 rows differ", "hint": "Run archwire verify --repair.",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRun_HasTheSameIDsAndBytesEachTime(t *testing.T) {
	once, err := announcer().Run(failed())
	if err != nil {
		t.Fatal(err)
	}
	again, err := announcer().Run(failed())
	if diff := cmp.Diff(once, again); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	ids := map[string]archwire.Event{}
	for _, n := range once {
		if e, seen := ids[n.ID]; seen && e != n.Event {
			t.Errorf("%s and %s share id %s", e, n.Event, n.ID)
		}
		ids[n.ID] = n.Event
	}
}

func TestRun_DoesNotRepeatAnErrorThatWasNotWrittenForPeople(t *testing.T) {
	r := failed()
	r.Code, r.Error = archwire.Internal, "converting row (17, 'Jane Doe')"
	ns, err := announcer().Run(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range ns {
		if strings.Contains(n.Body, "Jane") || !strings.Contains(n.Body, "archwire runs show "+string(r.ID)) {
			t.Errorf("got %s", n.Body)
		}
	}
}

func TestLate_IsToldOnceOfEachPublication(t *testing.T) {
	report := freshness.Of(archwire.Manifest{
		ID: "p1", DataThrough: noon.Add(-30 * time.Hour),
		Verification: archwire.Verification{Tables: []archwire.VerifiedTable{{Table: "rcm.payer", At: noon.Add(-30 * time.Hour)}}},
	}, 26*time.Hour, noon)
	ns, err := announcer().Late(report)
	if err != nil || len(ns) != 2 || ns[0].Event != archwire.EventLate || ns[0].ID != ns[1].ID {
		t.Fatalf("got %+v, %v", ns, err)
	}
	if !strings.Contains(ns[0].Body, `"late":{"data_through":"2026-11-20T06:00:00Z","within_seconds":93600,"tables":["rcm.payer"]}`) {
		t.Errorf("got %s", ns[0].Body)
	}
	report.At = noon.Add(time.Hour)
	later, err := announcer().Late(report)
	if err != nil || later[0].ID != ns[0].ID {
		t.Errorf("an hour later it has id %s, %v; it had %s", later[0].ID, err, ns[0].ID)
	}
	report.Publication = "p2"
	if other, err := announcer().Late(report); err != nil || other[0].ID == ns[0].ID {
		t.Errorf("another publication has the same id, %v", err)
	}
	report.Late = false
	if none, err := announcer().Late(report); err != nil || len(none) != 0 {
		t.Errorf("got %v, %v though nothing is late", none, err)
	}
}
