package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/problem"
)

func TestWrongParametersAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ raw, field, hint string }{
		"Misspelt":        {"graim=month", "graim", "Did you mean grain?"},
		"Unlike":          {"zzzzzzzz=1", "zzzzzzzz", "There is grain, from, practice or filter[...]."},
		"AnotherFilter":   {"filter=1", "filter", "There is grain, from, practice or filter[...]."},
		"EmptyFilter":     {"filter[]=1", "filter[]", ""},
		"Percent":         {"grain=%zz", "", "Encode"},
		"Semicolon":       {"grain=a;b", "", "Encode"},
		"Control":         {"grain=a%00b", "grain", "UTF-8"},
		"NotUTF8":         {"grain=%ff", "grain", "UTF-8"},
		"NameNotUTF8":     {"%ff=1", "", "UTF-8"},
		"TooMany":         {strings.Repeat("practice=1&", maxValues+1), "practice", "200"},
		"TooLong":         {"grain=" + strings.Repeat("a", maxQueryBytes), "", "16384"},
		"Capital":         {"Grain=month", "Grain", "Did you mean grain?"},
		"InjectionInName": {"grain'--=1", "grain'--", "Did you mean grain?"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseParameters(c.raw, []string{"grain", "from", "practice"}, true)
			p := problem.Of(err)
			if p.Status != http.StatusBadRequest || p.Field != c.field || !strings.Contains(p.Hint, c.hint) {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestFiltersAreReadByColumn(t *testing.T) {
	p, err := parseParameters("filter[a]=1&filter[b]=x%3Dy&filter[a]=2", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string][]string{"a": {"1", "2"}, "b": {"x=y"}}, p.filters); d != "" {
		t.Error(d)
	}
}

func TestListsByCommaOrRepeated(t *testing.T) {
	p := parameters{values: url.Values{"by": {"a,b", "b", " c ,"}}}
	if d := cmp.Diff([]string{"a", "b", "c"}, p.many("by")); d != "" {
		t.Error(d)
	}
}

func TestOneValueOnly(t *testing.T) {
	p := parameters{values: url.Values{"from": {"a", "b"}, "to": {""}}}
	for _, name := range []string{"from", "to"} {
		if _, err := p.one(name); problem.Of(err).Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFilterValuesAreOfTheirType(t *testing.T) {
	money := archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}
	of := func(k archwire.Kind) archwire.Type { return archwire.Type{Kind: k} }
	for _, c := range []struct {
		typ  archwire.Type
		text string
		want string // "" is refused
	}{
		{of(archwire.Bool), "true", "true"},
		{of(archwire.Bool), "TRUE", ""},
		{of(archwire.Int16), "32767", "32767"},
		{of(archwire.Int16), "32768", ""},
		{of(archwire.Int64), "-9223372036854775808", "-9223372036854775808"},
		{of(archwire.Int64), "9223372036854775808", ""},
		{of(archwire.Int32), "1e3", ""},
		{of(archwire.Int32), "1); drop table slice; --", ""},
		{of(archwire.Float64), "0.25", "0.25"},
		{of(archwire.Float64), "NaN", "NaN"},
		{of(archwire.Float64), "0x1p-2", ""},
		{of(archwire.Float64), "1e999", ""},
		{money, "1284.50", "1284.5"},
		{money, "-0001284.500000", "-1284.5"},
		{money, "0", "0"},
		{money, "12.345", ""},
		{money, "12345678901.00", ""},
		{money, "1,000", ""},
		{money, ".5", ""},
		{of(archwire.Text), "' or 1=1 --", "' or 1=1 --"},
		{of(archwire.UUID), "0B1F6B3E-5C0E-4F5B-9D0A-3F1C6F1D2E3F", "0b1f6b3e-5c0e-4f5b-9d0a-3f1c6f1d2e3f"},
		{of(archwire.UUID), "0b1f6b3e", ""},
		{of(archwire.Date), "2026-11-20", "2026-11-20"},
		{of(archwire.Date), "infinity", "infinity"},
		{of(archwire.Date), "2026-02-30", ""},
		{of(archwire.Time), "24:00:00", "24:00:00"},
		{of(archwire.Time), "25:00:00", ""},
		{of(archwire.Timestamp), "2026-11-20T15:04:05.25", "2026-11-20T15:04:05.25"},
		{of(archwire.Timestamp), "2026-11-20T15:04:05Z", ""},
		{of(archwire.Timestamp), "2026-11-20", "2026-11-20T00:00:00"},
		{of(archwire.TimestampTZ), "2026-11-20T15:04:05-07:00", "2026-11-20T22:04:05Z"},
		{of(archwire.TimestampTZ), "2026-11-20", "2026-11-20T00:00:00Z"},
		{of(archwire.Bytes), "AP8=", ""},
		{of(archwire.JSON), "{}", ""},
	} {
		got, want := parseValue(c.text, c.typ)
		if got != c.want || (c.want == "") != (want != "") {
			t.Errorf("%q as %s is %q (%s), want %q", c.text, c.typ, got, want, c.want)
		}
	}
}

func TestEqualFiltersAreSpeltTheSame(t *testing.T) {
	columns := []archwire.DatasetColumn{{Name: "n", Type: "decimal(12,2)"}, {Name: "t", Type: "text"}}
	spell := func(raw string) string {
		p, err := parseParameters(raw, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		fs, err := parseFilters(p, columns, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		var b canon.Text
		for _, f := range fs {
			f.canonical(&b)
		}
		return b.String()
	}
	if spell("filter[n]=1.50&filter[n]=2&filter[t]=x") != spell("filter[t]=eq:x&filter[n]=2.0&filter[n]=1.5&filter[n]=2") {
		t.Error("equal filters are spelt differently")
	}
	if spell("filter[n]=1") == spell("filter[n]=gt:1") || spell("filter[t]=a&filter[t]=b") == spell("filter[t]=ab") {
		t.Error("different filters are spelt the same")
	}
}

func FuzzParameters(f *testing.F) {
	for _, raw := range []string{"grain=month&by=a,b", "filter[n]=gte:1.5&filter[d]=null:true", "practice=1&practice=2", "%", "a;b", "filter[x]]=1"} {
		f.Add(raw)
	}
	columns := []archwire.DatasetColumn{
		{Name: "n", Type: "decimal(12,2)"}, {Name: "d", Type: "date"}, {Name: "t", Type: "text"}, {Name: "z", Type: "timestamptz"}, {Name: "u", Type: "uuid"},
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := parseParameters(raw, []string{"grain", "by", "practice", "from", "to", "compare"}, true)
		if err == nil {
			_, err = parseFilters(p, columns, func(string) string { return "" })
		}
		if err == nil {
			_, err = parseCalendar(p, on("2026-11-20"))
		}
		if err == nil {
			_, err = parseCompare(p)
		}
		if _, ok := errors.AsType[*problem.Problem](err); err != nil && !ok {
			t.Fatalf("%q: %v is not a problem", raw, err)
		}
	})
}

func TestLimitOf_SaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"1": "", "100": "", "0": "limit is below 1.", "-5": "limit is below 1.", "-99999999999999999999": "limit is below 1.",
		"101": "limit is above 100.", "99999999999999999999": "limit is above 100.",
		"ten": "limit is not a whole number.", "1.5": "limit is not a whole number.", "1e2": "limit is not a whole number.",
	} {
		_, err := limitOf(text, 1, 100)
		if err == nil && want == "" {
			continue
		}
		if p := problem.Of(err); err == nil || p.Detail != want || p.Field != "limit" || p.Hint != "It takes a whole number between 1 and 100." {
			t.Errorf("%s: %v", text, err)
		}
	}
}
