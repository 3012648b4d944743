package schedule_test

import (
	"strings"
	"testing"

	"archwire/internal/schedule"
)

func TestParse_AdmitsWhatCronDoes(t *testing.T) {
	for field, want := range map[string]bool{
		"*": true, "0": true, "59": true, "60": false, "-1": false, "1-5": true, "5-1": false, "*/15": true, "*/0": false, "*/60": false,
		"1,2,3-4,10-20/5": true, ",": false, "1,": false, "a": false, "1-": false, "+1": false, "1/": false, "007": false, "1/2/3": false, "5/15": true,
	} {
		if _, err := schedule.Parse(field + " 1 * * *"); (err == nil) != want {
			t.Errorf("minute %q: got %v, want good: %v", field, err, want)
		}
	}
}

func TestParse_NamesTheFieldThatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":             "has 0 fields",
		"30 1 * *":     "has 4 fields",
		"30 1 * * * *": "has 6 fields",
		"60 1 * * *":   `"60" is not a minute; write 0 to 59`,
		"0 24 * * *":   `"24" is not an hour; write 0 to 23`,
		"0 0 0 * *":    `"0" is not a day of month; write 1 to 31`,
		"0 0 * 13 *":   `"13" is not a month; write 1 to 12`,
		"0 0 * * 8":    `"8" is not a day of week; write 0 to 7`,
		"0 0 30 2 *":   "never comes",
		"0 0 31 4,6 *": "never comes",
	} {
		if _, err := schedule.Parse(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s...", text, err, want)
		}
	}
	for _, text := range []string{"0 0 29 2 *", "0 0 31 2 1", "0 0 30 2,3 *"} {
		if _, err := schedule.Parse(text); err != nil {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"30 1 * * *", "*/5 8-18/2 1,15 * 1-5", "0 0 29 2 7", "5/15 0 * * *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := schedule.Parse(s)
		if err != nil {
			return
		}
		again, err := schedule.Parse(c.String())
		if err != nil || again != c {
			t.Errorf("%q is read as %q, and that as %q, %v", s, c, again, err)
		}
	})
}
