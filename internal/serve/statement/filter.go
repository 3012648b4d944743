package statement

import (
	"cmp"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// A Filter is one condition on one column. Several values are alternatives when
// they are to be equal, and all hold otherwise.
type Filter struct {
	Column string
	Type   archwire.Type
	class  archwire.Class
	Equal  []string // sorted, each once
	Tests  []Test
}

// A Test compares with one value.
type Test struct{ Op, Value string }

// operators are the words before a value's colon, and what they mean.
func operators() map[string]string {
	return map[string]string{"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "null": ""}
}

// ParseFilters reads the filters of a request, sorted by column. Only the given
// columns can be filtered; elsewhere knows more about others.
func ParseFilters(p request.Parameters, columns []archwire.DatasetColumn, elsewhere func(string) string) ([]Filter, error) {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	var out []Filter
	for _, name := range slices.Sorted(maps.Keys(p.Filters)) {
		field := "filter[" + problem.Clip(name) + "]"
		i := slices.Index(names, name)
		if i < 0 {
			return nil, problem.Wrong(field, fmt.Sprintf("There is no column %s to filter by.", problem.Clip(name)), cmp.Or(elsewhere(name), request.Suggest(name, names)))
		}
		f := Filter{Column: name, Type: TypeOf(columns[i]), class: columns[i].Class}
		for _, v := range p.Filters[name] {
			if err := f.add(field, v); err != nil {
				return nil, err
			}
		}
		slices.Sort(f.Equal)
		f.Equal = slices.Compact(f.Equal)
		out = append(out, f)
	}
	return out, nil
}

// operation takes the text of a filter apart: its operator, which is eq where none is
// written, and the value behind.
func operation(text string) (op, value string) {
	if word, rest, ok := strings.Cut(text, ":"); ok {
		if _, known := operators()[word]; known {
			return word, rest
		}
	}
	return "eq", text
}

// foreign are the words that other APIs have for operators, or write ours with.
func foreign(word string) bool {
	word = strings.ToLower(word)
	_, ours := operators()[word]
	return ours || slices.Contains([]string{
		"neq", "ge", "le", "gt=", "lt=", "=", "==", "!=", "<>", "<", "<=", ">", ">=", "!", "equals", "not", "not_eq", "is", "isnull", "is_null", "notnull", "not_null", "nil",
		"in", "nin", "not_in", "notin", "between", "like", "ilike", "contains", "icontains", "starts", "startswith", "starts_with", "ends", "endswith", "ends_with", "regex",
	}, word)
}

// misread refuses a text that was meant as an operator and a value, and would be read
// as a value: it would keep no row, and say nothing.
func misread(field, text string) error {
	word, _, ok := strings.Cut(text, ":")
	if _, ours := operators()[word]; !ok || ours || !foreign(word) {
		return nil
	}
	return problem.Wrong(field, field+" begins with an operator that there is not.",
		allOperators+" Several values are alternatives: give the parameter once for each. Put eq: before a value that begins so, as in eq:neq:x.")
}

// allOperators names them to callers.
const allOperators = "The operators are eq:, ne:, lt:, lte:, gt:, gte: and null:, which takes true or false."

func (f *Filter) add(field, text string) error {
	op, value := operation(text)
	if f.Type.Kind == archwire.Text {
		if err := misread(field, text); err != nil {
			return err
		}
	}
	if op == "null" {
		if value != "true" && value != "false" {
			return problem.Wrong(field, field+" is not a value of its column.", "Write null:true or null:false.")
		}
		f.Tests = append(f.Tests, Test{op, value})
		return nil
	}
	parsed, want := ParseValue(value, f.Type)
	if want != "" {
		return problem.Wrong(field, field+" is not a value of its column.", "It takes "+want+". "+allOperators)
	}
	if op == "eq" {
		f.Equal = append(f.Equal, parsed)
		return nil
	}
	f.Tests = append(f.Tests, Test{op, parsed})
	return nil
}

// Write adds the filter's conditions, each after " AND ".
func (f Filter) Write(s *Statement) {
	column := Operand(f.Column, f.Type)
	if len(f.Equal) > 0 {
		s.Write(" AND ", column, " IN (")
		for i := range roundUp(len(f.Equal)) {
			if i > 0 {
				s.Write(", ")
			}
			s.Write(s.Value(f.Equal[min(i, len(f.Equal)-1)], f.Type))
		}
		s.Write(")")
	}
	for _, t := range f.Tests {
		switch {
		case t.Op == "null" && t.Value == "true":
			s.Write(" AND ", column, " IS NULL")
		case t.Op == "null":
			s.Write(" AND ", column, " IS NOT NULL")
		default:
			s.Write(" AND ", column, " ", operators()[t.Op], " ", s.Value(t.Value, f.Type))
		}
	}
}

// roundUp is the power of two that is not below n. Lists are filled up to it, so
// that there are few different statements: readers remember those they checked.
func roundUp(n int) int { return 1 << bits.Len(uint(n-1)) }

// Canonical writes the filter so that equal filters write equal texts.
func (f Filter) Canonical(b *canon.Text) {
	b.Add("filter", f.Column)
	b.Add(f.Equal...)
	for _, t := range f.Tests {
		b.Add(t.Op, t.Value)
	}
}
