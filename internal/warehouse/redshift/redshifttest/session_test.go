package redshifttest_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"archwire/internal/warehouse/redshift/redshifttest"
)

// attempt tries to open a session and gives the error.
func attempt(t *testing.T, raw string, change func(*pgx.ConnConfig)) error {
	t.Helper()
	config, err := pgx.ParseConfig(strings.Replace(raw, "redshift://", "postgres://", 1))
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(config)
	}
	conn, err := pgx.ConnectConfig(context.Background(), config)
	if err == nil {
		conn.Close(context.Background()) //nolint:errcheck // nothing left to lose
	}
	return err
}

func TestWhoIsLetIn(t *testing.T) {
	t.Parallel()
	s := redshifttest.Start(t, redshifttest.Options{})
	raw := s.Database(t)
	s.Allow("IAM:run", "for fifteen minutes")
	temporary := strings.Replace(raw, url.UserPassword(redshifttest.User, redshifttest.Password).String(), url.UserPassword("IAM:run", "for fifteen minutes").String(), 1)
	for name, c := range map[string]struct {
		url    string
		change func(*pgx.ConnConfig)
		want   string
	}{
		"the user":             {url: raw},
		"temporary":            {url: temporary},
		"a wrong password":     {url: strings.Replace(temporary, "fifteen", "fifty", 1), want: "28000"},
		"no encryption":        {url: raw, change: func(c *pgx.ConnConfig) { c.TLSConfig = nil }, want: "28000"},
		"another authority":    {url: raw, change: func(c *pgx.ConnConfig) { c.TLSConfig.RootCAs = nil; c.TLSConfig.ServerName = "localhost" }, want: "certificate"},
		"no such database":     {url: strings.Replace(raw, "/rs_", "/none_", 1), want: "3D000"},
		"an unknown parameter": {url: raw, change: func(c *pgx.ConnConfig) { c.RuntimeParams["jit"] = "off" }, want: "42704"},
	} {
		err := attempt(t, c.url, c.change)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	conn := connect(t, temporary)
	s.Expire("IAM:run")
	if got := answer(conn, "select 1"); got != "1" {
		t.Errorf("a session that was open says %s", got)
	}
	if err := attempt(t, temporary, nil); err == nil {
		t.Error("an expired password is taken")
	}
}

func TestConnectionIsCutBeforeOrAfterAStatement(t *testing.T) {
	t.Parallel()
	s := redshifttest.Start(t, redshifttest.Options{})
	raw := s.Database(t)
	exec(t, connect(t, raw), "create table t (a integer)")
	for fault, want := range map[redshifttest.Fault]string{
		{Match: "^commit", CutBefore: true}:             "0",
		{Match: "^commit", CutAfter: true}:              "1",
		{Match: "^insert", CutAfter: true}:              "0",
		{Match: "", Nth: 2, CutAfter: true}:             "0",
		{Match: "nothing of the kind", CutBefore: true}: "1",
	} {
		conn := connect(t, raw)
		exec(t, conn, "delete from t")
		s.Inject(fault)
		var err error
		for _, sql := range []string{"begin", "insert into t values (1)", "commit"} {
			if err == nil {
				_, err = conn.Exec(t.Context(), sql)
			}
		}
		if cut := conn.IsClosed(); cut != (fault.Match != "nothing of the kind") {
			t.Errorf("%+v: cut %t (%v)", fault, cut, err)
		}
		if got := eventually(t, raw, "select count(*) from t", want); got != want {
			t.Errorf("%+v: %s rows, want %s", fault, got, want)
		}
		s.Calm()
	}
}

// eventually asks until an answer comes: the server may still be ending what was cut
// off.
func eventually(t *testing.T, raw, sql, want string) string {
	t.Helper()
	conn, got := connect(t, raw), ""
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if got = answer(conn, sql); got == want {
			break
		}
	}
	return got
}

func TestErrorsAreInjected(t *testing.T) {
	t.Parallel()
	s, conn := open(t)
	exec(t, conn, "create table t (a integer)", "begin")
	s.Inject(redshifttest.Fault{Match: "^insert", Nth: 2, Error: redshifttest.Conflict})
	exec(t, conn, "insert into t values (1)")
	_, err := conn.Exec(t.Context(), "insert into t values (2)")
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Message != "1023" || !strings.Contains(e.Detail, "Serializable isolation violation") {
		t.Errorf("%v", err)
	}
	if got := answer(conn, "select 1"); !strings.Contains(got, "25P02") {
		t.Errorf("after an error in a transaction: %s", got)
	}
	exec(t, conn, "rollback", "insert into t values (3)")
	if got := answer(conn, "select a from t"); got != "3" || s.Waiting() != 0 {
		t.Errorf("rows %s, %d faults wait", got, s.Waiting())
	}
	s.CutAll()
	if _, err := conn.Exec(t.Context(), "select 1"); err == nil {
		t.Error("the connection stands")
	}
}

// Serializable isolation: of two transactions that write the same rows, one is told.
func TestTransactionsThatMeetAreToldAsRedshiftTellsThem(t *testing.T) {
	t.Parallel()
	s := redshifttest.Start(t, redshifttest.Options{})
	raw := s.Database(t)
	a, b := connect(t, raw), connect(t, raw)
	exec(t, a, "create table t (a integer)", "insert into t values (1)", "begin", "select * from t")
	exec(t, b, "update t set a = 2")
	if got := answer(a, "update t set a = 3"); !strings.Contains(got, "1023") {
		t.Errorf("got %s", got)
	}
}

func TestStatementIsCancelled(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (a integer)", "insert into t select 1")
	for range 14 {
		exec(t, conn, "insert into t select a from t")
	}
	done := make(chan error, 1)
	go func() {
		_, err := conn.Exec(context.Background(), "select count(*) from t a join t b on a.a < b.a + 1 join t c on c.a < b.a + 1")
		done <- err
	}()
	// A request that comes before the statement does nothing.
	var err error
	for running := true; running; {
		if err := conn.PgConn().CancelRequest(context.Background()); err != nil {
			t.Fatal(err)
		}
		select {
		case err = <-done:
			running = false
		case <-time.After(20 * time.Millisecond):
		}
	}
	if err == nil || !strings.Contains(err.Error(), "57014") {
		t.Errorf("got %v", err)
	}
	if got := answer(conn, "select 1"); got != "1" {
		t.Errorf("afterwards: %s", got)
	}
}
