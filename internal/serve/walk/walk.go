// Package walk goes through rows of slices in the order of their keys, alone or two side
// by side.
package walk

import (
	"errors"
	"fmt"
	"iter"

	"archwire"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/statement"
)

// A Walk goes through rows of one slice in the order of their keys. It holds one
// batch of them at a time, and asks for the rows in portions that grow: whoever
// stops after a few has not had all of them sorted.
type Walk struct {
	Dataset archwire.Dataset
	First   int            // the place of the key's columns in the query's
	Batch   archwire.Batch // nil before the first row, and after the last one
	Row     int            // the row in it

	ask   statement.Ask
	query func(after []string, limit int) archwire.Query

	portion int // rows asked for last
	seen    int // of them
	last    []string
	pull    func() (archwire.Batch, error, bool)
	stop    func()
	ended   bool
}

// FirstPortion is how many rows a walk asks for at first.
const FirstPortion = 16 << 10

// growth is how many times as many it asks for next.
const growth = 8

// New walks through the rows after the given key; nil is from the first on.
func New(ask statement.Ask, dataset archwire.Dataset, after []string, first int, query func(after []string, limit int) archwire.Query) *Walk {
	return &Walk{ask: ask, Dataset: dataset, query: query, First: first, last: after, portion: FirstPortion}
}

// Nowhere is the walk through no rows.
func Nowhere() *Walk { return &Walk{ended: true} }

// next goes to the next row; false when there is none.
func (w *Walk) next() (bool, error) {
	if w.ended {
		return false, nil
	}
	if w.Batch != nil && w.Row+1 < int(w.Batch.NumRows()) {
		w.Row++
		return true, nil
	}
	for {
		if err := w.leave(); err != nil {
			return false, err
		}
		if w.pull == nil {
			w.further()
		}
		batch, err, more := w.pull()
		switch {
		case err != nil:
			return false, err
		case more && batch.NumRows() > 0:
			w.Batch, w.Row = batch, 0
			w.seen += int(batch.NumRows())
			return true, nil
		case more:
			continue // it tells the columns only
		}
		w.close()
		if w.seen < w.portion {
			w.ended = true
			return false, nil
		}
		w.portion *= growth
	}
}

func (w *Walk) further() {
	w.seen = 0
	w.pull, w.stop = iter.Pull2(w.ask(w.query(w.last, w.portion)))
}

// leave remembers where the batch ends; its memory does not last.
func (w *Walk) leave() (err error) {
	if w.Batch != nil {
		w.Row = int(w.Batch.NumRows()) - 1
		w.last, err = w.Key()
		w.Batch = nil
	}
	return err
}

// Key is the key of the row, as cursors have it. It outlives the row.
func (w *Walk) Key() ([]string, error) {
	columns := w.Batch.Columns()
	if len(columns) < w.First+len(w.Dataset.Key) {
		return nil, fmt.Errorf("rows of dataset %s have %d columns", w.Dataset.Name, len(columns))
	}
	key := make([]string, len(w.Dataset.Key))
	for k := range key {
		col := columns[w.First+k]
		if col.IsNull(w.Row) {
			return nil, fmt.Errorf("a key of dataset %s is NULL", w.Dataset.Name)
		}
		key[k] = string(encode.Text(nil, col, w.Row))
	}
	return key, nil
}

// close ends a walk, wherever it is.
func (w *Walk) close() {
	if w.stop != nil {
		w.stop()
	}
	w.pull, w.stop, w.Batch = nil, nil, nil
}

// compare orders the rows of two walks by their keys.
func (w *Walk) compare(o *Walk) (int, error) {
	for k := range w.Dataset.Key {
		a, b := w.Batch.Column(w.First+k), o.Batch.Column(o.First+k)
		if a.IsNull(w.Row) || b.IsNull(o.Row) {
			return 0, fmt.Errorf("a key of dataset %s is NULL", w.Dataset.Name)
		}
		order, ok := encode.Compare(a, w.Row, b, o.Row)
		if !ok {
			return 0, fmt.Errorf("keys of dataset %s are %s and %s, which have no common order", w.Dataset.Name, a.DataType(), b.DataType())
		}
		if order != 0 {
			return order, nil
		}
	}
	return 0, nil
}

// ErrStop ends a merge early.
var ErrStop = errors.New("enough")

// Merge goes through two walks in the order of keys and tells visit of each key in
// which of them it is. When visit returns ErrStop, that was enough.
func Merge(before, after *Walk, visit func(inBefore, inAfter bool) error) error {
	defer before.close()
	defer after.close()
	x, err := before.next()
	if err != nil {
		return err
	}
	y, err := after.next()
	for err == nil && (x || y) {
		order := -1 // the row of before comes first, and has no counterpart
		switch {
		case x && y:
			order, err = before.compare(after)
		case y:
			order = 1
		}
		if err == nil {
			err = visit(order <= 0, order >= 0)
		}
		if err == nil && order <= 0 {
			x, err = before.next()
		}
		if err == nil && order >= 0 {
			y, err = after.next()
		}
	}
	if errors.Is(err, ErrStop) {
		return nil
	}
	return err
}
