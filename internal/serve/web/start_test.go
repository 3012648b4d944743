package web

import (
	"testing"
	"time"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/tile"
)

// A question begins its figure's name with a small letter, of whatever alphabet.
func TestAQuestionNamesAnyFigure(t *testing.T) {
	l := &look{board: &fill.Board{AsOf: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}}
	for title, want := range map[string]string{
		"Überfällig": "Why überfällig rose in Nov 2026", "Past due": "Why past due rose in Nov 2026", "": "Why élan rose in Nov 2026",
	} {
		number := tile.Tile{
			Kind: tile.Number, Title: title, Metrics: []tile.Metric{{Label: "Élan"}},
			Series: []tile.Series{{Values: []tile.Value{{Value: "2", Compare: &tile.Compare{Value: "1", Change: "1"}}}}},
		}
		if got := l.question(number); got != want {
			t.Errorf("of %q it asks %q, want %q", title, got, want)
		}
	}
}
