package api

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
)

// A filter is one condition on one column. Several values are alternatives when
// they are to be equal, and all hold otherwise.
type filter struct {
	column string
	typ    archwire.Type
	class  archwire.Class
	equal  []string // sorted, each once
	tests  []test
}

// A test compares with one value.
type test struct{ op, value string }

// operators are the words before a value's colon, and what they mean.
func operators() map[string]string {
	return map[string]string{"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "null": ""}
}

// parseFilters reads the filters of a request, sorted by column. Only the given
// columns can be filtered; elsewhere knows more about others.
func parseFilters(p parameters, columns []archwire.DatasetColumn, elsewhere func(string) string) ([]filter, error) {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	var out []filter
	for _, name := range slices.Sorted(maps.Keys(p.filters)) {
		field := "filter[" + problem.Clip(name) + "]"
		i := slices.Index(names, name)
		if i < 0 {
			return nil, problem.Wrong(field, fmt.Sprintf("There is no column %s to filter by.", problem.Clip(name)), cmp.Or(elsewhere(name), suggest(name, names)))
		}
		f := filter{column: name, typ: typeOf(columns[i]), class: columns[i].Class}
		for _, v := range p.filters[name] {
			if err := f.add(field, v); err != nil {
				return nil, err
			}
		}
		slices.Sort(f.equal)
		f.equal = slices.Compact(f.equal)
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

func (f *filter) add(field, text string) error {
	op, value := operation(text)
	if f.typ.Kind == archwire.Text {
		if err := misread(field, text); err != nil {
			return err
		}
	}
	if op == "null" {
		if value != "true" && value != "false" {
			return problem.Wrong(field, field+" is not a value of its column.", "Write null:true or null:false.")
		}
		f.tests = append(f.tests, test{op, value})
		return nil
	}
	parsed, want := parseValue(value, f.typ)
	if want != "" {
		return problem.Wrong(field, field+" is not a value of its column.", "It takes "+want+". "+allOperators)
	}
	if op == "eq" {
		f.equal = append(f.equal, parsed)
		return nil
	}
	f.tests = append(f.tests, test{op, parsed})
	return nil
}

// write adds the filter's conditions, each after " AND ".
func (f filter) write(s *statement) {
	column := operand(f.column, f.typ)
	if len(f.equal) > 0 {
		s.write(" AND ", column, " IN (")
		for i := range roundUp(len(f.equal)) {
			if i > 0 {
				s.write(", ")
			}
			s.write(s.value(f.equal[min(i, len(f.equal)-1)], f.typ))
		}
		s.write(")")
	}
	for _, t := range f.tests {
		switch {
		case t.op == "null" && t.value == "true":
			s.write(" AND ", column, " IS NULL")
		case t.op == "null":
			s.write(" AND ", column, " IS NOT NULL")
		default:
			s.write(" AND ", column, " ", operators()[t.op], " ", s.value(t.value, f.typ))
		}
	}
}

// roundUp is the power of two that is not below n. Lists are filled up to it, so
// that there are few different statements: readers remember those they checked.
func roundUp(n int) int { return 1 << bits.Len(uint(n-1)) }

// canonical writes the filter so that equal filters write equal texts.
func (f filter) canonical(b *canon.Text) {
	b.Add("filter", f.column)
	b.Add(f.equal...)
	for _, t := range f.tests {
		b.Add(t.op, t.value)
	}
}
