package pipeline_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/source/postgres"
	"archwire/internal/testdb"
)

// TestKeysOfPostgresThatAreSpelledOtherwise is the same for citext and a collation that
// ignores case and accents.
func TestKeysOfPostgresThatAreSpelledOtherwise(t *testing.T) {
	t.Parallel()
	b := setup(t)
	url := testdb.Postgres(t)
	db, err := sql.Open("pgx", url)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	execute(t, db, "CREATE EXTENSION citext")
	execute(t, db, "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level1', deterministic = false)")
	ways := map[string]project.Table{}
	for kind, key := range map[string]string{"_ci": "citext", "_blind": "text COLLATE blind"} {
		for name, how := range map[string]project.Table{
			"stamped": {Sync: "cursor", Cursor: "changed", Deletes: "sweep"}, "compared": {Sync: "checksum", Deletes: "sweep"}, "copied": {Sync: "full", Deletes: "sweep"},
		} {
			execute(t, db, "CREATE TABLE "+name+kind+" (k "+key+" PRIMARY KEY, amount int, gone bool, changed timestamptz NOT NULL)")
			ways[name+kind] = how
		}
	}
	declared := b.copies(t, "postgres", ways, func(ctx context.Context) (archwire.Source, error) {
		return postgres.Open(ctx, postgres.Config{Name: "pms", DSN: url, Connections: 2})
	})
	rng := rand.New(rand.NewPCG(8, 5432)) // the same nights each time
	for night := range 6 {
		for _, table := range declared.Tables {
			for _, statement := range (dialect{"clock_timestamp()", ""}).respell(rng, table.Name) {
				execute(t, db, statement)
			}
		}
		if _, err := b.run(t); err != nil {
			t.Fatalf("night %d: %v\n%s", night, err, archwire.HintOf(err))
		}
		for _, table := range declared.Tables {
			want := asked(t, db, "SELECT encode(convert_to(k::text, 'UTF8'), 'hex') || '|' || coalesce(amount::text, '') FROM "+table.Name)
			slices.Sort(want)
			got := b.copied(t, table.ID(), "", func(key string) string { return hex.EncodeToString([]byte(key)) })
			if !slices.Equal(want, got) {
				t.Fatalf("night %d: %s has\n%q\nand its copy\n%q", night, table.ID(), want, got)
			}
		}
	}
}
