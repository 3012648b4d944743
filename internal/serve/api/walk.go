package api

import (
	"errors"
	"fmt"
	"iter"

	"archwire"
	"archwire/internal/serve/encode"
)

// A walk goes through rows of one slice in the order of their keys. It holds one
// batch of them at a time, and asks for the rows in portions that grow: whoever
// stops after a few has not had all of them sorted.
type walk struct {
	c       *call
	dataset archwire.Dataset
	tenant  string
	query   func(after []string, limit int) archwire.Query
	first   int // the place of the key's columns in the query's

	portion int // rows asked for last
	seen    int // of them
	last    []string
	pull    func() (archwire.Batch, error, bool)
	stop    func()
	batch   archwire.Batch // nil before the first row, and after the last one
	i       int            // the row in it
	ended   bool
}

const (
	firstPortion = 16 << 10
	growth       = 8
)

// newWalk walks through the rows after the given key; nil is from the first on.
func newWalk(c *call, dataset archwire.Dataset, tenant string, after []string, first int, query func(after []string, limit int) archwire.Query) *walk {
	return &walk{c: c, dataset: dataset, tenant: tenant, query: query, first: first, last: after, portion: firstPortion}
}

// nowhere is the walk through no rows.
func nowhere() *walk { return &walk{ended: true} }

// next goes to the next row; false when there is none.
func (w *walk) next() (bool, error) {
	if w.ended {
		return false, nil
	}
	if w.batch != nil && w.i+1 < int(w.batch.NumRows()) {
		w.i++
		return true, nil
	}
	for {
		if err := w.leave(); err != nil {
			return false, err
		}
		if w.pull == nil {
			w.ask()
		}
		batch, err, more := w.pull()
		switch {
		case err != nil:
			return false, err
		case more && batch.NumRows() > 0:
			w.batch, w.i = batch, 0
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

func (w *walk) ask() {
	w.seen = 0
	w.pull, w.stop = iter.Pull2(w.c.queried(w.dataset.Name, []string{w.tenant}, w.query(w.last, w.portion)))
}

// leave remembers where the batch ends; its memory does not last.
func (w *walk) leave() (err error) {
	if w.batch != nil {
		w.i = int(w.batch.NumRows()) - 1
		w.last, err = w.key()
		w.batch = nil
	}
	return err
}

// key is the key of the row, as cursors have it. It outlives the row.
func (w *walk) key() ([]string, error) {
	columns := w.batch.Columns()
	if len(columns) < w.first+len(w.dataset.Key) {
		return nil, fmt.Errorf("rows of dataset %s have %d columns", w.dataset.Name, len(columns))
	}
	key := make([]string, len(w.dataset.Key))
	for k := range key {
		col := columns[w.first+k]
		if col.IsNull(w.i) {
			return nil, fmt.Errorf("a key of dataset %s is NULL", w.dataset.Name)
		}
		key[k] = string(encode.Text(nil, col, w.i))
	}
	return key, nil
}

// close ends a walk, wherever it is.
func (w *walk) close() {
	if w.stop != nil {
		w.stop()
	}
	w.pull, w.stop, w.batch = nil, nil, nil
}

// compare orders the rows of two walks by their keys.
func (w *walk) compare(o *walk) (int, error) {
	for k := range w.dataset.Key {
		a, b := w.batch.Column(w.first+k), o.batch.Column(o.first+k)
		if a.IsNull(w.i) || b.IsNull(o.i) {
			return 0, fmt.Errorf("a key of dataset %s is NULL", w.dataset.Name)
		}
		order, ok := encode.Compare(a, w.i, b, o.i)
		if !ok {
			return 0, fmt.Errorf("keys of dataset %s are %s and %s, which have no common order", w.dataset.Name, a.DataType(), b.DataType())
		}
		if order != 0 {
			return order, nil
		}
	}
	return 0, nil
}

// errStop ends a merge early.
var errStop = errors.New("enough")

// merge goes through two walks in the order of keys and tells visit of each key in
// which of them it is. When visit returns errStop, that was enough.
func merge(before, after *walk, visit func(inBefore, inAfter bool) error) error {
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
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}
