package difftest

import (
	"testing"

	"archwire"
	"archwire/internal/demo"
)

// TestCohortsAtMaturity compares the metrics whose months take longer to mature
// than other histories last, over one in which some have and some have not.
func TestCohortsAtMaturity(t *testing.T) {
	t.Parallel()
	p, y := newProduct(t), newYardstick(t)
	p.fill(t, demo.Size{Practices: 2, Months: 43, Seed: 36, AsOf: archwire.Day("2026-11-20").Time()})
	y.fill(t, p.rcm, p.pms)
	practices := y.practices(t)
	p.publish(t, practices)
	for metric := range matures {
		t.Run(metric, func(t *testing.T) {
			dimensions := y.count(t, metric)
			var c comparison
			for _, q := range y.questions(t, metric, dimensions) {
				p.compare(t, y, &c, q, y.additivity(metric), practices)
			}
			c.report(t)
		})
	}
	t.Run("a month appears when all of it is mature", func(t *testing.T) {
		const debonds = `select count(*)::text from pms.treatment where category = 'phase1' and debond_date between '2023-11-01' and '2023-11-20'`
		if y.value(t, debonds) == "0" {
			t.Fatal("no phase 1 ended between the first and the twentieth of November 2023")
		}
		got := p.ask(t, p.key, "", question{Metric: "phase2_conversion_36m", Grain: "month", From: "2023-10-01", To: "2023-11-30"})
		if october := got[cell{Period: "2023-10-01"}]; october.Value == nil || october.Denominator.Sign() == 0 {
			t.Errorf("October 2023, which ended more than 36 months ago, is %s of %v", shown(october), october.Denominator)
		}
		if november := got[cell{Period: "2023-11-01"}]; november.Value != nil || orZero(november.Denominator).Sign() != 0 {
			t.Errorf("November 2023, which did not, is %s of %v", shown(november), november.Denominator)
		}
	})
}
