package trace

import (
	"maps"
	"slices"
)

// A shownColumn is a column of a result before it is one: what it shows.
type shownColumn struct {
	column
	op operand
}

// output traces the select list and makes the result.
func (t *tracer) output(n node, v view) *table {
	var list []shownColumn
	blind := false
	for _, item := range n.list("select_list") {
		if item.is("class", "STAR") {
			columns, ok := t.star(item, v)
			list, blind = append(list, columns...), blind || !ok
			continue
		}
		t.expr(item, v)
		op := v.late(item)
		c := column{name: item.name()}
		if parts := item.column(); parts != nil {
			if found, _ := v.find(parts); found != nil {
				c.kind = found.kind
			}
		} else if op.owner != nil {
			c.kind = t.kind
		}
		list = append(list, shownColumn{c, op})
	}
	return t.table(list, blind, v)
}

// table makes a result of what it shows.
func (t *tracer) table(list []shownColumn, blind bool, v view) *table {
	out := &table{blind: blind, bonds: map[int]bond{}}
	if len(v.owners) > 0 {
		out.owner = &owner{keys: slices.Clone(v.owners[0].keys), members: set{}}
		for range v.owners[0].cover {
			out.owner.cover = append(out.owner.cover, set{})
		}
	}
	for _, s := range list {
		s.id, s.of = t.fresh(), ""
		out.columns = append(out.columns, s.column)
		switch {
		case s.op.owner == nil:
		case !s.op.own:
			out.bonds[s.id] = bond{s.op.owner.keys[0], s.op.sure}
		case s.op.owner == v.owners[0]:
			out.owner.members[s.id] = true
			for i, c := range v.owners[0].cover {
				if meet(c, s.op.ids) || s.op.sure {
					out.owner.cover[i][s.id] = true
				}
			}
		}
	}
	return out
}

// star is what * stands for. It is false when that cannot be told.
func (t *tracer) star(n node, v view) ([]shownColumn, bool) {
	relation := lower(n.text("relation_name"))
	t.useAll(n, v.frame, relation)
	if n["columns"] == true || n.has("expr") || n.has("qualified_exclude_list") {
		t.refuse(n, "chooses columns in a way that is not understood")
		return nil, false
	}
	columns, ok := v.starred(relation)
	if !ok && len(v.owners) > 0 {
		t.refuse(n, "shows columns by * that are not known")
	}
	replaced := map[string]node{}
	for _, r := range n.list("replace_list") {
		t.expr(r.child("value"), v)
		replaced[lower(r.text("key"))] = r.child("value")
	}
	renamed := map[string]string{}
	for _, r := range n.list("rename_list") {
		renamed[lower(r.child("key").text("column"))] = lower(r.text("value"))
	}
	excluded := n.names("exclude_list")
	var out []shownColumn
	for _, c := range columns {
		if slices.Contains(excluded, c.name) {
			continue
		}
		s := shownColumn{c, v.operandOf(&c, 0)}
		if by, ok := replaced[c.name]; ok {
			s = shownColumn{column{name: c.name}, v.operand(by)}
			if s.op.owner != nil {
				s.kind = t.kind
			}
		}
		if name, ok := renamed[c.name]; ok {
			s.name = name
		}
		out = append(out, s)
	}
	return out, ok
}

// starred are the columns that * or relation.* stands for. It is false when there
// are others.
func (f *frame) starred(relation string) ([]column, bool) {
	var out []column
	ok := true
	for _, it := range f.items {
		if relation != "" && it.alias != relation {
			continue
		}
		ok = ok && !it.blind
		for _, c := range it.columns {
			if relation != "" {
				out = append(out, c)
				continue
			}
			if f.hidden[c.id] {
				continue
			}
			if by, shown := f.shown[c.id]; shown {
				c = by
			}
			out = append(out, c)
		}
	}
	return out, ok
}

// use notes what a reference to a column uses.
func (t *tracer) use(n node, v view) {
	parts := n.column()
	c, _ := v.find(parts)
	if c != nil {
		t.note(n, *c, false)
		return
	}
	for _, f := range v.all() { // whatever it may mean
		for _, it := range f.items {
			for _, c := range it.columns {
				if slices.Contains(parts, c.name) {
					t.note(n, c, true)
				}
			}
		}
	}
}

func (t *tracer) note(at node, c column, unclear bool) {
	if c.of != "" {
		t.uses = append(t.uses, Use{Relation: c.of, Column: c.name, Line: t.lineOf(at), Unclear: unclear})
	}
}

// useAll notes that a * uses the columns of a frame.
func (t *tracer) useAll(n node, f *frame, relation string) {
	excluded := n.names("exclude_list")
	for _, it := range f.items {
		for _, c := range it.columns {
			if (relation == "" || it.alias == lower(relation)) && !slices.Contains(excluded, c.name) {
				t.note(n, c, true)
			}
		}
	}
	for _, name := range excluded { // the query does not bind without them
		for _, it := range f.items {
			for _, c := range it.columns {
				if c.name == name && (relation == "" || it.alias == lower(relation)) {
					t.note(n, c, false)
				}
			}
		}
	}
}

// copied is a table as a FROM item: with columns, owner and bonds of its own
// numbers.
func (t *tracer) copied(in *table) (columns []column, o *owner, bonds map[int]bond) {
	ids := map[int]int{}
	for _, c := range in.columns {
		id := t.fresh()
		ids[c.id], c.id = id, id
		columns = append(columns, c)
	}
	bonds = map[int]bond{}
	for id, b := range in.bonds {
		bonds[ids[id]] = b
	}
	if in.owner == nil {
		return columns, nil, bonds
	}
	o = &owner{keys: []int{t.fresh()}, members: renumbered(in.owner.members, ids)}
	for _, s := range in.owner.cover {
		o.cover = append(o.cover, renumbered(s, ids))
	}
	return columns, o, bonds
}

func renumbered(s set, ids map[int]int) set {
	out := set{}
	for id := range maps.Keys(s) {
		out[ids[id]] = true
	}
	return out
}
