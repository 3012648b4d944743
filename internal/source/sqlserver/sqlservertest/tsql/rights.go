package tsql

import (
	"maps"
	"slices"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// may says whether the session's user has a permission on a table, by what was
// granted on it, its schema or the database. DENY wins.
func (s *Session) may(d *database, t *table, permission string) bool {
	if s.login.admin || strings.HasPrefix(t.name, "#") {
		return true
	}
	u, ok := d.users[fold(s.login.name)]
	if !ok {
		return false
	}
	if u.owner {
		return true
	}
	granted := false
	for _, on := range []string{objectScope(t.id), schemaScope(t.schema.id), ""} {
		for _, p := range []string{permission, "CONTROL"} {
			if u.may["DENY "+p+on] {
				return false
			}
			granted = granted || u.may[p+on]
		}
	}
	return granted
}

func objectScope(id int32) string { return " object:" + value.Key(int64(id), value.BigInt) }

func schemaScope(id int) string { return " schema:" + value.Key(int64(id), value.BigInt) }

// permit fails with error 229 where the right is missing.
func (q *binder) permit(d *database, t *table, permission string) {
	if q.trusted || q.may(d, t, permission) {
		return
	}
	panic(&wire.Error{
		Number: 229, State: 5, Severity: 14, Line: 1,
		Message: "The " + permission + " permission was denied on the object '" + t.name + "', database '" + d.name + "', schema '" + t.schema.name + "'.",
	})
}

// visible says whether the catalogue shows an object: any right on it will do
// ("Metadata visibility configuration").
func (s *Session) visible(d *database, t *table) bool {
	if s.may(d, t, "SELECT") || s.may(d, t, "VIEW DEFINITION") {
		return true
	}
	u := d.users[fold(s.login.name)]
	for p, has := range u.may {
		if has && !strings.HasPrefix(p, "DENY ") && strings.HasSuffix(p, objectScope(t.id)) {
			return true
		}
	}
	return false
}

// server says whether the user has a permission of the server or the database.
func (s *Session) server(d *database, permission string) bool {
	if s.login.admin {
		return true
	}
	if strings.HasPrefix(permission, "VIEW SERVER ") {
		return s.engine.current.Load().logins[fold(s.login.name)].may[permission]
	}
	u, ok := d.users[fold(s.login.name)]
	if !ok || u.may["DENY "+permission] {
		return false
	}
	return u.may[permission] || u.owner
}

// hasPerms is HAS_PERMS_BY_NAME: NULL where there is no such thing.
func hasPerms(q *binder, args []expr) expr {
	for i := range args {
		args[i] = args[i].to(value.NVarChar(776))
	}
	x := derived(value.Int, args, func(fr *frame) any {
		text := func(i int) string {
			s, _ := args[i].eval(fr).(string)
			return s
		}
		permission := strings.ToUpper(text(2))
		switch class := strings.ToUpper(text(1)); {
		case args[0].eval(fr) == nil && (class == "" || class == "SERVER"):
			return flag(q.server(q.present(), permission))
		case class == "DATABASE":
			d, ok := q.metadata().databases[fold(text(0))]
			if !ok {
				return nil
			}
			return flag(q.server(d, permission))
		case class == "OBJECT":
			d, t := q.named(text(0))
			if t == nil {
				return nil
			}
			return flag(q.may(d, t, permission))
		}
		return nil
	})
	x.nullable = true
	return x
}

func hasAccess(q *binder, args []expr) expr {
	return maybe(value.Int, as(args, value.NVarChar(128)), func(v []any) any {
		d, ok := q.metadata().databases[fold(v[0].(string))]
		if !ok {
			return nil
		}
		return flag(q.login.admin || isUser(d, q.login))
	})
}

func isRole(q *binder, args []expr) expr {
	return maybe(value.Int, as(args[:1], value.NVarChar(128)), func(v []any) any {
		if v[0] == "db_owner" {
			return flag(q.login.admin || q.present().users[fold(q.login.name)].owner)
		}
		return flag(q.login.admin)
	})
}

// grant runs GRANT, DENY and REVOKE.
func (b *batch) grant(g *syntax.Grant) {
	b.owns("GRANT")
	if g.On == nil && strings.HasPrefix(g.Permissions[0], "VIEW SERVER ") {
		b.grantOnServer(g)
		return
	}
	b.within(func(t *transaction) {
		q := b.binder(t)
		q.state = t.see()
		on := ""
		if g.On != nil {
			on = q.scopeOf(g)
		}
		if _, ok := q.present().users[fold(g.To)]; !ok {
			value.Fail(15151, "Cannot find the user '%s', because it does not exist or you do not have permission.", g.To)
		}
		name := b.database
		t.do(func(t *transaction) {
			d := t.database(name)
			u := d.users[fold(g.To)]
			may := map[string]bool{}
			maps.Copy(may, u.may)
			for _, p := range g.Permissions {
				delete(may, p+on)
				delete(may, "DENY "+p+on)
				switch g.Verb {
				case "GRANT":
					may[p+on] = true
				case "DENY":
					may["DENY "+p+on] = true
				}
			}
			u.may = may
			d.users[fold(g.To)] = u
		})
	})
}

// grantOnServer is of permissions that logins have, and only from master.
func (b *batch) grantOnServer(g *syntax.Grant) {
	if b.database != "master" {
		value.Fail(4621, "Permissions at the server scope can only be granted when the current database is master")
	}
	b.within(func(t *transaction) {
		t.do(func(t *transaction) {
			l, ok := t.work.logins[fold(g.To)]
			if !ok {
				value.Fail(15151, "Cannot find the login '%s', because it does not exist or you do not have permission.", g.To)
			}
			l.may = maps.Clone(l.may)
			if l.may == nil {
				l.may = map[string]bool{}
			}
			for _, p := range g.Permissions {
				l.may[p] = g.Verb == "GRANT"
			}
			t.setLogin(l)
		})
	})
}

func (q *binder) scopeOf(g *syntax.Grant) string {
	if g.Class == "SCHEMA" {
		s, ok := q.present().schemas[fold(g.On.Last())]
		if !ok {
			value.Fail(15151, "Cannot find the schema '%s', because it does not exist or you do not have permission.", g.On.Last())
		}
		return schemaScope(s.id)
	}
	_, t := q.find(*g.On)
	if t == nil {
		value.Fail(15151, "Cannot find the object '%s', because it does not exist or you do not have permission.", g.On.Last())
	}
	return objectScope(t.id)
}

// owns refuses definitions to whoever is neither administrator nor owner.
func (b *batch) owns(what string) {
	d := b.engine.current.Load().databases[fold(b.database)]
	if b.login.admin || b.database == "tempdb" || d.users[fold(b.login.name)].owner {
		return
	}
	value.Fail(262, "%s permission denied in database '%s'.", what, d.name)
}

// sortedTables are those of a database by their number, as far as they are seen.
func (s *Session) sortedTables(d *database) []*table {
	var out []*table
	for _, t := range d.tables {
		if s.visible(d, t) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *table) int { return int(a.id) - int(b.id) })
	return out
}
