package sqlserver

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A position is what the server tells of the changes of one table.
type position struct {
	current string // the newest version; "" when the database is not tracked
	least   int64  // the oldest from which on changes are known
	begin   int64  // the version at which tracking began, or began anew
	life    string // of the tracking: which table it is of, and since when
	known   bool   // the rest is
}

// positionSQL asks sys.change_tracking_tables when tracking began: "Version of the
// database when change tracking began for the table. ... this value is reset if the
// table is truncated." The table that holds the changes is made when tracking is
// turned on ("Manage Change Tracking", sys.internal_tables) and is seen by whoever
// sees the table that they are of ("Internal Tables", Permissions to View Internal
// Table Metadata).
const positionSQL = `SELECT CONVERT(varchar(20), CHANGE_TRACKING_CURRENT_VERSION()), CONVERT(varchar(20), CHANGE_TRACKING_MIN_VALID_VERSION(c.object_id)),
	CONVERT(varchar(20), c.begin_version), CONVERT(varchar(11), i.object_id), CONVERT(varchar(33), i.create_date, 126)
FROM sys.change_tracking_tables AS c ` + changesHeldSQL + `
WHERE c.object_id = %s`

// changesHeldSQL joins the table that holds the changes of c.
const changesHeldSQL = `LEFT OUTER JOIN sys.objects AS i ON i.parent_object_id = c.object_id AND i.type = 'IT'
	AND i.name = N'change_tracking_' + CONVERT(nvarchar(11), c.object_id)`

// tracking asks for the position of a table.
func (l *reader) tracking(ctx context.Context, rel *relation) (p position, err error) {
	rows, err := l.query(ctx, fmt.Sprintf(positionSQL, rel.id))
	if err != nil || len(rows) == 0 {
		return p, err
	}
	r := rows[0]
	p.current = r[0]
	if r[1] == "" { // not tracked any more, or the user may not ask
		return p, nil
	}
	if p.least, err = strconv.ParseInt(r[1], 10, 64); err != nil {
		return p, fmt.Errorf("reading a version of change tracking: %w", err)
	}
	p.begin = math.MaxInt64 // nothing is known where that is not told
	if r[2] != "" {
		if p.begin, err = strconv.ParseInt(r[2], 10, 64); err != nil {
			return p, fmt.Errorf("reading a version of change tracking: %w", err)
		}
	}
	p.life = lifeOf(rel, r[2], r[3], r[4])
	p.known = true
	return p, nil
}

// lifeOf names one life of a table's tracking. Where the user does not see what
// holds the changes, the date of the table's last ALTER tells that tracking was turned
// off and on; it tells more than that, and costs a comparison then.
func lifeOf(rel *relation, begin, holder, created string) string {
	life := "table " + rel.id + " from " + begin
	if holder == "" || created == "" {
		return life + " altered " + rel.modified.Format(timeForm)
	}
	return life + " in " + holder + " of " + created
}

// written is the position as the journal keeps it.
func (p position) written(identity string) string {
	return identity + " " + p.life + " " + p.current
}

// since is the version that an earlier position of this database and of this life
// of the tracking was of. ok is false where it is not certain that all changes after
// it are known. A version that is newer than the newest is of another history. At one
// that is not behind the beginning, the beginning may have been later: a table that is
// truncated, or whose tracking is turned off and on, before anything else is committed
// need not have another version for it.
func (p position) since(identity, was string) (version string, ok bool) {
	version, ok = strings.CutPrefix(was, identity+" "+p.life+" ")
	return version, ok && p.knows(version)
}

// knows says whether all changes after a version are known.
func (p position) knows(version string) bool {
	n, err := strconv.ParseInt(version, 10, 64)
	current, err2 := strconv.ParseInt(p.current, 10, 64)
	return err == nil && err2 == nil && p.known && n > p.begin && n >= p.least && n <= current
}

// versionOf is the version at the end of a position of this database.
func versionOf(identity, was string) (version string, ok bool) {
	rest, ok := strings.CutPrefix(was, identity+" ")
	version = rest[strings.LastIndexByte(rest, ' ')+1:]
	n, err := strconv.ParseInt(version, 10, 64)
	return strconv.FormatInt(n, 10), ok && err == nil && n >= 0
}
