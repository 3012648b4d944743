package serve_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// What a filter keeps is compared with what the warehouse keeps by a condition
// written by hand.
func TestFiltersKeepWhatTheWarehouseKeeps(t *testing.T) {
	b := setup(t)
	b.publishMixed(t)
	key := b.keys.Open(t, archwire.Aggregate)
	for _, c := range []struct{ filter, condition string }{
		{"filter[d]=infinity", "d = 'infinity'"},
		{"filter[d]=gt:2026-01-03", "d > date '2026-01-03'"},
		{"filter[d]=gte:2026-01-02&filter[d]=lt:2026-01-04", "d between date '2026-01-02' and date '2026-01-03'"},
		{"filter[m]=-0.75&filter[m]=0.5", "m in (-0.75, 0.5)"},
		{"filter[m]=lte:0.25", "m <= 0.25"},
		{"filter[m]=ne:0", "m != 0"},
		{"filter[s]=", "s = ''"},
		{"filter[s]='", "s = ''''"},
		{"filter[s]=gt:A", "s > 'A'"},
		{"filter[s]=%F0%9F%98%80&filter[s]=a&filter[s]=zz", "s in ('😀', 'a', 'zz')"},
		{"filter[z]=2026-01-01T00:00:00.000002Z", "z = timestamptz '2026-01-01 00:00:00.000002+00'"},
		{"filter[z]=gte:2026-01-01T01:00:00.000002%2B01:00", "z >= timestamptz '2026-01-01 00:00:00.000002+00'"},
		{"filter[u]=0B1F6B3E-5C0E-4F5B-9D0A-FFFFFFFFFFF3", "u::varchar like '%fff3'"},
		{"filter[u]=lt:0b1f6b3e-5c0e-4f5b-9d0a-fffffffffff3", "u::varchar < '0b1f6b3e-5c0e-4f5b-9d0a-fffffffffff3'"},
		{"filter[b]=true", "b"},
		{"filter[n]=gte:100&filter[n]=lt:200&filter[b]=false&filter[d]=null:false", "n >= 100 and n < 200 and not b"},
		{"filter[n]=null:true", "n is null"},
	} {
		var want int64
		for batch, err := range b.warehouse.Query(t.Context(), archwire.Query{SQL: "select count(*)::bigint from mart.mixed where " + c.condition}) {
			must(t, err)
			want = batch.Column(0).(*array.Int64).Value(0)
		}
		r := b.get(t, "/v1/datasets/mixed/rows?limit=10000&fields=n&"+strings.NewReplacer("[", "%5B", "]", "%5D").Replace(c.filter), key).want(t, 200)
		if got := len(r.at(t, "data").([]any)); int64(got) != want {
			t.Errorf("%s keeps %d rows, %s keeps %d", c.filter, got, c.condition, want)
		}
	}
}

func TestWhatIsMeantAsAnOperatorIsNoValue(t *testing.T) {
	b := setup(t)
	b.publishMixed(t)
	key := b.keys.Open(t, archwire.Aggregate)
	ask := func(filter string) reply { return b.get(t, "/v1/datasets/mixed/rows?fields=n&filter%5B"+filter, key) }
	for _, filter := range []string{"s%5D=neq:a", "s%5D=in:a,b", "s%5D=GT:a", "s%5D=isnull:true", "s%5D=%3E%3D:a", "n%5D=neq:1", "d%5D=between:2026-01-01,2026-01-02", "b%5D=yes"} {
		r := ask(filter).want(t, 400)
		hint := r.at(t, "hint").(string)
		for _, op := range []string{"eq:", "ne:", "lt:", "lte:", "gt:", "gte:", "null:"} {
			if !strings.Contains(hint, op) {
				t.Errorf("%s: the hint has no %s: %s", filter, op, hint)
			}
		}
	}
	for _, filter := range []string{"s%5D=foo:bar", "s%5D=12:30", "s%5D=eq:neq:a", "s%5D=ne:in:a", "s%5D=neq", "s%5D=:a"} {
		ask(filter).want(t, 200)
	}
}
