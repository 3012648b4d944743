package freshness_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/freshness"
)

var night = time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)

func manifest() archwire.Manifest {
	return archwire.Manifest{
		ID: "20261121T084000Z-4f9c", AsOf: "2026-11-20", DataThrough: night,
		Tenants: []archwire.Tenant{{ID: "1", Label: "Alpine"}},
		Verification: archwire.Verification{Tables: []archwire.VerifiedTable{
			{Table: "pms.exam", At: night}, {Table: "rcm.payer", At: night.Add(time.Hour)},
		}},
	}
}

func TestOf_CallsLateWhatIsOlderThanPromised(t *testing.T) {
	for _, test := range []struct {
		name    string
		within  time.Duration
		now     time.Time
		late    []string
		tenants []string
	}{
		{"within the promise, to the second", 26 * time.Hour, night.Add(26 * time.Hour), nil, nil},
		{"just over it", 26 * time.Hour, night.Add(26*time.Hour + time.Second), []string{"pms.exam"}, []string{"1"}},
		{"well over it", 26 * time.Hour, night.Add(48 * time.Hour), []string{"pms.exam", "rcm.payer"}, []string{"1"}},
		{"nothing is promised", 0, night.Add(1000 * time.Hour), nil, nil},
		{"a clock that goes slow", time.Hour, night.Add(-time.Minute), nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := freshness.Of(manifest(), test.within, test.now)
			if diff := cmp.Diff(test.late, freshness.LateNames(r.Tables)); diff != "" {
				t.Errorf("tables:\n%s", diff)
			}
			if diff := cmp.Diff(test.tenants, freshness.LateNames(r.Tenants)); diff != "" {
				t.Errorf("tenants:\n%s", diff)
			}
			if r.Late != (len(test.late) > 0) {
				t.Errorf("late: %v", r.Late)
			}
			for _, i := range r.Tables {
				if i.Age < 0 {
					t.Errorf("%s is %d seconds old", i.Name, i.Age)
				}
			}
		})
	}
}

func TestOf_NoPublicationIsNotLate(t *testing.T) {
	r := freshness.Of(archwire.Manifest{}, time.Hour, night)
	if r.Late || r.Publication != "" || len(r.Tables)+len(r.Tenants) != 0 {
		t.Errorf("got %+v", r)
	}
}
