package request

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"archwire/internal/serve/problem"
)

// Parameters are the query parameters of one request, each known to its route.
type Parameters struct {
	Values  url.Values
	Filters map[string][]string // by column
}

const (
	maxQueryBytes = 16 << 10
	maxValues     = 200 // of one parameter
)

// Parse reads a query string. A parameter that the route does not know
// is an error, never ignored: a misspelt filter would give more rows than asked
// for. Filters are known as filter[column] when filters is set.
func Parse(raw string, known []string, filters bool) (Parameters, error) {
	p := Parameters{Filters: map[string][]string{}}
	if len(raw) > maxQueryBytes {
		return p, problem.Wrong("", fmt.Sprintf("The query string has %d bytes.", len(raw)), fmt.Sprintf("At most %d are read.", maxQueryBytes))
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return p, problem.Wrong("", "The query string is not well formed.", "Encode %, ;, & and + within values.")
	}
	p.Values = values
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := p.admit(name, known, filters); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p Parameters) admit(name string, known []string, filters bool) error {
	if !Readable(name) {
		return problem.Wrong("", "A parameter's name is not text.", "Send UTF-8 without control characters.")
	}
	vs := p.Values[name]
	if len(vs) > maxValues {
		return problem.Wrong(name, fmt.Sprintf("%s is given %d times.", name, len(vs)), fmt.Sprintf("At most %d values are read.", maxValues))
	}
	for _, v := range vs {
		if !Readable(v) {
			return problem.Wrong(name, name+" is not text.", "Send UTF-8 without control characters.")
		}
	}
	if slices.Contains(known, name) {
		return nil
	}
	if column, ok := strings.CutPrefix(name, "filter["); ok && filters {
		if column, ok = strings.CutSuffix(column, "]"); ok && column != "" {
			p.Filters[column] = vs
			return nil
		}
	}
	if filters {
		known = append(slices.Clone(known), "filter[...]")
	}
	return problem.Wrong(name, fmt.Sprintf("There is no parameter %s here.", problem.Clip(name)), Suggest(name, known))
}

// One is the value of a parameter that can be given once; "" when it is not.
func (p Parameters) One(name string) (string, error) {
	vs := p.Values[name]
	if len(vs) > 1 {
		return "", problem.Wrong(name, name+" is given twice.", "Give it once.")
	}
	if len(vs) == 0 {
		return "", nil
	}
	if vs[0] == "" {
		return "", problem.Wrong(name, name+" has no value.", "Give it a value or leave it out.")
	}
	return vs[0], nil
}

// Many is the values of a parameter that takes a list, by comma or repeated,
// each once, in the order given.
func (p Parameters) Many(name string) []string {
	var out []string
	for _, v := range p.Values[name] {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
				out = append(out, part)
			}
		}
	}
	return out
}

// Readable says whether s can be shown and sent on: UTF-8 without control
// characters.
func Readable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Suggest names the known name that is nearest to what was given, or else all.
func Suggest[T ~string](given string, known []T) string {
	if len(known) == 0 {
		return ""
	}
	best, bestDistance := known[0], 1+len(given)/3
	found := false
	for _, k := range known {
		if d := distance(problem.Clip(given), string(k)); d <= bestDistance {
			best, bestDistance, found = k, d-1, true
		}
	}
	if found {
		return fmt.Sprintf("Did you mean %s?", string(best))
	}
	const most = 20
	if len(known) > most {
		return ""
	}
	return fmt.Sprintf("There is %s.", problem.Either(known))
}

// distance counts the letters to insert, drop or change to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// Limit reads the value of limit, a whole number within bounds.
func Limit(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	var detail string
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		detail = "limit is not a whole number."
	case n < least: // what is out of range comes as the nearest that is not
		detail = fmt.Sprintf("limit is below %d.", least)
	case n > most:
		detail = fmt.Sprintf("limit is above %d.", most)
	default:
		return n, nil
	}
	return 0, problem.Wrong("limit", detail, fmt.Sprintf("It takes a whole number between %d and %d.", least, most))
}
