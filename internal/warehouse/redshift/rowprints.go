package redshift

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

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
	if !isLost(err) && !isConflict(err) {
		return err
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "reading rows: the connection to Redshift was lost, or another transaction got in the way",
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

// streamRows and streamBytes are how many rows, and bytes of their text, are in a batch.
const (
	streamRows  = 8192
	streamBytes = 8 << 20
)

var errEnoughRows = errors.New("enough rows")

// streamed gives the rows of a query in batches of these columns.
func streamed(ctx context.Context, s link, columns []archwire.Column, query string) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		b := array.NewRecordBuilder(memory.DefaultAllocator, archwire.Table{Columns: columns}.ArrowSchema())
		defer b.Release()
		rows, bytes := 0, 0
		give := func() error {
			batch := b.NewRecordBatch()
			defer batch.Release()
			rows, bytes = 0, 0
			if !yield(batch, nil) {
				return errEnoughRows
			}
			return nil
		}
		err := s.rows(ctx, query, func(values [][]byte) error {
			for i := range columns {
				if err := appendText(b.Field(i), columns[i].Type, values[i]); err != nil {
					return err
				}
				bytes += len(values[i])
			}
			if rows++; rows < streamRows && bytes < streamBytes {
				return nil
			}
			return give()
		})
		if err == nil && rows > 0 {
			err = give()
		}
		if err != nil && !errors.Is(err, errEnoughRows) {
			yield(nil, err)
		}
	}
}
