package statement

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// FuzzFilter gives any text as the value of a filter on a column of each type. What
// is not refused enters the statement as arguments alone: its text is the same as
// for any other value of that operator. And equal filters are spelt alike, or an
// answer would be kept under the name of another.
func FuzzFilter(f *testing.F) {
	types := []string{"text", "int64", "decimal(12,2)", "date", "timestamptz", "uuid", "bool", "json", "bytes", "float64", "time"}
	for i, value := range []string{
		"a", "eq:1", "ne:12.50", "lt:2026-11-20", "gte:2026-11-20T00:00:00Z", "null:true", "null:", "x' OR '1'='1", "$1", "1) OR (1=1", "", ":", "eq:",
		"ne:ne:1", "neq:1", "eq:neq:1", "in:a,b", "EQ:1", ">=:1", "NaN", "-0", "1e5", "99999999999999999999", "true", "{}", "\xff", "infinity", "ｅｑ:1", "12:30:00",
	} {
		f.Add(byte(i), value)
	}
	f.Fuzz(func(t *testing.T, kind byte, value string) {
		column := archwire.DatasetColumn{Name: "c", Type: types[int(kind)%len(types)], Class: archwire.ClassPublic}
		read := func(values ...string) ([]Filter, error) {
			return ParseFilters(request.Parameters{Filters: map[string][]string{"c": values}}, []archwire.DatasetColumn{column}, func(string) string { return "" })
		}
		got, err := read(value)
		if err != nil {
			if p := problem.Of(err); p.Status != 400 || p.Field != "filter[c]" || p.Hint == "" || len(value) > 8 && strings.Contains(p.Detail+p.Hint, value) {
				t.Fatalf("%q of %s: %+v", value, column.Type, p)
			}
			return
		}
		op, _ := operation(value)
		one, other := &Statement{}, &Statement{}
		got[0].Write(one)
		if again, err := read(value, value); err != nil || spelled(again[0]) != spelled(got[0]) && op == "eq" {
			t.Errorf("%q twice is %v, %v; once %v", value, again, err, got)
		}
		example := map[string]string{
			"text": "z", "int64": "7", "decimal(12,2)": "7", "date": "2020-02-02", "timestamptz": "2020-02-02T00:00:00Z", "bool": "true", "json": "{}", "bytes": "YQ==",
			"uuid": "00000000-0000-0000-0000-000000000000", "float64": "7", "time": "07:00:00",
		}[column.Type]
		if op == "null" {
			_, example, _ = strings.Cut(value, ":")
		}
		plain, err := read(op + ":" + example)
		if err != nil {
			t.Fatalf("%s:%s of %s: %v", op, example, column.Type, err)
		}
		plain[0].Write(other)
		if one.text.String() != other.text.String() {
			t.Errorf("%q of %s is written\n%s, another value\n%s", value, column.Type, one.text.String(), other.text.String())
		}
	})
}

func spelled(f Filter) string {
	var b canon.Text
	f.Canonical(&b)
	return b.String()
}
