package tsql

import (
	"strconv"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// catalogFunctions are "Metadata functions" and those of rights.
var catalogFunctions = map[string]function{
	"DB_NAME":            {0, 1, dbName},
	"DB_ID":              {0, 1, dbID},
	"OBJECT_ID":          {1, 2, objectID},
	"OBJECT_NAME":        {1, 2, ofObject(func(t *table) any { return t.name })},
	"OBJECT_SCHEMA_NAME": {1, 2, ofObject(func(t *table) any { return t.schema.name })},
	"SCHEMA_NAME":        {0, 1, schemaName},
	"SCHEMA_ID":          {0, 1, schemaID},
	"TYPE_NAME":          {1, 1, typeName},
	"TYPE_ID":            {1, 1, typeID},
	"COL_NAME":           {2, 2, colName},
	"COL_LENGTH":         {2, 2, colLength},
	"COLUMNPROPERTY":     {3, 3, columnProperty},
	"COLLATIONPROPERTY":  {2, 2, collationProperty},
	"OBJECTPROPERTY":     {2, 2, objectProperty},
	"OBJECTPROPERTYEX":   {2, 2, objectProperty},
	"SERVERPROPERTY":     {1, 1, serverProperty},
	"DATABASEPROPERTYEX": {2, 2, databaseProperty},
	"HAS_PERMS_BY_NAME":  {3, 5, hasPerms},
	"HAS_DBACCESS":       {1, 1, hasAccess},
	"IS_SRVROLEMEMBER":   {1, 2, isRole},
	"IS_MEMBER":          {1, 1, isRole},
	"IS_ROLEMEMBER":      {1, 2, isRole},
}

// may gives a result that may be NULL.
func maybe(t value.Type, args []expr, f func(v []any) any) expr {
	x := strict(t, args, f)
	x.nullable = true
	return x
}

func dbName(q *binder, args []expr) expr {
	if len(args) == 0 {
		return constantly(q.present().name, value.NVarChar(128))
	}
	databases := q.state.databases
	return maybe(value.NVarChar(128), as(args, value.Int), func(v []any) any {
		for _, d := range databases {
			if int64(d.id) == v[0].(int64) {
				return d.name
			}
		}
		return nil
	})
}

func dbID(q *binder, args []expr) expr {
	if len(args) == 0 {
		return constantly(int64(q.present().id), value.Named("smallint", nil, false))
	}
	databases := q.state.databases
	return maybe(value.Named("smallint", nil, false), as(args, value.NVarChar(128)), func(v []any) any {
		if d, ok := databases[fold(v[0].(string))]; ok {
			return int64(d.id)
		}
		return nil
	})
}

// named finds an object by its name as text.
func (q *binder) named(text string) (*database, *table) {
	parts := splitName(text)
	if len(parts) == 0 {
		return nil, nil
	}
	inner := *q
	inner.state = q.metadata()
	if _, ok := inner.state.databases[fold(q.database)]; !ok {
		return nil, nil
	}
	db, _, _ := q.split(syntax.Name{Parts: parts})
	if _, ok := inner.state.databases[fold(db)]; !ok {
		return nil, nil
	}
	return inner.find(syntax.Name{Parts: parts})
}

// splitName divides a name with points and brackets.
func splitName(s string) []string {
	var parts []string
	for s = strings.TrimSpace(s); ; {
		part, rest := "", ""
		if strings.HasPrefix(s, "[") || strings.HasPrefix(s, `"`) {
			closing := map[byte]string{'[': "]", '"': `"`}[s[0]]
			s = s[1:]
			for {
				before, after, ok := strings.Cut(s, closing)
				if !ok {
					return nil
				}
				part += before
				if !strings.HasPrefix(after, closing) {
					rest = after
					break
				}
				part += closing
				s = after[1:]
			}
		} else if i := strings.IndexByte(s, '.'); i >= 0 {
			part, rest = s[:i], s[i:]
		} else {
			part = s
		}
		parts = append(parts, strings.TrimSpace(part))
		rest = strings.TrimSpace(rest)
		if rest == "" {
			return parts
		}
		if rest[0] != '.' {
			return nil
		}
		s = strings.TrimSpace(rest[1:])
	}
}

func objectID(q *binder, args []expr) expr {
	return maybe(value.Int, as(args, value.NVarChar(1035), value.NVarChar(4)), func(v []any) any {
		d, t := q.named(v[0].(string))
		if t == nil || !q.visible(d, t) {
			return nil
		}
		if len(v) > 1 {
			if kind := strings.TrimSpace(v[1].(string)); !value.Same(kind, t.kind()) {
				return nil
			}
		}
		return int64(t.id)
	})
}

func (t *table) kind() string {
	if t.view != nil {
		return "V"
	}
	return "U"
}

func ofObject(f func(*table) any) func(*binder, []expr) expr {
	return func(q *binder, args []expr) expr {
		d := q.metadata().databases[fold(q.database)]
		return maybe(value.NVarChar(128), as(args, value.Int), func(v []any) any {
			if t, ok := d.tables[int32(v[0].(int64))]; ok {
				return f(t)
			}
			return nil
		})
	}
}

func schemaName(q *binder, args []expr) expr {
	if len(args) == 0 {
		return constantly("dbo", value.NVarChar(128))
	}
	d := q.present()
	return maybe(value.NVarChar(128), as(args, value.Int), func(v []any) any {
		for _, s := range d.schemas {
			if int64(s.id) == v[0].(int64) {
				return s.name
			}
		}
		return nil
	})
}

func schemaID(q *binder, args []expr) expr {
	if len(args) == 0 {
		return constantly(int64(1), value.Int)
	}
	d := q.present()
	return maybe(value.Int, as(args, value.NVarChar(128)), func(v []any) any {
		if s, ok := d.schemas[fold(v[0].(string))]; ok {
			return int64(s.id)
		}
		return nil
	})
}

func typeName(_ *binder, args []expr) expr {
	return maybe(value.NVarChar(128), as(args, value.Int), func(v []any) any {
		for _, t := range systemTypes {
			if int64(t.user) == v[0].(int64) {
				return t.name
			}
		}
		return nil
	})
}

func typeID(_ *binder, args []expr) expr {
	return maybe(value.Int, as(args, value.NVarChar(128)), func(v []any) any {
		for _, t := range systemTypes {
			if value.Same(t.name, v[0].(string)) {
				return int64(t.user)
			}
		}
		return nil
	})
}

func colName(q *binder, args []expr) expr {
	d := q.present()
	return maybe(value.NVarChar(128), as(args, value.Int, value.Int), func(v []any) any {
		if t, ok := d.tables[int32(v[0].(int64))]; ok {
			if i := t.byID(int(v[1].(int64))); i >= 0 {
				return t.columns[i].name
			}
		}
		return nil
	})
}

func colLength(q *binder, args []expr) expr {
	return maybe(value.Named("smallint", nil, false), as(args, value.NVarChar(776), value.NVarChar(128)), func(v []any) any {
		if _, t := q.named(v[0].(string)); t != nil {
			if i, ok := t.find(v[1].(string)); ok {
				return int64(t.columns[i].typ.Length)
			}
		}
		return nil
	})
}

func columnProperty(q *binder, args []expr) expr {
	d := q.metadata().databases[fold(q.database)]
	return maybe(value.Int, as(args, value.Int, value.NVarChar(128), value.NVarChar(128)), func(v []any) any {
		t, ok := d.tables[int32(v[0].(int64))]
		if !ok {
			return nil
		}
		i, ok := t.find(v[1].(string))
		if !ok {
			return nil
		}
		return t.columns[i].property(strings.ToLower(v[2].(string)))
	})
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// property is of COLUMNPROPERTY; IsDeterministic is NULL of what is not computed.
func (c *column) property(name string) any {
	switch name {
	case "allowsnull":
		return flag(c.nullable)
	case "columnid":
		return int64(c.id)
	case "iscomputed":
		return flag(c.computed != nil)
	case "isidentity":
		return flag(c.identity)
	case "ishidden":
		return flag(c.hidden)
	case "issparse":
		return flag(c.sparse)
	case "isdeterministic":
		if c.computed == nil {
			return nil
		}
		return flag(deterministic(c.computed))
	case "precision":
		return int64(c.typ.Precision)
	case "scale":
		return int64(c.typ.Scale)
	}
	return nil
}

// deterministic says whether an expression gives the same for the same row.
func deterministic(e syntax.Expr) bool {
	same := true
	each(e, func(x any) bool {
		if c, ok := x.(*syntax.Call); ok {
			switch c.Name {
			case "GETDATE", "GETUTCDATE", "SYSDATETIME", "SYSUTCDATETIME", "SYSDATETIMEOFFSET", "CURRENT_TIMESTAMP", "NEWID", "SUSER_SNAME", "USER_NAME", "HOST_NAME", "APP_NAME":
				same = false
			}
		}
		return same
	})
	return same
}

func variantOf(v any) any {
	switch v := v.(type) {
	case string:
		return wire.Variant{Type: value.NVarChar(128), Value: v}
	case int64:
		return wire.Variant{Type: value.Int, Value: v}
	}
	return nil
}

func collationProperty(_ *binder, args []expr) expr {
	return maybe(value.Named("sql_variant", nil, false), as(args, value.NVarChar(128), value.NVarChar(128)), func(v []any) any {
		page := value.CodePage(v[0].(string))
		if page == 0 || !value.Same(v[1].(string), "CodePage") {
			return nil
		}
		return variantOf(int64(page))
	})
}

func objectProperty(q *binder, args []expr) expr {
	d := q.metadata().databases[fold(q.database)]
	return maybe(value.Int, as(args, value.Int, value.NVarChar(128)), func(v []any) any {
		t, ok := d.tables[int32(v[0].(int64))]
		if !ok {
			return nil
		}
		switch strings.ToLower(v[1].(string)) {
		case "istable", "isusertable":
			return flag(t.view == nil)
		case "isview":
			return flag(t.view != nil)
		case "tablehasprimarykey":
			return flag(t.primary() != nil)
		case "tablehasidentity":
			for _, c := range t.columns {
				if c.identity {
					return int64(1)
				}
			}
			return int64(0)
		}
		return nil
	})
}

func serverProperty(q *binder, args []expr) expr {
	o := q.engine.options
	return maybe(value.Named("sql_variant", nil, false), as(args, value.NVarChar(128)), func(v []any) any {
		switch strings.ToLower(v[0].(string)) {
		case "productversion":
			return variantOf(o.Version)
		case "productmajorversion":
			return variantOf(strconv.Itoa(q.major()))
		case "productlevel":
			return variantOf("RTM")
		case "edition":
			if o.service() {
				return variantOf("SQL Azure")
			}
			return variantOf("Developer Edition (64-bit)")
		case "engineedition":
			if o.Azure {
				return variantOf(int64(5))
			}
			if o.Managed {
				return variantOf(int64(8))
			}
			return variantOf(int64(3))
		case "servername", "machinename":
			return variantOf("DOUBLE")
		case "collation":
			return variantOf(value.DefaultCollation)
		case "isintegratedsecurityonly", "isclustered", "ishadrenabled":
			return variantOf(int64(0))
		}
		return nil
	})
}

func databaseProperty(q *binder, args []expr) expr {
	databases := q.metadata().databases
	return maybe(value.Named("sql_variant", nil, false), as(args, value.NVarChar(128), value.NVarChar(128)), func(v []any) any {
		d, ok := databases[fold(v[0].(string))]
		if !ok {
			return nil
		}
		switch strings.ToLower(v[1].(string)) {
		case "collation":
			return variantOf(d.options.collation)
		case "status":
			return variantOf("ONLINE")
		case "updateability":
			if d.options.readOnly {
				return variantOf("READ_ONLY")
			}
			return variantOf("READ_WRITE")
		case "recovery":
			return variantOf("FULL")
		}
		return nil
	})
}
