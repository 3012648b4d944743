package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// A reference is where a query names a relation.
type reference struct {
	relation string // as the filter has it
	at       int64  // the byte in the query
	node     map[string]any
}

// references lists where t names relations of filter, in the order of its text.
func (t *tree) references(filter map[string]string) ([]reference, error) {
	names := map[string]string{}
	for relation := range filter {
		names[strings.ToLower(relation)] = relation
	}
	var found []reference
	err := t.walk(func(node map[string]any, _ map[string]bool) error {
		relation, ok := names[strings.ToLower(text(node, "schema_name")+"."+text(node, "table_name"))]
		if node["type"] != "BASE_TABLE" || !ok {
			return nil
		}
		at, err := position(node).Int64()
		found = append(found, reference{relation, at, node})
		return err
	})
	slices.SortFunc(found, func(a, b reference) int { return cmp.Compare(a.at, b.at) })
	return found, err
}

func position(node map[string]any) json.Number {
	n, _ := node["query_location"].(json.Number) // "" is no number, so an error follows
	return n
}

// inner is the subquery that stands for the relation.
func (f reference) inner(condition string) string {
	return "(SELECT * FROM " + archwire.Quote(text(f.node, "schema_name")) + "." + archwire.Quote(text(f.node, "table_name")) +
		" WHERE " + condition + ")"
}

// splice puts the subquery in the place of the name. ok is false if the name is
// not where it should be.
func (f reference) splice(sql, subquery string) (spliced string, ok bool) {
	if f.at < 0 || f.at > int64(len(sql)) {
		return "", false
	}
	before, tokens := sql[:f.at], lex(sql[f.at:])
	point := skip(tokens, 1)
	last := skip(tokens, point+1)
	if last >= len(tokens) || tokens[point].text != "." || tokens[0].kind == blank {
		return "", false
	}
	if text(f.node, "alias") == "" {
		subquery += " AS " + archwire.Quote(text(f.node, "table_name"))
	}
	// The lines stay what they were.
	lines := strings.Repeat("\n", strings.Count(join(tokens[:last+1]), "\n"))
	return before + subquery + lines + join(tokens[last+1:]), true
}

// replace makes the node of the reference what the subquery is when parsed.
func (f reference) replace(subquery map[string]any) {
	alias := text(f.node, "alias")
	if alias == "" {
		alias = text(f.node, "table_name")
	}
	names := f.node["column_name_alias"]
	clear(f.node)
	maps.Copy(f.node, subquery)
	f.node["alias"], f.node["column_name_alias"] = alias, names
}

// equalTrees compares parse trees but for where things stand in the text.
func equalTrees(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equalTrees)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for key, value := range a {
			other, there := b[key]
			if !there || key != "query_location" && !equalTrees(value, other) {
				return false
			}
		}
		return true
	}
	return a == b
}

// parseBeside is the parse tree of a query and those of subqueries in FROM, read
// at once.
func parseBeside(ctx context.Context, db *sql.DB, query string, subqueries []string) (root any, nodes []map[string]any, err error) {
	texts := []string{query}
	for _, s := range subqueries {
		texts = append(texts, "SELECT * FROM "+s)
	}
	statements, err := parseAll(ctx, db, strings.Join(texts, "\n;\n")) // a comment may end the query
	if err != nil {
		return nil, nil, err
	}
	if len(statements) != 1+len(subqueries) {
		return nil, nil, &archwire.Error{Code: archwire.Invalid, Message: "a query that is restricted to some tenants is not one query"}
	}
	for _, s := range statements[1:] {
		statement, _ := s.(map[string]any) // nil maps have no fields
		node, _ := statement["node"].(map[string]any)
		from, _ := node["from_table"].(map[string]any)
		nodes = append(nodes, from)
	}
	return statements[0], nodes, nil
}
