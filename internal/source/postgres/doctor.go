package postgres

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"archwire"
)

// Doctor looks at the database as a run would meet it: connection, version,
// encryption, rights, room for connections, standby, and the server's clock.
func (s *Source) Doctor(ctx context.Context) []archwire.Diagnosis {
	se, err := s.connectUnlessClosed(ctx)
	if err != nil {
		return []archwire.Diagnosis{s.finding("connection", false, err.Error(), archwire.HintOf(err))}
	}
	defer se.close(ctx)
	found := []archwire.Diagnosis{s.finding("connection", true, "the database answers as user "+s.conn.User, "")}
	found = append(found, s.checkVersion(se), s.checkEncryption(se))
	for _, check := range []func(context.Context, *session) (archwire.Diagnosis, error){
		s.checkRights, s.checkPolicies, s.checkRoom, s.checkSnapshot, s.checkStandby, s.checkTransactions, s.checkClock,
	} {
		d, err := check(ctx, se)
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

func (s *Source) checkVersion(se *session) archwire.Diagnosis {
	major := se.version / 10000
	return s.finding("version", major >= 12 && major <= 18,
		fmt.Sprintf("PostgreSQL %d.%d", major, se.version%10000),
		"Archwire is made for PostgreSQL 12 to 18: use such a server, or try it out and compare the counts.")
}

func (s *Source) checkEncryption(se *session) archwire.Diagnosis {
	if se.encrypted() {
		return s.finding("encryption", true, "the connection is encrypted", "")
	}
	addr, _ := se.conn.Conn().RemoteAddr().(*net.TCPAddr)
	near := addr == nil || addr.IP.IsLoopback()
	says := "the connection is not encrypted and leaves this machine"
	if near {
		says = "the connection is not encrypted; it stays on this machine"
	}
	return s.finding("encryption", near, says, "Add sslmode=verify-full to the dsn, and sslrootcert if the authority is your own.")
}

func (s *Source) checkRights(ctx context.Context, se *session) (archwire.Diagnosis, error) {
	rows, err := se.query(ctx, `select c.relname, has_schema_privilege(n.oid, 'USAGE') and has_any_column_privilege(c.oid, 'SELECT')
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
		and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' order by 1`)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	var closed []string
	for _, r := range rows {
		if r[1] != "t" {
			closed = append(closed, r[0])
		}
	}
	readable := len(rows) - len(closed)
	says := fmt.Sprintf("%d tables and views can be read", readable)
	if len(closed) > 0 {
		says += fmt.Sprintf(", %d cannot: %s", len(closed), few(closed))
	}
	return s.finding("rights", readable > 0, says,
		"In the source: grant usage on schema ... to "+archwire.Quote(s.conn.User)+"; grant select on all tables in schema ... to "+archwire.Quote(s.conn.User)+";"), nil
}

func few(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + ", ..."
}

func (s *Source) checkPolicies(ctx context.Context, se *session) (archwire.Diagnosis, error) {
	rows, err := se.query(ctx, `select relname from pg_class
		where relrowsecurity and has_any_column_privilege(oid, 'SELECT') and row_security_active(oid) order by 1`)
	if err != nil || len(rows) == 0 {
		return archwire.Diagnosis{}, err
	}
	var names []string
	for _, r := range rows {
		names = append(names, r[0])
	}
	return s.finding("row security", false, "policies hide rows of "+few(names)+" from this user; they cannot be copied whole",
		"In the source: alter role "+archwire.Quote(s.conn.User)+" bypassrls;"), nil
}

func (s *Source) checkRoom(ctx context.Context, se *session) (archwire.Diagnosis, error) {
	rows, err := se.query(ctx, `select current_setting('max_connections')::int
		- current_setting('superuser_reserved_connections')::int
		- (select count(*) from pg_stat_activity where backend_type = 'client backend'),
		(select rolconnlimit from pg_roles where rolname = current_user)`)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	free, limit := estimate(rows[0][0]), estimate(rows[0][1])
	wanted := int64(s.cfg.Connections + 1)
	if limit >= 0 && limit < wanted {
		return s.finding("connections", false, fmt.Sprintf("the user may open %d, a run opens up to %d", limit, wanted),
			"Lower connections of the source, or raise the user's connection limit."), nil
	}
	return s.finding("connections", free >= wanted, fmt.Sprintf("%d are free, a run opens up to %d", free, wanted),
		"Lower connections of the source, or raise max_connections of the server."), nil
}

// checkSnapshot tries what a view does.
func (s *Source) checkSnapshot(ctx context.Context, se *session) (archwire.Diagnosis, error) {
	if err := se.exec(ctx, beginSQL); err != nil {
		return archwire.Diagnosis{}, err
	}
	says := "several connections can read the same instant"
	if _, err := se.query(ctx, "select pg_export_snapshot()"); err != nil {
		says = "the server does not share snapshots: one connection is used, whatever the budget"
	}
	return s.finding("snapshot", true, says, ""), se.exec(ctx, "rollback")
}

func (s *Source) checkStandby(ctx context.Context, se *session) (archwire.Diagnosis, error) {
	rows, err := se.query(ctx, `select pg_is_in_recovery(), current_setting('hot_standby_feedback'),
		case when pg_is_in_recovery() then extract(epoch from now() - pg_last_xact_replay_timestamp())::bigint end`)
	if err != nil || rows[0][0] != "t" {
		return archwire.Diagnosis{}, err
	}
	says := "a standby"
	if lag := estimate(rows[0][2]); lag >= 0 {
		says += fmt.Sprintf(", whose newest transaction is %s old", time.Duration(lag)*time.Second)
	}
	if rows[0][1] != "on" {
		return s.finding("standby", false, says+"; hot_standby_feedback is off, so long reads may be cancelled",
			"Set hot_standby_feedback = on on the standby."), nil
	}
	return s.finding("standby", true, says, ""), nil
}

// checkTransactions reports what already keeps the server from cleaning up: a
// run would add its own snapshot to that.
func (s *Source) checkTransactions(ctx context.Context, se *session) (archwire.Diagnosis, error) {
	rows, err := se.query(ctx, `select extract(epoch from now() - min(xact_start))::bigint
		from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`)
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	const long = time.Hour
	oldest := time.Duration(max(estimate(rows[0][0]), 0)) * time.Second
	return s.finding("transactions", oldest < long, "the longest open transaction began "+oldest.String()+" ago",
		"Find it in pg_stat_activity by xact_start: it keeps VACUUM from removing dead rows, in all tables."), nil
}

func (s *Source) checkClock(ctx context.Context, se *session) (archwire.Diagnosis, error) {
	if s.cfg.Now == nil {
		return archwire.Diagnosis{}, nil
	}
	before := s.cfg.Now()
	rows, err := se.query(ctx, "select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
	if err != nil {
		return archwire.Diagnosis{}, err
	}
	after := s.cfg.Now()
	micros, err := strconv.ParseInt(rows[0][0], 10, 64)
	if err != nil {
		return archwire.Diagnosis{}, fmt.Errorf("reading the server's clock: %w", err)
	}
	const most = 30 * time.Second
	there := time.UnixMicro(micros)
	off := max(before.Sub(there), there.Sub(after), 0)
	return s.finding("clock", off < most, "the server's clock is "+off.Round(time.Millisecond).String()+" off ours",
		"Set both clocks by NTP: times of runs and of rows are compared."), nil
}
