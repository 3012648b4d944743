package api

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/statement"
)

// A page ends early when it has this many bytes, however few rows they are.
const maxPageBytes = 16 << 20

// A page collects rows until it is full.
type page struct {
	q    *rowsRequest
	data []byte
	rows int
	last cursor.Cursor // of the last row
	more bool          // there are rows after it

	tally *tally

	names [][]byte // "name": for each field, the tenant's first
	json  []bool   // which fields are documents
}

// page builds the answer. Tenants are read in order, one slice at a time, until
// the page is full: a page of one tenant's rows opens no other slice.
func (h *Handler) page(c *call, q *rowsRequest, bound string) ([]byte, disclosure, error) {
	p := newPage(q)
	p.tally = newTally(q.dataset, h.PersonSecret)
	p.data = append(catalogue.Envelope{}.Open(), '[')
	for _, tenant := range q.rest() {
		var after []string
		if q.after != nil && tenant == q.after.Tenant {
			after = append([]string{}, q.after.Key...) // not nil, even where the key is empty
		}
		p.tally.begin(tenant)
		if err := p.read(c, tenant, after); err != nil {
			return nil, disclosure{}, err
		}
		p.tally.end()
		if p.more {
			break
		}
	}
	p.data = append(p.data, ']')
	next, err := p.next(h, c, bound)
	if err != nil {
		return nil, disclosure{}, err
	}
	text := catalogue.Envelope{Contract: q.dataset.Contract, Next: next}.Close(p.data, c.ed.Edition)
	return text, q.disclosed(h, c, p.tally.parts), nil
}

// read adds the rows of one tenant, those after the given key.
func (p *page) read(c *call, tenant string, after []string) error {
	q := rowsQuery(p.q, after, p.q.limit-p.rows+1)
	if len(p.q.order) > 0 { // and one tenant
		q = orderedQuery(p.q, p.q.after, p.q.limit+1)
	}
	for batch, err := range c.queried(p.q.dataset.Name, []string{tenant}, q) {
		if err != nil {
			return err
		}
		if err := p.add(batch); err != nil || p.more {
			return err
		}
	}
	return nil
}

func newPage(q *rowsRequest) *page {
	p := &page{q: q}
	p.names = append(p.names, encode.Member([]byte{'{'}, q.dataset.Tenant))
	p.json = append(p.json, false)
	for _, f := range q.fields {
		p.names = append(p.names, encode.Member([]byte{','}, f.Name))
		p.json = append(p.json, statement.TypeOf(f).Kind == archwire.JSON)
	}
	return p
}

// add writes the rows of a batch, up to the page's limits.
func (p *page) add(batch archwire.Batch) error {
	columns := batch.Columns()
	if want := len(p.names) + len(p.q.dataset.Key) + p.q.persons() + len(p.q.order); len(columns) != want {
		return fmt.Errorf("rows of dataset %s have %d columns, not %d", p.q.dataset.Name, len(columns), want)
	}
	written := 0
	for i := range int(batch.NumRows()) {
		if p.rows == p.q.limit || len(p.data) >= maxPageBytes {
			p.more = true
			break
		}
		if p.rows > 0 {
			p.data = append(p.data, ',')
		}
		for j, name := range p.names {
			p.data = append(p.data, name...)
			p.data = encode.Cell(p.data, columns[j], i, p.json[j])
		}
		p.data = append(p.data, '}')
		p.tally.row(columns[len(p.names):], i)
		p.rows++
		written++
	}
	if written > 0 {
		return p.remember(columns, written-1)
	}
	return nil
}

// remember keeps where the last row of a batch stands; the batch's memory does
// not last.
func (p *page) remember(columns []arrow.Array, i int) error {
	tenants, ok := columns[0].(*array.String)
	if !ok {
		return fmt.Errorf("tenants of dataset %s are %s, not text", p.q.dataset.Name, columns[0].DataType())
	}
	p.last.Tenant = string(append([]byte(nil), tenants.Value(i)...))
	p.last.Key = p.last.Key[:0]
	for _, col := range columns[len(p.names) : len(p.names)+len(p.q.dataset.Key)] {
		if col.IsNull(i) {
			return fmt.Errorf("a key of dataset %s is NULL", p.q.dataset.Name)
		}
		p.last.Key = append(p.last.Key, string(encode.Text(nil, col, i)))
	}
	p.last.Order = orderedBy(columns[len(columns)-len(p.q.order):], i)
	return nil
}

// next is the cursor of the page that follows; "" when there is none.
func (p *page) next(h *Handler, c *call, bound string) (string, error) {
	if !p.more || p.rows == 0 {
		return "", nil
	}
	p.last.Publication = c.ed.Manifest.ID
	return h.seal.Seal(p.last, bound)
}
