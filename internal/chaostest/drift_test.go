package chaostest

import (
	"fmt"
	"slices"
	"strings"
)

// drift is what happens to the columns that no model and no dataset uses, by
// table: their names and types, as they are now.
type drift map[string][]drifting

type drifting struct{ name, typ string }

func newDrift() drift {
	return drift{
		"sale": {{"weight", "smallint"}, {"memo", "varchar(10)"}}, "client": {{"grade", "smallint"}}, "stock": {{"shelf", "text"}},
		"event": {{"payload", "jsonb"}}, "item": {}, "paper": {},
	}
}

// wider says which types a type may become.
func wider() map[string][]string {
	return map[string][]string{
		"smallint": {"int", "bigint", "text"}, "int": {"bigint", "numeric(20,4)"}, "bigint": {"text"},
		"varchar(10)": {"varchar(40)", "text"}, "numeric(8,2)": {"numeric(12,2)", "numeric(14,4)"}, "date": {"timestamp"},
	}
}

// alter makes up a change of some table's columns, and what becomes of the
// author's knowledge once it is committed.
func (a *author) alter() (sql string, done func()) {
	tables := sorted(a.columns)
	table := tables[a.rng.IntN(len(tables))]
	columns := a.columns[table]
	if len(columns) == 0 || a.rng.IntN(3) == 0 {
		types := []string{"smallint", "int", "int default 5", "numeric(8,2)", "varchar(10)", "date", "boolean", "timestamptz"}
		name, typ := fmt.Sprintf("extra_%d", a.key()), types[a.rng.IntN(len(types))]
		sql = fmt.Sprintf("alter table %s add column %s %s", table, name, typ)
		typ, _, _ = strings.Cut(typ, " default")
		return sql, func() { a.columns[table] = append(columns, drifting{name, typ}) }
	}
	at := a.rng.IntN(len(columns))
	c := columns[at]
	changed := slices.Clone(columns)
	switch to := wider()[c.typ]; {
	case len(to) > 0 && a.rng.IntN(2) == 0:
		changed[at].typ = to[a.rng.IntN(len(to))]
		sql = fmt.Sprintf("alter table %s alter column %s type %s", table, c.name, changed[at].typ)
	case a.rng.IntN(2) == 0:
		changed[at].name = fmt.Sprintf("extra_%d", a.key())
		sql = fmt.Sprintf("alter table %s rename column %s to %s", table, c.name, changed[at].name)
	default:
		changed = slices.Delete(changed, at, at+1)
		sql = fmt.Sprintf("alter table %s drop column %s", table, c.name)
	}
	return sql, func() { a.columns[table] = changed }
}

// fillColumn writes values into a column that the world knows nothing of.
func (a *author) fillColumn() {
	columns := a.columns["sale"]
	id, ok := one(a, a.world.sales)
	if !ok || len(columns) == 0 {
		return
	}
	c := columns[a.rng.IntN(len(columns))]
	values := map[string]string{
		"smallint": "7", "int": "70000", "bigint": "7000000000", "text": "'a b'", "varchar(10)": "'memo'", "varchar(40)": "'a longer memo'",
		"numeric(8,2)": "1.25", "numeric(12,2)": "-0.01", "numeric(14,4)": "0.0001", "numeric(20,4)": "12345678901.5", "date": "'2026-02-28'",
		"timestamp": "'2026-02-28 12:00:00.5'", "timestamptz": "'infinity'", "boolean": "true",
	}
	a.do(func(*world) {}, fmt.Sprintf("update sale set %s = %s, updated_at = %s where sale_id = $1", c.name, values[c.typ], a.when()), id)
}
