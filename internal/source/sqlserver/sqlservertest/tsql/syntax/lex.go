package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

type kind int

const (
	end kind = iota
	word
	quoted   // a name in brackets or double quotes
	variable // @name or @@name
	number
	hexadecimal
	text
	wideText
	sign
)

type token struct {
	kind kind
	text string // as written; of names and texts without their quotes
	line int32
	from int // where it begins in the batch
}

// lexer divides a batch into tokens ("Transact-SQL syntax conventions",
// "Database identifiers", "Constants").
type lexer struct {
	src  string
	at   int
	line int32
}

func lex(src string) []token {
	l := &lexer{src: src, line: 1}
	var tokens []token
	for {
		t := l.next()
		tokens = append(tokens, t)
		if t.kind == end {
			return tokens
		}
	}
}

func fail(number int32, line int32, format string, args ...any) {
	panic(&wire.Error{Number: number, State: 1, Severity: 15, Message: fmt.Sprintf(format, args...), Line: line})
}

func (l *lexer) next() token {
	l.blank()
	t := token{line: l.line, from: l.at}
	if l.at >= len(l.src) {
		return t
	}
	c := l.src[l.at]
	switch {
	case c == '\'':
		t.kind, t.text = text, l.until('\'', "character string")
	case (c == 'N' || c == 'n') && l.peek(1) == '\'':
		l.at++
		t.kind, t.text = wideText, l.until('\'', "character string")
	case c == '[':
		t.kind, t.text = quoted, l.until(']', "quoted identifier")
	case c == '"':
		t.kind, t.text = quoted, l.until('"', "quoted identifier")
	case c == '0' && (l.peek(1) == 'x' || l.peek(1) == 'X'):
		l.at += 2
		t.kind, t.text = hexadecimal, l.take(func(r rune) bool { return r < 0x80 && strings.ContainsRune("0123456789abcdefABCDEF", r) })
	case isDigit(c) || c == '.' && isDigit(l.peek(1)):
		t.kind, t.text = number, l.number()
	case c == '@':
		t.kind, t.text = variable, l.take(inName)
	case c == '%' && strings.HasPrefix(strings.ToLower(l.src[l.at:]), "%%physloc%%"):
		l.at += len("%%physloc%%")
		t.kind, t.text = quoted, "%%physloc%%"
	default:
		if r, _ := utf8.DecodeRuneInString(l.src[l.at:]); unicode.IsLetter(r) || r == '_' || r == '#' {
			t.kind, t.text = word, l.take(inName)
			return t
		}
		t.kind, t.text = sign, l.sign()
	}
	return t
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '@' || r == '#' || r == '$'
}

func (l *lexer) peek(n int) byte {
	if l.at+n < len(l.src) {
		return l.src[l.at+n]
	}
	return 0
}

// blank skips white space and comments; comments in /* */ nest.
func (l *lexer) blank() {
	for l.at < len(l.src) {
		switch r, n := utf8.DecodeRuneInString(l.src[l.at:]); {
		case r == '\n':
			l.line++
			l.at++
		case unicode.IsSpace(r) || r == 0xFEFF:
			l.at += n
		case strings.HasPrefix(l.src[l.at:], "--"):
			for l.at < len(l.src) && l.src[l.at] != '\n' {
				l.at++
			}
		case strings.HasPrefix(l.src[l.at:], "/*"):
			l.comment()
		default:
			return
		}
	}
}

func (l *lexer) comment() {
	line := l.line
	for depth := 0; ; l.at++ {
		switch {
		case l.at >= len(l.src):
			fail(113, line, "Missing end comment mark '*/'.")
		case strings.HasPrefix(l.src[l.at:], "/*"):
			depth++
			l.at++
		case strings.HasPrefix(l.src[l.at:], "*/"):
			depth--
			l.at++
			if depth == 0 {
				l.at++
				return
			}
		case l.src[l.at] == '\n':
			l.line++
		}
	}
}

// until reads to the closing quote, which is doubled inside.
func (l *lexer) until(closing byte, what string) string {
	line := l.line
	l.at++
	var b strings.Builder
	for l.at < len(l.src) {
		c := l.src[l.at]
		if c == closing {
			if l.peek(1) != closing {
				l.at++
				return b.String()
			}
			l.at++
		}
		if c == '\n' {
			l.line++
		}
		b.WriteByte(c)
		l.at++
	}
	fail(105, line, "Unclosed quotation mark after the %s '%s'.", what, b.String())
	return ""
}

func (l *lexer) take(in func(rune) bool) string {
	from := l.at
	for l.at < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[l.at:])
		if !in(r) {
			break
		}
		l.at += n
	}
	return l.src[from:l.at]
}

func (l *lexer) number() string {
	from := l.at
	digits := func() {
		for isDigit(l.peek(0)) {
			l.at++
		}
	}
	digits()
	if l.peek(0) == '.' {
		l.at++
		digits()
	}
	if c := l.peek(0); c == 'e' || c == 'E' {
		back := l.at
		l.at++
		if c := l.peek(0); c == '+' || c == '-' {
			l.at++
		}
		if !isDigit(l.peek(0)) && l.at == back+1 {
			return l.src[from:l.at] // 1e is 1e0
		}
		digits()
	}
	return l.src[from:l.at]
}

func (l *lexer) sign() string {
	for _, two := range []string{"<>", "!=", ">=", "<=", "!<", "!>", "+=", "-=", "*=", "/=", "%=", "::", "||"} {
		if strings.HasPrefix(l.src[l.at:], two) {
			l.at += 2
			return two
		}
	}
	_, n := utf8.DecodeRuneInString(l.src[l.at:])
	l.at += n
	return l.src[l.at-n : l.at]
}
