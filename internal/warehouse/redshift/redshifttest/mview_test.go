package redshifttest_test

import (
	"strings"
	"testing"

	"archwire/internal/warehouse/redshift/redshifttest"
)

const stateOf = "select is_stale, state, autorefresh from svv_mv_info where trim(name) = 'v'"

func TestViewIsStaleUntilItIsRefreshed(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (a integer, b integer)", "insert into t values (1, 2), (1, 3)",
		"create materialized view v distkey (a) as select a, sum(b) as b from t group by a")
	for _, step := range []struct{ sql, rows, state string }{
		{"", "1|5", "f|1|f"},
		{"insert into t values (2, 7)", "1|5", "t|1|f"},
		{"refresh materialized view v", "1|5/2|7", "f|1|f"},
		{"update t set b = 0 where a = 1", "1|5/2|7", "t|1|f"},
		{"refresh materialized view v", "1|0/2|7", "f|1|f"},
		{"refresh materialized view v", "1|0/2|7", "f|1|f"},
	} {
		if step.sql != "" {
			exec(t, conn, step.sql)
		}
		if got := answer(conn, "select a, b from v order by a"); got != step.rows {
			t.Errorf("after %q: rows %s, want %s", step.sql, got, step.rows)
		}
		if got := answer(conn, stateOf); got != step.state {
			t.Errorf("after %q: state %s, want %s", step.sql, got, step.state)
		}
	}
	want := "Manual|Refresh successfully updated MV incrementally/Manual|Refresh successfully updated MV incrementally/Manual|MV was already updated"
	if got := answer(conn, "select refresh_type, status from sys_mv_refresh_history where mv_name = 'v' order by start_time"); got != want {
		t.Error(got)
	}
	if got := answer(conn, "select trim(status) from svl_mv_refresh_status where trim(mv_name) = 'v' limit 1"); !strings.Contains(got, "incrementally") {
		t.Error(got)
	}
}

// The rules of "Refreshing a materialized view", Limitations for incremental refresh.
func TestStateSaysWhetherAViewIsRefreshedIncrementally(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (a integer, b timestamp)", "create table u (a integer)")
	for query, want := range map[string]string{
		"select a, date_trunc('month', b) as b from t where a > 1":        "1",
		"select t.a, count(*) as n from t join u on u.a = t.a group by 1": "1",
		"select a from t union all select a from u":                       "1",
		"select t.a from t left join u on u.a = t.a":                      "0",
		"select a, row_number() over (order by a) as n from t":            "0",
		"select count(distinct a) as n from t":                            "0",
		"select a from t where a in (select a from u)":                    "0",
		"select a from t union select a from u":                           "0",
		"select a from t where b < getdate()":                             "0",
		"select median(a) as a from t":                                    "0",
		"with x as (select a from t) select a from x":                     "0",
	} {
		exec(t, conn, "create materialized view v as "+query)
		if got := answer(conn, "select state from svv_mv_info"); got != want {
			t.Errorf("%s: state %s, want %s", query, got, want)
		}
		exec(t, conn, "drop materialized view v")
	}
}

// The states of STV_MV_INFO.
func TestViewIsNotRefreshedAfterItsBaseWasAltered(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	for alter, want := range map[string]string{
		"alter table t drop column b":                  "101",
		"alter table t alter column b type varchar(9)": "102",
		"alter table t rename to other":                "103",
		"alter table t rename column b to c":           "104",
		"alter table t add column c integer":           "1",
	} {
		exec(t, conn, "create table t (a integer, b varchar(4))", "create materialized view v as select a from t", alter)
		if got := answer(conn, "select state from stv_mv_info"); got != want {
			t.Errorf("%s: state %s, want %s", alter, got, want)
		}
		got := answer(conn, "refresh materialized view v")
		if failed := strings.HasPrefix(got, "error:"); failed != (want != "1") {
			t.Errorf("%s: refreshing says %s", alter, got)
		}
		exec(t, conn, "drop materialized view v", "drop table if exists t", "drop table if exists other")
	}
}

func TestAutomaticRefreshIsForTheViewsThatAskForIt(t *testing.T) {
	t.Parallel()
	s := redshifttest.Start(t, redshifttest.Options{Serverless: true})
	url := s.Database(t)
	conn := connect(t, url)
	exec(t, conn, "create table t (a integer)", "create materialized view v auto refresh yes as select a from t", "create materialized view w as select a from t",
		"insert into t values (1)")
	database, _, _ := strings.Cut(url[strings.LastIndex(url, "/"+"rs_")+1:], "?")
	s.RefreshAutomatically(t, database)
	if got := answer(conn, "select (select count(*) from v), (select count(*) from w)"); got != "1|0" {
		t.Error(got)
	}
	if got := answer(conn, stateOf); got != "f|1|t" {
		t.Error(got)
	}
	if got := answer(conn, "select * from stv_mv_info"); !strings.Contains(got, "permission denied") {
		t.Error(got)
	}
}

func TestRefreshInPartLeavesTheViewStale(t *testing.T) {
	t.Parallel()
	s, conn := open(t)
	exec(t, conn, "create table t (a integer)", "create materialized view v as select a from t", "insert into t values (1)")
	s.Inject(redshifttest.Fault{Match: "^refresh", Partial: true})
	exec(t, conn, "refresh materialized view v")
	if got := answer(conn, "select status from sys_mv_refresh_history where mv_name = 'v'"); !strings.Contains(got, "partially") {
		t.Error(got)
	}
	if got := answer(conn, stateOf); got != "t|1|f" {
		t.Error(got)
	}
}

func TestDroppingWhatAViewReadsTakesTheViewAlong(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (a integer)", "create materialized view v as select a from t", "create view front as select * from v")
	for _, sql := range []string{"drop table t", "drop materialized view v", "drop table v", "truncate t", "insert into v values (1)", "refresh materialized view t"} {
		if got := answer(conn, sql); !strings.HasPrefix(got, "error:") {
			t.Errorf("%s is taken", sql)
		}
	}
	exec(t, conn, "drop table t cascade")
	if got := answer(conn, "select count(*) from svv_mv_info"); got != "0" {
		t.Error(got)
	}
}
