package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

func (b *batch) alterTable(do *syntax.AlterTable) {
	if do.Tracking != "" {
		b.tracking(do)
		return
	}
	b.defining(do.Table, func(q *binder, tb *table) {
		switch {
		case do.Alter != nil:
			q.alterColumn(tb, *do.Alter)
		case do.Drop != nil || do.DropKeys != nil:
			for _, name := range do.Drop {
				q.dropColumn(tb, name)
			}
			for _, name := range do.DropKeys {
				tb.dropIndex(name)
			}
			tb.rebuild(q.t.edit)
		case do.Versioning != "":
			tb.temporal = map[string]int{"ON": 2, "OFF": 0}[do.Versioning]
		case do.Add != nil || do.Constraints != nil:
			q.addToTable(tb, do)
		}
	})
}

func (q *binder) addToTable(tb *table, do *syntax.AlterTable) {
	before := len(tb.columns)
	for _, c := range do.Add {
		col := q.addColumn(tb, c)
		if c.NotNull && c.Default == nil && tb.rows.size > 0 && col.typ.Name != "rowversion" && !c.Identity {
			value.Fail(4901, "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified, or the column being added is an identity or timestamp column, or alternatively if none of the previous conditions are satisfied the table must be empty to allow addition of this column. Column '%s' cannot be added to non-empty table '%s' because it does not satisfy these conditions.", c.Name, tb.name)
		}
		for _, k := range c.Constraints {
			q.addConstraint(tb, k)
		}
	}
	for _, k := range do.Constraints {
		q.addConstraint(tb, k)
	}
	q.finishColumns(tb)
	w := &writer{t: q.t, db: q.database, table: tb, verb: "ALTER TABLE"}
	tb.each(q.t.edit, func(values []any) []any {
		values = append(append(make([]any, 0, len(tb.columns)), values...), make([]any, len(tb.columns)-before)...)
		for i := before; i < len(tb.columns); i++ {
			c := tb.columns[i]
			switch {
			case c.identity:
				values[i] = value.Convert(tb.counter.nextIdentity(c.step), value.BigInt, c.typ, 0)
			case c.typ.Name == "rowversion":
				values[i] = rowVersion(q.engine.nextRowVersion(q.t))
			case c.def != nil && !c.nullable:
				x := q.value(c.def)
				values[i] = w.store(c, x.eval(&frame{}), x.typ)
			case c.computed != nil && c.stored():
				x := q.onRow(tb, c.computed)
				values[i] = value.Convert(x.eval(&frame{row: values}), value.Plain(x.typ), c.typ, 0)
			}
		}
		return values
	})
	for _, ix := range tb.indexes {
		tb.distinct(ix)
	}
}

// each makes all rows anew.
func (t *table) each(e *edition, f func([]any) []any) {
	old := t.rows
	t.rows, t.uniques = tree[*row]{}, map[int]tree[string]{}
	old.scan("", "", func(_ string, r *row) bool {
		made := &row{r.id, f(r.values)}
		t.put(e, t.place(made), made)
		return true
	})
}

func (q *binder) alterColumn(tb *table, c syntax.ColumnDef) {
	i, ok := tb.find(c.Name)
	if !ok {
		value.Fail(4924, "ALTER TABLE ALTER COLUMN failed because column '%s' does not exist in table '%s'.", c.Name, tb.name)
	}
	changed := *tb.columns[i]
	changed.typ, changed.nullable = q.columnType(c), !c.NotNull
	was := tb.columns[i].typ
	tb.columns = append([]*column{}, tb.columns...)
	tb.columns[i] = &changed
	w := &writer{t: q.t, db: q.database, table: tb, verb: "ALTER TABLE"}
	tb.each(q.t.edit, func(values []any) []any {
		out := append([]any{}, values...)
		if out[i] == nil && c.NotNull {
			value.Fail(515, "Cannot insert the value NULL into column '%s', table '%s'; column does not allow nulls. UPDATE fails.", c.Name, w.name())
		}
		out[i] = w.store(&changed, values[i], was)
		return out
	})
}

func (q *binder) dropColumn(tb *table, name string) {
	i, ok := tb.find(name)
	if !ok {
		value.Fail(4924, "ALTER TABLE DROP COLUMN failed because column '%s' does not exist in table '%s'.", name, tb.name)
	}
	for _, ix := range tb.indexes {
		for _, id := range ix.columns {
			if id == tb.columns[i].id {
				value.Fail(5074, "The index '%s' is dependent on column '%s'.", ix.name, name)
			}
		}
	}
	tb.columns = append(append([]*column{}, tb.columns[:i]...), tb.columns[i+1:]...)
	tb.each(q.t.edit, func(values []any) []any {
		return append(append(make([]any, 0, len(values)-1), values[:i]...), values[i+1:]...)
	})
}

