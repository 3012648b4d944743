package duckdb

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// A tree is a parsed query.
type tree struct {
	sql  string // in DuckDB's words; its lines are those of the query
	root any    // as json_serialize_sql writes it
}

// parse reads SQL with DuckDB's own parser, which is the only thing that knows
// what it will take a name for. It resolves nothing and runs nothing.
func parse(ctx context.Context, db *sql.DB, text string) (*tree, error) {
	t := &tree{sql: dialect(text)} // positions count its bytes
	statements, err := parseAll(ctx, db, t.sql)
	if err != nil {
		return nil, err
	}
	if len(statements) != 1 {
		return nil, t.complaint(nil, fmt.Sprintf("there are %d statements where one query is expected", len(statements)), "Write one SELECT.")
	}
	t.root = statements[0]
	return t, nil
}

// parseAll gives the parse trees of queries in DuckDB's words.
func parseAll(ctx context.Context, db *sql.DB, text string) ([]any, error) {
	var out string
	err := db.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql($1::VARCHAR) AS VARCHAR)", text).Scan(&out)
	if err != nil {
		return nil, classify("parsing SQL", err)
	}
	var parsed struct {
		Error      bool   `json:"error"`
		Type       string `json:"error_type"`
		Message    string `json:"error_message"`
		Position   any    `json:"position"`
		Statements []any  `json:"statements"`
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(out)))
	decoder.UseNumber() // a position may be the largest uint64, for none
	if err := decoder.Decode(&parsed); err != nil {
		return nil, fmt.Errorf("reading DuckDB's parse tree: %w", err)
	}
	t := &tree{sql: text}
	switch {
	case parsed.Error && parsed.Type == "not implemented":
		return nil, t.complaint(nil, "this is not a query", "Write one SELECT; nothing else is run.")
	case parsed.Error:
		return nil, t.complaint(parsed.Position, parsed.Message, "")
	}
	return parsed.Statements, nil
}

// complaint is an error about what stands at a position of the SQL.
func (t *tree) complaint(position any, message, hint string) error {
	e := &archwire.SQLError{Line: t.line(position), Message: message}
	return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint, Err: e}
}

// line is the line of a byte position; 0 if there is none.
func (t *tree) line(position any) int {
	var at int64 = -1
	switch p := position.(type) {
	case json.Number:
		if n, err := p.Int64(); err == nil {
			at = n
		}
	case string:
		if n, err := json.Number(p).Int64(); err == nil {
			at = n
		}
	}
	if at < 0 || at > int64(len(t.sql)) {
		return 0
	}
	return 1 + strings.Count(t.sql[:at], "\n")
}

// A visitor sees each object of a tree and the names that queries around it
// define.
type visitor func(node map[string]any, defined map[string]bool) error

// walk visits the tree from the root down.
func (t *tree) walk(visit visitor) error { return walk(t.root, nil, visit) }

func walk(v any, defined map[string]bool, visit visitor) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := walk(e, defined, visit); err != nil {
				return err
			}
		}
	case map[string]any:
		return walkObject(v, defined, visit)
	}
	return nil
}

func walkObject(node map[string]any, defined map[string]bool, visit visitor) error {
	// A recursive query sees itself.
	if node["type"] == "RECURSIVE_CTE_NODE" {
		defined = with(defined, node["cte_name"])
	}
	if err := visit(node, defined); err != nil {
		return err
	}
	// Each query of a WITH sees those before it, and the main query all of them.
	for _, cte := range ctes(node) {
		if err := walk(cte["value"], defined, visit); err != nil {
			return err
		}
		defined = with(defined, cte["key"])
	}
	for _, key := range slices.Sorted(maps.Keys(node)) {
		if key == "cte_map" {
			continue
		}
		if err := walk(node[key], defined, visit); err != nil {
			return err
		}
	}
	return nil
}

// ctes lists what the WITH of a query node defines.
func ctes(node map[string]any) []map[string]any {
	m, ok := node["cte_map"].(map[string]any)
	if !ok {
		return nil
	}
	list, ok := m["map"].([]any)
	if !ok {
		return nil
	}
	var out []map[string]any
	for _, e := range list {
		if cte, ok := e.(map[string]any); ok {
			out = append(out, cte)
		}
	}
	return out
}

// with adds a name to a scope without touching the scope around it.
func with(defined map[string]bool, name any) map[string]bool {
	out := maps.Clone(defined)
	if out == nil {
		out = map[string]bool{}
	}
	out[strings.ToLower(fmt.Sprint(name))] = true
	return out
}

// text is a string field of a node; "" when it has none.
func text(node map[string]any, field string) string {
	s, _ := node[field].(string) // "" is the documented answer
	return s
}
