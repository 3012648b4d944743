package publish_test

import (
	"os"
	"path/filepath"
	"testing"

	"archwire"
	"archwire/internal/publish"
)

func TestPublication_OpensWhatTheStoreHolds(t *testing.T) {
	b := setup(t)
	var ids []archwire.PublicationID
	for _, amount := range []string{"20.00", "21.00", "22.00"} {
		b.visits(t, amount)
		m, _ := b.publish(t, input())
		ids = append(ids, m.ID)
	}
	r := publish.OpenReader(b.store, b.reader)
	for range 2 { // opened, and opened before
		for _, id := range ids {
			p, err := r.Publication(t.Context(), id)
			if err != nil || p.Manifest().ID != id {
				t.Fatalf("publication %s: %v", id, err)
			}
		}
	}
	for range 2 {
		if _, err := b.publisher.Collect(t.Context(), 1, 0); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range append(ids[:2:2], "20200101T000000Z-ffff", "../CURRENT", "") {
		_, err := r.Publication(t.Context(), id)
		wantCode(t, err, archwire.NotFound)
	}
	if _, err := r.Publication(t.Context(), ids[2]); err != nil {
		t.Error(err)
	}
}

func TestPublication_OfAnAlteredIndexIsNotOpened(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	m, _ := b.publish(t, input())
	name := filepath.Join(b.dir, "publications", string(m.ID), "index.parquet")
	if err := os.WriteFile(name, []byte("PAR1"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := publish.OpenReader(b.store, b.reader).Publication(t.Context(), m.ID)
	wantCode(t, err, archwire.Mismatch)
}
