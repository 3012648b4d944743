package trace

import (
	"encoding/json"
	"slices"
	"strings"
)

// groups wants every group of rows to be of one tenant.
func (t *tracer) groups(n node, v view) {
	expressions := n.list("group_expressions")
	for _, e := range expressions {
		t.expr(e, v)
	}
	if len(v.owners) != 1 {
		return
	}
	handling, sets := n.text("aggregate_handling"), groupSets(n)
	switch {
	case handling == "FORCE_AGGREGATES":
		items := n.list("select_list")
		if anyStar(items) {
			items = nil
		}
		t.groupedBy(n, v, t.keys(n, items, v, v.late))
	case handling != "STANDARD_HANDLING":
		t.refuse(n, "groups in a way that is not understood")
	case len(sets) > 0 || len(expressions) > 0:
		t.grouping(n, v, expressions, sets)
	default:
		t.ungrouped(n)
	}
}

// groupSets are the grouping sets: numbers of group expressions.
func groupSets(n node) [][]int {
	lists, _ := n["group_sets"].([]any) // none is none
	var out [][]int
	for _, l := range lists {
		members, _ := l.([]any) // an empty set is one, too
		var s []int
		for _, m := range members {
			s = append(s, number(m))
		}
		out = append(out, s)
	}
	return out
}

// grouping wants each grouping set to hold the tenant.
func (t *tracer) grouping(n node, v view, expressions []node, sets [][]int) {
	keys := t.keys(n, expressions, v, v.key)
	var always []operand
	for i, k := range keys {
		in := 0
		for _, s := range sets {
			if slices.Contains(s, i) {
				in++
			}
		}
		if in == len(sets) && (len(sets) == 1 || !again(keys, i)) {
			always = append(always, k)
		}
	}
	at := n
	if len(expressions) > 0 {
		at = expressions[0]
	}
	t.groupedBy(at, v, always)
	if len(sets) > 1 && !t.failed { // what is not in all sets is NULL in the rows of the others
		v.owners[0].keep(always)
	}
}

// again says whether the column of a key is that of another one, too, spelt in another
// way. DuckDB then takes one for the other, and its value is NULL in the rows of the sets
// that the other is not in.
func again(keys []operand, i int) bool {
	for j, k := range keys {
		if j != i && k.owner == keys[i].owner && k.col != nil && keys[i].col != nil && k.col.id == keys[i].col.id {
			return true
		}
	}
	return false
}

// keep leaves only operands as members.
func (o *owner) keep(operands []operand) {
	ids := set{}
	for _, op := range operands {
		if op.owner == o && op.col != nil {
			ids[op.col.id] = true
		}
	}
	drop := func(s set) {
		for id := range s {
			if !ids[id] {
				delete(s, id)
			}
		}
	}
	drop(o.members)
	for _, s := range o.cover {
		drop(s)
	}
}

// groupedBy wants the keys of groups to tell the tenant.
func (t *tracer) groupedBy(at node, v view, keys []operand) {
	if !v.covered(keys) {
		t.refuse(at, "groups rows without %s", t.word)
		return
	}
	if t.grouped == 0 {
		t.grouped = t.lineOf(at)
	}
}

// ungrouped refuses to make one row of all.
func (t *tracer) ungrouped(n node) {
	for _, field := range []string{"select_list", "having", "qualify", "modifiers"} {
		if call := aggregate(n[field]); call != nil {
			t.refuse(call, "calls %s without grouping by %s", strings.TrimSuffix(call.function(), "_star"), t.word)
			return
		}
	}
	if n.has("having") {
		t.refuse(n.child("having"), "aggregates rows without grouping by %s", t.word)
	}
}

// number is a number of the tree.
func number(v any) int {
	n, ok := v.(json.Number)
	if !ok {
		return -1
	}
	i, err := n.Int64()
	if err != nil {
		return -1
	}
	return int(i)
}
