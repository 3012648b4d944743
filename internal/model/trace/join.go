package trace

import (
	"maps"
	"slices"
	"strings"
)

// A joining is a join while it is traced.
type joining struct {
	n           node
	left, right *frame
	both        *frame // what the condition sees
	equations   []equation
	using       []pair
	e           env
}

// A pair are the two columns that USING or NATURAL makes one.
type pair struct {
	name        string
	left, right *column
}

// join traces a join.
func (t *tracer) join(n node, e env) *frame {
	j := &joining{n: n, e: e, left: t.from(n.child("left"), e)}
	j.right = t.from(n.child("right"), e.clone().inside(j.left.clone())) // which may speak of the left side
	for _, o := range j.right.owners {
		j.right.arrived[o.keys[0]] = n
	}
	if n.is("ref_type", "NATURAL") && (anyBlind(j.left) || anyBlind(j.right)) {
		t.refuse(n, "joins by columns that are not known")
	}
	if n.text("alias") != "" { // DuckDB 1.5 takes one and forgets it
		t.refuse(n, "names a join, which is not understood")
	}
	j.both = together(j.left, j.right)
	j.equations = equations(conjuncts(n.child("condition")))
	t.pairs(j)
	if n.is("ref_type", "POSITIONAL") && len(j.both.owners) > 0 {
		t.refuse(n, "joins rows by their position")
	}
	if !n.is("ref_type", "REGULAR", "NATURAL", "CROSS", "ASOF", "POSITIONAL") {
		t.refuse(n, "joins in a way that is not understood")
	}
	return t.joinedRows(j)
}

// joinedRows is what a join gives, by its type.
func (t *tracer) joinedRows(j *joining) *frame {
	n, asof := j.n, j.n.is("ref_type", "ASOF")
	switch kind := n.text("join_type"); {
	case kind == "INNER" && !asof:
		v := view{j.both, j.e}
		before := len(j.both.owners)
		t.equate(v, j.equations)
		if len(j.both.owners) < before {
			t.joinedAt(n)
		}
		t.condition(j, v)
		t.merge(j, j.both, func(p pair) *column { return p.left })
		return j.both
	case asof && n.has("using_columns"):
		t.refuse(n, "joins by asof with using, which is not understood")
	case kind == "LEFT", kind == "INNER":
		t.outer(j, j.left, j.right)
		t.merge(j, j.both, func(p pair) *column { return p.left })
		return j.both
	case asof:
	case kind == "RIGHT":
		t.outer(j, j.right, j.left)
		t.merge(j, j.both, func(p pair) *column { return p.right })
		return j.both
	case kind == "SEMI", kind == "ANTI":
		t.outer(j, j.left, j.right)
		return j.left
	case kind == "OUTER", kind == "FULL":
		t.full(j)
		return j.both
	}
	t.refuse(n, "joins in a way that is not understood")
	return j.both
}

// condition traces the condition of a join.
func (t *tracer) condition(j *joining, v view) {
	if j.n.has("condition") {
		t.expr(j.n.child("condition"), v)
	}
}

// outer traces a join that keeps each row of one side: whether it has a partner
// on the other side, and which, must depend on rows of its tenant only.
func (t *tracer) outer(j *joining, keep, add *frame) {
	matched := view{j.both, j.e}.clone()
	t.equate(matched, j.equations)
	t.condition(j, matched)
	owners := keep.owners
	for _, o := range add.owners {
		m := matched.byKey(o.keys[0])
		if !slices.Contains(matched.owners, m) { // bound to a row of an outer query
			for id := range o.members {
				j.both.bonds[id] = bond{m.keys[0], false}
			}
			continue
		}
		to := slices.IndexFunc(owners, func(k *owner) bool { return m.goesBy(k.keys[0]) })
		if to < 0 {
			t.refuse(j.n, "%s", t.says(j.n))
			continue
		}
		t.joinedAt(j.n)
		owners[to].keys = append(owners[to].keys, o.keys...)
		maps.Copy(owners[to].members, o.members)
	}
	j.both.owners = owners
	for id := range add.bonds {
		j.both.bonds[id] = bond{add.bonds[id].key, false}
	}
}

