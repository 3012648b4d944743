package redshifttest

import (
	"fmt"
	"strings"
)

// A cursor reads a statement's tokens from the first to the last.
type cursor struct {
	tokens []token
	at     int
}

// peek is the token that comes n tokens on; beyond the end, one that is nothing.
func (c *cursor) peek(n int) token {
	if c.at+n < len(c.tokens) {
		return c.tokens[c.at+n]
	}
	return token{kind: mark}
}

func (c *cursor) end() bool { return c.at >= len(c.tokens) }

func (c *cursor) next() token {
	t := c.peek(0)
	c.at++
	return t
}

// take goes past certain words if they come next.
func (c *cursor) take(words string) bool {
	list := strings.Fields(words)
	for i, w := range list {
		if !c.peek(i).is(w) {
			return false
		}
	}
	c.at += len(list)
	return true
}

// must goes past certain words, which have to come.
func (c *cursor) must(words string) error {
	if c.take(words) {
		return nil
	}
	return c.unexpected()
}

// unexpected is the error of a token that no form has there.
func (c *cursor) unexpected() error {
	if c.end() {
		return failed("42601", "syntax error at end of input", "SQL commands")
	}
	return failed("42601", fmt.Sprintf("syntax error at or near %q", c.peek(0).text), "SQL commands")
}

// rest is what has not been read.
func (c *cursor) rest() []token {
	if c.end() {
		return nil
	}
	return c.tokens[c.at:]
}

// string reads a string.
func (c *cursor) string() (string, error) {
	if c.peek(0).kind != text {
		return "", c.unexpected()
	}
	return c.next().value(), nil
}

// table reads a table's name: [schema.]name.
func (c *cursor) table() (relation, error) {
	var parts []string
	for {
		t := c.peek(0)
		if t.kind != word && t.kind != quoted {
			return relation{}, c.unexpected()
		}
		parts = append(parts, c.next().name())
		if !c.take(".") {
			break
		}
	}
	switch len(parts) {
	case 1:
		return relation{name: parts[0]}, nil
	case 2:
		return relation{parts[0], parts[1]}, nil
	}
	return relation{}, refusedf("names of three parts: the adapter keeps to its database", "Querying data across databases")
}

// group reads what stands in parentheses, without them.
func (c *cursor) group() ([]token, error) {
	if !c.peek(0).is("(") {
		return nil, c.unexpected()
	}
	n := matching(c.rest())
	if n < 0 {
		return nil, failed("42601", "syntax error at end of input", "SQL commands")
	}
	inside := c.tokens[c.at+1 : c.at+n]
	c.at += n + 1
	return inside, nil
}

// matching is the place of the parenthesis that closes the first token, or -1.
func matching(tokens []token) int {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// split cuts tokens at a mark or word that is in no parentheses.
func split(tokens []token, at string) [][]token {
	var out [][]token
	depth, from := 0, 0
	for i, t := range tokens {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.is(at):
			out = append(out, tokens[from:i])
			from = i + 1
		}
	}
	return append(out, tokens[from:])
}

// written is the SQL of tokens.
func written(tokens []token) string {
	var out strings.Builder
	for _, t := range tokens {
		out.WriteString(t.lead)
		out.WriteString(t.text)
	}
	return out.String()
}

// A relation is the name of a table or view.
type relation struct {
	schema string // "" if the statement does not say
	name   string
}

func (r relation) String() string {
	if r.schema == "" {
		return ident(r.name)
	}
	return ident(r.schema) + "." + ident(r.name)
}

func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(s string) string {
	if !strings.Contains(s, `\`) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return "E'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(s) + "'"
}
