package state

import (
	"database/sql"
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"archwire"
	"archwire/internal/testdb"
)

// The state's SQL promises to mean the same in PostgreSQL.
func TestStatements_MeanTheSameInPostgreSQL(t *testing.T) {
	ctx := t.Context()
	db, err := sql.Open("pgx", testdb.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // the test is over
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("migrations: %v, %v", names, err)
	}
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(ctx, string(text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	noon := time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)
	s := &Store{write: db, read: db, now: func() time.Time { return noon }}

	_, k, err := s.CreateKey(ctx, NewKey{Client: "c", Tenants: []string{"1"}, Profile: archwire.Aggregate})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeKey(ctx, k.ID); err != nil {
		t.Fatal(err)
	}
	k.RevokedAt = noon
	keys, err := s.Keys(ctx)
	if diff := cmp.Diff([]Key{k}, keys); err != nil || diff != "" {
		t.Errorf("Keys: %v (-want +got):\n%s", err, diff)
	}
	run := archwire.Run{
		ID: "r", State: archwire.Running, StartedAt: noon, Verb: archwire.Extract,
		Steps: []archwire.Step{{Verb: archwire.Extract, Took: time.Second, Count: 3}},
	}
	for range 2 {
		if err := s.SaveRun(ctx, run); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := s.Runs(ctx, 10)
	if diff := cmp.Diff([]archwire.Run{run}, runs); err != nil || diff != "" {
		t.Errorf("Runs: %v (-want +got):\n%s", err, diff)
	}
	if err := s.failCutOff(ctx, "another"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Run(ctx, "r"); err != nil || got.State != archwire.Failed {
		t.Errorf("the run that was cut off: %+v, %v", got, err)
	}
}
