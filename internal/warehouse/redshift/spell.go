package redshift

import (
	"strings"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// spell writes a query of the common subset as Redshift is to read it. Both engines
// name functions alike; what differs are a few types, whose names both have and take
// for something else, words that are names in one and reserved in the other, and what a
// backslash means in a string. Comments are left out,
// and lines stay where they are. args stand in the place of parameters, each as it is
// to be written.
func spell(sql string, args []string) (string, error) {
	s := speller{tokens: duckdb.Tokens(sql), args: args}
	for s.at < len(s.tokens) {
		if err := s.token(); err != nil {
			return "", err
		}
	}
	return s.out.String(), nil
}

// withArguments is a query with its arguments written into it, and nothing else
// changed but that comments are left out.
func withArguments(sql string, args []string) string {
	s := speller{args: args}
	for _, t := range duckdb.Tokens(sql) {
		switch t.Kind { //nolint:exhaustive // the rest stay
		case duckdb.Blank:
			s.blank(t.Text)
		case duckdb.Param:
			s.out.WriteString(s.param(t.Text))
		default:
			s.out.WriteString(t.Text)
		}
	}
	return s.out.String()
}

// A speller goes through a query's tokens once.
type speller struct {
	tokens []duckdb.Token
	args   []string
	at     int
	out    strings.Builder
	last   string // token that was no blank, in lower case
	before string // the one before it
	casts  []bool // of each parenthesis that is open: whether it is that of a cast
}

func (s *speller) token() error {
	t := s.tokens[s.at]
	s.at++
	switch t.Kind {
	case duckdb.Blank:
		s.blank(t.Text)
		return nil
	case duckdb.Quoted:
		text, err := quotedText(t.Text)
		if err != nil {
			return err
		}
		s.out.WriteString(text)
	case duckdb.Param:
		s.out.WriteString(s.param(t.Text))
	case duckdb.Word:
		switch {
		case s.isType():
			s.out.WriteString(s.typeName(strings.ToLower(t.Text), t.Text))
		case s.isReserved(folded(t.Text)):
			s.out.WriteString(archwire.Quote(folded(t.Text)))
		default:
			s.out.WriteString(t.Text)
		}
	case duckdb.Other:
		s.parenthesis(t.Text)
		s.out.WriteString(t.Text)
	}
	s.before, s.last = s.last, strings.ToLower(t.Text)
	return nil
}

// blank writes white space, and no comment: nothing in one is for the engine to read.
func (s *speller) blank(text string) {
	if strings.TrimSpace(text) == "" {
		s.out.WriteString(text)
		return
	}
	s.out.WriteString(" " + strings.Repeat("\n", strings.Count(text, "\n")))
}

// param is the argument that a parameter stands for. One without argument stays, for
// the engine to complain of.
func (s *speller) param(text string) string {
	n := 0
	for _, c := range text[1:] {
		if n = n*10 + int(c-'0'); n > len(s.args) {
			return text
		}
	}
	if n == 0 {
		return text
	}
	return s.args[n-1]
}

// parenthesis keeps count of those that are open.
func (s *speller) parenthesis(text string) {
	switch {
	case text == "(":
		s.casts = append(s.casts, s.last == "cast")
	case text == ")" && len(s.casts) > 0:
		s.casts = s.casts[:len(s.casts)-1]
	}
}

// isType says whether the next word names a type: behind :: or AS in a cast.
func (s *speller) isType() bool {
	return s.last == ":" && s.before == ":" || s.last == "as" && len(s.casts) > 0 && s.casts[len(s.casts)-1]
}

// spelled are names of types that Redshift reads otherwise, or not at all, when no size
// follows. Amazon Redshift Database Developer Guide, Data types: FLOAT is of 8 bytes,
// VARCHAR has 256 bytes and DECIMAL no fraction where nothing else is said.
var spelled = map[string]string{
	"float": "real", "varchar": longText, "text": longText, "string": longText, "json": longText, "uuid": longText,
	"decimal": "decimal(18,3)", "numeric": "decimal(18,3)", "hugeint": "decimal(38,0)", "tinyint": "smallint", "datetime": "timestamp",
	"blob": "varbyte", "bytea": "varbyte", "binary": "varbyte", "double": "double precision",
}

const longText = "varchar(65535)"

// typeName spells the type that a word names.
func (s *speller) typeName(name, written string) string {
	switch next := s.next(); {
	case next == "(" && (name == "decimal" || name == "numeric"):
		s.widen()
		return written
	case next == "(", name == "double" && next == "precision":
		return written
	}
	if t, ok := spelled[name]; ok {
		return t
	}
	return written
}

// next is the token that comes next, but for blanks, in lower case.
func (s *speller) next() string {
	for _, t := range s.tokens[s.at:] {
		if t.Kind != duckdb.Blank {
			return strings.ToLower(t.Text)
		}
	}
	return ""
}

// widen makes a precision of 19 one of 20: Redshift keeps 19 digits in 8 bytes, which
// not all numbers of 19 digits fit (Numeric types).
func (s *speller) widen() {
	for i, seen := s.at, false; i < len(s.tokens); i++ {
		switch t := s.tokens[i]; {
		case t.Kind == duckdb.Blank:
		case t.Text == "(" && !seen:
			seen = true
		case t.Text == "19":
			s.tokens[i].Text = "20"
			return
		default:
			return
		}
	}
}

// quotedText writes a string or a quoted name. A name is written in lower case: a view
// that Redshift refreshes by itself is read under the settings of the parameter group,
// which may keep the case of what stands in quotes (enable_case_sensitive_identifier, Usage
// notes). A backslash in a string is one for the embedded engine and may begin an escape
// for Redshift: it is written by its number.
func quotedText(text string) (string, error) {
	switch {
	case text[0] == '"':
		return folded(text), nil
	case text[0] != '\'':
		return "", &archwire.Error{
			Code: archwire.Invalid, Message: "Redshift has no strings of the form E'...' and $$...$$", Hint: "Write '...', with quotes within doubled.",
		}
	case strings.Contains(text, "\x00"):
		return "", &archwire.Error{Code: archwire.Invalid, Message: "Redshift holds no text with the character of number 0", Hint: "Leave it out."}
	case !strings.Contains(text, `\`):
		return text, nil
	}
	return "(" + strings.ReplaceAll(text, `\`, "' || CHR(92) || '") + ")", nil
}
