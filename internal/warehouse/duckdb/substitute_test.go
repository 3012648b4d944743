package duckdb_test

import (
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

func TestSubstitute(t *testing.T) {
	s, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	items := map[string]string{"rcm.ledger": `(SELECT * FROM "rcm"."ledger" WHERE "p" = 1)`, "rcm.daily": `"rcm"."daily 2"`}
	for sql, want := range map[string]string{
		"select 1 from rcm.ledger;\n":                                                 `select 1 from (SELECT * FROM "rcm"."ledger" WHERE "p" = 1) AS "ledger"`,
		"select x.a from RCM . Ledger as x":                                           `select x.a from (SELECT * FROM "rcm"."ledger" WHERE "p" = 1) as x`,
		`select 1 from rcm."Ledger"`:                                                  `select 1 from (SELECT * FROM "rcm"."ledger" WHERE "p" = 1) AS "Ledger"`,
		"select 1 from Rcm.Daily cross join rcm.payer p":                              `select 1 from "rcm"."daily 2" AS "daily" cross join rcm.payer p`,
		"with ledger as (select 1 from rcm\n.ledger) select 'rcm.ledger' from ledger": "with ledger as (select 1 from (SELECT * FROM \"rcm\".\"ledger\" WHERE \"p\" = 1) AS \"ledger\"\n) select 'rcm.ledger' from ledger",
		// What DuckDB is told in its own words stays in those of the query.
		"select listagg(a) within group (order by b), to_char(d, 'YYYY') from rcm.daily": `select listagg(a) within group (order by b), to_char(d, 'YYYY') from "rcm"."daily 2" AS "daily"`,
	} {
		got, ok, err := s.Substitute(t.Context(), sql, items)
		if err != nil || !ok || got != want {
			t.Errorf("%s\nbecomes %s (%t, %v)\nwant    %s", sql, got, ok, err, want)
		}
	}
	if _, _, err := s.Substitute(t.Context(), "drop table x", items); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("the error is %v", err)
	}
}

func TestShape(t *testing.T) {
	s, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	for _, want := range []archwire.Type{{Kind: archwire.Int64}, {Kind: archwire.Decimal, Precision: 19, Scale: 4}} {
		if err := s.Shape(t.Context(), "rcm", "ledger", []archwire.Column{{Name: "a", Type: want}}); err != nil {
			t.Fatal(err)
		}
		columns, err := s.Describe(t.Context(), "select a from rcm.ledger")
		if err != nil || columns[0].Type != want {
			t.Errorf("the column is %+v (%v), want a %s", columns, err, want)
		}
	}
	if err := s.Shape(t.Context(), "rcm", "ledger", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Describe(t.Context(), "select a from rcm.ledger"); archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("the error is %v", err)
	}
}
