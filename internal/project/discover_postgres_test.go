package project

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/demo"
	"archwire/internal/source/postgres"
	"archwire/internal/testdb"
)

// What discover writes about a real database declares its tables as the adapter
// described them, and the adapter counts rows of each by that declaration.
func TestDiscoverOfPostgresIsWhatTheViewReads(t *testing.T) {
	ctx, dsn := t.Context(), testdb.Postgres(t)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the database goes with the test
	for _, sql := range []string{
		demo.RCMSchema,
		`create table "Odd Table" ("Id" bigint primary key, "a: b" text, rate numeric, "select" point)`,
		`create schema "Other.One"; create table "Other.One".payer (id int primary key)`,
		`create view balances as select 1 as one`,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	source, err := postgres.Open(ctx, postgres.Config{Name: "rcm", DSN: dsn, Connections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close() //nolint:errcheck // the database goes with the test
	tables, err := source.Tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := WriteSource(&file, "rcm", "postgres", "${RCM_DSN}", tables); err != nil {
		t.Fatal(err)
	}
	s, err := decodeSource("sources/rcm.yaml", file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	view, err := source.View(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close() //nolint:errcheck // the database goes with the test
	declared := map[string][]string{}
	for _, table := range s.Tables {
		table.complete(Source{Name: "rcm"})
		if _, err := view.Count(ctx, table.Table); err != nil {
			t.Errorf("%s: %v", table.ID(), err)
		}
		if _, err := view.Chunks(ctx, table.Table); err != nil {
			t.Errorf("%s: %v", table.ID(), err)
		}
		for _, c := range table.Columns {
			key := originName(table.Schema, table.Origin)
			declared[key] = append(declared[key], c.Name+" "+c.Type.String())
		}
	}
	if diff := cmp.Diff(described(tables), declared); diff != "" {
		t.Errorf("described and declared (-described +declared):\n%s", diff)
	}
}

// described lists what can be copied of tables, as their source says.
func described(tables []archwire.Table) map[string][]string {
	out := map[string][]string{}
	for _, table := range tables {
		for _, c := range table.Columns {
			if c.Refused == "" && !table.View {
				key := originName(table.Schema, table.Origin)
				out[key] = append(out[key], c.Name+" "+c.Type.String())
			}
		}
	}
	return out
}
