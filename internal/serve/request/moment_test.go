package request

import (
	"strings"
	"testing"
	"time"

	"archwire/internal/serve/problem"
)

// TestMoment reads days as docs/reference/people.md has them: the last one belongs to
// what ends with it.
func TestMoment(t *testing.T) {
	for text, want := range map[string][2]string{
		"2027-01-31":                {"2027-01-31T00:00:00Z", "2027-02-01T00:00:00Z"},
		"2028-02-28":                {"2028-02-28T00:00:00Z", "2028-02-29T00:00:00Z"},
		"2027-01-31T08:30:00Z":      {"2027-01-31T08:30:00Z", "2027-01-31T08:30:00Z"},
		"2027-01-31T23:30:00-07:00": {"2027-02-01T06:30:00Z", "2027-02-01T06:30:00Z"},
		"9999-12-31":                {"9999-12-31T00:00:00Z", ""},
		"0000-12-31":                {}, "0001-01-01T00:00:00Z": {}, "9999-12-31T23:00:00-05:00": {},
		"": {}, "tomorrow": {}, "90d": {}, "2027-02-30": {}, "2027-01-31 08:30": {}, "2027-1-31": {},
	} {
		for i, read := range []func(string, *string) (time.Time, error){Begin, End} {
			got, err := read("until", &text)
			if want[i] != "" {
				if err != nil || got.UTC().Format(time.RFC3339) != want[i] {
					t.Errorf("%q is %s, %v, want %s", text, got, err, want[i])
				}
				continue
			}
			if p := problem.Of(err); err == nil || p.Status != 400 || p.Field != "until" || !strings.Contains(p.Hint, "2026-12-31T08:00:00Z") {
				t.Errorf("%q is %s, %v", text, got, err)
			}
		}
	}
	if got, err := End("until", nil); err != nil || !got.IsZero() {
		t.Errorf("none is %s, %v", got, err)
	}
}

// FuzzMoment sees that no text ends never, and that what is read can be written.
func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"2027-01-31", "2027-01-31T08:30:00Z", "0000-12-31", "9999-12-31", "0001-01-01T00:00:00Z", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func(string, *string) (time.Time, error){Begin, End} {
			at, err := read("until", &text)
			if err != nil {
				continue
			}
			if _, err := at.UTC().MarshalJSON(); at.IsZero() || err != nil {
				t.Errorf("%q is %s: %v", text, at, err)
			}
		}
	})
}
