package webhook_test

import (
	"testing"
	"time"

	"archwire/internal/webhook"
)

func anEntry() webhook.Entry {
	at := time.Date(2026, 11, 21, 2, 14, 3, 0, time.UTC)
	return webhook.Entry{
		Sequence: 42, Publication: "20261121T021400Z-4f9c", Previous: "20261120T021400Z-77aa", AsOf: "2026-11-20",
		DataThrough: at.Add(-time.Hour), CreatedAt: at.Add(-3 * time.Second), At: at,
	}
}

// The id: printf 'publication.completed\n42\n20261121T021400Z-4f9c' | openssl dgst -sha256, its first 20 digits.
func TestEvent_IsAsTheReferenceHasIt(t *testing.T) {
	e, err := anEntry().Event()
	want := `{"format":1,"id":"evt_193f7f517775f34a712e","event":"publication.completed","at":"2026-11-21T02:14:03Z","sequence":42,` +
		`"publication":"20261121T021400Z-4f9c","previous":"20261120T021400Z-77aa","as_of":"2026-11-20","data_through":"2026-11-21T01:14:03Z",` +
		`"created_at":"2026-11-21T02:14:00Z","url":"/v1/publications/20261121T021400Z-4f9c/manifest"}`
	if err != nil || e.Body != want {
		t.Errorf("%v, got\n%s, want\n%s", err, e.Body, want)
	}
	if got := webhook.PublicationOf(e.Body); got != "20261121T021400Z-4f9c" {
		t.Errorf("it names publication %q", got)
	}
}

func TestEvent_HasTheSameIDForTheSameSwitchOnly(t *testing.T) {
	seen := map[string]bool{}
	later := anEntry()
	later.Sequence++
	other := anEntry()
	other.Publication = "20261121T021400Z-0000"
	for _, e := range []webhook.Entry{anEntry(), later, other} {
		event, err := e.Event()
		if err != nil || seen[event.ID] {
			t.Errorf("%v: %v", event, err)
		}
		seen[event.ID] = true
	}
	again := anEntry()
	again.At = again.At.Add(time.Hour)
	if event, err := again.Event(); err != nil || !seen[event.ID] {
		t.Errorf("%v: %v", event, err)
	}
}

func TestSecret_IsOfOneHookAndOneState(t *testing.T) {
	seen := map[string]bool{}
	for _, master := range []string{"a", "b"} {
		for _, id := range []string{"wh_1", "wh_2"} {
			s := webhook.Secret([]byte(master), id)
			if seen[s] || len(s) != len("awh_")+64 || s != webhook.Secret([]byte(master), id) {
				t.Errorf("got %q", s)
			}
			seen[s] = true
		}
	}
}
