package redshift

import (
	"strings"
	"testing"
)

// Statements that wait go with the next one, which has their errors; what does not fit
// one message is run before.
func TestLater(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	long := "INSERT INTO x VALUES (1) /* " + strings.Repeat("-", 6<<20) + " */"
	for name, one := range map[string]struct {
		waiting  []string
		messages int
		rows     int64 // -1: an error
	}{
		"nothing waits":       {[]string{}, 1, 0},
		"several wait":        {[]string{"INSERT INTO x VALUES (1)", "INSERT INTO x VALUES (2) -- the end"}, 1, 2},
		"more than a message": {[]string{long, long, long}, 2, 3},
		"one of them fails":   {[]string{"INSERT INTO x VALUES (1)", "INSERT INTO none VALUES (2)"}, 1, -1},
	} {
		err := w.session(t.Context(), func(l link) error {
			if _, err := l.exec(t.Context(), "CREATE TEMP TABLE x (a INTEGER)"); err != nil {
				return err
			}
			c.Forget()
			l.later(one.waiting...)
			n, err := count(t.Context(), l, "SELECT COUNT(*) FROM x")
			if got := c.Messages(); got != one.messages {
				t.Errorf("%s: %d messages, want %d", name, got, one.messages)
			}
			if err == nil && n != one.rows {
				t.Errorf("%s: there are %d rows, want %d", name, n, one.rows)
			}
			l.later("DROP TABLE x")
			return err
		})
		if (err != nil) != (one.rows < 0) || err != nil && !isNoSuchRelation(err) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	// All of one message is undone with what fails in it.
	err := w.session(t.Context(), func(l link) error {
		l.later("CREATE TABLE archwire.half (a INTEGER)")
		_, err := l.exec(t.Context(), "INSERT INTO none VALUES (2)")
		return err
	})
	if !isNoSuchRelation(err) {
		t.Errorf("the error is %v", err)
	}
	err = w.session(t.Context(), func(l link) error {
		_, err := l.exec(t.Context(), "SELECT * FROM archwire.half")
		return err
	})
	if !isNoSuchRelation(err) {
		t.Errorf("of a message that failed there is a half: %v", err)
	}
}
