package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// selectBody binds one SELECT with the ORDER BY around it.
func (q *binder) selectBody(s *syntax.Select, query *syntax.Query) relation {
	inner := *q
	inner.group, inner.window = nil, nil
	source := inner.from(s.From)
	inner.scope = &scope{fields: source.fields, up: q.scope}
	where := inner.where(s.Where, source)
	p := &projection{source: source, where: where, distinct: s.Distinct}
	if s.Group != nil || s.Having != nil || aggregates(s.Items) || aggregates(query.Order) {
		inner.group = &grouping{source: inner.scope, whole: s.Group == nil}
		inner.groupBy(s.Group)
		p.group = inner.group
	}
	inner.window = &windows{}
	p.windows = inner.window
	if s.Having != nil {
		p.having = []expr{inner.condition(s.Having)}
	}
	inner.items(s.Items, p)
	for _, o := range query.Order {
		p.keys, p.desc = append(p.keys, inner.orderBy(o, p)), append(p.desc, o.Desc)
	}
	if s.Top != nil {
		p.top = &top{count: q.value(s.Top), percent: s.Percent, ties: s.WithTies}
	}
	return q.paged(relation{fields: p.fields, rows: p.rows}, query)
}

// where binds the conditions, and narrows the rows of a table by those on the
// key that they lie by.
func (q *binder) where(e syntax.Expr, source relation) []expr {
	var out []expr
	for _, c := range conjuncts(e) {
		out = append(out, q.condition(c))
	}
	if source.base != nil {
		id := source.base.table.id
		if source.base.spans = q.keySpans(e, source); source.base.spans != nil {
			q.narrow[id]++
			q.spans[id] = append(q.spans[id], source.base.spans...)
		}
	}
	return out
}

// projection is a SELECT ready to run.
type projection struct {
	source   relation
	where    []expr
	group    *grouping
	having   []expr
	windows  *windows
	out      []expr
	fields   []field
	keys     []expr
	desc     []bool
	distinct bool
	top      *top
	whole    bool // the rows are those of the source
}

// items binds the list.
func (q *binder) items(items []syntax.Item, p *projection) {
	for _, item := range items {
		if item.Star {
			q.star(item, p)
			continue
		}
		x := q.value(item.X)
		f := field{name: item.Alias, typ: value.Plain(x.typ), nullable: x.nullable}
		if c, ok := item.X.(*syntax.Column); ok {
			if f.name == "" && c.Name != physField {
				f.name = c.Name
			}
			if x.column >= 0 && x.column < len(p.source.fields) && p.group == nil {
				g := p.source.fields[x.column]
				f.identity, f.computed, f.table = g.identity, g.computed, g.table
				if item.Alias == "" {
					f.name = g.name
				}
			}
		}
		if f.typ.Name == "" || f.typ.UDT == "null" {
			f.typ = value.Int
		}
		p.out, p.fields = append(p.out, x), append(p.fields, f)
	}
	p.whole = len(p.out) == len(p.source.fields) && p.group == nil
	for i, x := range p.out {
		p.whole = p.whole && x.column == i
	}
}

func (q *binder) star(item syntax.Item, p *projection) {
	found := false
	for i, f := range p.source.fields {
		if f.hidden || item.Qualifier != nil && !f.is(&syntax.Column{Qualifier: item.Qualifier, Name: f.name}) {
			continue
		}
		found = true
		x := reference(f, i, 0)
		if q.group != nil {
			x = q.bind(&syntax.Column{Qualifier: []string{f.alias}, Name: f.name})
		}
		p.out = append(p.out, x)
		p.fields = append(p.fields, field{name: f.name, typ: f.typ, nullable: f.nullable, identity: f.identity, computed: f.computed, table: f.table})
	}
	if !found && item.Qualifier != nil {
		value.Fail(107, "The column prefix '%s' does not match with a table name or alias name used in the query.", item.Qualifier[len(item.Qualifier)-1])
	}
	if !found {
		value.Fail(263, "Must specify table to select from.")
	}
}

