package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
	"archwire/internal/pseudonym"
	"archwire/internal/serve/encode"
)

// make makes a slice, reads it back, and notes it under the name of its record. What
// it leaves behind when it fails is a slice that no record names.
func (m *maker) make(ctx context.Context, r recipe, name string, source kept, key []byte) (made record, err error) {
	maker, ok := m.reader.(archwire.SliceMaker)
	if !ok {
		return record{}, &archwire.Error{Code: archwire.Internal, Message: "this reader of slices cannot make any"}
	}
	scratch, remove, err := m.store.scratch()
	if err != nil {
		return record{}, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	release, err := m.store.files.hold(ctx, []kept{source})
	if err != nil {
		return record{}, err
	}
	defer release()
	path := filepath.Join(scratch, "made.parquet")
	rows := pseudonymised(m.reader.QuerySlices(ctx, []archwire.SliceFile{source.file}, r.query()), r.Pseudonyms, pseudonym.NewKey(m.secret, r.Audience))
	made = record{recipe: r}
	if made.Rows, err = maker.MakeSlice(ctx, rows, path); err != nil {
		return record{}, err
	}
	if made.Slice, made.Bytes, err = digestFile(path); err != nil {
		return record{}, err
	}
	if err := m.store.writeFile(ctx, madeName(r.Source, made.Slice), path, made.Slice); err != nil {
		return record{}, err
	}
	if err := m.prove(ctx, made); err != nil {
		return record{}, err
	}
	if made, err = made.sealed(key); err != nil {
		return record{}, err
	}
	text, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return record{}, fmt.Errorf("writing a record: %w", err)
	}
	return made, m.store.write(ctx, name, append(text, '\n'))
}

// query reads what the slice is made of.
func (r recipe) query() archwire.Query {
	var q archwire.Query
	q.SQL = "select " + strings.Join(quoteAll(r.Columns), ", ") + " from slice"
	if len(r.Locations) > 0 {
		q.SQL += " where " + r.located(&q)
	}
	return q
}

// located is the condition that a row is of one of the locations.
func (r recipe) located(q *archwire.Query) string {
	places := make([]string, len(r.Locations))
	for i, l := range r.Locations {
		q.Args = append(q.Args, l)
		places[i] = "$" + strconv.Itoa(len(q.Args))
	}
	return "cast(" + archwire.Quote(r.Location) + " as varchar) in (" + strings.Join(places, ", ") + ")"
}

// pseudonymised replaces the values of columns by pseudonyms in their domains. NULL
// stays NULL.
func pseudonymised(rows archwire.Batches, domains map[string]string, key *pseudonym.Key) archwire.Batches {
	if len(domains) == 0 {
		return rows
	}
	return func(yield func(archwire.Batch, error) bool) {
		for batch, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			out := replaced(batch, domains, key)
			more := yield(out, nil)
			out.Release()
			if !more {
				return
			}
		}
	}
}

func replaced(batch archwire.Batch, domains map[string]string, key *pseudonym.Key) archwire.Batch {
	fields, columns := make([]arrow.Field, batch.NumCols()), make([]arrow.Array, batch.NumCols())
	for i, f := range batch.Schema().Fields() {
		fields[i], columns[i] = f, batch.Column(i)
		if domain, ok := domains[f.Name]; ok {
			fields[i].Type = arrow.BinaryTypes.String
			columns[i] = pseudonyms(columns[i], domain, key)
			defer columns[i].Release()
		}
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, batch.NumRows())
}

// pseudonyms are those of a column's values.
func pseudonyms(column arrow.Array, domain string, key *pseudonym.Key) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(column.Len())
	b.ReserveData(column.Len() * pseudonym.Length)
	var text []byte
	for i := range column.Len() {
		if column.IsNull(i) {
			b.AppendNull()
			continue
		}
		text = encode.Text(text[:0], column, i)
		b.BinaryBuilder.Append(key.Of(domain, text))
	}
	return b.NewArray()
}

// prove reads a made slice back and makes sure that each row is of the tenant and of
// the locations, that its key is there and its own, and that where pseudonyms are to
// be there is nothing else.
func (m *maker) prove(ctx context.Context, made record) error {
	file, err := m.store.files.file(madeName(made.Source, made.Slice), made.Slice)
	if err != nil {
		return err
	}
	release, err := m.store.files.hold(ctx, []kept{{Slice: archwire.Slice{SHA256: made.Slice}, file: file, source: made.Source}})
	if err != nil {
		return err
	}
	defer release()
	n, err := numbers(m.reader.QuerySlices(ctx, []archwire.SliceFile{file}, made.proof()))
	if err != nil {
		return fmt.Errorf("reading it back: %w", err)
	}
	if rows, wrong, keys := n[0], n[1], n[2]; rows != made.Rows || wrong != 0 || keys != rows {
		return &archwire.Error{
			Code: archwire.Mismatch, Message: fmt.Sprintf("the slice made of slice %s reads back with %d rows instead of %d, %d of them wrong", made.Source, rows, made.Rows, wrong),
			Hint: "It is not handed out. Look at the log of the server and the disk of the store.",
		}
	}
	return nil
}

// proof counts the rows of a made slice, those that are wrong, and keys.
func (r recipe) proof() archwire.Query {
	q := archwire.Query{Args: []any{r.Tenant}}
	right := []string{"cast(" + archwire.Quote(r.Columns[0]) + " as varchar) = $1"}
	if len(r.Locations) > 0 {
		right = append(right, r.located(&q))
	}
	keys := "least(count(*), 1)" // without a key there is one row
	if key := quoteAll(r.Columns[1 : 1+r.Key]); len(key) > 0 {
		for _, k := range key {
			right = append(right, k+" is not null")
		}
		keys = "count(distinct (" + strings.Join(key, ", ") + "))"
	}
	for _, column := range slices.Sorted(maps.Keys(r.Pseudonyms)) {
		name := archwire.Quote(column)
		right = append(right, "("+name+" is null or regexp_matches("+name+", '^[a-z2-7]{"+strconv.Itoa(pseudonym.Length)+"}$'))")
	}
	q.SQL = "select count(*), count(*) filter (where (" + strings.Join(right, " and ") + ") is not true), " + keys + " from slice"
	return q
}
