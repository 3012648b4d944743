package duckdb

// A Token is a piece of SQL as the engine reads it. Pieces joined again are the text
// they came from.
type Token struct {
	Kind TokenKind
	Text string
}

// A TokenKind is what a piece of SQL is.
type TokenKind = tokenKind

// The kinds of tokens.
const (
	Blank  = blank  // white space or a comment
	Word   = word   // an unquoted identifier or keyword
	Quoted = quoted // a string or a quoted identifier
	Param  = param  // $1
	Other  = other  // a number or one character of punctuation
)

// Tokens cuts SQL into its pieces. It never fails: what it cannot read it hands on to
// the parser, which says so better.
func Tokens(sql string) []Token {
	var out []Token
	for _, t := range lex(sql) {
		out = append(out, Token{t.kind, t.text})
	}
	return out
}
