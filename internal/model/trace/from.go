package trace

import (
	"fmt"
	"slices"
	"strings"
)

// from traces a FROM.
func (t *tracer) from(n node, e env) *frame {
	switch n.text("type") {
	case "", "EMPTY":
		return newFrame()
	case "BASE_TABLE":
		return t.named(n, e)
	case "SUBQUERY":
		return t.derived(n, t.query(n.child("subquery").child("node"), e), "")
	case "JOIN":
		return t.join(n, e)
	case "TABLE_FUNCTION":
		t.within(n["function"], view{newFrame(), e})
		return t.derived(n, &table{columns: t.made(n.names("column_name_alias")), blind: true}, "")
	case "EXPRESSION_LIST":
		return t.values(n, e)
	}
	t.refuse(n, "reads what is not understood")
	f := newFrame()
	f.items = []item{{alias: lower(n.text("alias")), blind: true}}
	return f
}

// made are columns of no type.
func (t *tracer) made(names []string) []column {
	out := make([]column, len(names))
	for i, name := range names {
		out[i] = column{id: t.fresh(), name: name}
	}
	return out
}

// values traces a list of rows.
func (t *tracer) values(n node, e env) *frame {
	t.within(n["values"], view{newFrame(), e})
	var names []string
	if rows, ok := n["values"].([]any); ok && len(rows) > 0 {
		first, _ := rows[0].([]any) // a row is a list
		for i := range first {
			names = append(names, fmt.Sprint("col", i))
		}
	}
	return t.derived(n, &table{columns: t.made(names)}, "")
}

// named traces the name of a relation or of a query of WITH.
func (t *tracer) named(n node, e env) *frame {
	schema, name := lower(n.text("schema_name")), lower(n.text("table_name"))
	if n.has("sample") || n.has("at_clause") {
		t.refuse(n, "reads a part of %s that is not understood", name)
	}
	if cte, ok := e.ctes[name]; ok && schema == "" && n.text("catalog_name") == "" {
		if cte.owner != nil || len(cte.bonds) > 0 {
			t.readTenanted++
		}
		return t.derived(n, cte, name)
	}
	id := schema + "." + name
	r, ok := t.catalog(id)
	if !ok {
		t.refuse(n, "reads %s, which is not known", id)
		t.shared[id] = true
		return t.derived(n, &table{blind: true}, name)
	}
	out := &table{}
	tenant := ""
	for _, c := range r.Columns {
		col := column{id: t.fresh(), name: lower(c.Name), kind: c.Type, of: id}
		out.columns = append(out.columns, col)
		if r.Tenant != "" && col.name == lower(r.Tenant) {
			tenant = r.Tenant
			out.owner = &owner{members: set{col.id: true}, cover: []set{{col.id: true}}}
			t.oneKind(n, id, col)
		}
	}
	if r.Tenant != "" && tenant == "" {
		t.refuse(n, "reads %s, whose column %s is not known", id, r.Tenant)
	}
	if tenant == "" {
		t.shared[id] = true
	} else {
		t.tenanted[id] = tenant
		t.readTenanted++
	}
	f := t.derived(n, out, name)
	if n.text("alias") == "" {
		f.items[0].schema = schema
	}
	return f
}

// oneKind wants the tenant columns of all relations to be of one type, and of one
// whose equal values are the same.
func (t *tracer) oneKind(n node, id string, c column) {
	if t.kind == "" {
		t.kind, t.word = c.kind, c.name
	}
	if c.kind != t.kind {
		t.refuse(n, "reads %s, whose %s is %s and not %s", id, c.name, c.kind, t.kind)
	}
	if c.kind == "" || slices.Contains([]string{"FLOAT", "DOUBLE"}, strings.ToUpper(c.kind)) {
		t.refuse(n, "reads %s, whose %s is not of a type that tells tenants apart", id, c.name)
	}
}

// derived makes a FROM item of a table.
func (t *tracer) derived(n node, in *table, name string) *frame {
	if a := lower(n.text("alias")); a != "" {
		name = a
	}
	in = t.renamed(in, n.names("column_name_alias"))
	f := newFrame()
	columns, o, bonds := t.copied(in)
	f.items, f.bonds = []item{{alias: name, columns: columns, blind: in.blind}}, bonds
	if o != nil {
		f.owners = []*owner{o}
		f.arrived[o.keys[0]] = n
	}
	return f
}
