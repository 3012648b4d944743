package redshift

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"archwire"
)

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
