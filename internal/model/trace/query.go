package trace

// query traces a query node: a SELECT, a set operation or a recursion.
func (t *tracer) query(n node, e env) *table {
	e = e.clone()
	for _, cte := range n.child("cte_map").list("map") {
		value, key := cte.child("value"), cte.text("key")
		defined := t.query(value.child("query").child("node"), e)
		e = e.with(lower(key), t.renamed(defined, value.names("aliases")))
	}
	switch n.text("type") {
	case "SELECT_NODE":
		return t.selection(n, e)
	case "SET_OPERATION_NODE":
		return t.operation(n, e)
	case "RECURSIVE_CTE_NODE":
		return t.recursion(n, e)
	}
	t.refuse(n, "is of a form that is not understood")
	return &table{blind: true}
}

// renamed gives the first columns of a table other names.
func (t *tracer) renamed(in *table, names []string) *table {
	out := *in
	out.columns = append([]column(nil), in.columns...)
	for i, name := range names {
		if i < len(out.columns) {
			out.columns[i].name = name
		}
	}
	seen := map[string]bool{}
	for i, c := range out.columns {
		if c.name == "" || seen[c.name] {
			out.columns[i].name, out.blind = "", true // DuckDB makes up a name
		}
		seen[c.name] = true
	}
	return &out
}

// selection traces one SELECT.
func (t *tracer) selection(n node, e env) *table {
	f := t.from(n.child("from_table"), e)
	f.aliases = map[string][]node{}
	for _, item := range n.list("select_list") {
		if a := lower(item.text("alias")); a != "" {
			f.aliases[a] = append(f.aliases[a], item)
		}
	}
	v := view{f, e}
	t.where(n.child("where_clause"), v)
	t.oneOwner(n, f)
	if n.has("sample") {
		t.refuse(n, "takes a sample of rows")
	}
	t.groups(n, v)
	out := t.output(n, v)
	for _, field := range []string{"having", "qualify"} {
		if n.has(field) {
			t.expr(n.child(field), v)
		}
	}
	t.modifiers(n, v, out)
	return out
}

// where traces the condition on joined rows.
func (t *tracer) where(condition node, v view) {
	all := conjuncts(condition)
	t.equate(v, equations(all))
	for _, c := range all {
		if !t.among(c, v) {
			t.expr(c, v)
		}
	}
}

// oneOwner wants the conditions to have equated all owners of a FROM.
func (t *tracer) oneOwner(n node, f *frame) {
	if len(f.owners) < 2 {
		return
	}
	last := f.owners[len(f.owners)-1]
	if join, ok := f.arrived[last.keys[0]]; ok {
		t.refuse(join, "%s", t.says(join))
		return
	}
	t.refuse(n, "joins relations without equating %s", t.word)
}

// among traces "x in (select ...)" where it must hold for a row to stay: then it
// does not matter whether it is false or NULL. It says whether c is of that form.
func (t *tracer) among(c node, v view) bool {
	if !c.is("class", "SUBQUERY") || !c.is("subquery_type", "ANY") || !c.is("comparison_type", "COMPARE_EQUAL") {
		return false
	}
	left, row := []node{c.child("child")}, false
	if left[0].function() == "row" {
		left, row = left[0].list("children"), true
	}
	for _, l := range left {
		t.expr(l, v)
	}
	in := t.query(c.child("subquery").child("node"), v.inside(v.frame))
	if in.owner == nil {
		return true
	}
	for i, l := range left {
		if i >= len(in.columns) {
			break
		}
		id := in.columns[i].id
		// In a row, NULL may be equal to NULL.
		if op := v.operand(l); op.owner != nil && in.owner.members[id] && (!row || op.sure && in.owner.sure(id)) {
			t.joinedAt(c)
			return true
		}
	}
	t.refuse(c, "looks rows up by in (select ...) without %s among what is looked up", t.word)
	return true
}

// modifiers traces DISTINCT, ORDER BY and LIMIT.
func (t *tracer) modifiers(n node, v view, out *table) {
	for _, m := range n.list("modifiers") {
		switch m.text("type") {
		case "ORDER_MODIFIER":
			for _, o := range m.list("orders") {
				t.expr(o.child("expression"), v)
			}
		case "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER":
			for _, field := range []string{"limit", "offset"} {
				if m.has(field) {
					t.expr(m.child(field), v)
				}
			}
			if out.owner != nil {
				t.refuse(or(m, n), "keeps some rows of all by limit")
			}
		case "DISTINCT_MODIFIER":
			t.distinct(n, m, v, out)
		default:
			t.refuse(n, "has a clause that is not understood")
		}
	}
}

// distinct wants the tenant among what must differ.
func (t *tracer) distinct(n, m node, v view, out *table) {
	targets := m.list("distinct_on_targets")
	for _, target := range targets {
		t.expr(target, v)
	}
	if out.owner == nil || len(v.owners) > 1 {
		return
	}
	whole := set{}
	for _, c := range out.columns {
		whole[c.id] = true
	}
	if len(targets) == 0 && !out.owner.covered(whole) || len(targets) > 0 && !v.covered(t.keys(n, targets, v, v.late)) {
		t.refuse(or(m, n), "keeps distinct rows without %s among what must differ", t.word)
	}
}

// or is n, or the node around it if n has no place in the SQL.
func or(n, around node) node {
	if at(n) < 0 {
		return around
	}
	return n
}
