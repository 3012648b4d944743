package duckdb

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"archwire"
)

var numberForm = regexp.MustCompile(`^[+-]?(\d*)(?:\.(\d*))?$`)

// bind writes a query's arguments into its text, each as a constant of its type.
//
// DuckDB plans a query that has parameters twice, before and after it knows
// their values, which is a quarter of the time of a query over a slice; and the
// driver has no decimals to bind.
func bind(q archwire.Query) (string, error) {
	return write(lex(trimmed(q.SQL)), q.Args)
}

// write joins tokens, with arguments in the place of parameters. A parameter
// without argument stays, for DuckDB to complain of.
func write(tokens []token, args []any) (string, error) {
	constants := make([]string, len(args))
	for i, a := range args {
		c, err := constant(a)
		if err != nil {
			return "", &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("argument $%d of a query: %v", i+1, err), Err: err}
		}
		constants[i] = c
	}
	var b strings.Builder
	for _, t := range tokens {
		if t.kind == param {
			if n, err := strconv.Atoi(t.text[1:]); err == nil && n >= 1 && n <= len(constants) {
				b.WriteString(constants[n-1])
				continue
			}
		}
		b.WriteString(t.text)
	}
	return b.String(), nil
}

// constant is the SQL of an argument.
func constant(a any) (string, error) {
	switch a := a.(type) {
	case string:
		return textConstant(a), nil
	case int64:
		return typed(strconv.FormatInt(a, 10), "BIGINT"), nil
	case bool:
		return typed(strconv.FormatBool(a), "BOOLEAN"), nil
	case time.Time:
		return typed(a.UTC().Format("2006-01-02 15:04:05.999999+00"), "TIMESTAMPTZ"), nil
	case archwire.Day:
		_, err := archwire.ParseDay(string(a))
		return typed(string(a), "DATE"), err
	case archwire.Number:
		t, err := numberType(a)
		return typed(string(a), t), err
	}
	return "", fmt.Errorf("a %T is not a kind of argument", a)
}

func typed(value, name string) string { return "CAST(" + literal(value) + " AS " + name + ")" }

// textConstant writes a text. DuckDB takes the query as a C string, which ends
// at the first NUL, so that one is written by its number.
func textConstant(s string) string {
	parts := strings.Split(s, "\x00")
	for i, p := range parts {
		parts[i] = literal(p)
	}
	return "(" + strings.Join(parts, " || chr(0) || ") + ")"
}

// numberType is the smallest decimal type that holds n.
func numberType(n archwire.Number) (string, error) {
	m := numberForm.FindStringSubmatch(string(n))
	if m == nil || m[1]+m[2] == "" {
		return "", fmt.Errorf("it is not a number of the form 1284.50")
	}
	scale := len(m[2])
	precision := max(len(strings.TrimLeft(m[1], "0"))+scale, 1)
	if precision > 38 {
		return "", fmt.Errorf("it has more than 38 digits")
	}
	return fmt.Sprintf("DECIMAL(%d,%d)", precision, scale), nil
}
