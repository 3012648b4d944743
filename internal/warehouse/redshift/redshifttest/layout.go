package redshifttest

import "slices"

// A layout is how a table lies on the cluster's nodes (CREATE TABLE, table
// attributes). It is read and checked; PostgreSQL has nothing of it.
type layout struct {
	style string // auto, even, key or all
	dist  string
	sort  []string
}

// read reads the attributes behind a table's columns; columns are nil where they are
// not known.
func (l *layout) read(c *cursor, columns []string) error {
	for !c.end() {
		known, err := l.attribute(c)
		if err != nil {
			return err
		}
		if !known {
			break
		}
	}
	if l.dist != "" && l.style != "" && l.style != "key" {
		return failed("42601", "Cannot specify DISTKEY with DISTSTYLE other than KEY", "CREATE TABLE")
	}
	if l.style == "key" && l.dist == "" {
		return failed("42601", "DISTKEY column must be specified for DISTSTYLE KEY", "CREATE TABLE")
	}
	if len(l.sort) > 400 {
		return failed("54011", "a compound sort key can have 400 columns at the most", "CREATE TABLE")
	}
	for _, name := range append(slices.Clip(l.sort), l.dist) {
		if name != "" && columns != nil && !slices.Contains(columns, name) {
			return failed("42703", "column \""+name+"\" named in key does not exist", "CREATE TABLE")
		}
	}
	return nil
}

// without refuses columns of VARBYTE as keys (VARBYTE type, limitations).
func (l layout) without(binary []string) error {
	for _, name := range append(slices.Clip(l.sort), l.dist) {
		if slices.Contains(binary, name) {
			return failed("0A000", "column \""+name+"\" of type varbyte cannot be a DISTKEY or SORTKEY", "VARBYTE type")
		}
	}
	return nil
}

// attribute reads one; it is not known if something else comes next.
func (l *layout) attribute(c *cursor) (known bool, err error) {
	switch {
	case c.take("backup yes"), c.take("backup no"), c.take("sortkey auto"), c.take("encode auto"):
		return true, nil
	case c.take("diststyle"):
		l.style = c.next().lower()
		if !slices.Contains([]string{"auto", "even", "key", "all"}, l.style) {
			return false, failed("42601", "syntax error in DISTSTYLE", "CREATE TABLE")
		}
		return true, nil
	case c.take("distkey"):
		names, err := c.names()
		if err != nil || len(names) != 1 {
			return false, orUnexpected(c, err)
		}
		l.dist = names[0]
		return true, nil
	case c.take("compound sortkey"), c.take("interleaved sortkey"), c.take("sortkey"):
		l.sort, err = c.names()
		return true, err
	}
	return false, nil
}

// names reads (name, ...).
func (c *cursor) names() ([]string, error) {
	inside, err := c.group()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, one := range split(inside, ",") {
		if len(one) != 1 || one[0].kind != word && one[0].kind != quoted {
			return nil, failed("42601", "syntax error in a list of names", "SQL commands")
		}
		out = append(out, one[0].name())
	}
	return out, nil
}
