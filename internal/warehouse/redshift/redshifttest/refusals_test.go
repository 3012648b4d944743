package redshifttest_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire/internal/warehouse/redshift/redshifttest"
)

// What Redshift refuses, with the words of the refusal; pages are named in the code.
func TestRedshiftRefuses(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (a integer, b varchar(4), c timestamp)", "create table u (a integer, b varchar(4))", "create view w as select a, b from u")
	for sql, want := range map[string]string{
		"insert into t (a) values (1) returning a":                             "RETURNING",
		"insert into t (a) select 1 returning a":                               "RETURNING",
		"insert into t (a) values (1) on conflict do nothing":                  "ON CONFLICT",
		"delete from t returning a":                                            "RETURNING",
		"delete from t x where x.a = 1":                                        "syntax error",
		"delete from t using (select a from u) k where t.a = k.a":              "a subquery in USING",
		"select a from t except all select a from u":                           "EXCEPT ALL",
		"select a from t intersect all select a from u":                        "INTERSECT ALL",
		"select distinct on (a) a from t":                                      "DISTINCT ON",
		"select * from (values (1)) x":                                         "VALUES",
		"select count(*) filter (where a > 1) from t":                          "FILTER",
		"select a is distinct from 1 from t":                                   "IS DISTINCT FROM",
		"select * from t, lateral (select 1) x":                                "LATERAL",
		"select a from t for update":                                           "FOR UPDATE",
		"select array[1]":                                                      "array",
		"select E'a'":                                                          `type "e" does not exist`,
		"select $$a$$":                                                         "dollar",
		"select string_agg(b, ',') from t":                                     "function string_agg does not exist",
		"select generate_series(1, 3)":                                         "function generate_series does not exist",
		"select gen_random_uuid()":                                             "does not exist",
		"select cast('1' as uuid)":                                             "not supported",
		"select '{}'::jsonb":                                                   "not supported",
		"select 1.5 / 3.0":                                                     "division of decimals",
		"select a as tag from t":                                               "syntax error at or near \"tag\"",
		"select delta from (select a as \"delta\" from t) x":                   "syntax error at or near \"delta\"",
		"select * from pg_stat_activity":                                       "does not exist",
		"create table x (a jsonb)":                                             "not supported",
		"create table x (a integer[])":                                         "array types",
		"create table x (a serial)":                                            "not supported",
		"create table x (a varchar(65536))":                                    "cannot exceed",
		"create table x (a decimal(39,0))":                                     "precision",
		"create table x (a integer) diststyle all distkey (a)":                 "DISTKEY",
		"create table x (a integer) distkey (b)":                               "does not exist",
		"create table x (a varbyte(8)) distkey (a)":                            "varbyte",
		"create table x (a varbyte(8), b integer) sortkey (b, a)":              "varbyte",
		"create materialized view x distkey (d) as select from_hex('00') as d": "varbyte",
		"drop table if exists nowhere.t":                                       "schema \"nowhere\" does not exist",
		"create table x (a integer encode gzip)":                               "encoding",
		"create table x (" + strings.Repeat("n", 128) + " integer)":            "127 bytes",
		"create index i on t (a)":                                              "not in its table",
		"create unlogged table x (a integer)":                                  "not in its table",
		"alter table t add column d integer not null":                          "default",
		"alter table t alter column a type bigint":                             "VARCHAR only",
		"alter table t append from u":                                          "APPEND",
		"copy t to stdout":                                                     "not supported",
		"copy t from stdin":                                                    "not supported",
		"copy t from 's3://b/p' iam_role default csv":                          "without MANIFEST",
		"copy t from 's3://b/p' iam_role 'me' manifest csv":                    "ARN",
		"copy t from 's3://b/p' iam_role default manifest csv truncatecolumns": "alters values",
		"copy t from 's3://b/p' iam_role default manifest csv delimiter '||'":  "single character",
		"unload ('select 1') to 's3://b/p' iam_role default":                   "another form than PARQUET",
		"lock t":                                "transaction blocks",
		"set no_such_setting to 1":              "unrecognized",
		"set standard_conforming_strings to on": "unrecognized",
		"set extra_float_digits to 3":           "outside the valid range",
		"vacuum full t":                         "not in its table",
		"prepare p as select 1":                 "not in its table",
		"do $$ begin end $$":                    "not in its table",
		"merge into t using (select 1 as a) s on t.a = s.a when matched then delete":                                    "subquery",
		"merge into t using w on t.a = w.a when matched then delete when not matched then insert values (1, 'a', null)": "views",
		"merge into t using t on t.a = t.a when matched then delete when not matched then insert values (1)":            "same table",
		"merge into t using u on t.a = u.a when matched then delete":                                                    "both",
		"create materialized view v as select a from t order by a":                                                      "ORDER BY",
		"create materialized view v as select a from w":                                                                 "standard views",
		"create materialized view v as select database_name from svv_mv_info":                                           "not supported on Redshift tables",
		"create materialized view v auto refresh yes as select a from t where c < getdate()":                            "mutable",
		"select sum(a) over (partition by b order by a) from t":                                                         "require a frame clause",
		"select first_value(a) over (order by b) from t":                                                                "require a frame clause",
		"select max(a) over (order by a range between unbounded preceding and current row) from t":                      "frame clause",
		"select sum(a) over w from t window w as (order by a)":                                                          "named windows",
		"select cast(1 = 1 as varchar)":                                                                                 "cannot cast type boolean",
		"select true || 'a'":                                                                                            "cannot cast type boolean",
		"insert into u select 1, trim(name) from svv_mv_info":                                                           "not supported on Redshift tables",
		"select * from svv_mv_info join t on t.b = name":                                                                "not supported on Redshift tables",
		"refresh materialized view t":                                                                                   "does not exist",
		"refresh materialized view t cascade":                                                                           "CASCADE",
	} {
		got := answer(conn, sql)
		if !strings.HasPrefix(got, "error:") || !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			t.Errorf("%s: %s, want %q", sql, got, want)
		}
	}
}

