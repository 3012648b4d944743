package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"archwire"
)

// Doctor looks at the database as a run would meet it: connection, version,
// encryption, rights, what hides rows or values, snapshots, change tracking,
// fingerprints, and the server's clock.
func (s *Source) Doctor(ctx context.Context) []archwire.Diagnosis {
	l, err := s.connectUnlessClosed(ctx)
	if err != nil {
		return []archwire.Diagnosis{s.finding("connection", false, err.Error(), archwire.HintOf(err))}
	}
	defer l.close(ctx)
	found := []archwire.Diagnosis{s.finding("connection", true, fmt.Sprintf("the database %s answers as user %s", l.server.database, l.server.user), "")}
	found = append(found, s.checkVersion(l), s.checkEncryption(l))
	for _, check := range []func(context.Context, *reader) (archwire.Diagnosis, error){
		s.checkRights, s.checkPolicies, s.checkMasks, s.checkSnapshot, s.checkConnections, s.checkTracking, s.checkClock,
	} {
		d, err := check(ctx, l)
		if err != nil {
			err = s.classify(ctx, err, "")
			d = s.finding("server", false, err.Error(), archwire.HintOf(err))
		}
		if d.What != "" {
			found = append(found, d)
		}
	}
	return found
}

func (s *Source) finding(what string, ok bool, says, do string) archwire.Diagnosis {
	if ok {
		do = ""
	}
	return archwire.Diagnosis{What: s.cfg.Name + ": " + what, OK: ok, Says: says, Do: do}
}

// newest is the version whose abilities a service has at least.
const newest = 16

// years are the versions of SQL Server by their first number.
var years = map[int]string{13: "2016", 14: "2017", 15: "2019", 16: "2022", 17: "2025"}

func (s *Source) checkVersion(l *reader) archwire.Diagnosis {
	says, ok := "SQL Server "+years[l.server.major], true
	switch {
	case l.server.edition == azure:
		says = "Azure SQL Database"
	case l.server.edition == managed:
		says = "Azure SQL Managed Instance"
	case years[l.server.major] == "":
		says, ok = "SQL Server "+l.server.version, false
	default:
		says += ", " + l.server.name + ", " + l.server.version
	}
	if ok && l.server.major < utf8Major {
		says += "; it has no text in UTF-8 to fingerprint, so rows of tables with text are read to be compared"
	}
	return s.finding("version", ok, says, "Archwire is made for SQL Server 2016 to 2025: use such a server, or try it out and compare the counts.")
}

func (s *Source) checkEncryption(l *reader) archwire.Diagnosis {
	if l.encrypted() && s.dsn.trust {
		return s.finding("encryption", false, "the connection is encrypted, to whichever server answers: its certificate is not looked at",
			"Take trustServerCertificate out of the dsn; certificate=FILE names an authority of your own.")
	}
	if l.encrypted() {
		return s.finding("encryption", true, "the connection is encrypted, and the server's certificate verified", "")
	}
	near := s.dsn.host == "localhost" || net.ParseIP(s.dsn.host).IsLoopback()
	says := "the connection is not encrypted and leaves this machine"
	if near {
		says = "the connection is not encrypted; it stays on this machine"
	}
	return s.finding("encryption", near, says, "Write encrypt=true or encrypt=strict in the dsn.")
}

const rightsSQL = `SELECT s.name + N'.' + o.name,
	CONVERT(varchar(11), HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), 'OBJECT', 'SELECT'))
FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name`

// checkRights counts what can be read. What the user has no right to at all he does
// not see here either.
func (s *Source) checkRights(ctx context.Context, l *reader) (archwire.Diagnosis, error) {
	rows, err := l.query(ctx, rightsSQL)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	var closed []string
	for _, r := range rows {
		if r[1] != "1" {
			closed = append(closed, r[0])
		}
	}
	user, err := l.user(ctx)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	readable := len(rows) - len(closed)
	says := fmt.Sprintf("%d tables and views can be read", readable)
	if len(closed) > 0 {
		says += fmt.Sprintf(", %d cannot: %s", len(closed), few(closed))
	}
	return s.finding("rights", readable > 0, says, fmt.Sprintf("In the source: GRANT SELECT ON SCHEMA::dbo TO %[1]s; or ALTER ROLE db_datareader ADD MEMBER %[1]s;", quote(user))), nil
}

func few(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + ", ..."
}

