package tsql

import (
	"fmt"
	"slices"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// define runs definitions.
func (b *batch) define(do any) {
	switch do := do.(type) {
	case *syntax.CreateTable:
		b.createTable(do)
	case *syntax.CreateView:
		b.createView(do)
	case *syntax.CreateIndex:
		b.createIndex(do)
	case *syntax.Create:
		b.create(do)
	case *syntax.Drop:
		b.drop(do)
	case *syntax.AlterTable:
		b.alterTable(do)
	case *syntax.AlterDatabase:
		b.alterDatabase(do)
	case *syntax.Grant:
		b.grant(do)
	case *syntax.CreateStatistics:
		b.within(func(t *transaction) {
			q := b.binder(t)
			q.look()
			q.exists1(do.Table)
		})
	default:
		value.Fail(156, "Incorrect syntax near the keyword.")
	}
}

// exists1 is a table that must be there.
func (q *binder) exists1(n syntax.Name) (*database, *table) {
	d, t := q.find(n)
	if t == nil {
		value.Fail(4902, `Cannot find the object "%s" because it does not exist or you do not have permissions.`, n)
	}
	return d, t
}

// defining runs a definition of one table: nobody else may have written to it.
func (b *batch) defining(n syntax.Name, change func(q *binder, tb *table)) {
	b.within(func(t *transaction) {
		q := b.binder(t)
		q.state = t.see()
		d, tb := q.exists1(n)
		b.owns("ALTER TABLE")
		b.engine.settled(b.ctx, t, map[int32][]span{tb.id: nil})
		b.engine.acquire(b.ctx, t, lock{tb.id, -1, ""})
		name, id, number := d.name, tb.id, int64(b.engine.numbers.Add(1))
		t.do(func(t *transaction) {
			tb := t.table(name, id)
			q.t, q.state = t, t.work
			tb.defined, tb.modified = number, b.engine.options.Now().UTC()
			change(q, tb)
		})
	})
}

func (b *batch) createTable(do *syntax.CreateTable) {
	b.within(func(t *transaction) {
		b.owns("CREATE TABLE")
		q := b.binder(t)
		q.state = t.see()
		tb, dbName := q.newTable(do.Name)
		for _, c := range do.Columns {
			q.addColumn(tb, c)
		}
		for _, c := range do.Columns {
			for _, k := range c.Constraints {
				q.addConstraint(tb, k)
			}
		}
		for _, k := range do.Constraints {
			q.addConstraint(tb, k)
		}
		q.finishColumns(tb)
		tb.memory = do.Memory
		var history *table
		if do.Versioned {
			history = q.historyOf(tb, do)
		}
		t.do(func(t *transaction) {
			for _, made := range []*table{history, tb} {
				if made != nil {
					t.place(dbName, made)
				}
			}
		})
	})
}

// newTable makes an empty one under a name that is free.
func (q *binder) newTable(n syntax.Name) (*table, string) {
	d, known := q.find(n)
	if known != nil {
		value.Fail(2714, "There is already an object named '%s' in the database.", n.Last())
	}
	_, schemaName, name := q.split(n)
	s, ok := d.schemas[fold(schemaName)]
	if !ok {
		value.Fail(2760, `The specified schema name "%s" either does not exist or you do not have permission to use it.`, schemaName)
	}
	now := q.now.UTC()
	number := int64(q.engine.numbers.Add(1))
	return &table{
		id: q.engine.objects.Add(16), schema: s, name: name, created: now, modified: now, defined: number,
		uniques: map[int]tree[string]{}, counter: &counters{},
	}, d.name
}

// place puts a new table into a database. Definitions may be done again on
// another state, so it is a copy that goes in.
func (t *transaction) place(db string, made *table) {
	d := t.database(db)
	if _, taken := d.names[objectKey(made.schema.name, made.name)]; taken {
		value.Fail(2714, "There is already an object named '%s' in the database.", made.name)
	}
	tb := made.clone(t.edit)
	tb.rows = tree[*row]{}
	tb.uniques = map[int]tree[string]{}
	d.tables[tb.id] = tb
	d.names[objectKey(tb.schema.name, tb.name)] = tb.id
}

func (q *binder) addColumn(tb *table, c syntax.ColumnDef) *column {
	if _, known := tb.find(c.Name); known {
		value.Fail(2705, "Column names in each table must be unique. Column name '%s' in table '%s' is specified more than once.", c.Name, tb.name)
	}
	tb.lastColumn++
	col := &column{
		id: tb.lastColumn, name: c.Name, nullable: !c.NotNull, identity: c.Identity, seed: c.Seed, step: c.Step, def: c.Default,
		computed: c.Computed, computedSQL: c.ComputedSQL, persisted: c.Persisted, sparse: c.Sparse, masked: c.Masked, hidden: c.Hidden, generated: c.Generated,
	}
	tb.columns = append(slices.Clip(tb.columns), col)
	if c.Computed == nil {
		col.typ = q.columnType(c)
	}
	switch {
	case col.typ.Name == "rowversion":
		col.nullable = false
		col.nullable = c.Null
	case c.Identity:
		col.nullable = false
		if f := value.FamilyOf(col.typ); f != value.Integer && (f != value.Decimal || col.typ.Scale != 0) {
			value.Fail(2749, "Identity column '%s' must be of data type int, bigint, smallint, tinyint, or decimal or numeric with a scale of 0, unencrypted, and constrained to be nonnullable.", c.Name)
		}
		tb.counter.identity.Store(c.Seed)
		tb.counter.fresh.Store(true)
	case c.Generated != "":
		col.nullable = false
	}
	return col
}

func (q *binder) columnType(c syntax.ColumnDef) value.Type {
	t := q.typeOf(c.Type, false)
	if value.FamilyOf(t) == value.Text && t.Name != "xml" {
		t.Collation = q.collation()
		if c.Collation != "" && !value.Same(c.Collation, "DATABASE_DEFAULT") {
			t.Collation = c.Collation
			if value.CodePage(c.Collation) == 0 {
				value.Fail(448, "Invalid collation '%s'.", c.Collation)
			}
		}
	}
	return t
}

// finishColumns finds the types of computed columns.
func (q *binder) finishColumns(tb *table) {
	for _, c := range tb.columns {
		if c.computed == nil || c.typ.Name != "" {
			continue
		}
		if c.persisted && !deterministic(c.computed) {
			value.Fail(4936, "Computed column '%s' in table '%s' cannot be persisted because the column is non-deterministic.", c.name, tb.name)
		}
		x := q.onRow(tb, c.computed)
		c.typ, c.nullable = value.Plain(x.typ), c.nullable && x.nullable
	}
	for _, c := range tb.columns {
		if c.def != nil {
			q.value(c.def)
		}
	}
}

func (q *binder) addConstraint(tb *table, k syntax.Constraint) {
	switch k.Kind {
	case "CHECK":
		name := k.Name
		if name == "" {
			name = fmt.Sprintf("CK__%s__%08X", tb.name, q.engine.objects.Add(1))
		}
		tb.checks = append(slices.Clip(tb.checks), check{name, k.Check})
	case "PRIMARY KEY", "UNIQUE", "INDEX":
		q.addIndex(tb, k)
	}
}

func (q *binder) addIndex(tb *table, k syntax.Constraint) {
	ix := &index{name: k.Name, primary: k.Kind == "PRIMARY KEY", unique: k.Kind != "INDEX", constraint: k.Kind != "INDEX"}
	if ix.primary && tb.primary() != nil {
		value.Fail(1779, "Table '%s' already has a primary key defined on it.", tb.name)
	}
	for _, o := range k.Columns {
		c, ok := o.X.(*syntax.Column)
		if !ok {
			value.Fail(102, "Incorrect syntax near the columns of '%s'.", k.Name)
		}
		i, ok := tb.find(c.Name)
		if !ok {
			value.Fail(1911, "Column name '%s' does not exist in the target table or view.", c.Name)
		}
		col := tb.columns[i]
		if value.IsOld(col.typ) || col.typ.Name == "xml" || col.typ.Length == -1 {
			value.Fail(1919, "Column '%s' in table '%s' is of a type that is invalid for use as a key column in an index.", col.name, tb.name)
		}
		if ix.primary && col.computed == nil {
			changed := *col
			changed.nullable = false
			tb.columns = append([]*column{}, tb.columns...)
			tb.columns[i] = &changed
		}
		ix.columns, ix.desc = append(ix.columns, col.id), append(ix.desc, o.Desc)
	}
	clustered := k.Clustered == "CLUSTERED" || k.Clustered == "" && ix.primary
	if clustered && tb.clustered() == nil {
		ix.id = 1
	} else {
		if clustered && k.Clustered != "" {
			value.Fail(1902, "Cannot create more than one clustered index on table '%s'. Drop the existing clustered index before creating another.", tb.name)
		}
		ix.id = 2
		for _, other := range tb.indexes {
			ix.id = max(ix.id, other.id+1)
		}
	}
	if ix.name == "" {
		ix.name = fmt.Sprintf("%s__%s__%08X", map[bool]string{true: "PK", false: "UQ"}[ix.primary], tb.name, q.engine.objects.Add(1))
	}
	tb.indexes = append(slices.Clip(tb.indexes), ix)
}

// historyOf makes the history of a temporal table.
func (q *binder) historyOf(tb *table, do *syntax.CreateTable) *table {
	name := do.History
	if name.Parts == nil {
		name = syntax.Name{Parts: []string{tb.schema.name, fmt.Sprintf("MSSQL_TemporalHistoryFor_%d", tb.id)}}
	}
	h, _ := q.newTable(name)
	for i, c := range tb.columns {
		plain := *c
		plain.identity, plain.generated, plain.computed = false, "", nil
		h.columns = append(h.columns, &plain)
		if c.generated == "START" {
			tb.periods[0] = i
		}
		if c.generated == "END" {
			tb.periods[1] = i
		}
	}
	h.lastColumn, h.temporal = tb.lastColumn, 1
	tb.temporal, tb.history = 2, h.id
	return h
}

func (b *batch) createIndex(do *syntax.CreateIndex) {
	k := syntax.Constraint{Name: do.Name, Kind: "INDEX", Columns: do.Columns, Clustered: "NONCLUSTERED"}
	if do.Cluster {
		k.Clustered = "CLUSTERED"
	}
	b.defining(do.Table, func(q *binder, tb *table) {
		q.addIndex(tb, k)
		ix := *tb.indexes[len(tb.indexes)-1]
		ix.unique = do.Unique
		tb.indexes[len(tb.indexes)-1] = &ix
		tb.rebuild(q.t.edit)
		tb.distinct(&ix)
	})
}

// distinct fails where rows have the same key of a new unique index.
func (t *table) distinct(ix *index) {
	if !ix.unique {
		return
	}
	n := t.rows.size
	if ix.id != 1 {
		n = t.uniques[ix.id].size
	}
	if n != t.rows.size {
		value.Fail(1505, "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name '%s.%s' and the index name '%s'.", t.schema.name, t.name, ix.name)
	}
}

func (b *batch) createView(do *syntax.CreateView) {
	b.within(func(t *transaction) {
		b.owns("CREATE VIEW")
		q := b.binder(t)
		q.state = t.see()
		d, old := q.find(do.Name)
		if do.Alter && old != nil {
			t.do(func(t *transaction) {
				d := t.database(d.name)
				delete(d.tables, old.id)
				delete(d.names, objectKey(old.schema.name, old.name))
			})
			q.state = t.see()
		}
		v, dbName := q.newTable(do.Name)
		v.view = &view{query: do.Query, columns: do.Columns, text: do.Text}
		r := q.subrelation(do.Query)
		n := 0
		for _, f := range r.fields {
			if f.hidden {
				continue
			}
			if n < len(do.Columns) {
				f.name = do.Columns[n]
			}
			if f.name == "" {
				value.Fail(4511, "Create View or Function failed because no column name was specified for column %d.", n+1)
			}
			n++
			v.columns = append(v.columns, &column{id: n, name: f.name, typ: value.Plain(f.typ), nullable: f.nullable})
		}
		t.do(func(t *transaction) { t.place(dbName, v) })
	})
}
