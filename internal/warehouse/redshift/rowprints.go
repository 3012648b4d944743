package redshift

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"archwire"
	"archwire/internal/rowhash"
)

// RowPrints yields the keys and hashes of rows of t.
func (l *load) RowPrints(ctx context.Context, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		more := true
		err := l.reading(ctx, t, func(g *target, s link) error {
			if !more {
				return nil // it was lost after the last row that was wanted
			}
			if err := g.canPrint(p); err != nil {
				return err
			}
			for batch, err := range g.rowPrints(ctx, s, p) {
				if err != nil {
					return once(err)
				}
				if more = yield(batch, nil); !more {
					return nil
				}
			}
			return nil
		})
		if err != nil && more {
			yield(nil, classify("fingerprinting the rows of "+t.ID(), err))
		}
	}
}

// once makes an error one after which nothing is tried again: rows were handed out.
func once(err error) error {
	if !isLost(err) && !isConflict(err) && !mayNotWrite(err) {
		return err
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "reading rows: the connection to Redshift was lost, or a transaction got in the way",
		Hint: "Run again: what was committed is kept, and nothing else is visible.",
	}
}

func (g *target) rowPrints(ctx context.Context, s link, p archwire.PrintSpec) archwire.Batches {
	if !p.Keys && hasFloats(g.Columns) {
		return rowhash.RowPrints(streamed(ctx, s, g.Columns, g.rowsQuery(p)), g.Table, p)
	}
	columns := rowhash.RowTable(g.Table).Columns
	return streamed(ctx, s, columns, g.rowPrintsQuery(p))
}

// rowPrintsQuery gives keys and prints.
func (g *target) rowPrintsQuery(p archwire.PrintSpec) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	portions := g.left()
	if p.Staged {
		portions = g.staged()
	}
	if len(portions) == 0 {
		portions = []portion{{table: g.baseName(), where: []string{"false"}}}
	}
	conditions := g.keyRange(p)
	part := g.partSQL(p.Cut)
	if p.Cut.Parts > 1 {
		conditions = append(conditions, part+" BETWEEN "+strconv.Itoa(p.First)+" AND "+strconv.Itoa(p.Last))
	}
	if p.Parts != nil {
		numbers := []string{"-1"}
		for _, n := range p.Parts {
			numbers = append(numbers, strconv.Itoa(n))
		}
		conditions = append(conditions, part+" IN ("+strings.Join(numbers, ", ")+")")
	}
	if p.Only != nil {
		conditions = append(conditions, g.among(p.Only))
	}
	key := g.KeyTable().Columns
	list := g.printSQL(p) + " AS " + archwire.PrintColumn
	if len(key) > 0 {
		list = columnList("r", key) + ", " + list
	}
	return union(g, portions, list, conditions...)
}

// among is the condition that the key is one of a list.
func (g *target) among(keys []int64) string {
	if len(keys) == 0 {
		return "false"
	}
	key, _ := g.wholeKey()
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = bigint(k)
	}
	return key + " IN (" + strings.Join(texts, ", ") + ")"
}

// streamed gives the rows of a query in batches of these columns, none where there is no
// row.
func streamed(ctx context.Context, s link, columns []archwire.Column, query string) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		err := stream(ctx, s, query, columns, func(b archwire.Batch) bool { return b.NumRows() == 0 || yield(b, nil) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}
