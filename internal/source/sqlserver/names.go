package sqlserver

import "strings"

// quote writes an identifier as T-SQL reads it to the letter, whatever
// QUOTED_IDENTIFIER is.
func quote(identifier string) string {
	return "[" + strings.ReplaceAll(identifier, "]", "]]") + "]"
}

// unicode writes text as a T-SQL literal of nvarchar.
func unicode(s string) string {
	return "N'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// both joins two conditions, either of which may be "".
func both(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return "(" + a + ") AND (" + b + ")"
}

// where is the clause of a condition that may be "".
func where(condition string) string {
	if condition == "" {
		return ""
	}
	return " WHERE " + condition
}
