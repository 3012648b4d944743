package sourcetest

import (
	"fmt"
	"reflect"
	"slices"

	"archwire"
)

// Change alters a table, unseen by the views that are open unless they are
// gentle. Rows that come out as they went in were not written.
func (f *Fake) Change(table string, change func(*Table)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes++
	known := f.find(table)
	next := *known
	next.Columns, next.Rows = slices.Clone(known.Columns), cloneRows(known.Rows)
	numbers := map[*any]int64{}
	for i, row := range next.Rows {
		if len(row) > 0 {
			numbers[&row[0]] = known.numbers[i]
		}
	}
	before := map[int64][]any{}
	for i, n := range known.numbers {
		before[n] = known.Rows[i]
	}
	change(&next.Table)
	next.numberColumns()
	f.numberRows(&next, func(row []any) int64 {
		if len(row) == 0 {
			return 0
		}
		if n := numbers[&row[0]]; n != 0 && reflect.DeepEqual(row, before[n]) {
			return n
		}
		return 0
	})
	*known = next
}

// Insert adds rows.
func (f *Fake) Insert(table string, rows ...[]any) {
	f.Change(table, func(t *Table) { t.Rows = append(t.Rows, cloneRows(rows)...) })
}

// Late begins to insert rows now, by the source's clock, and does it when the
// function it returns is called: a transaction that commits late.
func (f *Fake) Late(table string, rows ...[]any) (commit func()) {
	f.mu.Lock()
	f.changes++
	f.mu.Unlock()
	return func() { f.Insert(table, rows...) }
}

// Update sets columns of the row with that key and says how many there were.
func (f *Fake) Update(table string, key []any, set map[string]any) (rows int) {
	f.Change(table, func(t *Table) {
		for _, row := range t.Rows {
			if !reflect.DeepEqual(keyOf(t, row), key) {
				continue
			}
			rows++
			for name, v := range set {
				row[t.at(name)] = v
			}
		}
	})
	return rows
}

// Delete takes the rows with these keys away and says how many there were.
func (f *Fake) Delete(table string, keys ...[]any) (rows int) {
	f.Change(table, func(t *Table) {
		before := len(t.Rows)
		t.Rows = slices.DeleteFunc(t.Rows, func(row []any) bool {
			return slices.ContainsFunc(keys, func(key []any) bool { return reflect.DeepEqual(keyOf(t, row), key) })
		})
		rows = before - len(t.Rows)
	})
	return rows
}

// AddColumn adds a column that has one value in all rows.
func (f *Fake) AddColumn(table string, c archwire.Column, v any) {
	f.Change(table, func(t *Table) {
		t.Columns = append(t.Columns, c)
		for i, row := range t.Rows {
			t.Rows[i] = append(row, v)
		}
	})
}

// DropColumn takes a column away.
func (f *Fake) DropColumn(table, name string) {
	f.Change(table, func(t *Table) {
		at := t.at(name)
		t.Columns = slices.Delete(t.Columns, at, at+1)
		for i, row := range t.Rows {
			t.Rows[i] = slices.Delete(row, at, at+1)
		}
	})
}

// RenameColumn gives a column another name.
func (f *Fake) RenameColumn(table, name, to string) {
	f.Change(table, func(t *Table) { t.Columns[t.at(name)].Name = to })
}

// Retype gives a column another type, and its values another form.
func (f *Fake) Retype(table, name string, to archwire.Type, convert func(any) any) {
	f.Change(table, func(t *Table) {
		at := t.at(name)
		t.Columns[at].Type = to
		for _, row := range t.Rows {
			if row[at] != nil {
				row[at] = convert(row[at])
			}
		}
	})
}

// Drop removes a table.
func (f *Fake) Drop(table string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes++
	f.tables = slices.DeleteFunc(slices.Clone(f.tables), func(t fakeTable) bool { return t.Name == table })
}

func (f *Fake) find(table string) *fakeTable {
	for i := range f.tables {
		if f.tables[i].Name == table {
			return &f.tables[i]
		}
	}
	panic(fmt.Sprintf("sourcetest: the fake has no table %s", table))
}

// at is where a column is.
func (t *Table) at(column string) int {
	at := slices.IndexFunc(t.Columns, func(c archwire.Column) bool { return c.Name == column })
	if at < 0 {
		panic(fmt.Sprintf("sourcetest: %s has no column %s", t.Name, column))
	}
	return at
}

func keyOf(t *Table, row []any) []any {
	key := make([]any, len(t.Key))
	for i, name := range t.Key {
		key[i] = row[t.at(name)]
	}
	return key
}

func cloneRows(rows [][]any) [][]any {
	clones := make([][]any, len(rows))
	for i, row := range rows {
		clones[i] = slices.Clone(row)
	}
	return clones
}

// numberColumns gives new columns their ordinals.
func (t *fakeTable) numberColumns() {
	for i := range t.Columns {
		if t.Columns[i].Ordinal == 0 {
			t.ordinals++
			t.Columns[i].Ordinal = t.ordinals
		}
	}
}

// numberRows gives rows the numbers they had, or new ones.
func (f *Fake) numberRows(t *fakeTable, had func(row []any) int64) {
	t.numbers = make([]int64, len(t.Rows))
	for i, row := range t.Rows {
		if had != nil {
			t.numbers[i] = had(row)
		}
		if t.numbers[i] == 0 {
			f.rows++
			t.numbers[i] = f.rows
		}
	}
}
