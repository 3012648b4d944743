package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// targetOf finds the table of UPDATE and DELETE: by its name, or by its alias in
// FROM.
func (q *binder) targetOf(n syntax.Name, from []syntax.Source, permission string) (*database, *table, []syntax.Source) {
	if len(n.Parts) == 1 {
		if ref := aliasIn(from, n.Last()); ref != nil {
			d, t := q.writeTarget(ref.Name, permission)
			q.target, q.targetAlias = t.id, n.Last()
			return d, t, from
		}
	}
	d, t := q.writeTarget(n, permission)
	q.target, q.targetAlias = t.id, ""
	if from == nil {
		return d, t, []syntax.Source{&syntax.TableRef{Name: n}}
	}
	return d, t, from
}

func aliasIn(from []syntax.Source, alias string) *syntax.TableRef {
	for _, s := range from {
		switch s := s.(type) {
		case *syntax.TableRef:
			if s.Alias != "" && value.Same(s.Alias, alias) {
				return s
			}
		case *syntax.Join:
			if found := aliasIn([]syntax.Source{s.Left, s.Right}, alias); found != nil {
				return found
			}
		}
	}
	return nil
}

// matched yields the rows of the target that the conditions hold for, each once.
func (q *binder) matched(from []syntax.Source, where syntax.Expr, limit syntax.Expr, visit func(rowRef, *frame)) func() {
	source := q.from(from)
	at := -1
	for i, f := range source.fields {
		if f.name == rowField {
			at = i
		}
	}
	if at < 0 {
		value.Fail(208, "Invalid object name.")
	}
	q.scope = &scope{fields: source.fields}
	conditions := q.where(where, source)
	most := int64(1) << 62
	if limit != nil {
		most = (&top{count: q.value(limit)}).limit(0)
	}
	return func() {
		known := map[string]bool{}
		source.rows(nil, func(values []any) bool {
			ref, ok := values[at].(rowRef)
			fr := &frame{row: values}
			if !ok || known[ref.place] || !holds(conditions, fr) {
				return true
			}
			if int64(len(known)) >= most {
				return false
			}
			known[ref.place] = true
			visit(ref, fr)
			return true
		})
	}
}

func (q *binder) withCTEs(list []syntax.CTE) {
	q.ctes = nil
	for _, c := range list {
		q.ctes = append(q.ctes, cte{CTE: c})
	}
}

func (b *batch) update(do *syntax.Update) {
	var output relation
	w := b.writing(func(t *transaction) *writer {
		var w *writer
		var run func()
		q := b.bound(t, func(q *binder) {
			q.withCTEs(do.With)
			d, tb, from := q.targetOf(do.Target, do.From, "UPDATE")
			w = &writer{t: t, ctx: b.ctx, db: d.name, table: tb, verb: "UPDATE"}
			var set []expr
			var places []int
			run = q.matched(from, do.Where, do.Top, func(ref rowRef, fr *frame) { w.replace(q, ref, fr, places, set) })
			set, places = q.assignments(do.Set, tb)
		})
		run()
		output = q.outputs(w, do.Output)
		return w
	})
	b.answer(w, output, do.Output)
}

// assignments binds SET; nil is DEFAULT.
func (q *binder) assignments(list []syntax.Assignment, t *table) (set []expr, places []int) {
	for _, a := range list {
		i, ok := t.find(a.Column)
		if !ok {
			value.Fail(207, "Invalid column name '%s'.", a.Column)
		}
		switch c := t.columns[i]; {
		case c.identity:
			value.Fail(8102, "Cannot update identity column '%s'.", c.name)
		case c.typ.Name == "rowversion":
			value.Fail(272, "Cannot update a timestamp column.")
		case c.generated != "":
			value.Fail(13537, "Cannot update GENERATED ALWAYS columns in table '%s'.", t.name)
		case c.computed != nil:
			value.Fail(271, `The column "%s" cannot be modified because it is either a computed column or is the result of a UNION operator.`, c.name)
		}
		e := a.X
		if e == nil {
			if e = t.columns[i].def; e == nil {
				e = &syntax.Literal{Kind: "null"}
			}
		}
		set, places = append(set, q.value(e)), append(places, i)
	}
	return set, places
}

