package freshness_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/freshness"
)

// Five nights in Denver, by hand: 26 hours are promised, and each night's run reads the
// sources at 01:30. On Wednesday the run fails, and a second one at noon succeeds; on
// Thursday all fail, so that by Friday 03:30 what is in service is late until that
// night's run at 05:00 brings another practice.
func TestOver_SaysWhatWasLateOnWhichDay(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, denver) }
	one, two := archwire.Tenant{ID: "1", Label: "Alpine"}, archwire.Tenant{ID: "2", Label: "Birch"}
	service := func(at, through, payers time.Time, tenants ...archwire.Tenant) freshness.Service {
		return freshness.Service{At: at, Through: through, Sources: map[string]time.Time{"pms": through, "rcm": payers}, Tenants: tenants}
	}
	run := func(at time.Time, state archwire.RunState) archwire.Run {
		return archwire.Run{StartedAt: at, State: state}
	}
	past := freshness.Past{
		Within: 26 * time.Hour, Zone: denver, Now: at(20, 8, 0),
		Services: []freshness.Service{
			service(at(20, 5, 20), at(20, 5, 0), at(20, 5, 0), one, two),
			service(at(17, 2, 0), at(17, 1, 30), at(17, 1, 30), one),
			service(at(18, 12, 30), at(18, 12, 0), at(18, 12, 10), one),
		},
		Runs: []archwire.Run{
			run(at(20, 5, 0), archwire.Succeeded), run(at(19, 1, 30), archwire.Failed), run(at(18, 12, 0), archwire.Succeeded), run(at(18, 1, 30), archwire.Failed), run(at(17, 1, 30), archwire.Succeeded),
		},
	}
	got := freshness.Over(past, 5)
	want := freshness.Nights{
		Days: []archwire.Day{"2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"},
		Runs: []freshness.State{freshness.Unknown, freshness.InTime, freshness.InTime, freshness.Failed, freshness.InTime},
		Sources: []freshness.Line{
			// On Wednesday at 03:30 the rows of Tuesday were 26 hours old; on Thursday at 24:00 those of Wednesday noon 36.
			{Name: "pms", States: []freshness.State{freshness.Unknown, freshness.InTime, freshness.Late, freshness.Late, freshness.Late}},
			{Name: "rcm", States: []freshness.State{freshness.Unknown, freshness.InTime, freshness.Late, freshness.Late, freshness.Late}},
		},
		Tenants: []freshness.Line{
			{Name: "1", Label: "Alpine", States: []freshness.State{freshness.Unknown, freshness.InTime, freshness.Late, freshness.Late, freshness.Late}},
			{Name: "2", Label: "Birch", States: []freshness.State{freshness.Unknown, freshness.Missing, freshness.Missing, freshness.Missing, freshness.InTime}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	past.Within = 0 // nothing is promised: then nothing is late, and the failed night is left
	if diff := cmp.Diff([]freshness.State{"", "ok", "ok", "failed", "ok"}, freshness.Over(past, 5).Sources[0].States); diff != "" {
		t.Errorf("without a promise (-want +got):\n%s", diff)
	}
	past.Services = past.Services[:0]
	if n := freshness.Over(past, 2); len(n.Tenants)+len(n.Sources) != 0 || len(n.Days) != 2 {
		t.Errorf("before the first publication there is %+v", n)
	}
}
