package redshift

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"archwire"
)

// bind writes a query's arguments into its text, each as a constant of its type: the
// simple protocol knows no parameters. A parameter without argument stays, for
// Redshift to complain of.
func bind(text string, args []any) (string, error) {
	constants := make([]string, len(args))
	for i, a := range args {
		c, err := constant(a)
		if err != nil {
			return "", &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("argument $%d of a query: %v", i+1, err), Err: err}
		}
		constants[i] = c
	}
	var out strings.Builder
	for text != "" {
		piece, parameter := nextPiece(text)
		if parameter > 0 && parameter <= len(constants) {
			out.WriteString(constants[parameter-1])
		} else {
			out.WriteString(piece)
		}
		text = text[len(piece):]
	}
	return out.String(), nil
}

var parameterForm = regexp.MustCompile(`^\$([0-9]+)`)

// nextPiece is what text begins with: a constant, a name in quotes, a comment, a
// parameter with its number, or text up to the next of these.
func nextPiece(text string) (piece string, parameter int) {
	switch {
	case text[0] == '\'' || text[0] == '"':
		return text[:quotedEnd(text)], 0
	case strings.HasPrefix(text, "--"):
		if end := strings.IndexByte(text, '\n'); end >= 0 {
			return text[:end], 0
		}
		return text, 0
	case strings.HasPrefix(text, "/*"):
		if end := strings.Index(text, "*/"); end >= 0 {
			return text[:end+2], 0
		}
		return text, 0
	}
	if m := parameterForm.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = 0
		}
		return m[0], n
	}
	if end := strings.IndexAny(text[1:], `'"-/$`); end >= 0 {
		return text[:end+1], 0
	}
	return text, 0
}

// quotedEnd is where what is in quotes at the start of text ends. A quote written twice
// ends it and begins it again, which comes to the same.
func quotedEnd(text string) int {
	for i := 1; i < len(text); i++ {
		if text[i] == '\\' && text[0] == '\'' {
			i++
		} else if text[i] == text[0] {
			return i + 1
		}
	}
	return len(text)
}

// constant is the SQL of an argument.
func constant(a any) (string, error) {
	switch a := a.(type) {
	case string:
		if err := textFits(a); err != nil {
			return "", err
		}
		return "CAST(" + literal(a) + " AS VARCHAR(65535))", nil
	case int64:
		return bigint(a), nil
	case bool:
		return strconv.FormatBool(a), nil
	case time.Time:
		return instant(a), nil
	case archwire.Day:
		_, err := archwire.ParseDay(string(a))
		return "CAST(" + literal(string(a)) + " AS DATE)", err
	case archwire.Number:
		t, err := numberType(a)
		if err != nil {
			return "", err
		}
		name, err := columnType(t)
		return "CAST(" + literal(string(a)) + " AS " + name + ")", err
	}
	return "", fmt.Errorf("a %T is not a kind of argument", a)
}

var numberForm = regexp.MustCompile(`^[+-]?(\d*)(?:\.(\d*))?$`)

// numberType is the smallest decimal type that holds n.
func numberType(n archwire.Number) (archwire.Type, error) {
	m := numberForm.FindStringSubmatch(string(n))
	if m == nil || m[1]+m[2] == "" {
		return archwire.Type{}, fmt.Errorf("it is not a number of the form 1284.50")
	}
	scale := len(m[2])
	precision := max(len(strings.TrimLeft(m[1], "0"))+scale, 1)
	if precision > 38 {
		return archwire.Type{}, fmt.Errorf("it has more than 38 digits")
	}
	return archwire.Type{Kind: archwire.Decimal, Precision: precision, Scale: scale}, nil
}
