package tsql

import (
	"crypto/rand"
	"math/big"
	"strconv"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// systemFunctions are "System functions" and those of change tracking.
var systemFunctions = map[string]function{
	"CHANGE_TRACKING_CURRENT_VERSION":   {0, 0, currentVersion},
	"CHANGE_TRACKING_MIN_VALID_VERSION": {1, 1, minValidVersion},
	"CHANGE_TRACKING_IS_COLUMN_IN_MASK": {2, 2, func(*binder, []expr) expr { return constantly(int64(1), value.Int) }},
	"SCOPE_IDENTITY":                    {0, 0, func(q *binder, _ []expr) expr { return constantly(q.lastIdentity, value.DecimalOf(38, 0)) }},
	"IDENT_CURRENT":                     {1, 1, identCurrent},
	"NEWID":                             {0, 0, newID},
	"XACT_STATE": {0, 0, func(q *binder, _ []expr) expr {
		return constantly(q.transactionState(), value.Named("smallint", nil, false))
	}},
	"ERROR_NUMBER":          {0, 0, caught(value.Int, func(e *wire.Error) any { return int64(e.Number) })},
	"ERROR_SEVERITY":        {0, 0, caught(value.Int, func(e *wire.Error) any { return int64(e.Severity) })},
	"ERROR_STATE":           {0, 0, caught(value.Int, func(e *wire.Error) any { return int64(e.State) })},
	"ERROR_LINE":            {0, 0, caught(value.Int, func(e *wire.Error) any { return int64(e.Line) })},
	"ERROR_MESSAGE":         {0, 0, caught(value.NVarChar(4000), func(e *wire.Error) any { return e.Message })},
	"SQL_VARIANT_PROPERTY":  {2, 2, variantProperty},
	"SUSER_SNAME":           {0, 1, func(q *binder, _ []expr) expr { return constantly(q.login.name, value.NVarChar(128)) }},
	"SUSER_NAME":            {0, 1, func(q *binder, _ []expr) expr { return constantly(q.login.name, value.NVarChar(128)) }},
	"ORIGINAL_LOGIN":        {0, 0, func(q *binder, _ []expr) expr { return constantly(q.login.name, value.NVarChar(128)) }},
	"SYSTEM_USER":           {0, 0, func(q *binder, _ []expr) expr { return constantly(q.login.name, value.NVarChar(128)) }},
	"USER_NAME":             {0, 1, userName},
	"CURRENT_USER":          {0, 0, userName},
	"SESSION_USER":          {0, 0, userName},
	"USER":                  {0, 0, userName},
	"APP_NAME":              {0, 0, func(q *binder, _ []expr) expr { return constantly(q.app, value.NVarChar(128)) }},
	"HOST_NAME":             {0, 0, func(q *binder, _ []expr) expr { return constantly(q.host, value.NVarChar(128)) }},
	"MIN_ACTIVE_ROWVERSION": {0, 0, minActive},
	"CHECKSUM":              {1, -1, checksum},
	"BINARY_CHECKSUM":       {1, -1, checksum},
}

// checksum mixes values into an int; not SQL Server's own sum, which is not
// documented.
func checksum(_ *binder, args []expr) expr {
	x := derived(value.Int, args, func(fr *frame) any {
		h := uint32(2166136261)
		for _, a := range args {
			for _, c := range []byte(value.Key(a.eval(fr), value.Plain(a.typ))) {
				h = (h ^ uint32(c)) * 16777619
			}
		}
		return int64(int32(h))
	})
	x.nullable = false
	return x
}

func newID(*binder, []expr) expr {
	return expr{typ: value.Named("uniqueidentifier", nil, false), column: -1, eval: func(*frame) any {
		var g [16]byte
		_, _ = rand.Read(g[:])
		g[6], g[8] = g[6]&0x0F|0x40, g[8]&0x3F|0x80
		return g
	}}
}

func userName(q *binder, _ []expr) expr {
	name := "dbo"
	if !q.login.admin {
		name = q.login.name
		if u, ok := q.present().users[fold(q.login.name)]; ok {
			name = u.name
		}
	}
	return constantly(name, value.NVarChar(128))
}

func caught(t value.Type, f func(*wire.Error) any) func(*binder, []expr) expr {
	return func(q *binder, _ []expr) expr {
		if q.caught == nil {
			return constantly(nil, t)
		}
		return constantly(f(q.caught), t)
	}
}

func (s *Session) transactionState() int64 {
	switch {
	case s.open == nil:
		return 0
	case s.open.doomed:
		return -1
	}
	return 1
}

// currentVersion is NULL where the database is not tracked.
func currentVersion(q *binder, _ []expr) expr {
	q.tracked = true
	q.databases[fold(q.database)] = true
	d := q.present()
	if q.engine.options.Live {
		d = q.engine.current.Load().databases[fold(q.database)]
	}
	if !d.tracking {
		return constantly(nil, value.BigInt)
	}
	return constantly(d.trackVersion, value.BigInt)
}

// minValidVersion is NULL of what is not tracked, or may not be seen.
func minValidVersion(q *binder, args []expr) expr {
	q.tracked = true
	q.databases[fold(q.database)] = true
	d := q.present()
	x := strict(value.BigInt, as(args, value.Int), func(v []any) any {
		t, ok := d.tables[int32(v[0].(int64))]
		if !ok || t.track == nil || !q.may(d, t, "VIEW CHANGE TRACKING") {
			return nil
		}
		return t.track.valid
	})
	x.nullable = true
	return x
}

func identCurrent(q *binder, args []expr) expr {
	x := strict(value.DecimalOf(38, 0), as(args, value.NVarChar(776)), func(v []any) any {
		_, t := q.named(v[0].(string))
		if t == nil || t.counter == nil {
			return nil
		}
		for _, c := range t.columns {
			if c.identity {
				n := t.counter.identity.Load()
				if !t.counter.fresh.Load() {
					n -= c.step
				}
				return big.NewInt(n)
			}
		}
		return nil
	})
	x.nullable = true
	return x
}

func minActive(q *binder, _ []expr) expr {
	return constantly(rowVersion(q.engine.leastActive()), value.Type{Name: "rowversion", Length: 8})
}

func rowVersion(n int64) []byte {
	b, _ := value.Convert(n, value.BigInt, value.Type{Name: "binary", Length: 8}, 0).([]byte)
	return b
}

func variantProperty(_ *binder, args []expr) expr {
	variant := value.Named("sql_variant", nil, false)
	from := value.Plain(args[0].typ)
	x := strict(variant, as(args, value.Type{}, value.NVarChar(128)), func(v []any) any {
		t := from
		if inner, ok := v[0].(wire.Variant); ok {
			t = inner.Type
		}
		n := func(i int) any { return wire.Variant{Type: value.Int, Value: int64(i)} }
		switch strings.ToLower(v[1].(string)) {
		case "basetype":
			return wire.Variant{Type: value.NVarChar(128), Value: t.Name}
		case "precision":
			return n(t.Precision)
		case "scale":
			return n(t.Scale)
		case "maxlength":
			return n(t.Length)
		}
		return nil
	})
	x.nullable = true
	return x
}

// variable binds @x and @@x.
func (q *binder) variable(name string) expr {
	if c, ok := q.vars[fold(name)]; ok {
		x := expr{typ: c.typ, nullable: true, column: -1, eval: func(*frame) any { return c.value }}
		return x
	}
	n := func(v int64) expr { return constantly(v, value.Int) }
	switch strings.ToUpper(name) {
	case "@@VERSION":
		return constantly("Microsoft SQL Server (double) - "+q.engine.options.Version, value.NVarChar(300))
	case "@@SPID":
		return constantly(int64(q.process), value.Named("smallint", nil, false))
	case "@@DBTS":
		return constantly(rowVersion(q.engine.dbts.Load()), value.VarBinary(8))
	case "@@TRANCOUNT":
		if q.open == nil {
			return n(0)
		}
		return n(int64(q.open.depth))
	case "@@ROWCOUNT":
		return n(q.rows)
	case "@@ERROR":
		return n(int64(q.lastNumber))
	case "@@IDENTITY":
		return constantly(q.lastIdentity, value.DecimalOf(38, 0))
	case "@@SERVERNAME":
		return constantly("DOUBLE", value.NVarChar(128))
	case "@@LANGUAGE":
		return constantly("us_english", value.NVarChar(128))
	case "@@LOCK_TIMEOUT":
		return n(int64(q.lockTimeout))
	case "@@MAX_PRECISION":
		return constantly(int64(38), value.Named("tinyint", nil, false))
	case "@@OPTIONS":
		return n(5432)
	case "@@DATEFIRST":
		return constantly(int64(7), value.Named("tinyint", nil, false))
	case "@@MICROSOFTVERSION":
		return n(int64(q.major()) << 24)
	}
	value.Fail(137, `Must declare the scalar variable "%s".`, name)
	return expr{}
}

// major is the server's version: 16 is SQL Server 2022.
func (s *Session) major() int {
	major, _, _ := strings.Cut(s.engine.options.Version, ".")
	n, _ := strconv.Atoi(major)
	return n
}
