package duckdb

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// A digest stands for the rows of one tenant, in any order. Rows that differ
// have another one, but for one case in 2^64.
type digest struct {
	rows int64
	sum  string // of the rows' hashes, which fits no integer of Go
}

// rowHash is the hash of a row. It is mixed once more: DuckDB joins those of the
// columns by exclusive or, so that values which change places between two rows
// could leave the sum as it was.
func rowHash(columns []archwire.Column) string {
	values := quotedNames(columns)
	for i, c := range columns {
		if c.Type.Kind == archwire.Float32 || c.Type.Kind == archwire.Float64 {
			values[i] = "CAST(" + values[i] + " AS VARCHAR)" // the hashes of 0 and -0 are one, their slices are two
		}
	}
	return "CAST(hash(hash(" + strings.Join(values, ", ") + ")) AS HUGEINT)"
}

func quotedNames(columns []archwire.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = archwire.Quote(c.Name)
	}
	return names
}

// tenantText is the tenant of a row of m as text; NULL where it has none.
func tenantText(m archwire.Model) string {
	if m.Tenant == "" {
		return "CAST(NULL AS VARCHAR)"
	}
	return "CAST(" + archwire.Quote(m.Tenant) + " AS VARCHAR)"
}

// digests are those of m's rows, by tenant.
func digests(ctx context.Context, conn *sql.Conn, m archwire.Model, columns []archwire.Column) (map[sql.NullString]digest, error) {
	rows, err := conn.QueryContext(ctx, "SELECT "+tenantText(m)+", count(*), CAST(sum("+rowHash(columns)+") AS VARCHAR) FROM "+ //nolint:gosec // quoted names
		archwire.QuoteName(m.Name)+" GROUP BY 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	found := map[sql.NullString]digest{}
	for rows.Next() {
		var tenant sql.NullString
		var d digest
		if err := rows.Scan(&tenant, &d.rows, &d.sum); err != nil {
			return nil, err
		}
		found[tenant] = d
	}
	return found, rows.Err()
}

// differences says whose rows changed between two sets of digests.
func differences(was, is map[sql.NullString]digest) archwire.Changed {
	tenants := map[string]bool{}
	var c archwire.Changed
	for _, side := range []map[sql.NullString]digest{was, is} {
		for tenant := range side {
			if was[tenant] == is[tenant] {
				continue
			}
			c.All = c.All || !tenant.Valid
			tenants[tenant.String] = true
		}
	}
	c.Tenants = slices.Sorted(maps.Keys(tenants))
	c.Updated = int64(len(tenants)) // how many rows it is nobody asks
	return c
}
