package statement

import "archwire"

// WriteAfter adds the condition that the key comes after the given one, column
// by column. The first column stands alone as well, so that a slice, which is
// sorted by its key, is read from the right place on.
func WriteAfter(s *Statement, key []archwire.DatasetColumn, after []string) {
	if len(key) == 0 {
		s.Write(" AND FALSE") // one row a tenant, and that was it
		return
	}
	names, values := make([]string, len(key)), make([]string, len(key))
	for i, k := range key {
		names[i], values[i] = Operand(k.Name, TypeOf(k)), s.Value(after[i], TypeOf(k))
	}
	s.Write(" AND ", names[0], " >= ", values[0], " AND (")
	for i := range key {
		if i > 0 {
			s.Write(" OR ")
		}
		s.Write("(")
		for j := range i {
			s.Write(names[j], " = ", values[j], " AND ")
		}
		s.Write(names[i], " > ", values[i], ")")
	}
	s.Write(")")
}

// OrderByKey sorts by the key.
func OrderByKey(s *Statement, key []archwire.DatasetColumn) {
	for i, k := range key {
		s.Write([]string{" ORDER BY ", ", "}[min(i, 1)], Operand(k.Name, TypeOf(k)))
	}
}

// Columns lists the columns of d that have those names.
func Columns(d archwire.Dataset, names []string) []archwire.DatasetColumn {
	var out []archwire.DatasetColumn
	for _, name := range names {
		if c, ok := d.Column(name); ok {
			out = append(out, c)
		}
	}
	return out
}
