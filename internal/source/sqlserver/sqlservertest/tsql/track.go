package tsql

import (
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// tracking is what change tracking knows of a table ("About Change Tracking",
// "Work with Change Tracking"): of each key the last change.
type tracking struct {
	internal int32     // the object_id of the table that holds the changes ("sys.internal_tables")
	created  time.Time // when that was: tracking was switched on
	columns  bool      // TRACK_COLUMNS_UPDATED
	begin    int64     // the version when it was switched on, or the table truncated ("sys.change_tracking_tables")
	valid    int64     // CHANGE_TRACKING_MIN_VALID_VERSION
	cleaned  int64
	changes  tree[change]
}

type change struct {
	values  []any // of the primary key
	version int64
	created int64 // of the last insert; 0 when that was not tracked
	op      byte  // I, U or D
}

// trackChanges gives the rows of a commit its version. It runs as part of the
// commit, once the work is on the newest state.
func (t *transaction) trackChanges() {
	versions := map[string]int64{}
	for _, m := range t.marks {
		d, ok := t.work.databases[fold(m.database)]
		if !ok || d.tables[m.table] == nil || d.tables[m.table].track == nil {
			continue
		}
		if m.op == truncated && t.session.engine.options.Terse && versions[fold(m.database)] == 0 {
			t.note(m, d.trackVersion)
			continue
		}
		if versions[fold(m.database)] == 0 {
			d = t.database(m.database)
			d.trackVersion++
			versions[fold(m.database)] = d.trackVersion
		}
		t.note(m, versions[fold(m.database)])
	}
}

func (t *transaction) note(m mark, version int64) {
	tracked := t.table(m.database, m.table).track
	if m.op == truncated {
		tracked.valid, tracked.begin, tracked.changes = version, version, tree[change]{}
		return
	}
	before, known := tracked.changes.get(m.key)
	c := change{values: m.values, version: version, op: m.op}
	if known {
		c.created = before.created
	}
	switch {
	case m.op == 'I':
		c.created = version
	case m.op == 'U' && known && before.version == version && before.op == 'I':
		c.op = 'I' // inserted and updated by one transaction
	}
	tracked.changes = tracked.changes.set(t.edit, m.key, c)
}

// truncated is the mark of TRUNCATE TABLE, which is like switching change
// tracking off and on again: begin_version is reset ("sys.change_tracking_tables"),
// and the minimum valid version is another ("CHANGE_TRACKING_MIN_VALID_VERSION").
// No page says whether it has a version of its own: Options.Terse.
const truncated = 'T'

// seen is the operation of a change for somebody who knows the version since.
func (c change) seen(since int64) string {
	switch {
	case c.op == 'D':
		return "D"
	case c.created > since:
		return "I"
	}
	return "U"
}

// mark remembers a written row of a table for the commit; whether the table is
// tracked shows there.
func (t *transaction) mark(db string, tb *table, values []any, op byte) {
	if tb.track == nil {
		return
	}
	ix := tb.primary()
	m := mark{database: db, table: tb.id, key: tb.keyOf(ix, values), op: op}
	for _, id := range ix.columns {
		m.values = append(m.values, values[tb.byID(id)])
	}
	t.marks = append(t.marks, m)
}

// CleanUp is the background task that removes changes up to a version: tables
// then answer for later versions only.
func (e *Engine) CleanUp(db string, version int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := &transaction{edit: new(edition)}
	t.base = e.current.Load()
	t.work = t.base
	for id, tb := range t.database(db).tables {
		if tb.track == nil || tb.track.valid >= version {
			continue
		}
		tracked := t.table(db, id).track
		tracked.valid, tracked.cleaned = version, version
		kept := tree[change]{}
		tracked.changes.scan("", "", func(key string, c change) bool {
			if c.version > version {
				kept = kept.set(t.edit, key, c)
			}
			return true
		})
		tracked.changes = kept
	}
	next := *t.work
	next.commit++
	e.current.Store(&next)
}

// Version is CHANGE_TRACKING_CURRENT_VERSION of a database.
func (e *Engine) Version(db string) int64 {
	d, ok := e.current.Load().databases[fold(db)]
	if !ok {
		value.Fail(911, "Database '%s' does not exist. Make sure that the name is entered correctly.", db)
	}
	return d.trackVersion
}
