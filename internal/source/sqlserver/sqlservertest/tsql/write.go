package tsql

import (
	"context"
	"fmt"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// change of one row: before is nil of a new one, after of one that goes.
type rowChange struct {
	from, to      string // places
	before, after *row
}

// writer changes rows of one table in a transaction.
type writer struct {
	t       *transaction
	ctx     context.Context //nolint:containedctx // a writer lives as long as its statement
	db      string
	table   *table
	changes []rowChange
	verb    string // INSERT or UPDATE, for messages
}

// lock takes the locks of all rows and unique keys that change. It returns false
// when rows of the table changed meanwhile, so that what is to be done must be
// found out again.
func (w *writer) lock() bool {
	for _, c := range w.changes {
		if c.before != nil {
			w.t.lockRow(w.ctx, w.db, w.table, c.from)
		}
		if c.after != nil && (c.before == nil || c.to != c.from) {
			w.t.lockRow(w.ctx, w.db, w.table, c.to)
		}
		for _, ix := range w.table.indexes {
			if c.after != nil && ix.unique && ix.id != 1 {
				w.t.session.engine.acquire(w.ctx, w.t, lock{w.table.id, ix.id, w.table.keyOf(ix, c.after.values)})
			}
		}
	}
	if w.t.snapshot {
		return true
	}
	d := w.t.session.engine.current.Load().databases[fold(w.db)]
	if d == nil || w.t.base == nil {
		return false
	}
	is, was := d.tables[w.table.id], w.t.base.databases[fold(w.db)].tables[w.table.id]
	return is == was || is != nil && was != nil && is.rows == was.rows && is.defined == was.defined
}

// apply writes the changes: all old rows go before the new ones come, so that
// keys may move.
func (w *writer) apply() {
	w.check()
	db, id, changes := w.db, w.table.id, w.changes
	for _, c := range changes {
		w.mark(c)
	}
	w.t.do(func(t *transaction) {
		tb := t.table(db, id)
		for _, c := range changes {
			if c.before != nil {
				tb.take(t.edit, c.from)
			}
		}
		for _, c := range changes {
			if c.after != nil {
				tb.put(t.edit, c.to, c.after)
			}
		}
	})
}

func (w *writer) mark(c rowChange) {
	ix := w.table.primary()
	if w.table.track == nil || ix == nil {
		return
	}
	switch {
	case c.before == nil:
		w.t.mark(w.db, w.table, c.after.values, 'I')
	case c.after == nil:
		w.t.mark(w.db, w.table, c.before.values, 'D')
	case w.table.keyOf(ix, c.before.values) != w.table.keyOf(ix, c.after.values):
		w.t.mark(w.db, w.table, c.before.values, 'D')
		w.t.mark(w.db, w.table, c.after.values, 'I')
	default:
		w.t.mark(w.db, w.table, c.after.values, 'U')
	}
}

// check looks for keys that would be there twice.
func (w *writer) check() {
	tb := w.t.see().databases[fold(w.db)].tables[w.table.id]
	for _, ix := range tb.indexes {
		if !ix.unique {
			continue
		}
		gone, come := map[string]bool{}, map[string]bool{}
		for _, c := range w.changes {
			if c.before != nil {
				gone[tb.keyOf(ix, c.before.values)] = true
			}
		}
		for _, c := range w.changes {
			if c.after == nil {
				continue
			}
			key := tb.keyOf(ix, c.after.values)
			if come[key] || !gone[key] && tb.has(ix, key) {
				w.duplicate(ix, c.after.values)
			}
			come[key] = true
		}
	}
}

func (t *table) has(ix *index, key string) bool {
	if ix.id == 1 {
		_, ok := t.rows.get(key)
		return ok
	}
	_, ok := t.uniques[ix.id].get(key)
	return ok
}

func (w *writer) duplicate(ix *index, values []any) {
	var shown []string
	for _, id := range ix.columns {
		i := w.table.byID(id)
		text, ok := tryConvert(values[i], w.table.columns[i].typ, value.NVarChar(-1), 0).(string)
		if !ok {
			text = "<NULL>"
		}
		shown = append(shown, text)
	}
	key := strings.Join(shown, ", ")
	name := w.table.schema.name + "." + w.table.name
	if !ix.constraint {
		value.Fail(2601, "Cannot insert duplicate key row in object '%s' with unique index '%s'. The duplicate key value is (%s).", name, ix.name, key)
	}
	kind := "UNIQUE KEY"
	if ix.primary {
		kind = "PRIMARY KEY"
	}
	f := value.Fault(2627, "Violation of %s constraint '%s'. Cannot insert duplicate key in object '%s'. The duplicate key value is (%s).", kind, ix.name, name, key)
	f.Severity = 14
	panic(f)
}

// store converts a value to a column's type, and refuses what does not fit.
func (w *writer) store(c *column, v any, from value.Type) any {
	if v == nil {
		return nil
	}
	from = value.Plain(from)
	f, t := value.FamilyOf(from), value.FamilyOf(c.typ)
	switch {
	case f == value.Text && t == value.Binary && from.Name != "xml":
		value.Fail(257, "Implicit conversion from data type %s to %s is not allowed. Use the CONVERT function to run this query.", from.Name, c.typ.Name)
	case t == value.Text && (f == value.Text || f == value.Binary):
		s := value.Convert(v, from, unbounded(varyingOf(c.typ)), 0).(string)
		fitted, whole := value.Fit(s, c.typ)
		if !whole {
			w.truncated(c)
		}
		return fitted
	case t == value.Binary && f == value.Binary:
		if b := v.([]byte); c.typ.Length > 0 && len(b) > c.typ.Length {
			w.truncated(c)
		}
	}
	return value.Convert(v, from, c.typ, 0)
}

// varyingOf is a type of text without padding.
func varyingOf(t value.Type) value.Type {
	switch t.Name {
	case "char", "text":
		t.Name = "varchar"
	case "nchar", "ntext", "xml":
		t.Name = "nvarchar"
	}
	return t
}

func (w *writer) truncated(c *column) {
	value.Fail(2628, "String or binary data would be truncated in table '%s', column '%s'. Truncated value: ''.", w.name(), c.name)
}

func (w *writer) name() string {
	return fmt.Sprintf("%s.%s.%s", w.db, w.table.schema.name, w.table.name)
}
