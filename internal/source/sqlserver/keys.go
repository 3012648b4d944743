package sqlserver

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

var _ archwire.KeyReader = (*view)(nil)

// keysAChunk keeps a query's text to some tens of kB.
const keysAChunk = 1000

// ByKeys lists the keys in the chunks' conditions, so that the server finds the rows
// by the key's index.
func (v *view) ByKeys(ctx context.Context, t archwire.Table, keys archwire.Batch) (chunks []archwire.Chunk, err error) {
	ctx, cancel := v.within(ctx)
	defer cancel()
	p, err := v.plan(ctx, t)
	if err != nil {
		return nil, err
	}
	columns, err := p.rel.keyColumns(t, keys)
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(keyRows(columns, keys), keysAChunk) {
		chunks = append(chunks, archwire.Chunk{Where: both(among(columns, some), p.live), Rows: int64(len(some))})
	}
	return chunks, nil
}

// A keyColumn is how one column of the key is compared.
type keyColumn struct {
	value string // what is compared, in SQL; the column itself if its index is to serve
	typ   string // of it, by name
	text  string // its collation; "" where it has none
	wide  bool   // it is text of two bytes a unit, not of a code page
	exact string // what must be the same as hexadecimal text, too; "" where equal values are the same
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
		f, err := r.form(t, c)
		if err != nil {
			return nil, err
		}
		columns[i] = compareKey(c, f)
	}
	return columns, nil
}

// compareKey lets the server compare values of the column's own type. Values that it
// holds to be equal may be copied as different ones: texts under a collation that
// ignores case, and any that differ in blanks at their end, or bytes in zeros there;
// so these must be the same to the byte as well.
func compareKey(c archwire.Column, f form) keyColumn {
	value := selected(f, "t."+quote(c.Name))
	switch c.Type.Kind { //nolint:exhaustive // the others are compared as they are
	case archwire.Text, archwire.JSON:
		k := keyColumn{value: value, typ: f.typ.name, exact: hexOf("CONVERT(nvarchar(max), " + value + ")")}
		k.text, k.wide = f.typ.collation, f.typ.name != "char" && f.typ.name != "varchar"
		return k
	case archwire.Bytes:
		return keyColumn{value: value, typ: f.typ.name, exact: hexOf(value)}
	}
	return keyColumn{value: value, typ: f.typ.name}
}

// hexOf is the bytes of a value, written as exactText and exactBytes write them.
func hexOf(value string) string {
	return "CONVERT(varchar(max), CONVERT(varbinary(max), " + value + "), 2)"
}

// among is the condition of rows whose key is one of keys.
func among(columns []keyColumn, keys [][]string) string {
	if len(columns) == 1 && columns[0].exact == "" {
		values := make([]string, len(keys))
		for i, key := range keys {
			values[i] = key[0]
		}
		return columns[0].value + " IN (" + strings.Join(values, ", ") + ")"
	}
	var names, conditions []string
	add := func(name, collation, value string) {
		names = append(names, quote(name))
		conditions = append(conditions, "k."+quote(name)+collation+" = "+value)
	}
	for i, c := range columns {
		collation := ""
		if c.text != "" { // that of literals is the database's, which may be another
			collation = " COLLATE " + c.text
		}
		add(fmt.Sprintf("archwire %d", i), collation, c.value)
		if c.exact != "" {
			add(fmt.Sprintf("archwire %d exact", i), "", c.exact)
		}
	}
	rows := make([]string, len(keys))
	for i, key := range keys {
		rows[i] = "(" + strings.Join(key, ", ") + ")"
	}
	return "EXISTS (SELECT 1 FROM (VALUES " + strings.Join(rows, ", ") + ") AS k (" + strings.Join(names, ", ") + ") WHERE " +
		strings.Join(conditions, " AND ") + ")"
}

// keyRows writes the keys as among lists them, each once. A key with a NULL in it,
// or with a value that SQL Server does not have, is no row's.
func keyRows(columns []keyColumn, keys archwire.Batch) (rows [][]string) {
	seen := map[string]bool{}
	for i := range int(keys.NumRows()) {
		row, ok := rowOf(columns, keys, i)
		if id := strings.Join(row, ", "); ok && !seen[id] {
			seen[id] = true
			rows = append(rows, row)
		}
	}
	return rows
}

func rowOf(columns []keyColumn, keys archwire.Batch, i int) (row []string, ok bool) {
	for j, c := range columns {
		if keys.Column(j).IsNull(i) {
			return nil, false
		}
		values, ok := c.literals(keys.Column(j), i)
		if !ok {
			return nil, false
		}
		row = append(row, values...)
	}
	return row, true
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

// literals are a value, and what must be the same as hexadecimal text, if anything
// must.
func (c keyColumn) literals(column arrow.Array, i int) ([]string, bool) {
	switch a := column.(type) {
	case *array.String:
		text := a.Value(i)
		if c.exact == "" { // a uuid
			return []string{"CONVERT(uniqueidentifier, '" + text + "')"}, uuidForm.MatchString(text)
		}
		literal := unicode(text)
		if c.text != "" && !c.wide { // as the column's own type, whose index it is to serve
			literal = "CONVERT(varchar(8000), " + literal + " COLLATE " + c.text + ")"
		}
		return []string{literal, "'" + exactText(text) + "'"}, true
	case *array.Binary:
		hex := exactBytes(a.Value(i))
		return []string{"0x" + hex, "'" + hex + "'"}, true
	}
	literal, ok := keyLiteral(c.typ, column, i)
	return []string{literal}, ok
}
