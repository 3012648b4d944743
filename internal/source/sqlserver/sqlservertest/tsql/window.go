package tsql

import (
	"sort"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// windows are the window functions of a SELECT; their values lie beside the row.
type windows struct{ list []*windowCall }

func (w *windows) any() bool { return w != nil && len(w.list) > 0 }

type windowCall struct {
	name      string
	args      []expr
	partition []expr
	order     []expr
	desc      []bool
	sum       *aggregate
}

// windowed binds a call with OVER.
func (q *binder) windowed(e *syntax.Call) expr {
	if q.window == nil {
		value.Fail(4108, "Windowed functions can only appear in the SELECT or ORDER BY clauses.")
	}
	w := &windowCall{name: e.Name, partition: q.values(e.Over.Partition)}
	for _, o := range e.Over.Order {
		w.order, w.desc = append(w.order, q.value(o.X)), append(w.desc, o.Desc)
	}
	x := expr{typ: value.BigInt, column: -1, nullable: true, rank: 1}
	switch {
	case aggregateNames[e.Name]:
		w.sum = q.newAggregate(e)
		x.typ = w.sum.typ
	case e.Name == "ROW_NUMBER" || e.Name == "RANK" || e.Name == "DENSE_RANK":
		x.nullable = false
	case e.Name == "NTILE":
		w.args = q.values(e.Args)
	case e.Name == "LAG" || e.Name == "LEAD" || e.Name == "FIRST_VALUE" || e.Name == "LAST_VALUE":
		w.args = q.values(e.Args)
		x.typ = value.Plain(w.args[0].typ)
	default:
		value.Fail(195, "'%s' is not a recognized built-in function name.", e.Name)
	}
	if w.order == nil && w.sum == nil {
		value.Fail(4112, "The function '%s' must have an OVER clause with ORDER BY.", e.Name)
	}
	at := len(q.window.list)
	q.window.list = append(q.window.list, w)
	x.eval = func(fr *frame) any { return fr.window[at] }
	return x
}

// run computes them over all rows, which come in the order of the last window.
func (w *windows) run(rows func(func(*frame) bool)) func(func(*frame) bool) {
	var all []*frame
	rows(func(fr *frame) bool {
		fr.window = make([]any, len(w.list))
		all = append(all, fr)
		return true
	})
	for i, c := range w.list {
		c.run(all, i)
	}
	return func(visit func(*frame) bool) {
		for _, fr := range all {
			if !visit(fr) {
				return
			}
		}
	}
}

type placed struct {
	fr             *frame
	partition, key string
}

func (c *windowCall) run(frames []*frame, at int) {
	all := make([]placed, len(frames))
	for i, fr := range frames {
		all[i] = placed{fr, sortKey(c.partition, make([]bool, len(c.partition)), fr), sortKey(c.order, c.desc, fr)}
	}
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].partition != all[j].partition {
			return all[i].partition < all[j].partition
		}
		return all[i].key < all[j].key
	})
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].partition == all[from].partition {
			to++
		}
		if c.sum != nil {
			c.sums(all[from:to], at)
		} else {
			c.ranks(all[from:to], at)
		}
		from = to
	}
}

// sums are over the partition, or with ORDER BY up to the row and its peers.
func (c *windowCall) sums(part []placed, at int) {
	var total accumulator
	for from := 0; from < len(part); {
		to := from
		for to < len(part) && (c.order == nil || part[to].key == part[from].key) {
			total.add(c.sum, part[to].fr)
			to++
		}
		v := total.result(c.sum)
		for _, p := range part[from:to] {
			p.fr.window[at] = v
		}
		from = to
	}
}

func (c *windowCall) ranks(part []placed, at int) {
	rank, dense := int64(0), int64(0)
	for i, p := range part {
		if i == 0 || p.key != part[i-1].key {
			rank, dense = int64(i)+1, dense+1
		}
		switch c.name {
		case "ROW_NUMBER":
			p.fr.window[at] = int64(i) + 1
		case "RANK":
			p.fr.window[at] = rank
		case "DENSE_RANK":
			p.fr.window[at] = dense
		case "NTILE":
			p.fr.window[at] = ntile(int64(i), int64(len(part)), c.args[0].to(value.BigInt).eval(p.fr))
		default:
			p.fr.window[at] = c.neighbour(part, i)
		}
	}
}

// ntile gives the larger groups first.
func ntile(i, n int64, groups any) int64 {
	g, ok := groups.(int64)
	if !ok || g <= 0 {
		value.Fail(4116, "The function 'NTILE' takes a positive int or bigint expression as its input.")
	}
	size, extra := n/g, n%g
	if i < extra*(size+1) {
		return i/(size+1) + 1
	}
	return extra + (i-extra*(size+1))/max(size, 1) + 1
}

func (c *windowCall) neighbour(part []placed, i int) any {
	by := int64(1)
	if len(c.args) > 1 {
		by, _ = c.args[1].to(value.BigInt).eval(part[i].fr).(int64)
	}
	j := int64(i)
	switch c.name {
	case "LAG":
		j -= by
	case "LEAD":
		j += by
	case "FIRST_VALUE":
		j = 0
	case "LAST_VALUE":
		for j+1 < int64(len(part)) && part[j+1].key == part[i].key {
			j++
		}
	}
	if j >= 0 && j < int64(len(part)) {
		return c.args[0].eval(part[j].fr)
	}
	if len(c.args) > 2 {
		return c.args[2].to(c.args[0].typ).eval(part[i].fr)
	}
	return nil
}
