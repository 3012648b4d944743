package duckdb

import (
	"slices"
	"strings"
)

// dialect rewrites what DuckDB's grammar and macros cannot express of
// Redshift's SQL:
//
//	listagg(x, ',') within group (order by y)   listagg(x, ',' order by y)
//	to_char(t, 'YYYY-MM')                       strftime(cast(t as timestamp), '%Y-%m')
//	to_date(s, 'DD Mon YYYY')                   cast(strptime(s, '%d %b %Y') as date)
//
// What it cannot read it leaves, for the parser or a rule to complain of. Lines
// stay where they are, so that errors name the right one.
func dialect(sql string) string {
	tokens := lex(sql)
	rewrite(tokens)
	return join(tokens)
}

// rewrite is dialect on tokens, in place: each stays where it is, or gives its text
// to one before it.
func rewrite(tokens []token) {
	for i, t := range slices.Backward(tokens) { // what is within a call comes first
		switch {
		case t.is("listagg"):
			listagg(tokens[i+1:])
		case t.is("to_char"):
			toChar(tokens[i:])
		case t.is("to_date"):
			fromChar(tokens[i:], "DATE")
		case t.is("to_timestamp"):
			fromChar(tokens[i:], "TIMESTAMPTZ")
		}
	}
}

// toChar rewrites a call in place; tokens begin with its name.
func toChar(tokens []token) {
	value, format, last := formatted(tokens)
	if last < 0 {
		return
	}
	// The value may be written several times; its lines count once.
	again := "CAST(" + strings.ReplaceAll(value, "\n", " ") + " AS TIMESTAMP)"
	replace(tokens[:last+1], written(again, format))
}

// fromChar rewrites a call in place; tokens begin with its name.
func fromChar(tokens []token, to string) {
	strict(tokens)
	value, format, last := formatted(tokens)
	if last < 0 {
		return
	}
	if f, ok := parsed(format); ok {
		replace(tokens[:last+1], "CAST(strptime("+strings.ReplaceAll(value, "\n", " ")+", '"+f+"') AS "+to+")")
	}
}

// strict drops a third argument TRUE from a call of to_date: it asks for an error
// where a date does not exist, and DuckDB always gives one.
func strict(tokens []token) {
	last := closing(tokens, skip(tokens, 1))
	if last < 0 {
		return
	}
	truth := skipBack(tokens, last-1)
	comma := skipBack(tokens, truth-1)
	if truth > 0 && comma > 0 && tokens[truth].is("true") && tokens[comma].text == "," {
		tokens[truth], tokens[comma] = token{kind: blank}, token{kind: blank}
	}
}

// skipBack is the index of the last token up to i that is not blank.
func skipBack(tokens []token, i int) int {
	for i >= 0 && tokens[i].kind == blank {
		i--
	}
	return i
}

// formatted takes a call of a value and a constant format apart. last is the
// index of the closing parenthesis, -1 if the call is of another form.
func formatted(tokens []token) (value string, format []pattern, last int) {
	open := skip(tokens, 1)
	last = closing(tokens, open)
	if last < 0 {
		return "", nil, -1
	}
	end := skipBack(tokens, last-1)
	comma := skipBack(tokens, end-1)
	if comma <= open || tokens[comma].text != "," || tokens[end].kind != quoted || tokens[end].text[0] != '\'' {
		return "", nil, -1
	}
	constant := tokens[end].text
	format, ok := split(strings.ReplaceAll(constant[1:len(constant)-1], "''", "'"))
	if !ok {
		return "", nil, -1
	}
	return join(tokens[open+1 : comma]), format, last
}

// replace puts text in the place of tokens and keeps their lines.
func replace(tokens []token, text string) {
	lines := strings.Count(join(tokens), "\n")
	for i := range tokens {
		tokens[i] = token{kind: blank}
	}
	tokens[0] = token{other, text + strings.Repeat("\n", lines)}
}

// listagg rewrites a call in place; tokens begin behind its name. What is not
// of the form is left for the parser to complain of.
func listagg(tokens []token) {
	open := skip(tokens, 0)
	last := closing(tokens, open)
	if last < 0 {
		return
	}
	if !hasComma(tokens[open+1 : last]) {
		// Without a delimiter Redshift puts nothing between, DuckDB a comma.
		tokens[last].text = ", '')"
	}
	within := skip(tokens, last+1)
	group := skip(tokens, within+1)
	order := skip(tokens, group+1)
	end := closing(tokens, order)
	if end < 0 || !tokens[within].is("within") || !tokens[group].is("group") {
		return
	}
	tokens[last].text = tokens[last].text[:len(tokens[last].text)-1] + " "
	for _, i := range []int{within, group, order} {
		tokens[i].text = ""
	}
}

// skip is the index of the first token from i on that is not blank.
func skip(tokens []token, i int) int {
	for i < len(tokens) && tokens[i].kind == blank {
		i++
	}
	return i
}

// closing is the index of the parenthesis that closes the one at i; -1 if there
// is none.
func closing(tokens []token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch {
		case tokens[i].kind == other && tokens[i].text == "(":
			depth++
		case tokens[i].kind == other && tokens[i].text == ")":
			depth--
		}
		if depth == 0 {
			if tokens[i].text == ")" {
				return i
			}
			return -1
		}
	}
	return -1
}

// hasComma says whether there is a comma outside parentheses.
func hasComma(tokens []token) bool {
	depth := 0
	for _, t := range tokens {
		if t.kind != other {
			continue
		}
		switch t.text {
		case "(":
			depth++
		case ")":
			depth--
		case ",":
			if depth == 0 {
				return true
			}
		}
	}
	return false
}
