package trace

import "slices"

// find is the column that a name means, and the depth of its frame: 0 is the
// innermost. It is nil where the name means something else or that cannot be
// told.
func (v view) find(parts []string) (*column, int) {
	for depth, f := range v.all() {
		c, over := f.find(parts)
		if c == nil && len(parts) == 1 && len(f.aliases[parts[0]]) > 0 {
			over = true // DuckDB looks at aliases before it looks outside
		}
		if c != nil || over {
			return c, depth
		}
	}
	return nil, -1
}

// find looks in one frame. over says that the name is not to be looked for
// further out.
func (f *frame) find(parts []string) (c *column, over bool) {
	switch len(parts) {
	case 1:
		return f.unqualified(parts[0])
	case 2, 3:
		return f.qualified(parts)
	}
	return nil, true
}

func (f *frame) unqualified(name string) (*column, bool) {
	if c, ok := f.merged[name]; ok {
		return &c, true
	}
	var found []*column
	over := false
	for i := range f.items {
		over = over || f.items[i].blind || f.items[i].alias == name
		for j := range f.items[i].columns {
			if f.items[i].columns[j].name == name {
				found = append(found, &f.items[i].columns[j])
			}
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return nil, over || len(found) > 1
}

// qualified looks for table.column or schema.table.column; the parts may also be
// a column and fields of it.
func (f *frame) qualified(parts []string) (*column, bool) {
	name, wanted := parts[len(parts)-1], parts[len(parts)-2]
	var in []*item
	over := false
	for i := range f.items {
		it := &f.items[i]
		if it.alias == wanted && (len(parts) == 2 || it.schema == parts[0]) {
			in = append(in, it)
		}
		over = over || it.blind || it.alias == parts[0] ||
			slices.ContainsFunc(it.columns, func(c column) bool { return c.name == parts[0] })
	}
	if len(in) != 1 {
		return nil, over || len(in) > 1
	}
	for j := range in[0].columns {
		if in[0].columns[j].name == name {
			return &in[0].columns[j], true
		}
	}
	return nil, true
}
