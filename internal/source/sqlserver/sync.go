package sqlserver

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
	"updatedat", "modifiedat", "updatedon", "modifiedon", "lastmodified", "lastupdated", "lastmodifieddate", "lastupdateddate",
	"updateddate", "modifieddate", "dateupdated", "datemodified", "date_updated", "date_modified", "updatedatetime", "modifieddatetime",
	"lastupdatedon", "lastmodifiedon", "lastupdate", "row_updated_at", "mtime",
}

// markNames are columns by which applications mark rows as deleted.
var markNames = []string{
	"deleted_at", "deleted_on", "deleted_date", "date_deleted", "datedeleted", "deletedat", "deletedon", "deleteddate", "is_deleted", "isdeleted",
	"deleted", "removed_at", "is_removed", "isremoved", "removed", "soft_deleted", "softdeleted", "deletion_date", "deleted_time",
}

// sync proposes how to keep the copy current. What the database tracks is certain;
// the rest is a guess from names and keys, for a person to review.
func (r *relation) sync(t archwire.Table) archwire.SyncHint {
	switch {
	case r.view:
		return archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "a view tells neither a key nor what changed"}
	case len(t.Key) == 0:
		reason := "there is no primary key"
		if r.history {
			reason = "the history of a temporal table has no primary key"
		}
		return archwire.SyncHint{Mode: "full", Deletes: "none", Reason: reason}
	case r.tracked:
		return archwire.SyncHint{Mode: "tracking", Reason: "change tracking tells what was written and deleted"}
	case t.Bytes >= 0 && t.Bytes < smallTable:
		return archwire.SyncHint{Mode: "full", Deletes: "sweep", Reason: "small: " + size(t.Bytes)}
	}
	const track = "; change tracking would tell deletes too"
	if a, ok := r.version(); ok {
		reason := a.name + " grows with each write, and an index finds it"
		if a.index == 0 {
			reason = a.name + " grows with each write; no index begins with it, so each run reads the whole table"
		}
		return archwire.SyncHint{Mode: "cursor", Cursor: a.name, Deletes: "sweep", Reason: reason + track}
	}
	if a, ok := r.cursor(); ok {
		reason := a.name + " tells what changed, and an index finds it"
		if a.index == 0 {
			reason = a.name + " tells what changed; no index begins with it, so each run reads the whole table"
		}
		hint := archwire.SyncHint{Mode: "cursor", Cursor: a.name, Deletes: "sweep", Reason: reason + track}
		if m, ok := r.mark(); ok {
			hint.Deletes, hint.Deleted = "soft", m.name
			hint.Reason = reason + "; " + m.name + " marks deleted rows: if rows are taken away too, or marked without setting " + a.name + ", use sweep"
		}
		return hint
	}
	m, marks := r.mark()
	if a, ok := r.counter(t.Key); ok && !marks {
		return archwire.SyncHint{
			Mode: "append", Cursor: a.name, Deletes: "sweep",
			Reason: a.name + " counts up and no column tells of updates; if rows are updated, use checksum, or turn change tracking on",
		}
	}
	reason := "no column tells what changed"
	if marks {
		reason += ", and rows do: " + m.name + " marks deleted ones"
	}
	return archwire.SyncHint{Mode: "checksum", Deletes: "sweep", Reason: reason + track}
}

// version finds the rowversion; a table has one at most.
func (r *relation) version() (attribute, bool) {
	for _, a := range r.columns {
		if a.typ.name == "rowversion" && a.refused == "" {
			return a, true
		}
	}
	return attribute{}, false
}

// cursor finds the column that tells when a row was last changed; one with an
// index before one without.
func (r *relation) cursor() (attribute, bool) {
	var best attribute
	for _, a := range r.columns {
		stamp := slices.Contains([]string{"datetime", "datetime2", "datetimeoffset"}, a.typ.name) && a.typ.scale < 7
		if !stamp || a.nullable || a.refused != "" || !slices.Contains(cursorNames, strings.ToLower(a.name)) {
			continue
		}
		if best.name == "" || a.index > 0 && best.index == 0 {
			best = a
		}
	}
	return best, best.name != ""
}

// mark finds the column that marks deleted rows: a bit, or a time that others do
// not have.
func (r *relation) mark() (attribute, bool) {
	for _, name := range markNames {
		for _, a := range r.columns {
			if !strings.EqualFold(a.name, name) || a.refused != "" {
				continue
			}
			stamp := slices.Contains([]string{"date", "datetime", "smalldatetime", "datetime2", "datetimeoffset"}, a.typ.name)
			if a.typ.name == "bit" || stamp && a.nullable {
				return a, true
			}
		}
	}
	return attribute{}, false
}

// counter finds a key that only ever grows: one whole number of an identity.
func (r *relation) counter(key []string) (attribute, bool) {
	for _, a := range r.columns {
		if len(key) == 1 && a.name == key[0] && a.identity {
			return a, a.whole()
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
