package cli

import (
	"testing"
	"time"

	"archwire"
	"archwire/internal/project"
)

func TestMoments(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	a := &app{Environment: Environment{Now: func() time.Time { return now }}}
	p := &project.Project{Schedule: project.Schedule{Timezone: denver}}
	for text, want := range map[string]struct{ from, until string }{
		"2026-12-31":                {"2026-12-31T07:00:00Z", "2027-01-01T07:00:00Z"},
		"2026-03-08":                {"2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"}, // the clock is put forward that night
		"2026-12-31T08:00:00Z":      {"2026-12-31T08:00:00Z", "2026-12-31T08:00:00Z"},
		"2026-12-31T08:00:00-07:00": {"2026-12-31T15:00:00Z", "2026-12-31T15:00:00Z"},
		"90d":                       {"2027-02-20T18:00:00Z", "2027-02-20T18:00:00Z"},
		"12h":                       {"2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z"},
		"":                          {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
	} {
		from, err := a.momentOf(p, "--from", text)
		until, err2 := a.endOf(p, "--until", text)
		if err != nil || err2 != nil || from.UTC().Format(time.RFC3339) != want.from || until.UTC().Format(time.RFC3339) != want.until {
			t.Errorf("%q begins at %v, %v and ends at %v, %v; want %+v", text, from.UTC(), err, until.UTC(), err2, want)
		}
	}
	for _, text := range []string{"soon", "0d", "-1d", "1.5d", "90 d", "d", "99999999d", "-1h", "0s", "2026-13-01", "0000-12-31", "0001-01-01T00:00:00Z", "9999-12-31", "2026-12-31 08:00"} {
		if got, err := a.endOf(p, "--until", text); archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" {
			t.Errorf("%q is %v, %v; want that it is no time", text, got, err)
		}
	}
}
