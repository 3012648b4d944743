package project

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"archwire"
)

// A form is what a text may look like.
type form struct {
	pattern string // a regular expression; "" admits every text
	says    string // what would be right
}

func (f form) ok(s string) bool { return f.pattern == "" || compiled(f.pattern).MatchString(s) }

// patterns are the compiled ones, by their text: a project has thousands of names of a
// few forms, and compiling one takes longer than to read the file that it stands in.
var patterns sync.Map

func compiled(pattern string) *regexp.Regexp {
	if exp, ok := patterns.Load(pattern); ok {
		return exp.(*regexp.Regexp)
	}
	exp, _ := patterns.LoadOrStore(pattern, regexp.MustCompile(pattern))
	return exp.(*regexp.Regexp)
}

func anyText() form { return form{says: "text"} }

// name is the form of what becomes a schema, table or path of the API.
func name() form {
	return form{
		pattern: `^[a-z][a-z0-9_]{0,62}$`,
		says:    "lower-case letters, digits and _, beginning with a letter, at most 63 characters",
	}
}

// underContract is the form of a dataset's name, with the number of an older
// contract behind it or not.
func underContract() form {
	return form{
		pattern: `^[a-z][a-z0-9_]{0,62}(@[1-9][0-9]{0,8})?$`,
		says:    name().says + "; behind it @ and the number of an older contract",
	}
}

// relation is the form of the name of a copied table or model.
func relation() form {
	return form{
		pattern: `^[a-z][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$`,
		says:    "source.table or folder.model",
	}
}

// text is a text of some form.
type text struct {
	into *string
	form form
}

func (v text) words() string { return v.form.says }

func (v text) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	if !v.form.ok(s) {
		d.complain(n, path, "%q will not do; write %s", s, v.form.says)
		return
	}
	*v.into = s
}

// choice is one of a few words.
type choice[T ~string] struct {
	into *T
	what string // what the words are: "sync mode"
	of   []T
}

func (v choice[T]) texts() []string {
	texts := make([]string, len(v.of))
	for i, o := range v.of {
		texts[i] = string(o)
	}
	return texts
}

func (v choice[T]) words() string { return or(v.texts()) }

func (v choice[T]) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	if !slices.Contains(v.of, T(s)) {
		d.complain(n, path, "%q is not %s; use %s", s, article(v.what), or(v.texts()))
		*v.into = "" // not the default: nothing is known
		return
	}
	*v.into = T(s)
}

// integer is a whole number of at least min.
type integer struct {
	into *int
	min  int
}

func (v integer) words() string { return "a whole number of at least " + strconv.Itoa(v.min) }

func (v integer) decode(d *decoder, n *yaml.Node, path string) {
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || i < v.min || i > 1<<30 {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = i
}

// boolean is true or false.
type boolean struct{ into *bool }

func (v boolean) words() string { return "true or false" }

func (v boolean) decode(d *decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		d.complain(n, path, "is %s, not true or false", describe(n))
		return
	}
	*v.into = strings.EqualFold(n.Value, "true")
}

// duration is a length of time: 90s, 15m.
type duration struct{ into *time.Duration }

func (v duration) words() string { return "a length of time such as 90s, 15m or 1h" }

func (v duration) decode(d *decoder, n *yaml.Node, path string) {
	t, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || t <= 0 {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = t
}

// day is a calendar date.
type day struct{ into *archwire.Day }

func (v day) words() string { return "a date such as 2027-06-30" }

func (v day) decode(d *decoder, n *yaml.Node, path string) {
	parsed, err := archwire.ParseDay(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = parsed
}

// list is a list of texts, each once.
type list struct {
	into *[]string
	what string // what an element is: "column"
}

func (v list) words() string { return "a list of " + v.what + "s" }

func (v list) decode(d *decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.SequenceNode {
		d.complain(n, path, "is %s, not a list; write [a, b]", describe(n))
		return
	}
	out := make([]string, 0, len(n.Content))
	for i, e := range n.Content {
		at := element(path, i)
		d.lines[at] = e.Line
		s, ok := d.text(e, at)
		switch {
		case !ok:
		case slices.Contains(out, s):
			d.complain(e, at, "%s is there twice; keep one", s)
		default:
			out = append(out, s)
		}
	}
	*v.into = out
}
