package request

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
			_, err := Parse(c.raw, []string{"grain", "from", "practice"}, true)
			p := problem.Of(err)
			if p.Status != http.StatusBadRequest || p.Field != c.field || !strings.Contains(p.Hint, c.hint) {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestFiltersAreReadByColumn(t *testing.T) {
	p, err := Parse("filter[a]=1&filter[b]=x%3Dy&filter[a]=2", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string][]string{"a": {"1", "2"}, "b": {"x=y"}}, p.Filters); d != "" {
		t.Error(d)
	}
}

func TestListsByCommaOrRepeated(t *testing.T) {
	p := Parameters{Values: url.Values{"by": {"a,b", "b", " c ,"}}}
	if d := cmp.Diff([]string{"a", "b", "c"}, p.Many("by")); d != "" {
		t.Error(d)
	}
}

func TestOneValueOnly(t *testing.T) {
	p := Parameters{Values: url.Values{"from": {"a", "b"}, "to": {""}}}
	for _, name := range []string{"from", "to"} {
		if _, err := p.One(name); problem.Of(err).Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLimitOf_SaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"1": "", "100": "", "0": "limit is below 1.", "-5": "limit is below 1.", "-99999999999999999999": "limit is below 1.",
		"101": "limit is above 100.", "99999999999999999999": "limit is above 100.",
		"ten": "limit is not a whole number.", "1.5": "limit is not a whole number.", "1e2": "limit is not a whole number.",
	} {
		_, err := Limit(text, 1, 100)
		if err == nil && want == "" {
			continue
		}
		if p := problem.Of(err); err == nil || p.Detail != want || p.Field != "limit" || p.Hint != "It takes a whole number between 1 and 100." {
			t.Errorf("%s: %v", text, err)
		}
	}
}
