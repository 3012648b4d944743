package pipeline_test

import (
	"testing"

	"archwire/internal/source/sourcetest"
)

// TestVerifySettlesWhatASweepFinds has rows vanish and a row come late, in few
// parts and in most, beside one that is wrong: only that one is a difference.
func TestVerifySettlesWhatASweepFinds(t *testing.T) {
	t.Parallel()
	for name, every := range map[string]int{"few": 4_000, "most": 900} {
		t.Run(name, func(t *testing.T) {
			b := following(setup(t))
			b.many(10_000)
			_, err := b.run(t)
			check(t, err)
			b.damage(t, sale(4_001, 1, "500.00"))
			gone := 0
			b.source.Change("sale", func(s *sourcetest.Table) {
				var left [][]any
				for i, row := range s.Rows {
					if i%every == every-1 {
						gone++
						continue
					}
					left = append(left, row)
				}
				s.Rows = append(left, sale(-7, 1, "5.00"))
			})
			report, err := b.runner.Verify(t.Context(), "verify", []string{"app.sale"})
			check(t, err)
			got := report.Tables[0]
			if got.Missing != 0 || got.Changed != 1 || got.Extra != 0 || len(got.Keys) != 1 || got.Keys[0].Values[0] != "4001" {
				t.Errorf("the report is %+v, want that row 4001 is changed", got)
			}
			if want := int64(10_001 - gone); got.Rows != want || gone < 2 {
				t.Errorf("%d rows were compared and %d have vanished, want %d", got.Rows, gone, want)
			}
			b.runner.Repair = true
			report, err = b.runner.Verify(t.Context(), "repair", nil)
			check(t, err)
			check(t, report.Err())
			b.runner.Repair = false
			report, err = b.runner.Verify(t.Context(), "again", nil)
			check(t, err)
			if got := report.Tables[0]; !got.Equal() || got.Rows != int64(10_001-gone) {
				t.Errorf("after the repair the report is %+v", got)
			}
		})
	}
}
