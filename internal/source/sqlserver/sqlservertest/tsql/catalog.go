package tsql

import (
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// systemView is one view of the schema sys ("System catalog views", "Dynamic
// management views"): its columns as "name type" and its rows.
type systemView struct {
	columns string
	rows    func(q *binder, d *database) [][]any
	needs   string // a permission of the server
}

// metadata is what the catalogue shows: it has no versions, so it is the newest
// even under SNAPSHOT, with the transaction's own definitions.
func (q *binder) metadata() *state {
	if len(q.t.steps) > 0 {
		return q.t.see()
	}
	return q.engine.current.Load()
}

// systemView binds a view of sys.
func (q *binder) systemView(n syntax.Name, schema, name, alias string) relation {
	db, _, _ := q.split(n)
	d, ok := q.metadata().databases[fold(db)]
	v, known := systemViews[fold(name)]
	if !ok || !known || !value.Same(schema, "sys") {
		value.Fail(208, "Invalid object name '%s'.", n)
	}
	ofDatabase := v.needs == "VIEW DATABASE STATE" // which the server's includes
	if v.needs != "" && !q.server(d, v.needs) && (!ofDatabase || !q.server(d, "VIEW SERVER STATE")) {
		value.Fail(300, "%s permission was denied on object 'server', database 'master'.", v.needs)
	}
	r := typedFields(v.columns)
	r.fixed = true
	for i := range r.fields {
		r.fields[i].alias, r.fields[i].schema, r.fields[i].db = alias, "sys", db
	}
	r.rows = func(_ *frame, yield func([]any) bool) bool {
		for _, row := range v.rows(q, d) {
			if !yield(row) {
				return false
			}
		}
		return true
	}
	return r
}

// catalogType is a type in the columns of a systemView.
func catalogType(s string) value.Type {
	switch s {
	case "name":
		return value.SysName
	case "desc":
		t := value.NVarChar(60)
		t.Collation = "Latin1_General_CI_AS_KS_WS"
		return t
	case "char2":
		return value.Type{Name: "char", Length: 2, Collation: "Latin1_General_CI_AS_KS_WS"}
	case "text":
		return value.NVarChar(-1)
	}
	return value.Named(s, nil, false)
}

// systemType is a row of sys.types.
type systemType struct {
	name             string
	system, user     int
	length           int
	precision, scale int
	assembly         bool
}

var systemTypes = []systemType{
	{"image", 34, 34, 16, 0, 0, false},
	{"text", 35, 35, 16, 0, 0, false},
	{"uniqueidentifier", 36, 36, 16, 0, 0, false},
	{"date", 40, 40, 3, 10, 0, false},
	{"time", 41, 41, 5, 16, 7, false},
	{"datetime2", 42, 42, 8, 27, 7, false},
	{"datetimeoffset", 43, 43, 10, 34, 7, false},
	{"tinyint", 48, 48, 1, 3, 0, false},
	{"smallint", 52, 52, 2, 5, 0, false},
	{"int", 56, 56, 4, 10, 0, false},
	{"smalldatetime", 58, 58, 4, 16, 0, false},
	{"real", 59, 59, 4, 24, 0, false},
	{"money", 60, 60, 8, 19, 4, false},
	{"datetime", 61, 61, 8, 23, 3, false},
	{"float", 62, 62, 8, 53, 0, false},
	{"sql_variant", 98, 98, 8016, 0, 0, false},
	{"ntext", 99, 99, 16, 0, 0, false},
	{"bit", 104, 104, 1, 1, 0, false},
	{"decimal", 106, 106, 17, 38, 38, false},
	{"numeric", 108, 108, 17, 38, 38, false},
	{"smallmoney", 122, 122, 4, 10, 4, false},
	{"bigint", 127, 127, 8, 19, 0, false},
	{"hierarchyid", 240, 128, 892, 0, 0, true},
	{"geometry", 240, 129, -1, 0, 0, true},
	{"geography", 240, 130, -1, 0, 0, true},
	{"varbinary", 165, 165, 8000, 0, 0, false},
	{"varchar", 167, 167, 8000, 0, 0, false},
	{"binary", 173, 173, 8000, 0, 0, false},
	{"char", 175, 175, 8000, 0, 0, false},
	{"timestamp", 189, 189, 8, 0, 0, false},
	{"nvarchar", 231, 231, 8000, 0, 0, false},
	{"nchar", 239, 239, 8000, 0, 0, false},
	{"xml", 241, 241, -1, 0, 0, false},
	{"sysname", 231, 256, 256, 0, 0, false},
}

// systemTypeOf finds the row of a type.
func systemTypeOf(t value.Type) systemType {
	name := t.Name
	if name == "rowversion" {
		name = "timestamp"
	}
	for _, s := range systemTypes {
		if s.name == name {
			return s
		}
	}
	return systemType{}
}

func typeRows(_ *binder, d *database) [][]any {
	var out [][]any
	for _, t := range systemTypes {
		var collation any
		if strings.HasSuffix(t.name, "char") || strings.HasSuffix(t.name, "text") || t.name == "sysname" {
			collation = d.options.collation
		}
		out = append(out, []any{
			t.name, int64(t.system), int64(t.user), int64(4), int64(t.length), int64(t.precision), int64(t.scale), collation,
			t.name != "sysname" && t.name != "timestamp", false, t.assembly, false,
		})
	}
	return out
}

// splitColumns divides "name type, name type".
func splitColumns(columns string) [][2]string {
	var out [][2]string
	for c := range strings.SplitSeq(columns, ",") {
		name, typ, _ := strings.Cut(strings.TrimSpace(c), " ")
		out = append(out, [2]string{name, typ})
	}
	return out
}