// checkSnapshot tries what a view does.
func (s *Source) checkSnapshot(ctx context.Context, l *reader) (archwire.Diagnosis, error) {
	const what = "snapshot"
	if s.cfg.ReadCommitted {
		return s.finding(what, true, "not used: each statement reads what is committed when it reads it, and rows that are written meanwhile may come twice or not at all", ""), nil
	}
	touch, err := l.touching(ctx)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	_, err = l.begin(ctx, touch)
	if e, refused := errors.AsType[*serverError](err); refused && (e.Number == 3952 || e.Number == 3957) {
		c := complaints[e.Number]
		return s.finding(what, false, c.message, c.hint), l.exec(ctx, backSQL)
	}
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	return s.finding(what, true, "the database allows SNAPSHOT isolation", ""), l.exec(ctx, backSQL)
}

// backSQL leaves the session as it was before a snapshot: in that isolation each
// further statement would fail where it is not allowed.
const backSQL = rollbackSQL + "; SET TRANSACTION ISOLATION LEVEL READ COMMITTED"

// checkConnections says which tables several connections can read at once.
func (s *Source) checkConnections(ctx context.Context, l *reader) (archwire.Diagnosis, error) {
	const what = "connections"
	rows, err := l.query(ctx, "SELECT CONVERT(varchar(20), CHANGE_TRACKING_CURRENT_VERSION())")
	if err != nil || s.loose() || s.cfg.Connections < 2 {
		return archwire.Diagnosis{}, err
	}
	switch {
	case l.server.seesSessions:
		return s.finding(what, true, "several connections can read the same instant", ""), nil
	case len(rows) == 1 && rows[0][0] != "":
		return s.finding(what, true, "several connections can read the same instant of tables with change tracking; the others are read by one. "+
			"With VIEW SERVER STATE (Azure SQL: VIEW DATABASE STATE) they could read all", ""), nil
	}
	return s.finding(what, true, "one connection reads all tables: that several see the same instant could not be told. "+
		"With VIEW SERVER STATE (Azure SQL: VIEW DATABASE STATE), or change tracking, it can", ""), nil
}

const trackingSQL = `SELECT CONVERT(varchar(11), d.retention_period), d.retention_period_units_desc, CONVERT(varchar(11), d.is_auto_cleanup_on),
	CONVERT(varchar(11), t.tables)
FROM sys.change_tracking_databases AS d CROSS JOIN (SELECT COUNT(*) AS tables FROM sys.change_tracking_tables) AS t
WHERE d.database_id = DB_ID()`

// leastRetention is how long changes should be kept: a run may fail over a long
// weekend, and what is past its retention is compared row by row.
const leastRetention = 3 * 24 * time.Hour

func (s *Source) checkTracking(ctx context.Context, l *reader) (archwire.Diagnosis, error) {
	const what = "change tracking"
	rows, err := l.query(ctx, trackingSQL)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	if len(rows) == 0 {
		return s.finding(what, true, "off: what changed is told by a column that grows, or by comparing rows. "+
			"ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS, AUTO_CLEANUP = ON) turns it on", ""), nil
	}
	r := rows[0]
	unit := map[string]time.Duration{"MINUTES": time.Minute, "HOURS": time.Hour, "DAYS": 24 * time.Hour}[r[1]]
	kept := time.Duration(estimate(r[0])) * unit
	says := fmt.Sprintf("on for %s tables; changes are kept for %s %s", r[3], r[0], strings.ToLower(r[1]))
	if r[2] == "0" {
		return s.finding(what, true, says+" and longer, for nothing cleans them up", ""), nil
	}
	return s.finding(what, kept >= leastRetention, says, "In the source: ALTER DATABASE CURRENT SET CHANGE_TRACKING (CHANGE_RETENTION = 14 DAYS);"), nil
}

func (s *Source) checkClock(ctx context.Context, l *reader) (archwire.Diagnosis, error) {
	if s.cfg.Now == nil {
		return archwire.Diagnosis{}, nil
	}
	before := s.cfg.Now()
	now, err := l.instant(ctx)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	after := s.cfg.Now()
	const most = 30 * time.Second
	off := max(before.Sub(now.at), now.at.Sub(after), 0)
	return s.finding("clock", off < most, "the server's clock is "+off.Round(time.Millisecond).String()+" off ours",
		"Set both clocks by NTP: times of runs and of rows are compared."), nil
}
