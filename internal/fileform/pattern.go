package fileform

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A Pattern tells the files of a table by their names, below the source's folder.
// {date}, {time} and {number} say how new a file is; * stands for any letters but /.
type Pattern struct {
	text string
	exp  *regexp.Regexp
	has  [3]bool // {date}, {time}, {number}
}

// placeholders are the forms in which dates, times and numbers are found in names:
// 2026-11-20, 2026_11_20 or 20261120; 013000, 01-30-00 or 0130; digits.
var placeholders = []struct{ name, exp string }{
	{"date", `(\d{4}-\d{2}-\d{2}|\d{4}_\d{2}_\d{2}|\d{8})`},
	{"time", `(\d{2}-\d{2}-\d{2}|\d{6}|\d{4})`},
	{"number", `(\d{1,18})`},
}

// ParsePattern reads a pattern.
func ParsePattern(text string) (Pattern, error) {
	p := Pattern{text: text}
	var exp strings.Builder
	for rest := text; rest != ""; {
		switch rest[0] {
		case '*':
			exp.WriteString("[^/]*")
			rest = rest[1:]
		case '{':
			name, after, closed := strings.Cut(rest[1:], "}")
			at := -1
			for i, known := range placeholders {
				if known.name == name {
					at = i
				}
			}
			if !closed || at < 0 {
				return p, fmt.Errorf("%q has a { that begins none of {date}, {time} and {number}", text)
			}
			if p.has[at] {
				return p, fmt.Errorf("%q has {%s} twice", text, name)
			}
			p.has[at] = true
			fmt.Fprintf(&exp, "(?P<%s>%s)", name, placeholders[at].exp[1:len(placeholders[at].exp)-1])
			rest = after
		default:
			end := strings.IndexAny(rest, "*{")
			if end < 0 {
				end = len(rest)
			}
			exp.WriteString(regexp.QuoteMeta(rest[:end]))
			rest = rest[end:]
		}
	}
	var err error
	p.exp, err = regexp.Compile("^" + exp.String() + "$")
	if err != nil || text == "" || strings.HasPrefix(text, "/") || strings.Contains("/"+text, "/.") {
		return p, fmt.Errorf("%q is not a path below the source's folder whose parts begin without a dot", text)
	}
	return p, nil
}

// parts tells which placeholders the pattern has.
func (p Pattern) parts() [3]bool { return p.has }

// String is the pattern's text.
func (p Pattern) String() string { return p.text }

// Prefix is what all names of the pattern begin with.
func (p Pattern) Prefix() string {
	if i := strings.IndexAny(p.text, "*{"); i >= 0 {
		return p.text[:i]
	}
	return p.text
}

// Match says whether a file of that name is one of the pattern's, and how new it
// is: of two orders the newer one is greater as text. A name whose date or time is
// none does not match.
func (p Pattern) Match(name string) (order string, ok bool) {
	m := p.exp.FindStringSubmatch(name)
	if m == nil {
		return "", false
	}
	var parts [3]string
	for i, known := range placeholders {
		if at := p.exp.SubexpIndex(known.name); at >= 0 {
			parts[i] = strings.NewReplacer("-", "", "_", "").Replace(m[at])
		}
	}
	if _, err := time.Parse("20060102", parts[0]); p.has[0] && err != nil {
		return "", false
	}
	if p.has[1] {
		parts[1] = (parts[1] + "00")[:6]
		if _, err := time.Parse("150405", parts[1]); err != nil {
			return "", false
		}
	}
	return fmt.Sprintf("%s %s %018s", parts[0], parts[1], parts[2]), true
}
