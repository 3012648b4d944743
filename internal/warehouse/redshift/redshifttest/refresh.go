package redshifttest

import (
	"context"
	"fmt"
	"testing"
)

const pageRefresh = "REFRESH MATERIALIZED VIEW"

// What SVL_MV_REFRESH_STATUS and SYS_MV_REFRESH_HISTORY say of a refresh.
const (
	wasCurrent  = "MV was already updated"
	incremented = "Refresh successfully updated MV incrementally"
	recomputed  = "Refresh successfully recomputed MV from scratch"
	inPart      = "Refresh partially updated MV incrementally up to an active transaction"
)

// unrefreshable are the states in which a view is never refreshed again, with what is
// said then (STV_MV_INFO; SVL_MV_REFRESH_STATUS).
var unrefreshable = map[string]string{
	"101": "Refresh failed. Base table column was dropped", "102": "Refresh failed. Base table column type was changed",
	"103": "Refresh failed. Base table was renamed", "104": "Refresh failed. Base table column was renamed", "105": "Refresh failed. Base table schema was renamed",
}

// refresh is REFRESH MATERIALIZED VIEW name. It is a transaction of its own.
func (s *session) refresh(ctx context.Context, c *cursor) error {
	name, err := c.table()
	if err != nil {
		return err
	}
	if c.take("cascade") {
		return refusedf("REFRESH ... CASCADE: all views are one transaction, and one that fails stops all", pageRefresh)
	}
	c.take("restrict")
	if !c.end() {
		return c.unexpected()
	}
	if s.behind.TxStatus() != 'I' {
		return failed("25001", "REFRESH MATERIALIZED VIEW cannot run inside a transaction block", pageRefresh)
	}
	id, err := s.mv(ctx, name)
	if err != nil {
		return err
	}
	if id == 0 {
		return failed("42P01", fmt.Sprintf("materialized view %q does not exist", name.name), pageRefresh)
	}
	status, err := s.renew(ctx, id, "Manual")
	if err != nil {
		return err
	}
	if why, broken := unrefreshable[status]; broken {
		return failed("XX000", fmt.Sprintf("Materialized view %s could not be refreshed: %s. Drop and re-create it", name.name, why), pageRefresh)
	}
	s.inform(status + " (" + name.name + ")")
	return s.done("REFRESH")
}

// renew computes a view anew if it is stale, and says what was done; or the state in
// which it cannot be.
func (s *session) renew(ctx context.Context, id int64, how string) (status string, err error) {
	rows, err := s.ask(ctx, fmt.Sprintf("select redshifttest.state(%d), query, id::regclass, exists (select from redshifttest.stale where mv = id) from redshifttest.mv where id = %d", id, id))
	if err != nil || len(rows) == 0 {
		return "", err
	}
	state, query, name, stale := rows[0][0], rows[0][1], rows[0][2], rows[0][3] == "t"
	note := func(status string) string {
		return fmt.Sprintf("; insert into redshifttest.refreshed (id, schema_name, name, kind, status, began) select c.oid, n.nspname, c.relname, '%s', '%s', now() at time zone 'UTC' from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = %d; select 1", how, status, id)
	}
	if why, broken := unrefreshable[state]; broken {
		_, err := s.ask(ctx, "select 1"+note(why))
		return state, err
	}
	if s.fault.Partial {
		_, err := s.ask(ctx, "select 1"+note(inPart))
		return inPart, err
	}
	if !stale {
		_, err := s.ask(ctx, "select 1"+note(wasCurrent))
		return wasCurrent, err
	}
	status = recomputed
	if state == "1" {
		status = incremented
	}
	err = s.whole(ctx, func() error {
		_, err := s.ask(ctx, fmt.Sprintf(`delete from %[1]s; insert into %[1]s %[2]s; delete from redshifttest.stale where mv = %[3]d;
			update redshifttest.mv set recompute = false where id = %[3]d and recompute;
			insert into redshifttest.stale select distinct mv from redshifttest.base where id = %[3]d`, name, query, id)+note(status))
		return err
	})
	return status, err
}

// changed notes that a table has other rows now, in the transaction that changed them.
func (s *session) changed(ctx context.Context, r relation) error {
	_, err := s.ask(ctx, "insert into redshifttest.stale select distinct mv from redshifttest.base where id = to_regclass("+literal(r.String())+"); select 1")
	return err
}

// RefreshAutomatically refreshes the views of a database that are to be refreshed
// automatically and are stale, as Redshift does when it has the time.
func (s *Server) RefreshAutomatically(tb testing.TB, database string) {
	tb.Helper()
	conn, err := s.backend.connect(tb.Context(), database)
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close(tb.Context()) //nolint:errcheck // nothing left to lose
	one := &session{server: s, behind: conn}
	rows, err := one.ask(tb.Context(), "select id from redshifttest.mv where auto_refresh and id in (select mv from redshifttest.stale) order by id")
	for _, row := range rows {
		if err == nil {
			var id int64
			fmt.Sscan(row[0], &id) //nolint:errcheck // a number
			_, err = one.renew(tb.Context(), id, "Auto")
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
}
