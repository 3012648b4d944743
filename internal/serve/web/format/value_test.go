package format

import (
	"testing"
	"time"
)

func TestValuesOfTables(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ language, text, unit, want string }{
		{"en-US", "2026-10-01", "month", "Oct 2026"},
		{"de", "2026-10-01", "month", "Okt. 2026"},
		{"en-US", "2026-10-01", "date", "Oct 1, 2026"},
		{"en-US", "2026-10-01", "", "2026-10-01"},
		{"en-US", "infinity", "month", "infinity"},
		{"en-US", "infinity", "date", "infinity"},
		{"en-US", "2026-11-21T03:14:00Z", "instant", "Nov 20, 2026, 20:14"},
		{"en-US", "-1234.5", "usd", "−$1,234.50"},
		{"en-US", "12", "months", "12\u00a0months"},
		{"en-US", "many", "usd", "many"},
	} {
		if got := New(c.language, denver).Value(c.text, c.unit); got != c.want {
			t.Errorf("%s as %q for %s: %q, want %q", c.text, c.unit, c.language, got, c.want)
		}
	}
}
