package testdb

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/testdb/cluster"
)

func TestPostgresGivesAnEmptyDatabaseEachTime(t *testing.T) {
	first, second := Postgres(t), Postgres(t)
	Exec(t, first, "create table only_here (a int)")
	if first == second {
		t.Fatal("two calls gave one database")
	}
	if got := ask(t, second, "select count(*)::text from pg_class where relname = 'only_here'"); got != "0" {
		t.Errorf("the second database has the first one's table")
	}
	if got := ask(t, second, "select rolsuper::text from pg_roles where rolname = current_user"); got != "true" {
		t.Errorf("superuser = %s, want true", got)
	}
}

func TestServerOutlivesTheLastReferenceToIt(t *testing.T) {
	url := Postgres(t)
	for range 3 {
		runtime.GC()
	}
	if got := ask(t, url, "select 'alive'"); got != "alive" {
		t.Errorf("got %q", got)
	}
}

func TestClusterKeepsItsDataAndPortAcrossRestarts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	c := start(t, dir)
	Exec(t, c.URL("postgres"), "create table kept as select 42 as answer")
	before := c.URL("postgres")
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir)
	if again.URL("postgres") != before {
		t.Errorf("the address changed across a restart")
	}
	if got := ask(t, again.URL("postgres"), "select answer::text from kept"); got != "42" {
		t.Errorf("kept.answer = %s, want 42", got)
	}
}

func TestRunningClusterIsJoinedAndLeftRunning(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	owner, guest := start(t, dir), start(t, dir)
	if err := guest.Stop(); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, owner.URL("postgres"), "select 'alive'"); got != "alive" {
		t.Errorf("got %q", got)
	}
}

func TestThrowawayClusterLeavesNoFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	c := start(t, dir, cluster.Throwaway())
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestMissingProgramsAreNamedWithWhatToInstall(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("7\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := cluster.Start(t.Context(), dir)
	if archwire.CodeOf(err) != archwire.Unavailable || !strings.Contains(archwire.HintOf(err), "apt-get install postgresql-7") {
		t.Errorf("error %v, hint %q", err, archwire.HintOf(err))
	}
}

func start(t *testing.T, dir string, opts ...cluster.Option) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), dir, opts...)
	if err != nil {
		t.Fatalf("starting: %v\n%s", err, archwire.HintOf(err))
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func ask(t *testing.T, url, sql string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	var got string
	if err := conn.QueryRow(ctx, sql).Scan(&got); err != nil {
		t.Fatal(err)
	}
	return got
}
