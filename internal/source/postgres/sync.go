package postgres

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// Tables below this size are copied whole each time: finding out what changed
// would cost as much.
const smallTable = 8 << 20

// cursorNames are columns that applications set on each update.
var cursorNames = []string{
	"updated_at", "modified_at", "changed_at", "last_updated_at", "last_modified_at", "updated_on", "modified_on",
	"updated", "modified", "last_updated", "last_modified", "update_time", "modify_time", "updated_date", "modified_date",
	"updatedat", "modifiedat", "lastmodified", "lastupdated", "updateddate", "modifieddate", "row_updated_at", "mtime",
}

// markNames are columns by which applications mark rows as deleted.
var markNames = []string{
	"deleted_at", "deleted_on", "deleted_date", "date_deleted", "deletedat", "deletedon", "is_deleted", "isdeleted", "deleted",
	"removed_at", "is_removed", "removed", "soft_deleted", "soft_deleted_at", "deletion_date", "deleted_time",
}

// sync proposes how to keep the copy current. It is a guess from names and
// keys, for a person to review.
func (r *relation) sync(t archwire.Table) archwire.SyncHint {
	switch {
	case r.kind == 'v' || r.kind == 'm':
		return archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "a view tells neither a key nor what changed"}
	case r.kind == 'f':
		return archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "a foreign table tells neither a key nor what changed"}
	case len(t.Key) == 0:
		return archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "there is no primary key"}
	case t.Bytes >= 0 && t.Bytes < smallTable:
		return archwire.SyncHint{Mode: "full", Deletes: "sweep", Reason: "small: " + size(t.Bytes)}
	}
	if a, ok := r.cursor(); ok {
		reason := a.name + " tells what changed, and an index finds it"
		if !a.indexed {
			reason = a.name + " tells what changed; no index begins with it, so each run reads the whole table"
		}
		hint := archwire.SyncHint{Mode: "cursor", Cursor: a.name, Deletes: "sweep", Reason: reason}
		if m, ok := r.mark(); ok {
			hint.Deletes, hint.Deleted = "soft", m.name
			hint.Reason += "; " + m.name + " marks deleted rows: if rows are taken away too, or marked without setting " + a.name + ", use sweep"
		}
		return hint
	}
	m, marks := r.mark()
	if a, ok := r.counter(t.Key); ok && !marks {
		return archwire.SyncHint{
			Mode: "append", Cursor: a.name, Deletes: "sweep",
			Reason: a.name + " counts up and no column tells of updates; if rows are updated, use checksum",
		}
	}
	reason := "no column tells what changed"
	if marks {
		reason += ", and rows do: " + m.name + " marks deleted ones"
	}
	return archwire.SyncHint{Mode: "checksum", Deletes: "sweep", Reason: reason}
}

// cursor finds the column that tells when a row was last changed; one with an
// index before one without.
func (r *relation) cursor() (attribute, bool) {
	var best attribute
	for _, a := range r.columns {
		stamp := a.typ.schema == "pg_catalog" && (a.typ.name == "timestamptz" || a.typ.name == "timestamp")
		if !stamp || a.nullable || !slices.Contains(cursorNames, strings.ToLower(a.name)) {
			continue
		}
		if best.name == "" || a.indexed && !best.indexed {
			best = a
		}
	}
	return best, best.name != ""
}

// mark finds the column that marks deleted rows: a bool, or a time that others do
// not have.
func (r *relation) mark() (attribute, bool) {
	for _, name := range markNames {
		for _, a := range r.columns {
			if a.typ.schema != "pg_catalog" || !strings.EqualFold(a.name, name) {
				continue
			}
			stamp := slices.Contains([]string{"timestamptz", "timestamp", "date"}, a.typ.name)
			if a.typ.name == "bool" || stamp && a.nullable {
				return a, true
			}
		}
	}
	return attribute{}, false
}

// counter finds a key that only ever grows: one whole number from a sequence.
func (r *relation) counter(key []string) (attribute, bool) {
	for _, a := range r.columns {
		if len(key) == 1 && a.name == key[0] && a.counts {
			return a, slices.Contains([]string{"int2", "int4", "int8"}, a.typ.name)
		}
	}
	return attribute{}, false
}

func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d kB", (bytes+1023)>>10)
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}