// full traces a join that keeps the rows of both sides.
func (t *tracer) full(j *joining) {
	matched := view{j.both, j.e}.clone()
	t.equate(matched, j.equations)
	t.condition(j, matched)
	for id, b := range j.both.bonds {
		j.both.bonds[id] = bond{b.key, false}
	}
	if len(j.both.owners) == 0 {
		t.merge(j, j.both, func(p pair) *column { return &column{id: t.fresh(), name: p.name} })
		return
	}
	if len(j.left.owners) != 1 || len(j.right.owners) != 1 || len(matched.owners) != 1 {
		t.refuse(j.n, "%s", t.says(j.n))
		t.merge(j, j.both, func(p pair) *column { return &column{id: t.fresh(), name: p.name} })
		return
	}
	t.joinedAt(j.n)
	l, r := j.left.owners[0].clone(), j.right.owners[0]
	o := &owner{keys: append(l.keys, r.keys...), members: l.members, cover: l.cover}
	maps.Copy(o.members, r.members)
	for _, s := range r.cover {
		o.cover = append(o.cover, maps.Clone(s))
	}
	j.both.owners = []*owner{o}
	t.merge(j, j.both, func(p pair) *column {
		c := &column{id: t.fresh(), name: p.name}
		if p.left != nil && p.right != nil && l.sure(p.left.id) && r.sure(p.right.id) {
			c.kind = t.kind
			o.add(c.id)
		}
		return c
	})
}

// pairs finds the columns of USING or NATURAL.
func (t *tracer) pairs(j *joining) {
	names := j.n.names("using_columns")
	if j.n.is("ref_type", "NATURAL") {
		names = nil
		mine, _ := j.left.starred("")
		theirs, _ := j.right.starred("")
		for _, c := range mine {
			if c.name != "" && slices.ContainsFunc(theirs, func(o column) bool { return o.name == c.name }) {
				names = append(names, c.name)
			}
		}
	}
	for _, name := range names {
		l, _ := j.left.unqualified(name)
		r, _ := j.right.unqualified(name)
		j.using = append(j.using, pair{name, l, r})
		if l == nil || r == nil {
			continue
		}
		t.note(j.n, *l, false)
		t.note(j.n, *r, false)
		j.equations = append(j.equations, equation{a: side{known: l}, b: side{known: r}})
	}
}

// merge makes one column of each pair.
func (t *tracer) merge(j *joining, f *frame, one func(pair) *column) {
	for _, p := range j.using {
		c := one(p)
		if c == nil {
			c = &column{id: t.fresh(), name: p.name}
		}
		f.merged[p.name] = *c
		if p.left == nil || p.right == nil {
			t.refuse(j.n, "joins by columns that are not known")
			continue
		}
		for id, shown := range f.shown {
			if shown.id == p.left.id {
				f.shown[id] = *c
			}
		}
		f.shown[p.left.id], f.hidden[p.right.id] = *c, true
	}
}

// together is a frame with the items of two.
func together(left, right *frame) *frame {
	out, r := left.clone(), right.clone()
	out.items = append(out.items, r.items...)
	maps.Copy(out.merged, r.merged)
	maps.Copy(out.shown, r.shown)
	maps.Copy(out.hidden, r.hidden)
	maps.Copy(out.bonds, r.bonds)
	maps.Copy(out.arrived, r.arrived)
	out.owners = append(out.owners, r.owners...)
	return out
}

func anyBlind(f *frame) bool {
	return slices.ContainsFunc(f.items, func(i item) bool { return i.blind })
}

// joinedAt remembers a join that equates tenants.
func (t *tracer) joinedAt(n node) {
	if t.joined == 0 {
		t.joined = t.lineOf(n)
	}
}

// says is what a join does that it should not: "joins rcm.rate on payer_id
// alone".
func (t *tracer) says(n node) string {
	other := n.child("right")
	if n.is("join_type", "RIGHT") {
		other = n.child("left")
	}
	what, by := called(other), n.names("using_columns")
	for _, c := range conjuncts(n.child("condition")) {
		for _, field := range []string{"left", "right"} {
			parts := c.child(field).column()
			if len(parts) > 0 && !slices.Contains(by, parts[len(parts)-1]) {
				by = append(by, parts[len(parts)-1])
			}
		}
	}
	if len(by) == 0 || slices.Contains(by, t.word) {
		return "joins " + what + " without equating " + t.word + " with that of the other side"
	}
	return "joins " + what + " on " + strings.Join(by, ", ") + " alone"
}

// called is what a reader calls a FROM item.
func called(n node) string {
	switch {
	case n.is("type", "BASE_TABLE") && n.text("schema_name") != "":
		return n.text("schema_name") + "." + n.text("table_name")
	case n.is("type", "BASE_TABLE"):
		return n.text("table_name")
	case n.text("alias") != "":
		return n.text("alias")
	}
	return "a subquery"
}
