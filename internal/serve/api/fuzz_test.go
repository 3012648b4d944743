package api

import (
	"errors"
	"testing"

	"archwire"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

func FuzzParameters(f *testing.F) {
	for _, raw := range []string{"grain=month&by=a,b", "filter[n]=gte:1.5&filter[d]=null:true", "practice=1&practice=2", "%", "a;b", "filter[x]]=1"} {
		f.Add(raw)
	}
	columns := []archwire.DatasetColumn{
		{Name: "n", Type: "decimal(12,2)"}, {Name: "d", Type: "date"}, {Name: "t", Type: "text"}, {Name: "z", Type: "timestamptz"}, {Name: "u", Type: "uuid"},
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := request.Parse(raw, []string{"grain", "by", "practice", "from", "to", "compare"}, true)
		if err == nil {
			_, err = statement.ParseFilters(p, columns, func(string) string { return "" })
		}
		if err == nil {
			_, err = measure.ParseCalendar(p, archwire.Day("2026-11-20").Time())
		}
		if err == nil {
			_, err = measure.ParseCompare(p)
		}
		if _, ok := errors.AsType[*problem.Problem](err); err != nil && !ok {
			t.Fatalf("%q: %v is not a problem", raw, err)
		}
	})
}