// orderBy binds a term: aliases of the list come before columns.
func (q *binder) orderBy(o syntax.Order, p *projection) expr {
	if c, ok := o.X.(*syntax.Column); ok && len(c.Qualifier) == 0 {
		for i, f := range p.fields {
			if value.Same(f.name, c.Name) {
				return p.out[i]
			}
		}
	}
	return q.orderTerm(o.X, p.out)
}

// rows runs it.
func (p *projection) rows(up *frame, yield func([]any) bool) bool {
	frames := p.frames(up)
	if p.windows.any() {
		frames = p.windows.run(frames)
	}
	if p.distinct {
		frames = p.unique(frames)
	}
	if p.top == nil && p.keys == nil {
		more := true
		frames(func(fr *frame) bool {
			more = yield(p.project(fr))
			return more
		})
		return more
	}
	if p.keys == nil {
		return p.first(frames, yield)
	}
	var all []sortable
	frames(func(fr *frame) bool {
		all = append(all, sortable{sortKey(p.keys, p.desc, fr), p.project(fr)})
		return true
	})
	if p.top == nil {
		return emit(all, yield)
	}
	return p.top.cut(all, yield)
}

// first yields the first rows, in no order.
func (p *projection) first(frames func(func(*frame) bool), yield func([]any) bool) bool {
	if p.top.percent {
		var all []sortable
		frames(func(fr *frame) bool {
			all = append(all, sortable{"", p.project(fr)})
			return true
		})
		return p.top.cut(all, yield)
	}
	left, more := p.top.limit(0), true
	if left == 0 {
		return true
	}
	frames(func(fr *frame) bool {
		if more = yield(p.project(fr)); !more {
			return false
		}
		left--
		return left > 0
	})
	return more
}

func (p *projection) project(fr *frame) []any {
	if p.whole {
		return fr.row
	}
	return evaluated(p.out, fr)
}

// frames are the rows after WHERE, GROUP BY and HAVING.
func (p *projection) frames(up *frame) func(func(*frame) bool) {
	filtered := func(visit func(*frame) bool) {
		p.source.rows(up, func(row []any) bool {
			fr := &frame{row: row, up: up}
			return !holds(p.where, fr) || visit(fr)
		})
	}
	if p.group == nil {
		return filtered
	}
	return func(visit func(*frame) bool) {
		for _, row := range p.group.run(filtered) {
			fr := &frame{row: row, up: up}
			if holds(p.having, fr) && !visit(fr) {
				return
			}
		}
	}
}

// unique leaves rows out that are already there.
func (p *projection) unique(frames func(func(*frame) bool)) func(func(*frame) bool) {
	return func(visit func(*frame) bool) {
		known := map[string]bool{}
		frames(func(fr *frame) bool {
			k := rowKey(p.project(fr), p.fields)
			if known[k] {
				return true
			}
			known[k] = true
			return visit(fr)
		})
	}
}

// top is TOP (n) [PERCENT] [WITH TIES].
type top struct {
	count         expr
	percent, ties bool
}

func (t *top) limit(rows int) int64 {
	if t.percent {
		f, _ := value.Convert(t.count.eval(&frame{}), value.Plain(t.count.typ), value.FloatType, 0).(float64)
		return int64((f*float64(rows) + 99.999999) / 100)
	}
	n, ok := t.count.to(value.BigInt).eval(&frame{}).(int64)
	if !ok || n < 0 {
		value.Fail(127, "A TOP N or FETCH rowcount value may not be negative.")
	}
	return n
}

func (t *top) cut(all []sortable, yield func([]any) bool) bool {
	limit := t.limit(len(all))
	more, n := true, int64(0)
	last := ""
	arrange(all)
	for _, s := range all {
		if n >= limit && !(t.ties && s.key == last && n > 0) {
			break
		}
		n, last = n+1, s.key
		if more = yield(s.row); !more {
			break
		}
	}
	return more
}
