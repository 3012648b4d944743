package fill

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/tile"
)

// What is followed says with which day it is complete: 180 days after October 31 are
// April 29, 36 months after a February of 28 days the 29th of another. One whose time is
// over has nothing to wait for.
func TestWhatIsFollowedSaysWhenItIsComplete(t *testing.T) {
	for _, test := range []struct {
		matures, query string
		state          tile.State
		note           string
	}{
		{"180 days", "period=custom&from=2026-10", tile.NotMature, "complete on Apr 29, 2027"},
		{"36 months", "period=custom&from=2025-02", tile.NotMature, "complete on Feb 29, 2028"},
		{"30 days", "period=custom&from=2026-09", tile.Empty, "no data in this period"},
		{"20 days", "period=custom&from=2026-10", tile.Empty, "no data in this period"},
		{"21 days", "period=custom&from=2026-10", tile.NotMature, "complete on Nov 21, 2026"},
		{"", "period=custom&from=2026-10", tile.NotMature, "not complete yet"},
	} {
		m := Metric{Name: "m", Additivity: archwire.Ratio, Basis: archwire.BasisCohort, Matures: test.matures}
		b := boardOf(t, "practice=1&"+test.query, m)
		b.Ask = ask.For(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"data":[]}`) //nolint:errcheck // of a recorder
		}), httptest.NewRequest(http.MethodGet, "/", nil), "test")
		got := b.Fill(context.Background(), 1, archwire.Tile{Kind: archwire.TileNumber, Metrics: []string{"m"}})
		if got.State != test.state || got.Note != test.note {
			t.Errorf("%q of %s: %q %q, want %q %q", test.matures, test.query, got.State, got.Note, test.state, test.note)
		}
	}
}

// By hand, as German writes dates: the day before the month, a point behind it.
func TestNotesWriteDatesAsTheViewerDoes(t *testing.T) {
	m := Metric{Name: "collected", Label: "Collected", Unit: "usd", Additivity: archwire.Additive, Basis: archwire.BasisPosting}
	b := boardOf(t, "practice=1", m)
	b.Format = format.New("de", nil)
	got := b.Fill(context.Background(), 1, archwire.Tile{Kind: archwire.TileNumber, Metrics: []string{"collected"}})
	if want := "days to 20. Nov."; plain(got.Note) != want {
		t.Errorf("the note is %q, want %q", got.Note, want)
	}
	followed := Metric{Basis: archwire.BasisCohort, Matures: "180 days"}
	if got, want := plain(b.immature(followed, time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC))), "complete on 29. Apr. 2027"; got != want {
		t.Errorf("a month of a group is %q, want %q", got, want)
	}
}

// plain is a text with spaces that may break.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
