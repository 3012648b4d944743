package state_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/ledger"
)

func TestHeads_AreTheLastOnesOfEachChain(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		for _, h := range []ledger.Head{
			{Chain: "b", Seq: 1, Link: "b1", At: noon}, {Chain: "a", Seq: 7, Link: "a7", At: noon}, {Chain: "b", Seq: 1 << 40, Link: "b2", At: noon},
		} {
			if err := s.SaveHead(t.Context(), h); err != nil {
				t.Fatal(err)
			}
		}
		got, err := open(t, url, at(noon)).Heads(t.Context())
		want := []ledger.Head{{Chain: "a", Seq: 7, Link: "a7", At: noon}, {Chain: "b", Seq: 1 << 40, Link: "b2", At: noon}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v, heads (-want +got):\n%s", err, diff)
		}
	})
}

func TestLedgerSecret_IsKeptAndNotThatOfCursors(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		persons, err := s.LedgerSecret(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		again, err := open(t, url, at(noon)).LedgerSecret(t.Context())
		cursors, err2 := s.CursorSecret(t.Context())
		if err != nil || err2 != nil || !bytes.Equal(persons, again) || bytes.Equal(persons, cursors) || len(persons) != 32 {
			t.Errorf("%v, %v; kept: %t; that of cursors: %t", err, err2, bytes.Equal(persons, again), bytes.Equal(persons, cursors))
		}
	})
}
