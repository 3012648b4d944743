package sheet

import (
	"io"
	"regexp"
	"strings"
)

// decimal is what spreadsheets take for a number whatever it begins with.
var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// tame keeps spreadsheets from taking a text for a formula.
func tame(text string) string {
	if formula(text) {
		return "'" + text
	}
	return text
}

// formula says whether a spreadsheet could take a value for a formula. Some take signs of
// full width for their narrow ones.
func formula(text string) bool { return odd(text) && !decimal.MatchString(text) }

func odd(text string) bool {
	for _, first := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, first) {
			return true
		}
	}
	return false
}

// Tame returns a writer that hands CSV as RFC 4180 has it on to w, with an apostrophe
// before each value that a spreadsheet could take for a formula. All else stays as it is,
// byte for byte. It keeps at most the beginning of one value; Flush hands that on, too.
func Tame(w io.Writer) *Tamer { return &Tamer{to: w, start: true} }

// A Tamer is a writer that Tame returned.
type Tamer struct {
	to     io.Writer
	out    []byte
	head   []byte // of a value that may be a formula: its beginning
	start  bool   // of a value
	quoted bool
	held   bool // head is not decided
}

// mostNumber is how many bytes of a value are looked at to know a number.
const mostNumber = 100

// Write takes a part of the CSV.
func (t *Tamer) Write(b []byte) (int, error) {
	t.out = t.out[:0]
	for _, c := range b {
		t.take(c)
	}
	if _, err := t.to.Write(t.out); err != nil {
		return 0, err //nolint:wrapcheck // it is the writer's own
	}
	return len(b), nil
}

// Flush hands on what is kept.
func (t *Tamer) Flush() error {
	t.out = t.out[:0]
	t.decide()
	_, err := t.to.Write(t.out)
	return err //nolint:wrapcheck // it is the writer's own
}

func (t *Tamer) take(c byte) {
	if t.start {
		t.start = false
		if c == '"' {
			t.quoted = true
			t.out = append(t.out, c)
			t.held = true
			return
		}
		t.held = true
	}
	switch {
	case c == '"' && t.quoted: // the end, or the first of two
		t.decide()
		t.quoted = false
	case c == '"': // the second of two: the value goes on
		t.decide()
		t.quoted = true
	case !t.quoted && (c == ',' || c == '\n' || c == '\r'):
		t.decide()
		t.start = true
	case t.held:
		if t.head = append(t.head, c); len(t.head) > mostNumber {
			t.decide()
		}
		return
	}
	t.out = append(t.out, c)
}

// decide hands the beginning of a value on. What is in quotes is no number.
func (t *Tamer) decide() {
	number := !t.quoted && len(t.head) <= mostNumber && decimal.Match(t.head)
	if t.held && !number && odd(string(t.head)) {
		t.out = append(t.out, '\'')
	}
	t.out = append(t.out, t.head...)
	t.head, t.held = t.head[:0], false
}
