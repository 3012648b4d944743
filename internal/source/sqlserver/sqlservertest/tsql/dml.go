package tsql

import (
	"math/big"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// changes runs what writes rows.
func (b *batch) changes(do any) {
	switch do := do.(type) {
	case *syntax.Insert:
		b.insert(do)
	case *syntax.Update:
		b.update(do)
	case *syntax.Delete:
		b.delete(do)
	case *syntax.Truncate:
		b.truncate(do)
	case *syntax.InsertBulk:
		b.announceBulk(do)
	}
}

// target finds a table that is to be written, and the rights to do so.
func (q *binder) writeTarget(n syntax.Name, permission string) (*database, *table) {
	if _, schema, _ := q.split(n); value.Same(schema, "sys") {
		value.Fail(259, "Ad hoc updates to system catalogs are not allowed.")
	}
	d, t := q.find(n)
	if t == nil {
		value.Fail(208, "Invalid object name '%s'.", n)
	}
	q.permit(d, t, permission)
	if t.view != nil {
		value.Fail(4406, "Update or insert of view or function '%s' failed because it contains a derived or constant field.", n)
	}
	if d.options.readOnly {
		value.Fail(3906, `Failed to update database "%s" because the database is read-only.`, d.name)
	}
	q.databases[fold(d.name)], q.writes = true, true
	return d, t
}

// writing finds out what is to be changed and locks it, again until nobody
// changed the table in between.
func (b *batch) writing(work func(t *transaction) *writer) *writer {
	var w *writer
	b.within(func(t *transaction) {
		for {
			if w = work(t); w.lock() {
				break
			}
		}
		w.apply()
		w.keepHistory(b)
	})
	return w
}

func (b *batch) insert(do *syntax.Insert) {
	var output relation
	w := b.writing(func(t *transaction) *writer {
		var w *writer
		var run func()
		q := b.bound(t, func(q *binder) {
			d, tb := q.writeTarget(do.Table, "INSERT")
			w = &writer{t: t, ctx: b.ctx, db: d.name, table: tb, verb: "INSERT"}
			run = q.inserted(w, do)
		})
		run()
		output = q.outputs(w, do.Output)
		return w
	})
	b.answer(w, output, do.Output)
}

// answer ends a statement that wrote: with the rows of OUTPUT, if asked.
func (b *batch) answer(w *writer, output relation, items []syntax.Item) {
	if items != nil {
		b.finish(b.emit(output), true)
		return
	}
	b.finish(int64(len(w.changes)), true)
}

// inserted binds the rows of an INSERT.
func (q *binder) inserted(w *writer, do *syntax.Insert) (run func()) {
	columns := w.columnsOf(q, do.Columns)
	if do.Query == nil {
		return func() { w.add(q, nil, nil, nil) }
	}
	if v, ok := do.Query.Body.(*syntax.Values); ok {
		return q.insertedValues(w, columns, v)
	}
	r := q.query(do.Query)
	if n := visible(r.fields); n != len(columns) {
		columnCount(n, len(columns))
	}
	types := make([]value.Type, len(r.fields))
	for i, f := range r.fields {
		types[i] = f.typ
	}
	return func() {
		r.rows(nil, func(row []any) bool {
			w.add(q, columns, row, types)
			return true
		})
	}
}

func columnCount(n, columns int) {
	if n > columns {
		value.Fail(121, "The select list for the INSERT statement contains more items than the insert list. The number of SELECT values must match the number of INSERT columns.")
	}
	value.Fail(120, "The select list for the INSERT statement contains fewer items than the insert list. The number of SELECT values must match the number of INSERT columns.")
}

// insertedValues takes each value for its column by itself, DEFAULT too.
func (q *binder) insertedValues(w *writer, columns []int, v *syntax.Values) (run func()) {
	rows := make([][]expr, len(v.Rows))
	for n, list := range v.Rows {
		if len(list) != len(columns) {
			value.Fail(213, "Column name or number of supplied values does not match table definition.")
		}
		for i, e := range list {
			if e == nil {
				e = w.table.columns[columns[i]].def
			}
			x := constantly(nil, value.Missing)
			if e != nil {
				x = q.value(e)
			}
			rows[n] = append(rows[n], x)
		}
	}
	return func() {
		for _, list := range rows {
			types := make([]value.Type, len(list))
			for i, x := range list {
				types[i] = x.typ
			}
			w.add(q, columns, evaluated(list, &frame{}), types)
		}
	}
}

// columnsOf are the places of the columns that a statement fills.
func (w *writer) columnsOf(q *binder, names []string) []int {
	var out []int
	explicit := q.identityFor != "" && value.Same(splitLast(q.identityFor), w.table.name)
	if names == nil {
		for i, c := range w.table.columns {
			if c.computed == nil && c.typ.Name != "rowversion" && (!c.identity || explicit) && c.generated == "" {
				out = append(out, i)
			}
		}
		return out
	}
	for _, name := range names {
		i, ok := w.table.find(name)
		if !ok {
			value.Fail(207, "Invalid column name '%s'.", name)
		}
		switch c := w.table.columns[i]; {
		case c.identity && !explicit:
			value.Fail(544, "Cannot insert explicit value for identity column in table '%s' when IDENTITY_INSERT is set to OFF.", w.table.name)
		case c.typ.Name == "rowversion":
			value.Fail(273, "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or insert a DEFAULT into the timestamp column.")
		case c.generated != "":
			value.Fail(13536, "Cannot insert an explicit value into a GENERATED ALWAYS column in table '%s'. Use INSERT with a column list to exclude the GENERATED ALWAYS column, or insert a DEFAULT into GENERATED ALWAYS column.", w.name())
		case c.computed != nil:
			value.Fail(271, `The column "%s" cannot be modified because it is either a computed column or is the result of a UNION operator.`, c.name)
		}
		for _, other := range out {
			if other == i {
				value.Fail(264, "The column name '%s' is specified more than once in the SET clause or column list of an INSERT.", name)
			}
		}
		out = append(out, i)
	}
	return out
}

func splitLast(name string) string {
	parts := splitName(name)
	return parts[len(parts)-1]
}

// add makes a new row of the given columns and of what the table fills itself.
func (w *writer) add(q *binder, columns []int, given []any, types []value.Type) {
	values := make([]any, len(w.table.columns))
	filled := make([]bool, len(values))
	for n, i := range columns {
		values[i], filled[i] = w.store(w.table.columns[i], given[n], types[n]), true
	}
	for i, c := range w.table.columns {
		switch {
		case c.identity && filled[i]:
			w.table.counter.sawIdentity(wholeOf(values[i]), c.step)
		case c.identity:
			n := w.table.counter.nextIdentity(c.step)
			values[i] = value.Convert(n, value.BigInt, c.typ, 0)
			q.lastIdentity = big.NewInt(n)
		case !filled[i] && c.def != nil:
			x := q.value(c.def)
			values[i] = w.store(c, x.eval(&frame{}), x.typ)
		}
	}
	w.complete(q, values)
	r := &row{id: w.table.counter.rows.Add(1), values: values}
	w.changes = append(w.changes, rowChange{after: r, to: w.table.place(r)})
}

func wholeOf(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case *big.Int:
		return v.Int64()
	}
	return 0
}

