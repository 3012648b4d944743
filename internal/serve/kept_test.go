package serve_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// Of one practice the whole history is read and kept; of two, the days asked
// for. Where the second has no rows, both must say the same.
func TestKeptSeriesSayWhatAFreshQuerySays(t *testing.T) {
	b := setup(t)
	only := func(name string) string { return "select * from (" + data()[name] + ") where practice_id = 'p1'" }
	b.published(t, map[string]string{"mart.collections": only("mart.collections"), "mart.balances": only("mart.balances"), "mart.patients": only("mart.patients")})
	one, two := b.keys.Open(t, archwire.Identified, "p1"), b.keys.Open(t, archwire.Identified, "p1", "p3")
	rapid.Check(t, func(rt *rapid.T) {
		metric := rapid.SampledFrom([]string{"net_collections", "average_payment", "receivables", "past_due_share", "wait"}).Draw(rt, "metric")
		from := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 460).Draw(rt, "from"))
		v := url.Values{
			"from": {from.Format(time.DateOnly)}, "to": {from.AddDate(0, 0, rapid.IntRange(0, 60).Draw(rt, "days")).Format(time.DateOnly)},
			"grain":   {rapid.SampledFrom([]string{"day", "week", "month", "quarter", "year"}).Draw(rt, "grain")},
			"compare": {rapid.SampledFrom([]string{"none", "previous_period", "previous_year", "previous_period,previous_year"}).Draw(rt, "compare")},
		}
		if dimension := map[string]string{"net_collections": "payer_kind", "average_payment": "payer_kind", "receivables": "bucket", "past_due_share": "bucket"}[metric]; dimension != "" && rapid.Bool().Draw(rt, "split") {
			v.Set("by", dimension)
		}
		path := fmt.Sprintf("/v1/metrics/%s?%s", metric, v.Encode())
		kept, fresh := b.get(t, path, one), b.get(t, path, two)
		if kept.status != 200 || fresh.status != 200 {
			rt.Fatalf("%s: %d %d", path, kept.status, fresh.status)
		}
		if d := cmp.Diff(dataOf(fresh.text), dataOf(kept.text)); d != "" {
			rt.Fatalf("%s: %s", path, d)
		}
	})
}

func dataOf(text string) string {
	before, _, _ := strings.Cut(text, `,"meta":`)
	return before
}
