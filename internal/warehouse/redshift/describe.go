package redshift

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"archwire"
)

var (
	_ archwire.Parser    = (*Warehouse)(nil)
	_ archwire.Describer = (*Warehouse)(nil)
	_ archwire.Dialect   = (*Warehouse)(nil)
)

// Reads lists the relations that a query reads. The embedded engine's parser is the one
// that knows: models are written in the subset that both engines share.
func (w *Warehouse) Reads(ctx context.Context, sql string) ([]string, error) {
	return w.parser.Reads(ctx, sql)
}

// Tree is the syntax tree of a query.
func (w *Warehouse) Tree(ctx context.Context, sql string) (archwire.SyntaxTree, error) {
	return w.parser.Tree(ctx, sql)
}

// Describe returns names and types of a query's columns: those that the embedded engine
// gives them, which are the types in which models and slices keep them here, too.
func (w *Warehouse) Describe(ctx context.Context, sql string) (columns []archwire.Column, err error) {
	reads, err := w.parser.Relations(ctx, sql)
	if err != nil {
		return nil, err
	}
	err = w.session(ctx, func(l link) error {
		found, err := shapes(ctx, l, reads...)
		if err != nil {
			return err
		}
		columns, err = w.describe(ctx, sql, reads, found)
		return err
	})
	return columns, classify("reading the query", err)
}

// spellings numbers what spell makes of a query, and what a row's text is. It is raised
// when either changes.
const spellings = "redshift 2"

// Dialect is a digest of what queries mean: what the embedded engine takes them for,
// and how they are spelt for Redshift. Redshift's own version is not part of it: it
// changes every week or so.
func (w *Warehouse) Dialect(ctx context.Context) (string, error) {
	engine, err := w.parser.Dialect(ctx)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(engine + "\x00" + spellings))
	return hex.EncodeToString(sum[:8]), nil
}
