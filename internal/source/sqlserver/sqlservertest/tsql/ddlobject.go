package tsql

import (
	"maps"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// create runs CREATE SCHEMA, DATABASE, LOGIN and USER.
func (b *batch) create(do *syntax.Create) {
	b.owns("CREATE " + do.What)
	b.within(func(t *transaction) {
		name := b.database
		t.do(func(t *transaction) {
			switch do.What {
			case "SCHEMA":
				t.database(name).addSchema(do.Name)
			case "DATABASE":
				t.addDatabase(do)
			case "LOGIN":
				t.addLogin(do)
			case "USER":
				t.addUser(name, do)
			}
		})
	})
}

func (d *database) addSchema(name string) {
	if _, known := d.schemas[fold(name)]; known {
		value.Fail(2714, "There is already an object named '%s' in the database.", name)
	}
	id := 5
	for _, s := range d.schemas {
		id = max(id, s.id+1)
	}
	d.schemas[fold(name)] = schema{id, name}
}

func (t *transaction) addDatabase(do *syntax.Create) {
	if _, known := t.work.databases[fold(do.Name)]; known {
		value.Fail(1801, "Database '%s' already exists. Choose a different database name.", do.Name)
	}
	collation := value.DefaultCollation
	if c := do.Args["COLLATE"]; c != "" {
		collation = c
		if value.CodePage(c) == 0 {
			value.Fail(448, "Invalid collation '%s'.", c)
		}
	}
	if t.work == t.base {
		t.work = t.base.clone()
	}
	e := t.session.engine
	t.work.databases[fold(do.Name)] = e.newDatabase(t.work, do.Name, collation)
}

func (t *transaction) addLogin(do *syntax.Create) {
	if _, known := t.work.logins[fold(do.Name)]; known {
		value.Fail(15025, "The server principal '%s' already exists.", do.Name)
	}
	t.setLogin(login{name: do.Name, password: do.Args["PASSWORD"]})
}

func (t *transaction) setLogin(l login) {
	if t.work == t.base {
		t.work = t.base.clone()
	}
	logins := maps.Clone(t.work.logins)
	logins[fold(l.name)] = l
	t.work.logins = logins
}

func (t *transaction) addUser(db string, do *syntax.Create) {
	name := do.Args["LOGIN"]
	if name == "" {
		name = do.Name
	}
	if _, known := t.work.logins[fold(name)]; !known {
		value.Fail(15007, "'%s' is not a valid login or you do not have permission.", name)
	}
	d := t.database(db)
	if _, known := d.users[fold(name)]; known {
		value.Fail(15023, "User, group, or role '%s' already exists in the current database.", do.Name)
	}
	d.users[fold(name)] = user{name: do.Name, may: map[string]bool{}}
}

func (b *batch) drop(do *syntax.Drop) {
	b.owns("DROP " + do.What)
	for _, n := range do.Names {
		switch do.What {
		case "TABLE", "VIEW":
			b.dropTable(do, n)
		case "INDEX":
			b.defining(do.On, func(q *binder, tb *table) {
				tb.dropIndex(n.Last())
				tb.rebuild(q.t.edit)
			})
		case "SCHEMA":
			b.dropSchema(do, n.Last())
		case "DATABASE":
			b.dropDatabase(do, n.Last())
		case "STATISTICS":
		default:
			value.Fail(156, "Incorrect syntax near the keyword '%s'.", do.What)
		}
	}
}

func (b *batch) dropTable(do *syntax.Drop, n syntax.Name) {
	b.within(func(t *transaction) {
		q := b.binder(t)
		q.state = t.see()
		d, tb := q.find(n)
		if tb == nil || (tb.view != nil) != (do.What == "VIEW") {
			if do.IfExists && tb == nil {
				return
			}
			value.Fail(3701, "Cannot drop the %s '%s', because it does not exist or you do not have permission.", strings.ToLower(do.What), n)
		}
		if tb.temporal == 2 {
			value.Fail(13552, "Drop table operation failed on table '%s' because it is not a supported operation on system-versioned temporal tables.", n)
		}
		b.engine.settled(b.ctx, t, map[int32][]span{tb.id: nil})
		b.engine.acquire(b.ctx, t, lock{tb.id, -1, ""})
		name, id, key := d.name, tb.id, objectKey(tb.schema.name, tb.name)
		t.do(func(t *transaction) {
			d := t.database(name)
			delete(d.tables, id)
			delete(d.names, key)
		})
	})
}

func (b *batch) dropSchema(do *syntax.Drop, schemaName string) {
	b.within(func(t *transaction) {
		name := b.database
		t.do(func(t *transaction) {
			d := t.database(name)
			s, ok := d.schemas[fold(schemaName)]
			if !ok && !do.IfExists {
				value.Fail(15151, "Cannot drop the schema '%s', because it does not exist or you do not have permission.", schemaName)
			}
			for _, tb := range d.tables {
				if ok && tb.schema.id == s.id {
					value.Fail(3729, "Cannot drop schema '%s' because it is being referenced by object '%s'.", schemaName, tb.name)
				}
			}
			delete(d.schemas, fold(schemaName))
		})
	})
}

func (b *batch) dropDatabase(do *syntax.Drop, name string) {
	b.within(func(t *transaction) {
		t.do(func(t *transaction) {
			if _, ok := t.work.databases[fold(name)]; !ok {
				if do.IfExists {
					return
				}
				value.Fail(3701, "Cannot drop the database '%s', because it does not exist or you do not have permission.", name)
			}
			if t.work == t.base {
				t.work = t.base.clone()
			}
			delete(t.work.databases, fold(name))
		})
	})
}

// rename is sp_rename of a table or a column.
func (b *batch) rename(object, name, kind string) {
	b.owns("ALTER")
	parts := splitName(object)
	if strings.EqualFold(kind, "COLUMN") {
		if len(parts) < 2 {
			value.Fail(15248, "Either the parameter @objname is ambiguous or the claimed @objtype (COLUMN) is wrong.")
		}
		b.defining(syntax.Name{Parts: parts[:len(parts)-1]}, func(_ *binder, tb *table) {
			i, ok := tb.find(parts[len(parts)-1])
			if !ok {
				value.Fail(15248, "Either the parameter @objname is ambiguous or the claimed @objtype (COLUMN) is wrong.")
			}
			changed := *tb.columns[i]
			changed.name = name
			tb.columns = append([]*column{}, tb.columns...)
			tb.columns[i] = &changed
		})
		return
	}
	b.within(func(t *transaction) {
		q := b.binder(t)
		q.state = t.see()
		d, tb := q.exists1(syntax.Name{Parts: parts})
		if _, taken := d.names[objectKey(tb.schema.name, name)]; taken {
			value.Fail(15335, "Error: The new name '%s' is already in use as a OBJECT name and would cause a duplicate that is not permitted.", name)
		}
		db, id, number := d.name, tb.id, int64(b.engine.numbers.Add(1))
		t.do(func(t *transaction) {
			tb := t.table(db, id)
			d := t.database(db)
			delete(d.names, objectKey(tb.schema.name, tb.name))
			tb.name, tb.defined = name, number
			d.names[objectKey(tb.schema.name, name)] = id
		})
	})
}
