package sourcetest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// fakeWhere is what the chunks of a Fake say, as JSON.
type fakeWhere struct {
	From, To int64    // numbers of rows; the second is the first beyond, 0 is none
	Live     string   // the column that marks deleted rows, if they are left out
	Column   string   // that is followed
	Since    string   // from where
	Keys     []string // of the rows, as keyTexts writes them; nil is all
}

// cutFake cuts the rows into chunks that the condition narrows. The first and
// the last are open to their sides, for a later view's rows.
func cutFake(t fakeTable, where fakeWhere) []archwire.Chunk {
	numbers := slices.Sorted(slices.Values(t.numbers))
	var chunks []archwire.Chunk
	for at := 0; at < len(numbers); at += fakeChunkRows {
		end := min(at+fakeChunkRows, len(numbers))
		part := where
		if at > 0 {
			part.From = numbers[at]
		}
		if end < len(numbers) {
			part.To = numbers[end]
		}
		text, err := json.Marshal(part)
		if err != nil {
			panic(err) // strings and numbers only
		}
		chunks = append(chunks, archwire.Chunk{Where: string(text), Rows: int64(end - at)})
	}
	return chunks
}

// rowsOf lists where the rows of a chunk are.
func (t fakeTable) rowsOf(declared archwire.Table, c archwire.Chunk) (rows []int, err error) {
	var where fakeWhere
	if err := json.Unmarshal([]byte(c.Where), &where); err != nil {
		return nil, fmt.Errorf("reading %s: %q is no chunk of it", declared.ID(), c.Where)
	}
	since := func(int) bool { return true }
	if where.Column != "" {
		if since, err = t.since(declared, where.Column, where.Since); err != nil {
			return nil, err
		}
	}
	var keys []string
	if where.Keys != nil {
		if keys, err = t.keyTexts(declared); err != nil {
			return nil, err
		}
	}
	for i, n := range t.numbers {
		inside := n >= where.From && (where.To == 0 || n < where.To)
		if inside && !t.marked(declared, where.Live, i) && since(i) && (where.Keys == nil || slices.Contains(where.Keys, keys[i])) {
			rows = append(rows, i)
		}
	}
	return rows, nil
}

// marked says whether a row is marked as deleted by a column; "" marks none.
func (t fakeTable) marked(declared archwire.Table, column string, row int) bool {
	if column == "" {
		return false
	}
	v := t.Rows[row][t.at(column)]
	if c, _ := declared.Column(column); c.Type.Kind == archwire.Bool {
		return v == true
	}
	return v != nil
}

// keyTexts writes each row's key, in the form in which it is copied.
func (t fakeTable) keyTexts(declared archwire.Table) ([]string, error) {
	key := declared.KeyTable()
	order, err := columnsOf(t.Table, archwire.Table{Source: key.Source, Name: key.Name, Columns: key.Columns})
	if err != nil {
		return nil, err
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, key.ArrowSchema())
	defer b.Release()
	for _, row := range t.Rows {
		for j, at := range order {
			if err := appendValue(b.Field(j), row[at]); err != nil {
				return nil, fmt.Errorf("reading a key of %s: %w", declared.ID(), err)
			}
		}
	}
	batch := fakeBatch(b, int64(len(t.Rows)))
	defer batch.Release()
	return keyTexts(batch), nil
}

func keyTexts(batch archwire.Batch) []string {
	texts := make([]string, 0, batch.NumRows())
	for _, row := range RowsOf(batch) {
		texts = append(texts, fmt.Sprintf("%#v", row))
	}
	return texts
}
