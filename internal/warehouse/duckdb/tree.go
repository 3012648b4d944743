package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"archwire"
)

// Tree is the syntax tree of a query.
func (w *Warehouse) Tree(ctx context.Context, sql string) (archwire.SyntaxTree, error) {
	return syntaxTree(ctx, w.db, sql)
}

// Tree is the syntax tree of a query.
func (s *Sandbox) Tree(ctx context.Context, sql string) (archwire.SyntaxTree, error) {
	return syntaxTree(ctx, s.db, sql)
}

// syntaxTree takes apart a query that keeps the rules of a model.
func syntaxTree(ctx context.Context, db *sql.DB, sql string) (archwire.SyntaxTree, error) {
	t, err := parse(ctx, db, sql)
	if err != nil {
		return archwire.SyntaxTree{}, err
	}
	if err := t.check(portableRules); err != nil {
		return archwire.SyntaxTree{}, err
	}
	statement, err := json.Marshal(t.root)
	if err != nil {
		return archwire.SyntaxTree{}, fmt.Errorf("writing a parse tree: %w", err)
	}
	return archwire.SyntaxTree{SQL: t.sql, JSON: statement}, nil
}
