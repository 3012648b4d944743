package api

import (
	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/statement"
)

// keepPersons keeps the persons in the slice for the entries that name it. A slice
// with rows is one tenant's in one dataset.
func (s *sentSlice) keepPersons() error {
	given := s.of[0]
	profile, _ := s.c.opens(given.Tenant, auth.Resource{Dataset: given.Dataset}) // it is given
	d, ok := s.c.ed.Views[profile].Dataset(given.Dataset)
	if !ok {
		return nil
	}
	return s.h.keepPersons(s.c, d, given)
}

// keepPersons keeps the persons in a slice of a dataset, with the columns that the
// caller sees, for entries that name the slice, unless they are kept already.
func (h *Handler) keepPersons(c *call, d archwire.Dataset, s archwire.Slice) error {
	if _, opened := d.Column(d.Person); !opened || d.Person == "" || s.Rows == 0 || h.Ledger.Kept(s.SHA256) {
		return nil
	}
	hasher := ledger.NewHasher(h.PersonSecret)
	var text []byte
	query := archwire.Query{SQL: "SELECT DISTINCT " + statement.AsText(d.Person) + " FROM slice WHERE " + archwire.Quote(d.Person) + " IS NOT NULL", Once: true}
	for batch, err := range c.queried(s.Dataset, []string{s.Tenant}, query) {
		if err != nil {
			return err
		}
		for i := range int(batch.NumRows()) {
			text = encode.Text(text[:0], batch.Column(0), i)
			hasher.Add(text)
		}
	}
	if persons := hasher.Subjects(); len(persons) > 0 {
		if err := h.Ledger.Keep(c.Ctx, s.SHA256, persons); err != nil {
			return h.unwritten(c, err)
		}
	}
	return nil
}
