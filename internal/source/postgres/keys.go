package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

var _ archwire.KeyReader = (*view)(nil)

// keysAChunk keeps a query's text to some tens of kB.
const keysAChunk = 1000

// ByKeys lists the keys in the chunks' conditions, as values of the columns' own
// types, so that the server finds the rows by the key's index.
func (v *view) ByKeys(ctx context.Context, t archwire.Table, keys archwire.Batch) (chunks []archwire.Chunk, err error) {
	err = v.use(ctx, t, func(_ context.Context, _ *session, p *plan) error {
		columns, err := p.rel.keyColumns(t, keys)
		if err != nil {
			return err
		}
		rows, err := keyRows(t, keys)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(rows, keysAChunk) {
			chunks = append(chunks, archwire.Chunk{Where: both(among(columns, some), p.live), Rows: int64(len(some))})
		}
		return nil
	})
	return chunks, err
}

// A keyColumn is how one column of the key is compared.
type keyColumn struct {
	value string // what is compared, in SQL; the column itself if its index is to serve
	typ   string // of the literals
	text  string // what must be the same text too; "" when equal values are the same
	whole bool   // a number whose literals must not have a point
}

// keyColumns checks that keys are of t's key and finds how each is compared.
func (r *relation) keyColumns(t archwire.Table, keys archwire.Batch) ([]keyColumn, error) {
	if len(t.Key) == 0 || int(keys.NumCols()) != len(t.Key) {
		return nil, changed(t, fmt.Sprintf("its key has %d columns and the keys asked for have %d", len(t.Key), keys.NumCols()), discoverHint(t))
	}
	columns := make([]keyColumn, len(t.Key))
	for i, name := range t.Key {
		c, ok := t.Column(name)
		if !ok {
			return nil, changed(t, fmt.Sprintf("column %s of its key is not among the columns that are copied", name),
				fmt.Sprintf("Add %s to the columns of %s in sources/%s.yaml.", name, t.Name, t.Source))
		}
		a, ok := r.attribute(name)
		if !ok {
			return nil, missingColumn(t, name)
		}
		f, err := r.form(t, c)
		if err != nil {
			return nil, err
		}
		columns[i] = compareKey(a, c, f)
	}
	return columns, nil
}

// compareKey lets the server compare values of the column's own type. Values
// that it holds to be equal may be copied as different texts, in citext and under
// collations that ignore case: then the texts must be the same as well. What is
// copied in a form that the type does not read is compared in that form.
func compareKey(a attribute, c archwire.Column, f form) keyColumn {
	name := archwire.Quote(c.Name)
	own := keyColumn{value: name, typ: archwire.Quote(a.typ.schema) + "." + archwire.Quote(a.typ.name)}
	padded := a.typ.schema == "pg_catalog" && a.typ.name == "bpchar"
	switch {
	case c.Type.Kind == archwire.JSON, c.Type.Kind == archwire.Text && (a.typ.array || a.typ.class == 'c'):
		return keyColumn{value: exactText(fmt.Sprintf(f.sel, name)), typ: "pg_catalog.text"}
	case a.typ.name == "money":
		if c.Type.Kind == archwire.Decimal {
			return keyColumn{value: fmt.Sprintf(f.sel, name), typ: "pg_catalog.numeric"}
		}
		return keyColumn{value: exactText(fmt.Sprintf(f.sel, name)), typ: "pg_catalog.text"}
	case c.Type.Kind == archwire.Text && !padded:
		own.text = exactText(name)
	case c.Type.Kind == archwire.Decimal:
		own.whole = a.typ.name != "numeric"
	}
	return own
}

func exactText(value string) string { return "(" + value + `)::pg_catalog.text collate "C"` }

// among is the condition of rows whose key is one of keys.
func among(columns []keyColumn, keys [][]string) string {
	if len(columns) == 1 {
		c := columns[0]
		where := c.value + " = any (" + list(c.typ, c.whole, keys) + ")"
		if c.text != "" {
			where += " and " + c.text + " = any (" + list("pg_catalog.text", false, keys) + ")"
		}
		return where
	}
	var left []string
	for _, c := range columns {
		left = append(left, c.value)
	}
	for _, c := range columns {
		if c.text != "" {
			left = append(left, c.text)
		}
	}
	var b strings.Builder
	b.WriteString("(" + strings.Join(left, ", ") + ") in (values ")
	for i, key := range keys {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + strings.Join(rowOf(columns, key), ", ") + ")")
	}
	return b.String() + ")"
}

// rowOf writes one key as among compares it.
func rowOf(columns []keyColumn, key []string) []string {
	var row []string
	for i, c := range columns {
		row = append(row, value(key[i], c.whole)+"::"+c.typ)
	}
	for i, c := range columns {
		if c.text != "" {
			row = append(row, value(key[i], false)+"::pg_catalog.text")
		}
	}
	return row
}

// list writes an array of the keys' only column.
func list(typ string, whole bool, keys [][]string) string {
	values := make([]string, len(keys))
	for i, key := range keys {
		values[i] = value(key[0], whole)
	}
	return "array[" + strings.Join(values, ",") + "]::" + typ + "[]"
}

func value(text string, whole bool) string {
	if whole {
		text, _, _ = strings.Cut(text, ".")
	}
	return literal(text)
}

// keyRows reads the keys as the server would print them, each once. A key with a
// NULL in it is no row's.
func keyRows(t archwire.Table, keys archwire.Batch) ([][]string, error) {
	var rows [][]string
	seen := map[string]bool{}
	for i := range int(keys.NumRows()) {
		row := make([]string, keys.NumCols())
		null := false
		for j := range row {
			column := keys.Column(j)
			null = null || column.IsNull(i)
			text, ok := keyText(column, i)
			if !ok {
				return nil, changed(t, fmt.Sprintf("column %s of the keys asked for is of type %s", t.Key[j], column.DataType()), discoverHint(t))
			}
			row[j] = text
		}
		if id := fmt.Sprintf("%q", row); !null && !seen[id] {
			seen[id] = true
			rows = append(rows, row)
		}
	}
	return rows, nil
}
