package trace

// operation traces UNION, EXCEPT and INTERSECT.
func (t *tracer) operation(n node, e env) *table {
	left, right := t.query(n.child("left"), e), t.query(n.child("right"), e)
	for _, more := range n.list("children") {
		t.refuse(more, "is of a form that is not understood")
	}
	out := t.operated(n, left, right)
	f := newFrame()
	f.items = []item{{columns: out.columns, blind: out.blind}}
	t.modifiers(n, view{f, e}, out)
	return out
}

// operated is the result of an operation on two tables.
func (t *tracer) operated(n node, left, right *table) *table {
	out := t.columnsOf(left, right)
	kind := n.text("setop_type")
	if left.owner == nil && right.owner == nil {
		return out
	}
	if left.blind || right.blind || len(left.columns) != len(right.columns) {
		t.refuse(n, "takes together columns that are not known")
		return out
	}
	switch {
	case kind == "UNION" && (left.owner == nil || right.owner == nil):
		t.refuse(n, "takes together rows with a %s and rows that are nobody's", t.word)
		return out
	case kind == "EXCEPT" && left.owner == nil:
		t.refuse(n, "takes rows with a %s from rows that are nobody's", t.word)
		return out
	case kind != "UNION" && kind != "EXCEPT" && kind != "INTERSECT":
		t.refuse(n, "is of a form that is not understood")
		return out
	}
	sure := set{}
	for i := range out.columns {
		if t.surely(left, i) && t.surely(right, i) && left.columns[i].kind == right.columns[i].kind && left.columns[i].kind != "" {
			sure[out.columns[i].id] = true
		}
	}
	if len(sure) == 0 && (kind != "UNION" || n["setop_all"] != true) {
		t.refuse(n, "compares rows without %s in the same place on both sides", t.word)
		return out
	}
	out.owner = &owner{keys: []int{t.fresh()}, members: sure, cover: []set{sure}}
	return out
}

// surely says whether a column is surely the tenant. Nothing speaks against it
// in a table that is nobody's.
func (t *tracer) surely(in *table, i int) bool {
	return in.owner == nil || in.owner.sure(in.columns[i].id)
}

// columnsOf are the columns of a set operation.
func (t *tracer) columnsOf(left, right *table) *table {
	out := &table{blind: left.blind || right.blind, bonds: map[int]bond{}}
	for i, c := range left.columns {
		c.id = t.fresh()
		if i >= len(right.columns) || right.columns[i].kind != c.kind {
			c.kind = ""
		}
		out.columns = append(out.columns, c)
	}
	return out
}

// recursion traces a query that reads itself. Rows of tenants must stay out of
// it: which of them meet is not to be told from its text.
func (t *tracer) recursion(n node, e env) *table {
	before := t.readTenanted
	first := t.query(n.child("left"), e)
	self := *t.renamed(first, n.names("aliases"))
	self.owner, self.bonds = nil, nil
	self.columns = append([]column(nil), self.columns...)
	for i := range self.columns {
		self.columns[i].kind = ""
	}
	t.query(n.child("right"), e.with(lower(n.text("cte_name")), &self))
	if t.readTenanted > before {
		t.refuse(n, "reads rows with a %s in a recursive query", t.word)
	}
	return &self
}
