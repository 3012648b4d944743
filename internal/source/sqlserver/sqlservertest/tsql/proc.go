package tsql

import (
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// exec runs EXEC: of text, or of the procedures that the double has.
func (b *batch) exec(do *syntax.Exec) {
	if do.SQL != nil {
		text, _ := b.evaluate(do.SQL, value.NVarChar(-1)).(string)
		b.dynamic(text, map[string]*cell{})
		return
	}
	args := make([]string, len(do.Args))
	for i, a := range do.Args {
		args[i], _ = b.evaluate(a.X, value.NVarChar(-1)).(string)
	}
	named := func(i int, name string) string {
		for j, a := range do.Args {
			if value.Same(a.Name, name) {
				return args[j]
			}
		}
		if i < len(do.Args) && do.Args[i].Name == "" {
			return args[i]
		}
		return ""
	}
	switch strings.ToLower(do.Proc.Last()) {
	case "sp_rename":
		b.rename(named(0, "@objname"), named(1, "@newname"), named(2, "@objtype"))
	case "sp_executesql":
		b.executeSQL(do, args)
	case "sp_addrolemember":
		b.addMember(named(0, "@rolename"), named(1, "@membername"))
	case "sp_reset_connection":
		_ = b.Reset(b.ctx)
	default:
		f := value.Fault(2812, "Could not find stored procedure '%s'.", do.Proc)
		f.State = 62
		panic(f)
	}
}

func (b *batch) dynamic(text string, vars map[string]*cell) {
	statements, err := syntax.Parse(text)
	if err != nil {
		panic(err)
	}
	inner := *b
	inner.vars = vars
	defer func() {
		if r := recover(); r != nil {
			if _, returned := r.(stop); !returned {
				panic(r)
			}
		}
	}()
	inner.statements(statements)
}

// executeSQL is EXEC sp_executesql N'...', N'@a int', @a = 1.
func (b *batch) executeSQL(do *syntax.Exec, args []string) {
	vars := map[string]*cell{}
	if len(args) > 1 && strings.TrimSpace(args[1]) != "" {
		declared, err := syntax.Parse("DECLARE " + args[1])
		if err != nil {
			panic(err)
		}
		list := []syntax.Statement{declared[0]}
		if block, ok := declared[0].Do.(*syntax.Block); ok {
			list = block.Statements
		}
		for i, s := range list {
			d := s.Do.(*syntax.Declare)
			c := &cell{typ: b.typeOf(d.Type, false)}
			for j, a := range do.Args {
				if j >= 2 && (value.Same(a.Name, d.Name) || a.Name == "" && j-2 == i) {
					c.value = b.evaluate(a.X, c.typ)
				}
			}
			vars[fold(d.Name)] = c
		}
	}
	b.dynamic(args[0], vars)
}

// addMember makes a user owner of the database.
func (b *batch) addMember(role, member string) {
	b.owns("ALTER ROLE")
	b.within(func(t *transaction) {
		name := b.database
		t.do(func(t *transaction) {
			d := t.database(name)
			u, ok := d.users[fold(member)]
			if !ok {
				value.Fail(15151, "Cannot find the user '%s', because it does not exist or you do not have permission.", member)
			}
			switch strings.ToLower(role) {
			case "db_owner":
				u.owner = true
			case "db_datareader":
				u.may = map[string]bool{"SELECT": true}
			}
			d.users[fold(member)] = u
		})
	})
}

// selectInto makes a table of a query's rows.
func (b *batch) selectInto(query *syntax.Query, s *syntax.Select) {
	plain := *s
	plain.Into = nil
	other := *query
	other.Body = &plain
	b.within(func(t *transaction) {
		var r relation
		q := b.bound(t, func(q *binder) {
			q.writes = true
			r = q.query(&other)
		})
		tb, db := q.newTable(*s.Into)
		for i, f := range r.fields {
			if f.hidden {
				continue
			}
			if f.name == "" {
				value.Fail(1038, "An object or column name is missing or empty. For SELECT INTO statements, verify each column has a name.")
			}
			tb.columns = append(tb.columns, &column{id: i + 1, name: f.name, typ: f.typ, nullable: f.nullable})
		}
		tb.lastColumn = len(tb.columns)
		t.do(func(t *transaction) { t.place(db, tb) })
		w := &writer{t: t, ctx: b.ctx, db: db, table: tb, verb: "INSERT"}
		r.rows(nil, func(values []any) bool {
			made := &row{id: tb.counter.rows.Add(1), values: append([]any{}, values[:len(tb.columns)]...)}
			w.changes = append(w.changes, rowChange{after: made, to: tb.place(made)})
			return true
		})
		w.apply()
		b.finish(int64(len(w.changes)), true)
	})
}
