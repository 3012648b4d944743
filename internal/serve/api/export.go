package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

// exporting answers describe.ExportPath of a format.
func exporting(f encode.Format) func(*Handler, *call) error {
	return func(h *Handler, c *call) error { return h.export(c, f) }
}

// export answers with all rows of a dataset, tenant by tenant, as one stream, in
// memory that does not grow with them.
func (h *Handler) export(c *call, f encode.Format) error {
	p, err := request.Parse(c.R.URL.RawQuery, []string{c.ed.Manifest.Noun.Singular, "fields", "order"}, true)
	if err != nil {
		return err
	}
	q, err := parseRows(c, p)
	if err != nil {
		return err
	}
	encoding := ""
	if !f.Compressed {
		encoding = negotiate(c.R.Header.Get("Accept-Encoding"))
	}
	var b canon.Text
	b.Add("export", f.Name, q.bound(c))
	k := keyOf(c.Scope, c.ed, b.String())
	tag := h.tag(k)
	if h.unchanged(c, spelling{key: k, tag: tag, notices: c.notices}) {
		return nil
	}
	head := c.W.Header()
	head.Set("Content-Type", f.ContentType)
	head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": c.Name + "." + f.Name}))
	head.Set("ETag", quoted(tag, encoding))
	if encoding != "" {
		head.Set("Content-Encoding", encoding)
	}
	if c.R.Method == http.MethodHead {
		return nil
	}
	err = h.stream(c, &exported{h: h, c: c, q: q, format: f, encoding: encoding})
	if err != nil && c.trip.status == 0 { // nothing was sent yet
		for _, name := range []string{"Content-Disposition", "ETag", "Content-Encoding"} {
			head.Del(name)
		}
	}
	return err
}

// stream sends an export once fewer than a bound are under way.
func (h *Handler) stream(c *call, e *exported) error {
	leave, err := h.exports.take(c.Ctx, c.Caller())
	if err != nil {
		return err
	}
	defer leave()
	c.Ctx = c.R.Context() // it may take as long as its reader does
	return e.send()
}

// An exported is an export on its way.
type exported struct {
	h        *Handler
	c        *call
	q        *rowsRequest
	format   encode.Format
	encoding string

	out   *outlet
	to    encode.Writer // nil until the first rows
	tally *tally
}

// send sends it. The ledger is told before the first byte that it begins, and
// before the last one what was sent.
func (e *exported) send() (err error) {
	e.c.trip.stream = rand.Text()
	e.tally = newTally(e.q.dataset, e.h.PersonSecret)
	begun, err := e.begun()
	if err != nil {
		return err
	}
	if err := e.disclose(ledger.Begun, begun); err != nil {
		return err
	}
	if e.out, err = newOutlet(e.h.patient(e.c), e.encoding); err != nil {
		return err
	}
	for _, tenant := range e.q.tenants {
		if err = e.tenant(tenant); err != nil {
			break
		}
	}
	if err == nil && e.to == nil {
		err = e.open(nil)
	}
	if err == nil {
		err = e.disclose(ledger.Sent, e.tally.parts)
	}
	if err == nil {
		err = errors.Join(e.to.Close(), e.out.Close())
	}
	if err != nil {
		e.out.abandon()
		err = errors.Join(err, e.cut())
	}
	return err
}

// tenant sends the rows of one tenant.
func (e *exported) tenant(id string) error {
	e.tally.begin(id)
	defer e.tally.end()
	key := len(e.q.fields) + 1
	for batch, err := range e.c.queried(e.q.dataset.Name, []string{id}, exportQuery(e.q)) {
		if err == nil {
			err = e.open(batch)
		}
		if err != nil {
			return err
		}
		// Before they are written: who breaks off within may have read any of them.
		for i := range int(batch.NumRows()) {
			e.tally.row(batch.Columns()[key:], i)
		}
		if err := e.to.Write(batch); err != nil {
			return err
		}
	}
	return nil
}

// open opens the writer with the columns of the first rows, or as the catalogue
// has them where there are none.
func (e *exported) open(first archwire.Batch) (err error) {
	if e.to != nil {
		return nil
	}
	columns := []encode.Column{{Name: e.q.dataset.Tenant}}
	for _, f := range e.q.fields {
		columns = append(columns, encode.Column{Name: f.Name, Document: statement.TypeOf(f).Kind == archwire.JSON})
	}
	schema := emptySchema(e.q)
	if first != nil {
		schema = first.Schema()
	}
	e.to, err = e.format.Open(e.out, schema, columns)
	return err
}

// begun are the parts of an export that has sent nothing yet. They name the slices
// that any row of it may be of, whose persons are kept by now: a server that dies
// leaves no other word of what it sent.
func (e *exported) begun() (parts []ledger.Part, err error) {
	what := e.c.resource(e.q.dataset.Name)
	for _, id := range e.q.tenants {
		found, err := e.c.pub.Slices(e.c.Ctx, e.c.Scope, what, []string{id})
		if err != nil {
			return nil, e.c.readError(e.q.dataset.Name, err)
		}
		part := ledger.Part{Tenant: id}
		for _, s := range found {
			if err := e.h.keepPersons(e.c, e.q.dataset, s); err != nil {
				return nil, err
			}
			part.Slice = s.SHA256
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func (e *exported) disclose(outcome ledger.Outcome, parts []ledger.Part) error {
	d := e.q.disclosed(e.h, e.c, slices.Clone(parts))
	d.resource, d.outcome = "export", outcome
	if outcome != ledger.Begun && len(e.q.filters) == 0 {
		if err := e.bySlice(d.parts); err != nil {
			return err
		}
	}
	return e.h.disclose(e.c, d)
}

// bySlice names the slices that were sent whole, and keeps their persons with the
// slices instead of with each entry.
func (e *exported) bySlice(parts []ledger.Part) error {
	what := e.c.resource(e.q.dataset.Name)
	for i := range parts {
		found, err := e.c.pub.Slices(e.c.Ctx, e.c.Scope, what, []string{parts[i].Tenant})
		if err != nil {
			return fmt.Errorf("finding the slice of an export: %w", err)
		}
		if len(found) != 1 || found[0].Rows != parts[i].Rows {
			continue // it was cut off within
		}
		if len(parts[i].Subjects) > 0 {
			if err := e.h.Ledger.Keep(e.c.Ctx, found[0].SHA256, parts[i].Subjects); err != nil {
				return e.h.unwritten(e.c, err)
			}
		}
		parts[i].Slice, parts[i].Subjects = found[0].SHA256, nil
	}
	return nil
}

// cut writes down that only a part of it was sent. Its caller may be gone.
func (e *exported) cut() error {
	e.c.Ctx = context.WithoutCancel(e.c.Ctx)
	return e.disclose(ledger.Cut, e.tally.parts)
}
