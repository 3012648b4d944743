package web_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"archwire/internal/serve/web"
)

// A busyLedger has so many entries each day of November up to the 21st, the oldest first.
type busyLedger struct {
	canned

	daily int
}

func (b *busyLedger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v1/ledger" {
		b.canned.ServeHTTP(w, r)
		return
	}
	q := r.URL.Query()
	from, _ := time.Parse(time.DateOnly, q.Get("from"))
	at, _ := strconv.Atoi(q.Get("cursor"))
	size, _ := strconv.Atoi(q.Get("limit"))
	var out []object
	all := b.daily * (21 - from.Day() + 1)
	for i := at; i < min(at+size, all); i++ {
		day := from.Day() + i/b.daily
		out = append(out, object{"at": time.Date(2026, 11, day, 18, 0, 0, 0, time.UTC), "outcome": "sent", "client": "partner", "resource": "rows", "name": "patients", "profile": "aggregate", "rows": 2})
	}
	var next any
	if at+size < all {
		next = strconv.Itoa(at + size)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(object{"data": out, "page": object{"next": next}}) //nolint:errcheck // a recorder takes all
}

// Of more than can be summed up the latest days are, each whole.
func TestTheLedger_SumsUpTheLatest(t *testing.T) {
	_, api := pages(t, admin(), kept())
	for name, c := range map[string]struct {
		daily        int
		first, where string
	}{
		"all of it":       {50, "Sun Nov 1", ""},
		"the latest half": {100, "Wed Nov 11", "these are the days from Wed Nov 11 on"},
	} {
		h, err := web.New(web.Config{
			API: &busyLedger{canned{answers: api.answers}, c.daily}, Session: func(*http.Request) string { return "aws_session" }, Secret: make([]byte, 32), Now: func() time.Time { return noon },
		})
		if err != nil {
			t.Fatal(err)
		}
		h.ReadAtMost(1_100)
		page := get(t, h, "/practice/ledger?from=2026-11-01").Body.String()
		var days []string // of 1,050 entries, and of 2,100
		for _, part := range strings.Split(page, "<h2>")[1:] {
			if day, _, _ := strings.Cut(part, "</h2>"); strings.Contains(day, "Nov") {
				days = append(days, day)
			}
		}
		if len(days) == 0 || days[0] != "Sat Nov 21" || days[len(days)-1] != c.first || strings.Contains(page, "There is more") != (c.where != "") || !strings.Contains(page, c.where) {
			t.Errorf("%s: days %v", name, days)
		}
		if c.where != "" {
			continue
		}
		if rows := csvOf(t, h, "/practice/ledger?from=2026-11-01&format=csv"); len(rows) != len(days)+1 || rows[1][4] != strconv.Itoa(c.daily) || rows[1][0] != "2026-11-21" {
			t.Errorf("%s: the file has %v", name, rows[:2])
		}
	}
}
