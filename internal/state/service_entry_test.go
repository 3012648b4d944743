package state_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// Who switched is written beside what went into service, whoever saw it first; nobody
// takes a switch of somebody else, or of before it was written down, upon them.
func TestCredit_SaysWhoSwitched(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		h := hooksAt(t, url)
		switching := func(id archwire.PublicationID, by string) {
			before, err := h.Switches(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			h.enter(t, id)
			if err := h.Credit(t.Context(), before, by); err != nil {
				t.Fatal(err)
			}
		}
		h.enter(t, "p1") // nobody knows by whom
		switching("p1", "person x")
		switching("p2", "run r2")
		switching("p1", "person pe1")
		if err := h.Credit(t.Context(), 2, "person x"); err != nil {
			t.Fatal(err)
		}
		entries, err := h.Entries(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, fmt.Sprintf("%d %s %s", e.Sequence, e.Publication, e.By))
		}
		if diff := cmp.Diff([]string{"3 p1 person pe1", "2 p2 run r2", "1 p1 "}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestOpen_KeepsTheSwitchesOfAnOlderVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		before(t, url, 10, `insert into service_entry (seq, publication, previous, as_of, data_through, created_at, entered_at)
			values (1, 'p1', '', '2026-11-19', '2026-11-20T01:30:00.000000Z', '2026-11-20T01:40:00.000000Z', '2026-11-20T01:41:00.000000Z')`)
		entries, err := open(t, url, at(noon)).Entries(t.Context(), 10)
		if err != nil || len(entries) != 1 || entries[0].Publication != "p1" || entries[0].By != "" {
			t.Errorf("got %+v, %v", entries, err)
		}
	})
}
