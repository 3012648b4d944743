package project

import (
	"slices"

	"archwire"
)

func (l *loader) table(s Source, t Table) {
	item, at := Item{KindSource, s.Name}, "tables."+t.Name
	for i, k := range t.Key {
		l.copied(item, element(at+".key", i), t, k)
	}
	follows := t.Sync == "append" || t.Sync == "cursor"
	switch {
	case follows && t.Cursor == "":
		l.complain(item, at+".cursor", "missing; sync: %s follows a column that only grows: name it, or use sync: full", t.Sync)
	case !follows && t.Sync != "" && t.Cursor != "":
		l.complain(item, at+".cursor", "has no meaning with sync: %s; leave it out, or use append or cursor", t.Sync)
	case follows:
		l.copied(item, at+".cursor", t, t.Cursor)
		l.grows(item, at+".cursor", t)
	}
	if t.Sync != "full" && t.Sync != "" && len(t.Key) == 0 {
		l.complain(item, at+".key", "missing; sync: %s finds rows by their key: name it, or use sync: full", t.Sync)
	}
	l.tracking(item, at, s, t)
	l.softDeletes(item, at, t)
	l.formOf(item, at, s, t)
	if t.Tenant != "" {
		l.copied(item, at+".tenant", t, t.Tenant)
	}
	if len(t.Columns) == 0 && len(t.Exclude) > 0 {
		l.complain(item, at+".columns", "excludes every column; leave the table out")
	}
}

// grows complains about a cursor that is of no type that grows.
func (l *loader) grows(item Item, field string, t Table) {
	c, ok := t.Column(t.Cursor)
	if ok && c.Type.Kind != 0 && !slices.Contains(growing(), c.Type.Kind) {
		l.complain(item, field, "%s is %s; a table is followed by a whole number, a date or a time: name such a column, or use sync: checksum", c.Name, c.Type)
	}
}

// growing lists the kinds of columns that a table can be followed by.
func growing() []archwire.Kind {
	return []archwire.Kind{archwire.Int16, archwire.Int32, archwire.Int64, archwire.Date, archwire.Timestamp, archwire.TimestampTZ}
}

// trackers lists the engines that keep track of changes.
var trackers = []string{"sqlserver"}

func (l *loader) tracking(item Item, at string, s Source, t Table) {
	if t.Sync == "tracking" && s.Engine != "" && !slices.Contains(trackers, s.Engine) {
		l.complain(item, at+".sync", "a source of engine %s does not track changes; use cursor, checksum or full", s.Engine)
	}
}

func (l *loader) softDeletes(item Item, at string, t Table) {
	switch {
	case t.Deletes == "soft" && t.Deleted == "":
		l.complain(item, at+".deleted", "missing; deletes: soft goes by a column that marks rows as deleted: name it, or use sweep")
	case t.Deletes != "soft" && t.Deleted != "":
		l.complain(item, at+".deleted", "has no meaning with deletes: %s; leave it out, or use soft", t.Deletes)
	case t.Deleted != "":
		l.copied(item, at+".deleted", t, t.Deleted)
	}
}

// copied complains about a column that the copy of a table does not have.
func (l *loader) copied(item Item, field string, t Table, column string) {
	if _, ok := t.Column(column); ok || len(t.Columns) == 0 {
		return
	}
	if slices.Contains(t.Exclude, column) {
		l.complain(item, field, "%s is excluded; copy it or name another column", column)
		return
	}
	l.complain(item, field, "%s has no column %s%s", t.ID(), column, DidYouMean(column, columnNames(t.Columns)))
}
