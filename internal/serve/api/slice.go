package api

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// mostSlices is how many slices are sent at once, ownSlices how many of them to one
// client; further ones wait. Each holds an open file and a buffer.
const (
	mostSlices = 256
	ownSlices  = mostSlices / 4
)

// slice answers describe.SlicePath: the file of a slice, or ranges of it.
func (h *Handler) slice(c *call) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	s := &sentSlice{h: h, c: c, sha: c.Name}
	if s.byLink = s.linked(); s.byLink {
		return s.link()
	}
	if err := s.find(); err != nil {
		return err
	}
	defer s.file.Close() //nolint:errcheck // opened for reading
	leave, err := h.files.take(c.Ctx, c.Caller())
	if err != nil {
		return err
	}
	defer leave()
	c.Ctx = c.R.Context() // it may take as long as its reader does
	return s.send()
}

// A sentSlice is the file of a slice on its way.
type sentSlice struct {
	h    *Handler
	c    *call
	sha  string
	file io.ReadSeekCloser
	of   []archwire.Slice // what the caller is given it as

	byLink bool // its URL is sent, and no file opened
}

// find opens the slice in the publication in service, or in another one that is kept
// and gives it to the caller. A hash that is not the caller's is looked for in the same
// way, whosever it is.
func (s *sentSlice) find() error {
	inService := s.c.pub
	err := s.search(inService)
	if archwire.CodeOf(err) != archwire.NotFound {
		return err
	}
	if err := s.h.Reader.Learn(s.c.Ctx, s.sha); err != nil {
		return unavailable(s.c, err)
	}
	if err = s.search(inService); archwire.CodeOf(err) == archwire.NotFound {
		return noSlice()
	}
	return err
}

func noSlice() error {
	return problem.NotFound("sha256", "There is no such slice.", "The manifest of a publication lists those that your key opens.")
}

// search opens the slice as far as what is known leads to it.
func (s *sentSlice) search(inService Publication) error {
	s.c.followed = false
	if err := s.open(inService); archwire.CodeOf(err) != archwire.NotFound {
		return err
	}
	ids, err := s.h.Reader.Naming(s.c.Ctx, s.sha)
	if err != nil {
		return unavailable(s.c, err)
	}
	s.c.followed = true
	for _, id := range ids {
		if id == inService.Manifest().ID {
			continue
		}
		pub, err := s.h.Reader.Publication(s.c.Ctx, id)
		if archwire.CodeOf(err) == archwire.NotFound {
			continue
		}
		if err != nil {
			return unavailable(s.c, err)
		}
		if err := s.open(pub); archwire.CodeOf(err) != archwire.NotFound {
			return err
		}
	}
	return &archwire.Error{Code: archwire.NotFound, Message: "no publication is known to give the slice to the caller"}
}

// open opens the slice in a publication. It may have to be made, so it waits for its
// turn; what there is to search for before does not.
func (s *sentSlice) open(pub Publication) error {
	if err := s.h.open(s.c, pub); err != nil {
		return err
	}
	return s.h.slots.build(s.c, func() (err error) {
		if s.byLink {
			_, s.of, err = pub.Link(s.c.Ctx, s.c.Scope, s.sha)
		} else {
			s.file, s.of, err = pub.Open(s.c.Ctx, s.c.Scope, s.sha)
		}
		if archwire.CodeOf(err) == archwire.NotFound {
			return err
		}
		return s.notRead(err)
	})
}

// notRead tells the caller of an error in reading a slice that it is given. What the
// error names is for the log.
func (s *sentSlice) notRead(err error) error {
	if err == nil {
		return nil
	}
	return &archwire.Error{Code: archwire.Internal, Message: "The slice cannot be read.", Err: err}
}

// send sends the file, or what is asked for of it. The ledger is told before the first
// byte that it begins, and before the last one that it was sent.
func (s *sentSlice) send() error {
	head := s.c.W.Header()
	tag := `"` + s.sha + `"`
	head.Set("ETag", tag)
	head.Set("Cache-Control", "private, max-age=31536000, immutable")
	head.Set("Vary", "Authorization, X-API-Key, Cookie, Prefer")
	head.Set("Content-Type", describe.ContentParquet)
	head.Set("Content-Disposition", "attachment; filename="+s.sha+".parquet")
	w := &guarded{
		ResponseWriter: s.c.W, to: s.h.patient(s.c), head: s.c.R.Method == http.MethodHead,
		begin: s.begin, done: func() error { return s.disclose(ledger.Sent) },
	}
	http.ServeContent(w, s.c.R, "", time.Time{}, s.file)
	err := w.end()
	if err == nil {
		return nil
	}
	if s.c.trip.status == 0 { // nothing was sent
		for _, name := range []string{"Content-Disposition", "Content-Length", "Last-Modified"} {
			head.Del(name)
		}
		if w.status != http.StatusRequestedRangeNotSatisfiable {
			head.Del("Content-Range")
		}
		return err
	}
	s.c.Ctx = context.WithoutCancel(s.c.Ctx) // its caller may be gone
	return errors.Join(err, s.disclose(ledger.Cut))
}

// begin writes down that the slice is about to be sent, for each dataset that it is
// a slice of.
func (s *sentSlice) begin() error {
	s.c.trip.stream = rand.Text()
	if err := s.keepPersons(); err != nil {
		return err
	}
	return s.disclose(ledger.Begun)
}

func (s *sentSlice) disclose(outcome ledger.Outcome) error {
	var of []archwire.Slice // one of each dataset
	for _, given := range s.of {
		if !slices.ContainsFunc(of, func(o archwire.Slice) bool { return o.Dataset == given.Dataset }) {
			of = append(of, given)
		}
	}
	for _, one := range of {
		d := disclosure{resource: "slice", name: archwire.Family(one.Dataset), contract: one.Contract, outcome: outcome}
		what := auth.Resource{Dataset: one.Dataset}
		for _, given := range s.of {
			if given.Dataset == one.Dataset {
				profile, _ := s.c.opens(given.Tenant, what) // it is given
				d.profile = wider(d.profile, profile)
				d.parts = append(d.parts, ledger.Part{Tenant: given.Tenant, Grant: s.c.grant(given.Tenant, what), Rows: given.Rows, Slice: s.sha})
			}
		}
		if err := s.h.disclose(s.c, d); err != nil {
			return err
		}
	}
	return nil
}