// replace makes the new version of a row.
func (w *writer) replace(q *binder, ref rowRef, fr *frame, places []int, set []expr) {
	values := append([]any{}, ref.row.values...)
	for n, i := range places {
		values[i] = w.store(w.table.columns[i], set[n].eval(fr), set[n].typ)
	}
	w.complete(q, values)
	after := &row{id: ref.row.id, values: values}
	w.changes = append(w.changes, rowChange{from: ref.place, to: w.table.place(after), before: ref.row, after: after})
}

func (b *batch) delete(do *syntax.Delete) {
	var output relation
	w := b.writing(func(t *transaction) *writer {
		var w *writer
		var run func()
		q := b.bound(t, func(q *binder) {
			q.withCTEs(do.With)
			d, tb, from := q.targetOf(do.Target, do.From, "DELETE")
			w = &writer{t: t, ctx: b.ctx, db: d.name, table: tb, verb: "DELETE"}
			run = q.matched(from, do.Where, do.Top, func(ref rowRef, _ *frame) {
				w.changes = append(w.changes, rowChange{from: ref.place, before: ref.row})
			})
		})
		run()
		output = q.outputs(w, do.Output)
		return w
	})
	b.answer(w, output, do.Output)
}

// outputs binds OUTPUT on the rows before and after.
func (q *binder) outputs(w *writer, items []syntax.Item) relation {
	if items == nil {
		return relation{}
	}
	n := len(w.table.columns)
	source := relation{}
	for _, alias := range []string{"inserted", "deleted"} {
		for _, c := range w.table.columns {
			source.fields = append(source.fields, field{alias: alias, name: c.name, typ: c.typ, nullable: true})
		}
	}
	source.rows = func(_ *frame, yield func([]any) bool) bool {
		for _, c := range w.changes {
			values := make([]any, 2*n)
			if c.after != nil {
				copy(values, c.after.values)
			}
			if c.before != nil {
				copy(values[n:], c.before.values)
			}
			if !yield(values) {
				return false
			}
		}
		return true
	}
	inner := *q
	inner.scope = &scope{fields: source.fields}
	p := &projection{source: source, windows: &windows{}}
	inner.items(items, p)
	return relation{fields: p.fields, rows: p.rows}
}

// keepHistory writes the versions that ended to the history of a temporal table.
func (w *writer) keepHistory(b *batch) {
	if w.table.temporal != 2 {
		return
	}
	end := w.table.periods[1]
	history := &writer{t: w.t, ctx: w.ctx, db: w.db, verb: "INSERT"}
	history.table = w.t.see().databases[fold(w.db)].tables[w.table.history]
	now := value.OfTime(b.engine.options.Now(), w.table.columns[end].typ)
	for _, c := range w.changes {
		if c.before == nil {
			continue
		}
		values := append([]any{}, c.before.values...)
		values[end] = now
		r := &row{id: history.table.counter.rows.Add(1), values: values}
		history.changes = append(history.changes, rowChange{after: r, to: history.table.place(r)})
	}
	if len(history.changes) > 0 {
		history.apply()
	}
}

// truncate is no change of rows that tracking sees.
func (b *batch) truncate(do *syntax.Truncate) {
	b.within(func(t *transaction) {
		q := b.binder(t)
		q.look()
		d, tb := q.writeTarget(do.Table, "ALTER")
		q.settle(func() {})
		b.engine.settled(b.ctx, t, map[int32][]span{tb.id: nil})
		b.engine.acquire(b.ctx, t, lock{tb.id, -1, ""})
		if tb.track != nil {
			t.marks = append(t.marks, mark{database: d.name, table: tb.id, op: truncated})
		}
		name, id := d.name, tb.id
		t.do(func(t *transaction) {
			tb := t.table(name, id)
			tb.rows, tb.uniques = tree[*row]{}, map[int]tree[string]{}
			tb.defined = int64(b.engine.numbers.Add(1))
		})
		for _, c := range tb.columns {
			if c.identity {
				tb.counter.identity.Store(c.seed)
				tb.counter.fresh.Store(true)
			}
		}
	})
	b.finish(0, false)
}