// The protocol with parameters and binary values is refused, and leaves the session
// usable.
func TestPreparedStatementsAreRefused(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec, pgx.QueryExecModeDescribeExec} {
		if _, err := conn.Exec(t.Context(), "select $1::int", mode, 1); err == nil || !strings.Contains(err.Error(), "0A000") {
			t.Errorf("%s: %v", mode, err)
		}
	}
	if got := answer(conn, "select 1"); got != "1" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestMergeUpdatesAndInserts(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (a integer, b varchar(4))", "create table s (a integer, b varchar(4))",
		"insert into t values (1, 'one'), (2, 'two'), (null, 'none')", "insert into s values (2, 'zwei'), (3, 'drei'), (null, 'kein')",
		"merge into t using s on t.a = s.a when matched then update set b = s.b when not matched then insert (a, b) values (s.a, s.b)")
	// NULL matches nothing: its row is inserted again each time.
	if got := answer(conn, "select a, b from t order by a, b"); got != "1|one/2|zwei/3|drei/null|kein/null|none" {
		t.Error(got)
	}
	exec(t, conn, "insert into s values (1, 'x'), (1, 'y')")
	if got := answer(conn, "merge into t using s on t.a = s.a when matched then delete when not matched then insert values (s.a, s.b)"); !strings.HasPrefix(got, "error:") {
		t.Errorf("two rows match one: %s", got)
	}
}

// Values that no column takes, and what becomes of those that it takes.
func TestTypesHoldWhatIsDocumented(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (v varchar(3), n decimal(19,2), d decimal, x varbyte(2), f double precision, s super, t timestamptz)",
		"insert into t (v, d, n) values ('ñ ', 1.6, 1.005)")
	for sql, want := range map[string]string{
		"insert into t (v) values ('ññ')":                        "22001",
		"insert into t (n) values (92233720368547758.08)":        "23514",
		"insert into t (x) values (to_varbyte('010203', 'hex'))": "22001",
	} {
		if got := answer(conn, sql); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	if got := answer(conn, "select v || '.', n, d from t"); got != "ñ .|1.01|2" {
		t.Error(got)
	}
	exec(t, conn, "delete from t", `insert into t (x, f, s, t) values (to_varbyte('0AFF', 'hex'), 0.1, json_parse('[1]'), '2024-01-01 00:00:00+02')`)
	if got := answer(conn, "select x, f * 3, s, t from t"); got != "0aff|0.3|[1]|2023-12-31 22:00:00+00" {
		t.Error(got)
	}
	results, err := conn.PgConn().Exec(t.Context(), "select v, x, s, 'a' || v from t").ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint32{1043, 6551, 4000, 1043} {
		if got := results[0].FieldDescriptions[i].DataTypeOID; got != want {
			t.Errorf("column %d has the type %d, want %d", i, got, want)
		}
	}
}

// extra_float_digits: 15 and 6 digits, and with 2 more 17 and 8.
func TestFloatsHaveTheDigitsThatTheSessionAsksFor(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	const sql = "select cast(0.1 as double precision), cast(16777217.5 as real), cast(1e300 as double precision)"
	if got := answer(conn, sql); got != "0.1|1.67772e+07|1e+300" {
		t.Error(got)
	}
	exec(t, conn, "set extra_float_digits to 2")
	if got := answer(conn, sql); got != "0.10000000000000001|16777218|1.0000000000000001e+300" {
		t.Error(got)
	}
}

// Managing concurrent write operations: a table has one writer at a time.
func TestSecondWriterWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	s := redshifttest.Start(t, redshifttest.Options{})
	raw := s.Database(t)
	a, b := connect(t, raw), connect(t, raw)
	exec(t, a, "create table t (a integer)", "begin", "insert into t values (1)")
	done := make(chan string, 1)
	go func() { done <- answer(b, "insert into t values (2)") }()
	exec(t, a, "insert into t select 3")
	select {
	case got := <-done:
		t.Errorf("the second did not wait: %s", got)
	default:
	}
	exec(t, a, "commit")
	if got := <-done; got != "" {
		t.Errorf("the second says %s", got)
	}
	if got := answer(a, "select count(*) from t"); got != "3" {
		t.Errorf("%s rows", got)
	}
}
