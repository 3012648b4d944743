package redshift

import (
	"context"
	"slices"
	"strings"

	"archwire"
)

// diffTable is the table of a session that tells the rows by which a table will differ
// from what it was: diffCount is how many more there are of a row, below zero how many
// fewer. Beside our columns it has those of a key, which may have any name but ours.
const (
	diffTable  = `"archwire diff"`
	diffCount  = `"archwire n"`
	diffSide   = `"archwire side"`
	diffTenant = `"archwire tenant"`
)

// tenantOf is the tenant of a row as text; NULL where the table has no such column.
func (g *target) tenantOf(of string) string {
	if _, ok := g.Column(g.Tenant); !ok {
		return "CAST(NULL AS VARCHAR(65535))"
	}
	return "CAST(" + of + "." + archwire.Quote(g.Tenant) + " AS VARCHAR(65535))"
}

// compare fills diffTable: rows of the new table count for one, those of the old for
// minus one, and what adds up to nothing is the same. Redshift has no EXCEPT ALL
// (UNION, INTERSECT, and EXCEPT). leading are expressions that are kept with each row,
// with their names; equal rows agree in them.
func (g *target) compare(leading []archwire.Column, now, before portion) string {
	names := identityNames(g.Columns)
	list := func(side string) string {
		var out []string
		for _, c := range leading {
			out = append(out, "r."+archwire.Quote(c.Name)+" AS "+archwire.Quote(c.Name))
		}
		for i, e := range identity("r", g.Columns) {
			out = append(out, e+" AS "+names[i])
		}
		return strings.Join(append(out, g.tenantOf("r")+" AS "+diffTenant, side+" AS "+diffSide), ", ")
	}
	var kept []string
	for _, c := range leading {
		kept = append(kept, "b."+archwire.Quote(c.Name))
	}
	for _, n := range append(names, diffTenant) {
		kept = append(kept, "b."+n)
	}
	all := strings.Join(kept, ", ")
	return "CREATE TEMP TABLE " + diffTable + " AS SELECT " + all + ", SUM(b." + diffSide + ") AS " + diffCount + " FROM (" +
		now.query(g, list("1")) + " UNION ALL " + before.query(g, list("-1")) + ") b GROUP BY " + all + " HAVING SUM(b." + diffSide + ") <> 0"
}

// tenants lists whose rows differ, sorted; nil if one of them is nobody's, or the
// table's rows are.
func (g *target) tenants(ctx context.Context, s link) ([]string, error) {
	if _, ok := g.Column(g.Tenant); !ok {
		return nil, nil
	}
	var out []string
	nobodys := false
	err := s.rows(ctx, "SELECT d."+diffTenant+" FROM "+diffTable+" d GROUP BY d."+diffTenant+", OCTET_LENGTH(d."+diffTenant+")", func(v [][]byte) error {
		nobodys = nobodys || v[0] == nil
		out = append(out, string(v[0]))
		return nil
	})
	if err != nil || nobodys {
		return nil, err
	}
	slices.Sort(out)
	return out, nil
}
