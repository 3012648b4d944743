package duckdb

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

var numberForm = regexp.MustCompile(`^[+-]?(\d*)(?:\.(\d*))?$`)

// bind turns a query into the text and the arguments that DuckDB takes.
func bind(q archwire.Query) (string, []any, error) {
	args := make([]any, len(q.Args))
	casts := map[string]string{}
	for i, a := range q.Args {
		switch a := a.(type) {
		case string, int64, bool:
			args[i] = a
		case archwire.Day:
			if _, err := archwire.ParseDay(string(a)); err != nil {
				return "", nil, invalidArgument(i, err)
			}
			args[i] = duckdb.Typed(a.Time(), duckdb.TYPE_DATE)
		case time.Time:
			args[i] = duckdb.Typed(a.UTC(), duckdb.TYPE_TIMESTAMP_TZ)
		case archwire.Number:
			// The driver binds no decimals. As text with a cast in the query, the number
			// reaches DuckDB with all its digits.
			t, err := numberType(a)
			if err != nil {
				return "", nil, invalidArgument(i, err)
			}
			args[i] = string(a)
			casts["$"+strconv.Itoa(i+1)] = t
		default:
			return "", nil, invalidArgument(i, fmt.Errorf("a %T is not a kind of argument", a))
		}
	}
	return cast(trimmed(q.SQL), casts), args, nil
}

// cast writes a cast around the parameters named.
func cast(sql string, casts map[string]string) string {
	if len(casts) == 0 {
		return sql
	}
	tokens := lex(sql)
	for i, t := range tokens {
		if to, ok := casts[t.text]; ok && t.kind == param {
			tokens[i].text = "CAST(" + t.text + " AS " + to + ")"
		}
	}
	return join(tokens)
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

func invalidArgument(i int, err error) error {
	return &archwire.Error{
		Code: archwire.Invalid, Message: fmt.Sprintf("argument $%d of a query: %v", i+1, err), Err: err,
	}
}

// instant writes t so that DuckDB reads it to the microsecond.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999999+00") }
