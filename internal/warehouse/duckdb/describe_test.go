package duckdb_test

import (
	"context"
	"testing"

	"archwire"
)

func TestSandboxRefusesTwoColumnsOfOneName(t *testing.T) {
	ctx := context.Background()
	s := openSandbox(t)
	for _, sql := range []string{
		"select 1 as a, 2 as a", "select 1 as a, 2 as A", "select 1 as a, 2 as a_1, 3 as a", "select 1 as a_1, 2 as a, 3 as a", "select 1 as a9, 2 as a9",
		`select 1 as "a b", 2 as "A B"`, `select 1 as "", 2 as ""`, `select 1 as "größe", 2 as "größe"`, "select l.*, l.id from rcm.ledger_transaction l",
		"select * from rcm.ledger_transaction l cross join rcm.ledger_transaction m",
	} {
		if columns, err := s.Describe(ctx, sql); archwire.CodeOf(err) != archwire.Invalid {
			t.Errorf("%s: %v, %v", sql, columns, err)
		}
	}
	for _, sql := range []string{"select 1 as a, 2 as a_1", "select 1 as line, 2 as line_2, 3 as line2", `select 1 as a, 2 as "a:1"`, "select 1 as a_1, 2 as a_2"} {
		if _, err := s.Describe(ctx, sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
