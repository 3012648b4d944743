package redshift_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/capacity"
	"archwire/internal/capacity/capacitytest"
)

func TestWorkgroup_ChangesOneCapacityAtATime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		base, limit int
		to          capacity.Shape
		want        []string
	}{
		"both rise":              {8, 16, capacity.Shape{RPU: 64, MaxRPU: 128}, []string{"maxCapacity=128", "baseCapacity=64"}},
		"both fall":              {64, 128, capacity.Shape{RPU: 8, MaxRPU: 16}, []string{"baseCapacity=8", "maxCapacity=16"}},
		"a base only":            {8, 0, capacity.Shape{RPU: 32}, []string{"baseCapacity=32"}},
		"a limit where none was": {8, 0, capacity.Shape{RPU: 32, MaxRPU: 64}, []string{"baseCapacity=32", "maxCapacity=64"}},
		"a limit that falls":     {8, 512, capacity.Shape{RPU: 64, MaxRPU: 128}, []string{"baseCapacity=64", "maxCapacity=128"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := capacitytest.Start(t, night)
			s.AddWorkgroup("w", c.base, c.limit)
			plane := open(t, capacity.Place{Workgroup: "w", Region: capacitytest.Region}, url)
			if options, err := plane.Options(t.Context()); options != nil || err != nil {
				t.Errorf("options %v, %v", options, err)
			}
			var want []string
			for _, change := range c.want {
				if got := status(t, plane); got.Shape.As(c.to) || got.Condition != capacity.Still {
					t.Fatalf("it is %+v before %s", got, change)
				}
				if err := plane.Resize(t.Context(), c.to, false); err != nil {
					t.Fatal(err)
				}
				if got := status(t, plane); got.Condition != capacity.Changing {
					t.Errorf("it is %+v while it changes", got)
				}
				wantError(t, plane.Resize(t.Context(), capacity.Shape{RPU: 512, MaxRPU: 512}, false), archwire.Conflict, false)
				s.Advance(5 * time.Minute)
				want = append(want, "UpdateWorkgroup "+change+" workgroupName=w")
			}
			if diff := cmp.Diff(want, s.Changes()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := status(t, plane); !got.Shape.Fits(c.to) || got.Condition != capacity.Still || got.Says != "available" {
				t.Errorf("it is %+v in the end", got)
			}
		})
	}
}

func TestWorkgroup_RefusesWhatIsNoCapacity(t *testing.T) {
	t.Parallel()
	s, url := capacitytest.Start(t, night)
	s.AddWorkgroup("w", 8, 0)
	plane := open(t, capacity.Place{Workgroup: "w", Region: capacitytest.Region}, url)
	wantError(t, plane.Resize(t.Context(), capacity.Shape{RPU: 12}, false), archwire.Invalid, true)
	if _, can := plane.(capacity.Pauser); can {
		t.Error("it can be paused; Serverless has nothing to pause")
	}
}
