package redshifttest

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The kinds of tokens.
type kind int

const (
	word   kind = iota // a keyword, or a name without quotes
	quoted             // a name in quotes
	text               // a string
	number
	mark // an operator or a punctuation mark
)

// A token is a piece of a statement.
type token struct {
	kind kind
	lead string // the white space and comments before it
	text string // as it is written
}

// is says whether the token is a certain word or mark.
func (t token) is(s string) bool {
	return (t.kind == word || t.kind == mark) && strings.EqualFold(t.text, s)
}

// lower is a word's text in lower case.
func (t token) lower() string {
	if t.kind != word {
		return ""
	}
	return strings.ToLower(t.text)
}

// name is what an identifier stands for: without quotes it is lower case.
func (t token) name() string {
	if t.kind == quoted {
		return strings.ReplaceAll(t.text[1:len(t.text)-1], `""`, `"`)
	}
	return lowered(t.text)
}

// lowered is a text with letters of ASCII in lower case.
func lowered(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// value is what a string stands for. A backslash escapes in every string, as in
// PostgreSQL 8.0, from which Redshift comes (LIKE, Examples, doubles it).
func (t token) value() string {
	var out strings.Builder
	for s := t.text[1 : len(t.text)-1]; s != ""; {
		switch {
		case strings.HasPrefix(s, "''"):
			out.WriteByte('\'')
			s = s[2:]
		case s[0] == '\\' && len(s) > 1:
			c := s[1]
			if i := strings.IndexByte("bfnrt", c); i >= 0 {
				c = "\b\f\n\r\t"[i]
			}
			out.WriteByte(c)
			s = s[2:]
		default:
			out.WriteByte(s[0])
			s = s[1:]
		}
	}
	return out.String()
}

// lex cuts SQL into tokens.
func lex(sql string) ([]token, error) {
	var out []token
	for sql != "" {
		lead := blank(sql)
		sql = sql[len(lead):]
		if sql == "" {
			break
		}
		kind, n := piece(sql)
		if n == 0 {
			return nil, failed("42601", fmt.Sprintf("syntax error: unterminated text at %.20q", sql), "SQL reference")
		}
		out = append(out, token{kind: kind, lead: lead, text: sql[:n]})
		sql = sql[n:]
	}
	return out, nil
}

// blank is the white space and the comments that SQL begins with.
func blank(sql string) string {
	n := 0
	for n < len(sql) {
		rest := sql[n:]
		switch {
		case strings.ContainsRune(" \t\r\n", rune(rest[0])):
			n++
		case strings.HasPrefix(rest, "--"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				return sql
			}
			n += end
		case strings.HasPrefix(rest, "/*"):
			n += comment(rest)
		default:
			return sql[:n]
		}
	}
	return sql
}

// comment is the length of a comment, which may hold others.
func comment(sql string) int {
	depth, n := 0, 0
	for n < len(sql) {
		switch {
		case strings.HasPrefix(sql[n:], "/*"):
			depth++
			n += 2
		case strings.HasPrefix(sql[n:], "*/"):
			n += 2
			if depth--; depth == 0 {
				return n
			}
		default:
			n++
		}
	}
	return n
}

// piece is the kind and length of the first token; its length is 0 if it does not end.
func piece(sql string) (kind, int) {
	first, _ := utf8.DecodeRuneInString(sql)
	switch {
	case first == '\'':
		return text, closed(sql, '\'')
	case first == '"':
		return quoted, closed(sql, '"')
	case unicode.IsLetter(first) || first == '_':
		return word, run(sql, func(r rune) bool {
			return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '$' || r == '#'
		})
	case unicode.IsDigit(first), first == '.' && len(sql) > 1 && sql[1] >= '0' && sql[1] <= '9':
		return number, numeral(sql)
	}
	for _, m := range []string{"!~~*", "::", "<=", ">=", "<>", "!=", "||", "!~*", "!~", "~*", "->>", "->"} {
		if strings.HasPrefix(sql, m) {
			return mark, len(m)
		}
	}
	return mark, utf8.RuneLen(first)
}

// closed is the length of what stands between two equal quotes.
func closed(sql string, quote byte) int {
	for i := 1; i < len(sql); i++ {
		switch {
		case sql[i] == '\\' && quote == '\'':
			i++
		case sql[i] == quote && i+1 < len(sql) && sql[i+1] == quote:
			i++
		case sql[i] == quote:
			return i + 1
		}
	}
	return 0
}

func run(sql string, of func(rune) bool) int {
	for i, r := range sql {
		if !of(r) {
			return i
		}
	}
	return len(sql)
}

// numeral is the length of a number.
func numeral(sql string) int {
	n := run(sql, func(r rune) bool { return r >= '0' && r <= '9' || r == '.' })
	if rest := sql[n:]; len(rest) > 1 && (rest[0] == 'e' || rest[0] == 'E') {
		sign := 1
		if rest[1] == '-' || rest[1] == '+' {
			sign = 2
		}
		if digits := run(rest[sign:], func(r rune) bool { return r >= '0' && r <= '9' }); digits > 0 {
			return n + sign + digits
		}
	}
	return n
}
