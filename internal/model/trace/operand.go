package trace

import "strings"

// An operand is an expression that may be the tenant of rows.
type operand struct {
	owner *owner
	sure  bool
	own   bool    // the owner is one of the innermost frame
	ids   set     // the members that it is made of
	col   *column // the column that it is, if it is no more than that
	depth int     // of that column's frame
}

// operand reads an expression: a column, or coalesce of columns of one owner.
func (v view) operand(n node) operand {
	if parts := n.column(); parts != nil {
		c, depth := v.find(parts)
		return v.operandOf(c, depth)
	}
	if !n.is("type", "OPERATOR_COALESCE") && n.function() != "nvl" && n.function() != "ifnull" {
		return operand{}
	}
	out := operand{ids: set{}}
	for i, child := range n.list("children") {
		op := v.operand(child)
		if op.owner == nil || i > 0 && op.owner != out.owner {
			return operand{}
		}
		out.owner, out.own, out.sure = op.owner, op.own, out.sure || op.sure
		for id := range op.ids {
			out.ids[id] = true
		}
	}
	if out.owner != nil {
		out.sure = out.sure || out.owner.covered(out.ids)
	}
	return out
}

func (v view) operandOf(c *column, depth int) operand {
	if c == nil {
		return operand{}
	}
	o, sure, own := v.ownerOf(c.id)
	return operand{owner: o, sure: sure, own: own, ids: set{c.id: true}, col: c, depth: depth}
}

// late reads an expression where a name may be that of a column or an alias of
// the select list, whichever DuckDB prefers: both must be the same then.
func (v view) late(n node) operand {
	parts := n.column()
	if len(parts) != 1 {
		return v.operand(n)
	}
	c, over := v.frame.find(parts)
	var items []node
	for _, item := range v.aliases[parts[0]] {
		if own := item.column(); own == nil || own[len(own)-1] != parts[0] || c == nil {
			items = append(items, item)
			continue
		}
		if same, _ := v.find(item.column()); same == nil || same.id != c.id {
			items = append(items, item)
		}
	}
	switch {
	case len(items) == 0 && c != nil:
		return v.operandOf(c, 0)
	case len(items) == 0 && !over:
		return v.operand(n)
	case len(items) == 1 && c == nil && !over:
		return v.plain(items[0])
	}
	return operand{}
}

// plain is the operand of an item of the select list; a name in it that is an
// alias, too, is not followed.
func (v view) plain(item node) operand {
	if parts := item.column(); len(parts) == 1 {
		c, _ := v.frame.find(parts)
		return v.operandOf(c, 0)
	}
	return v.operand(item)
}

// key reads an expression of GROUP BY, where columns come before aliases.
func (v view) key(n node) operand {
	parts := n.column()
	if len(parts) != 1 {
		return v.operand(n)
	}
	if c, over := v.frame.find(parts); c != nil || over {
		return v.operandOf(c, 0)
	}
	if items := v.aliases[parts[0]]; len(items) == 1 {
		return v.plain(items[0])
	}
	return v.operand(n)
}

// keys reads the expressions of GROUP BY or DISTINCT ON; a number stands for an
// item of the select list.
func (t *tracer) keys(n node, expressions []node, v view, read func(node) operand) []operand {
	items := n.list("select_list")
	out := make([]operand, len(expressions))
	for i, e := range expressions {
		switch at := e.ordinal(); {
		case at == 0:
			out[i] = read(e)
		case at <= len(items) && !anyStar(items):
			out[i] = v.plain(items[at-1])
		}
	}
	return out
}

func anyStar(items []node) bool {
	for _, i := range items {
		if i.is("class", "STAR") {
			return true
		}
	}
	return false
}

// covered says whether operands tell the tenant of every row of a frame that has
// one owner.
func (v view) covered(operands []operand) bool {
	if len(v.owners) != 1 {
		return false
	}
	ids := set{}
	for _, op := range operands {
		if op.owner == nil || op.owner != v.owners[0] {
			continue
		}
		if op.sure {
			return true
		}
		if op.col != nil {
			ids[op.col.id] = true
		}
	}
	return v.owners[0].covered(ids)
}

func lower(s string) string { return strings.ToLower(s) }
