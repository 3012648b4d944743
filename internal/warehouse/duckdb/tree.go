package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"

	"archwire"
)

// Tree is the syntax tree of a query.
func (w *Warehouse) Tree(ctx context.Context, sql string) (archwire.SyntaxTree, error) {
	t, err := modelTree(ctx, w.db, sql)
	if err != nil {
		return archwire.SyntaxTree{}, err
	}
	return t.syntax()
}

// Tree is the syntax tree of a query.
func (s *Sandbox) Tree(ctx context.Context, sql string) (archwire.SyntaxTree, error) {
	t, err := s.trees.of(ctx, s.db, sql)
	if err != nil {
		return archwire.SyntaxTree{}, err
	}
	return t.syntax()
}

// modelTree parses a query that keeps the rules of a model.
func modelTree(ctx context.Context, db *sql.DB, sql string) (*tree, error) {
	t, err := parse(ctx, db, sql)
	if err != nil {
		return nil, err
	}
	return t, t.check(portableRules)
}

// trees remembers the trees of queries that keep the rules of a model. Nobody
// alters them.
type trees struct {
	mu   sync.Mutex
	kept map[string]*tree
}

// of is modelTree, remembered.
func (s *trees) of(ctx context.Context, db *sql.DB, text string) (*tree, error) {
	s.mu.Lock()
	t, ok := s.kept[text]
	s.mu.Unlock()
	if ok {
		return t, nil
	}
	t, err := modelTree(ctx, db, text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string]*tree{}
	}
	s.kept[text] = t
	return t, nil
}

// syntax is the tree as others read it.
func (t *tree) syntax() (archwire.SyntaxTree, error) {
	statement, err := json.Marshal(t.root)
	if err != nil {
		return archwire.SyntaxTree{}, fmt.Errorf("writing a parse tree: %w", err)
	}
	return archwire.SyntaxTree{SQL: t.sql, JSON: statement}, nil
}
