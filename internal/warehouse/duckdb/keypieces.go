package duckdb

import (
	"strconv"
	"strings"

	"archwire"
)

// keyPieces are queries that give whole keys: those that p lists, or those of the
// parts that it lists. They are few, so that one query for each portion does.
func (g *target) keyPieces(portions []portion, p archwire.PrintSpec) []string {
	key := columnList(g.KeyTable().Columns)
	var queries []string
	for _, from := range portions {
		if p.Only != nil {
			from = from.in(g, "(SELECT unnest("+bigints(p.Only)+") AS "+key+")")
		}
		if p.Parts != nil {
			from = from.stretches(g, key, p)
		}
		queries = append(queries, from.query(key, g.within(archwire.PrintSpec{Cut: p.Cut, First: p.First, Last: p.Last})...))
	}
	return queries
}

// stretches is what p's parts hold of a portion: stretch by stretch, for DuckDB
// compares constants with the least and greatest key of each block and skips the
// others.
func (from portion) stretches(g *target, key string, p archwire.PrintSpec) portion {
	rows := portion{table: from.table, where: from.where}
	var queries []string
	for at := 0; at < len(p.Parts); {
		stretch := archwire.PrintSpec{Cut: p.Cut, First: p.Parts[at], Last: p.Parts[at]}
		for at++; at < len(p.Parts) && p.Parts[at] == stretch.Last+1; at++ {
			stretch.Last++
		}
		queries = append(queries, rows.query(key, g.within(stretch)...))
	}
	if len(queries) == 0 {
		queries = []string{rows.query(key, "false")}
	}
	return portion{table: "(" + strings.Join(queries, " UNION ALL ") + ")", joins: from.joins}
}

// bigints writes whole numbers as a list.
func bigints(numbers []int64) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.FormatInt(n, 10)
	}
	return "CAST([" + strings.Join(texts, ", ") + "] AS BIGINT[])"
}
