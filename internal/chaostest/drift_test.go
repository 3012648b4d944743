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

// alter makes up a transaction that alters a table. It may find no way past others
// that use the table: its effects are not part of the world yet.
func (a *author) alter() []step {
	a.apart = true
	defer func() { a.apart = false }()
	switch n := a.rng.IntN(14); {
	case a.world.missing != "" && n < 7:
		a.restore()
	case n == 0:
		a.take()
	case n < 3:
		a.rekeyVisits()
	case n == 3:
		a.rekey()
	case n < 6:
		a.dropSpares()
	case n == 6:
		a.reload()
	case n < 10:
		a.retype()
	default:
		a.alterUnused()
	}
	return a.written()
}

// retype gives a column that models use another type, of the same values.
func (a *author) retype() {
	types := map[string][]string{
		"sale.amount": {"numeric(12,2)", "numeric(14,2)"}, "stock.qty": {"int", "bigint"}, "paper.pages": {"int", "bigint", "text"},
		"visit.minutes": {"smallint", "int", "bigint"}, "client.name": {"text", "varchar(40)"},
	}
	columns := sorted(types)
	name := columns[a.rng.IntN(len(columns))]
	table, column, _ := strings.Cut(name, ".")
	if table == a.world.missing {
		return
	}
	typ := types[name][a.rng.IntN(len(types[name]))]
	a.do(func(*world) {}, a.dialect.retype(table, column, typ))
}

// taken is what the project needs and is taken away, by what it is called: how it
// goes and how it comes back.
func (a *author) taken() map[string][2]string {
	d := a.dialect
	return map[string][2]string{
		"gone_at": {d.renameColumn("client", "gone_at", "left_at"), d.renameColumn("client", "left_at", "gone_at")},
		"paper":   {d.renameTable("paper", "paper_away"), d.renameTable("paper_away", "paper")},
	}
}

func (a *author) take() {
	taken := a.taken()
	names := sorted(taken)
	if name := names[a.rng.IntN(len(names))]; a.world.missing == "" {
		a.do(func(w *world) { w.missing = name }, taken[name][0])
	}
}

func (a *author) restore() {
	if name := a.world.missing; name != "" {
		a.do(func(w *world) { w.missing = "" }, a.taken()[name][1])
	}
}

// alterUnused changes some table's columns that nothing uses.
func (a *author) alterUnused() {
	tables := sorted(a.world.columns)
	table := tables[a.rng.IntN(len(tables))]
	if table == a.world.missing {
		return
	}
	columns := a.world.columns[table]
	if len(columns) == 0 || a.rng.IntN(3) == 0 {
		types := []string{"smallint", "int", "int default 5", "numeric(8,2)", "varchar(10)", "date", "boolean", "timestamptz"}
		name, typ := fmt.Sprintf("extra_%d", a.key()), types[a.rng.IntN(len(types))]
		sql := a.dialect.addColumn(table, name, typ)
		typ, _, _ = strings.Cut(typ, " default")
		a.do(func(w *world) { w.columns[table] = append(slices.Clone(columns), drifting{name, typ}) }, sql)
		return
	}
	at := a.rng.IntN(len(columns))
	c := columns[at]
	changed := slices.Clone(columns)
	var sql string
	switch to := wider()[c.typ]; {
	case len(to) > 0 && a.rng.IntN(2) == 0:
		changed[at].typ = to[a.rng.IntN(len(to))]
		sql = a.dialect.retype(table, c.name, changed[at].typ)
	case a.rng.IntN(2) == 0:
		changed[at].name = fmt.Sprintf("extra_%d", a.key())
		sql = a.dialect.renameColumn(table, c.name, changed[at].name)
	default:
		changed = slices.Delete(changed, at, at+1)
		sql = fmt.Sprintf("alter table %s drop column %s", table, c.name)
	}
	a.do(func(w *world) { w.columns[table] = changed }, sql)
}

// fillColumn writes values into a column that the world knows nothing of.
func (a *author) fillColumn() {
	columns := a.world.columns["sale"]
	id, ok := one(a, a.world.sales)
	if !ok || len(columns) == 0 {
		return
	}
	c := columns[a.rng.IntN(len(columns))]
	values := map[string]string{
		"smallint": "7", "int": "70000", "bigint": "7000000000", "text": "'a b'", "varchar(10)": "'memo'", "varchar(40)": "'a longer memo'",
		"numeric(8,2)": "1.25", "numeric(12,2)": "-0.01", "numeric(14,4)": "0.0001", "numeric(20,4)": "12345678901.5", "date": "'2026-02-28'",
		"timestamp": "'2026-02-28 12:00:00.5'", "timestamptz": "'infinity'", "boolean": "'true'",
	}
	if a.portable {
		values["timestamptz"] = "'9999-12-31T23:59:59Z'"
	}
	a.do(func(*world) {}, fmt.Sprintf("update sale set %s = %s, updated_at = %s where sale_id = $1", c.name, values[c.typ], a.when()), id)
}
