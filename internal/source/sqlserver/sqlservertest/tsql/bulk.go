package tsql

import (
	"iter"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// bulkLoad is what INSERT BULK announced.
type bulkLoad struct {
	table     syntax.Name
	columns   []string
	keepNulls bool
}

func (b *batch) announceBulk(do *syntax.InsertBulk) {
	load := &bulkLoad{table: do.Table}
	for _, c := range do.Columns {
		load.columns = append(load.columns, c.Name)
	}
	for _, o := range do.Options {
		load.keepNulls = load.keepNulls || o == "KEEP_NULLS"
	}
	b.within(func(t *transaction) {
		q := b.binder(t)
		q.state = t.see()
		_, tb := q.writeTarget(do.Table, "INSERT")
		for _, name := range load.columns {
			if _, ok := tb.find(name); !ok {
				value.Fail(207, "Invalid column name '%s'.", name)
			}
		}
	})
	b.bulk = load
	b.finish(0, false)
}

// bulkInsert takes the rows. NULL stands for the default unless KEEP_NULLS was
// said; an identity column that is announced keeps its values.
func (b *batch) bulkInsert(columns []wire.Column, rows iter.Seq2[[]any, error]) (int64, error) {
	load := b.bulk
	if load == nil {
		value.Fail(4002, "The incoming tabular data stream (TDS) protocol stream is incorrect. The stream ended unexpectedly.")
	}
	before := b.identityFor
	defer func() { b.identityFor = before }()
	b.identityFor = fold(load.table.Last())
	var given [][]any
	for values, err := range rows {
		if err != nil {
			return 0, err
		}
		for i, c := range columns {
			values[i] = inward(values[i], c.Type)
		}
		given = append(given, append([]any{}, values...))
	}
	w := b.writing(func(t *transaction) *writer {
		q := b.binder(t)
		q.state = t.see()
		d, tb := q.writeTarget(load.table, "INSERT")
		w := &writer{t: t, ctx: b.ctx, db: d.name, table: tb, verb: "INSERT"}
		places := w.columnsOf(q, load.columns)
		types := make([]value.Type, len(columns))
		for i, c := range columns {
			types[i] = c.Type
		}
		for _, values := range given {
			w.bulkRow(q, load, places, values, types)
		}
		return w
	})
	b.rows = int64(len(w.changes))
	return b.rows, nil
}

func (w *writer) bulkRow(q *binder, load *bulkLoad, places []int, values []any, types []value.Type) {
	if load.keepNulls {
		w.add(q, places, values, types)
		return
	}
	var some []int
	var kept []any
	var keptTypes []value.Type
	for i, v := range values {
		if v == nil && w.table.columns[places[i]].def != nil {
			continue
		}
		some, kept, keptTypes = append(some, places[i]), append(kept, v), append(keptTypes, types[i])
	}
	w.add(q, some, kept, keptTypes)
}
