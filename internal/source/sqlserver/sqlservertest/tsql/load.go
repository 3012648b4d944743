package tsql

import (
	"iter"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Create makes a database in which snapshots are allowed and changes tracked.
func (e *Engine) Create(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	next := e.current.Load().clone()
	d := e.newDatabase(next, name, value.DefaultCollation)
	d.options.snapshot = true
	if !e.options.Azure {
		d.tracking, d.retention, d.units, d.cleanup = true, 2, "DAYS", true
	}
	next.databases[fold(name)] = d
	next.commit++
	e.current.Store(next)
}

// Load adds rows to a table at once, without statements or sessions: for tables
// too large for INSERT. Values are those of wire.Type for the table's columns, in
// their order; those that the table fills itself (rowversion, computed columns)
// are overwritten. Change tracking does not see them.
func (e *Engine) Load(db, name string, rows iter.Seq[[]any]) (n int64, err error) {
	defer func() {
		if r := recover(); r != nil {
			fault, ok := r.(*wire.Error)
			if !ok {
				panic(r)
			}
			err = fault
		}
	}()
	s := &Session{engine: e, login: login{admin: true}, database: db, home: db}
	b := &batch{Session: s, vars: map[string]*cell{}}
	e.mu.Lock()
	defer e.mu.Unlock()
	t := &transaction{session: s, edit: new(edition), written: map[int32]int{}, version: 1}
	t.base = e.current.Load()
	t.work = t.base
	q := b.binder(t)
	q.state = t.work
	d, found := q.find(syntax.Name{Parts: splitName(name)})
	if found == nil {
		value.Fail(208, "Invalid object name '%s'.", name)
	}
	w := &writer{t: t, db: d.name, table: t.table(d.name, found.id), verb: "INSERT"}
	for values := range rows {
		w.load(q, append([]any{}, values...))
		n++
	}
	next := *t.work
	next.commit++
	e.current.Store(&next)
	return n, nil
}

func (w *writer) load(q *binder, values []any) {
	for i, c := range w.table.columns {
		switch {
		case c.typ.Name == "rowversion":
			values[i] = rowVersion(q.engine.dbts.Add(1))
		case c.computed != nil && c.stored():
			x := q.onRow(w.table, c.computed)
			values[i] = value.Convert(x.eval(&frame{row: values}), value.Plain(x.typ), c.typ, 0)
		case c.identity:
			w.table.counter.sawIdentity(wholeOf(values[i]), c.step)
		}
	}
	r := &row{id: w.table.counter.rows.Add(1), values: values}
	w.table.put(w.t.edit, w.table.place(r), r)
}
