package tds

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// Text sends a batch that has one result of char and nchar types, and returns its
// rows; NULL is "". It is for small answers.
func (c *Client) Text(ctx context.Context, sql string) ([][]string, error) {
	var rows [][]string
	d := newDecoder(Reading{Mem: memory.DefaultAllocator})
	d.asText = true
	defer d.drop()
	err := c.ask(ctx, sql, &answer{decoder: d, yield: func(b archwire.Batch) bool {
		rows = append(rows, texts(b)...)
		return true
	}})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// texts copies the rows of a batch whose columns are all text.
func texts(b archwire.Batch) [][]string {
	rows := make([][]string, b.NumRows())
	for i := range rows {
		rows[i] = make([]string, b.NumCols())
		for j, column := range b.Columns() {
			if column.IsValid(i) {
				rows[i][j] = string([]byte(column.(*array.String).Value(i))) // the batch is taken back
			}
		}
	}
	return rows
}

// textReading takes every column as text, by its own name or its place.
func textReading(columns []wireColumn, mem memory.Allocator) Reading {
	how := Reading{Mem: mem}
	fields := make([]arrow.Field, len(columns))
	for i, w := range columns {
		name := w.name
		if name == "" {
			name = fmt.Sprint(i + 1)
		}
		how.Columns = append(how.Columns, Column{Name: name, Type: archwire.Type{Kind: archwire.Text}})
		fields[i] = arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}
	}
	how.Schema = arrow.NewSchema(fields, nil)
	return how
}