func (c *counters) nextIdentity(step int64) int64 {
	c.fresh.Store(false)
	return c.identity.Add(step) - step
}

// sawIdentity moves the counter past a value that was given.
func (c *counters) sawIdentity(n, step int64) {
	c.fresh.Store(false)
	for {
		next := c.identity.Load()
		if (step > 0 && n < next) || (step < 0 && n > next) || c.identity.CompareAndSwap(next, n+step) {
			return
		}
	}
}

// complete fills what is computed, and checks the row.
func (w *writer) complete(q *binder, values []any) {
	for i, c := range w.table.columns {
		switch {
		case c.typ.Name == "rowversion" && c.computed == nil:
			values[i] = rowVersion(q.engine.nextRowVersion(w.t))
		case c.generated == "START":
			values[i] = value.OfTime(q.now, c.typ)
		case c.generated == "END":
			values[i] = value.Convert("9999-12-31 23:59:59.9999999", value.VarChar(40), c.typ, 0)
		}
	}
	for i, c := range w.table.columns {
		if c.computed != nil && c.stored() {
			x := q.onRow(w.table, c.computed)
			values[i] = value.Convert(x.eval(&frame{row: values}), value.Plain(x.typ), c.typ, 0)
		}
	}
	for i, c := range w.table.columns {
		if values[i] == nil && !c.nullable && (c.computed == nil || c.stored()) {
			value.Fail(515, "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls. %s fails.", c.name, w.name(), w.verb)
		}
	}
	for _, k := range w.table.checks {
		if x := q.onRow(w.table, k.cond); x.eval(&frame{row: values}) == false {
			value.Fail(547, `The %s statement conflicted with the CHECK constraint "%s". The conflict occurred in database "%s", table "%s.%s".`, w.verb, k.name, w.db, w.table.schema.name, w.table.name)
		}
	}
}

// stored says whether a computed column is kept with the row: all that are
// deterministic are, whether PERSISTED or not.
func (c *column) stored() bool { return deterministic(c.computed) }
