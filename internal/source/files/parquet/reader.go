package parquet

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// errRows says that pages do not have the rows that they should.
const errRows = fault("its pages do not have as many rows as its footer says")

// A reader reads one column as it is asked for, group by group.
type reader struct {
	column *column
	as     archwire.Column
	mem    memory.Allocator
	sink   sink
	pager  pager
	left   int64 // rows of the group that are still to be read
	page   int   // values of the page, of them
	levels hybrid

	ready arrow.Array // what was read and not handed over, from on
	from  int
	wrong []wrongAt
}

// begin begins a group of so many rows.
func (r *reader) begin(k chunk, in *stream, rows int64) error {
	switch {
	case k.elsewhere:
		return r.fault(fault("its values are encrypted, or lie in another file"))
	case k.physical != r.column.physical:
		return r.fault(errLies)
	case k.values != rows:
		return r.fault(errRows)
	}
	if err := supports(k.codec); err != nil {
		return r.fault(err)
	}
	r.pager.in, r.pager.codec, r.pager.levels = in, k.codec, r.column.repetition == optional
	r.left, r.page, r.sink = rows, 0, r.column.sink(r.mem)
	return nil
}

func (r *reader) fault(err error) error { return fmt.Errorf("column %s: %w", r.column.Name, err) }

// fill reads so many rows at most, if none are ready.
func (r *reader) fill(most int) error {
	if r.ready != nil {
		return nil
	}
	made, err := r.array(int(min(int64(most), r.left)))
	if err != nil {
		return r.fault(err)
	}
	r.ready, r.from = r.column.as(made, r.as.Type, r.mem), 0
	return nil
}

// array reads so many rows, or fewer where values are long.
func (r *reader) array(n int) (arrow.Array, error) {
	r.sink.begin(n)
	var valid *memory.Buffer
	var bits []byte
	if r.pager.levels {
		valid = room(r.mem, int(bitutil.BytesForBits(int64(n))))
		bits = valid.Bytes()
	}
	rows, values := 0, 0
	for rows < n {
		if r.page == 0 {
			if err := r.turn(); err != nil {
				return nil, err
			}
			continue
		}
		m := min(n-rows, r.page, r.sink.step())
		if m == 0 {
			break
		}
		k := m
		if r.pager.levels {
			var err error
			if k, err = r.levels.bits(bits, rows, m); err != nil {
				return nil, err
			}
		}
		if err := r.sink.read(rows, m, k, bits); err != nil {
			return nil, err
		}
		rows, values, r.page = rows+m, values+k, r.page-m
	}
	r.left -= int64(rows)
	made, wrong := r.sink.finish(rows, valid, rows-values)
	r.wrong = wrong
	if valid != nil {
		valid.Release()
	}
	return made, nil
}

// turn goes on to the next page.
func (r *reader) turn() error {
	pg, ok, err := r.pager.next()
	switch {
	case err != nil:
		return err
	case !ok:
		return errRows
	case pg.kind == dictionaryPage:
		return r.sink.dictionary(pg)
	case int64(pg.values) > r.left:
		return errRows
	}
	r.page, r.levels = pg.values, hybrid{data: pg.defined, width: 1}
	return r.sink.page(pg)
}

// take is the next n rows, which are ready, and what is wrong with some, by their place
// among them.
func (r *reader) take(n int) (arrow.Array, []wrongAt) {
	part := r.ready
	if r.from == 0 && n == part.Len() {
		r.ready = nil
		return part, r.wrong
	}
	part = array.NewSlice(r.ready, int64(r.from), int64(r.from+n))
	var wrong []wrongAt
	for _, w := range r.wrong {
		if w.at >= r.from && w.at < r.from+n {
			wrong = append(wrong, wrongAt{w.at - r.from, w.reason})
		}
	}
	if r.from += n; r.from == r.ready.Len() {
		r.close()
	}
	return part, wrong
}

// close gives back what is ready.
func (r *reader) close() {
	if r.ready != nil {
		r.ready.Release()
		r.ready = nil
	}
}
