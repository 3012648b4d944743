package duckdb

import "strings"

// A token is a piece of SQL. Pieces joined again are the text they came from.
type token struct {
	kind tokenKind
	text string
}

type tokenKind uint8

const (
	blank  tokenKind = iota // white space or a comment
	word                    // an unquoted identifier or keyword
	quoted                  // a string or a quoted identifier
	param                   // $1
	other                   // a number or one character of punctuation
)

// lex cuts SQL into tokens. It never fails: what it cannot read it hands on to
// the parser, which says so better.
func lex(sql string) []token {
	var tokens []token
	for len(sql) > 0 {
		kind, n := next(sql)
		tokens = append(tokens, token{kind, sql[:n]})
		sql = sql[n:]
	}
	return tokens
}

// next is the kind and length of the first token of sql, which is not empty.
func next(sql string) (tokenKind, int) {
	switch c := sql[0]; {
	case strings.IndexByte(" \t\r\n\f\v", c) >= 0:
		return blank, 1
	case strings.HasPrefix(sql, "--"):
		return blank, until(sql, "\n", 2)
	case strings.HasPrefix(sql, "/*"):
		return blank, comment(sql)
	case (c == 'e' || c == 'E') && strings.HasPrefix(sql[1:], "'"):
		return quoted, 1 + escaped(sql[1:])
	case c == '\'' || c == '"':
		return quoted, quotedBy(sql, c)
	case letter(c):
		return word, span(sql, func(c byte) bool { return letter(c) || digit(c) || c == '$' })
	case digit(c):
		return other, span(sql, func(c byte) bool { return letter(c) || digit(c) || c == '.' })
	case c == '$' && len(sql) > 1 && digit(sql[1]):
		return param, 1 + span(sql[1:], digit)
	case c == '$':
		return dollar(sql)
	}
	return other, 1
}

func letter(c byte) bool { return c == '_' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }

func span(s string, in func(byte) bool) int {
	for i := range len(s) {
		if !in(s[i]) {
			return i
		}
	}
	return len(s)
}

// until is the length of s up to and with the first end at or after from.
func until(s, end string, from int) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// comment is the length of a /* comment */; such comments nest.
func comment(s string) int {
	depth := 0
	for i := 0; i < len(s)-1; i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(s)
}

// quotedBy is the length of a text between quotes, in which two stand for one.
func quotedBy(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		if i+1 < len(s) && s[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return len(s)
}

// escaped is quotedBy for a string in which a backslash hides a quote.
func escaped(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return len(s)
}

// dollar reads $tag$ text $tag$; a lone dollar is punctuation.
func dollar(s string) (tokenKind, int) {
	n := span(s[1:], func(c byte) bool { return letter(c) || digit(c) })
	if 1+n >= len(s) || s[1+n] != '$' {
		return other, 1
	}
	tag := s[:n+2]
	return quoted, until(s, tag, len(tag))
}

// join puts tokens together again.
func join(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.text)
	}
	return b.String()
}

// is says whether t is a keyword, in any case.
func (t token) is(keyword string) bool { return t.kind == word && strings.EqualFold(t.text, keyword) }

// literal writes a string constant.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
