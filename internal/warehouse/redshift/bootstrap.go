package redshift

import "strings"

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