// dropIndex drops an index or a constraint.
func (t *table) dropIndex(name string) {
	for i, ix := range t.indexes {
		if !value.Same(ix.name, name) {
			continue
		}
		if ix.primary && t.track != nil {
			value.Fail(3725, "The constraint '%s' is being referenced by change tracking of table '%s'.", name, t.name)
		}
		t.indexes = append(append([]*index{}, t.indexes[:i]...), t.indexes[i+1:]...)
		return
	}
	for i, k := range t.checks {
		if value.Same(k.name, name) {
			t.checks = append(append([]check{}, t.checks[:i]...), t.checks[i+1:]...)
			return
		}
	}
	value.Fail(3728, "'%s' is not a constraint.", name)
}

// tracking runs ALTER TABLE ... ENABLE or DISABLE CHANGE_TRACKING. As any ALTER it
// dates the table ("sys.objects", modify_date).
func (b *batch) tracking(do *syntax.AlterTable) {
	b.within(func(t *transaction) {
		q := b.binder(t)
		q.state = t.see()
		d, tb := q.exists1(do.Table)
		b.owns("ALTER TABLE")
		enable := do.Tracking == "ENABLE"
		switch {
		case enable && !d.tracking:
			value.Fail(22101, "Change tracking is not enabled on database '%s'. Change tracking must be enabled on the database before it is enabled on a table.", d.name)
		case enable && tb.track != nil:
			value.Fail(4996, "Change tracking is already enabled for table '%s'.", tb.name)
		case enable && tb.primary() == nil:
			value.Fail(4997, "Cannot enable change tracking on table '%s'. Change tracking requires a primary key on the table. Create a primary key on the table before enabling change tracking.", tb.name)
		case !enable && tb.track == nil:
			value.Fail(4998, "Change tracking is not enabled on table '%s'.", tb.name)
		}
		b.engine.settled(b.ctx, t, map[int32][]span{tb.id: nil})
		b.engine.acquire(b.ctx, t, lock{tb.id, -1, ""})
		name, id := d.name, tb.id
		internal, now := b.engine.objects.Add(16), b.engine.options.Now().UTC()
		t.do(func(t *transaction) {
			tb := t.table(name, id)
			tb.track, tb.modified = nil, now
			if enable {
				version := t.work.databases[fold(name)].trackVersion
				tb.track = &tracking{internal: internal, created: now, columns: do.Columns, begin: version, valid: version}
			}
		})
	})
}

func (b *batch) alterDatabase(do *syntax.AlterDatabase) {
	name := do.Name
	if name == "" {
		name = b.database
	}
	b.owns("ALTER DATABASE")
	if b.open != nil {
		value.Fail(226, "ALTER DATABASE statement not allowed within multi-statement transaction.")
	}
	b.within(func(t *transaction) {
		t.do(func(t *transaction) {
			d := t.database(name)
			d.set(do)
			if !d.tracking && b.engine.options.Terse {
				d.trackVersion = 0
			}
		})
	})
}

func (d *database) set(do *syntax.AlterDatabase) {
	on := do.Value == "ON"
	switch do.Option {
	case "CHANGE_TRACKING":
		d.setTracking(do, on)
	case "ALLOW_SNAPSHOT_ISOLATION":
		d.options.snapshot = on
	case "READ_COMMITTED_SNAPSHOT":
		d.options.readCommittedSnapshot = on
	case "READ_ONLY", "READ_WRITE":
		d.options.readOnly = do.Option == "READ_ONLY"
	case "COMPATIBILITY_LEVEL":
		d.options.level = number(do.Value)
	case "COLLATE":
		if value.CodePage(do.Value) == 0 {
			value.Fail(448, "Invalid collation '%s'.", do.Value)
		}
		d.options.collation = do.Value
	}
}

func (d *database) setTracking(do *syntax.AlterDatabase, on bool) {
	switch {
	case do.Value == "OFF":
		for _, t := range d.tables {
			if t.track != nil {
				value.Fail(22115, "Change tracking is enabled for one or more tables in database '%s'. Disable change tracking on each table before disabling it for the database. Use the sys.change_tracking_tables catalog view to obtain a list of tables for which change tracking is enabled.", d.name)
			}
		}
		d.tracking = false
		return
	case on && d.tracking:
		value.Fail(5088, "Change tracking is already enabled for database '%s'.", d.name)
	case !on && !d.tracking:
		value.Fail(5089, "Change tracking is disabled for database '%s'. Change tracking must be enabled on a database to modify change tracking settings.", d.name)
	case on:
		d.tracking, d.retention, d.units, d.cleanup = true, 2, "DAYS", true
	}
	if n, ok := do.Details["CHANGE_RETENTION"]; ok {
		d.retention, d.units = number(n), do.Details["UNITS"]
	}
	if v, ok := do.Details["AUTO_CLEANUP"]; ok {
		d.cleanup = v == "ON"
	}
}
