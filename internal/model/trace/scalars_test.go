package trace

import (
	"database/sql"
	"testing"

	_ "archwire/internal/warehouse/duckdb" // registers the engine
)

// What is taken for a function of one row must not be an aggregate.
func TestScalarsAreNoAggregates(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // nothing was written
	rows, err := db.QueryContext(t.Context(), "select distinct lower(function_name) from duckdb_functions() where function_type = 'aggregate'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	seen := 0
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		seen++
		if scalars[name] {
			t.Errorf("%s is an aggregate", name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("the engine has %d aggregates only", seen)
	}
}
