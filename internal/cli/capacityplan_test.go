package cli

import (
	"testing"
	"time"

	"archwire/internal/project"
	"archwire/internal/schedule"
)

// A month of 730 hours is a twelfth of a year: 30.4 days, 4.3 weeks. The hour of asking
// makes no difference.
func TestRunsAMonth(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"0 2 * * *": 30, "30 2,14 * * *": 61, "0 3 * * 1": 4, "0 3 1 * *": 1, "0 0 29 2 *": 0} {
		cron, err := schedule.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		p := &project.Project{Schedule: project.Schedule{Run: cron, Timezone: denver}}
		for hour := range 24 * 7 {
			if got := runsAMonth(p, time.Date(2026, time.November, 23, hour, 40, 0, 0, time.UTC)); got != want {
				t.Errorf("%s, %d hours on: %d runs, want %d", text, hour, got, want)
			}
		}
	}
	if got := runsAMonth(&project.Project{}, time.Now()); got != 30 {
		t.Errorf("by hand: %d runs", got)
	}
}
