package api

import (
	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/ledger"
)

// keepPersons keeps the persons in the slice for the entries that name it. A slice
// with rows is one tenant's in one dataset.
func (s *sentSlice) keepPersons() error {
	given := s.of[0]
	profile, _ := s.c.opens(given.Tenant, auth.Resource{Dataset: given.Dataset}) // it is given
	d, ok := s.c.ed.views[profile].dataset(given.Dataset)
	if _, opened := d.Column(d.Person); !ok || !opened || d.Person == "" || given.Rows == 0 || s.h.Ledger.Kept(s.sha) {
		return nil
	}
	hasher := ledger.NewHasher(s.h.PersonSecret)
	var text []byte
	query := archwire.Query{SQL: "SELECT DISTINCT " + asText(d.Person) + " FROM slice WHERE " + archwire.Quote(d.Person) + " IS NOT NULL", Once: true}
	for batch, err := range s.c.queried(given.Dataset, []string{given.Tenant}, query) {
		if err != nil {
			return err
		}
		for i := range int(batch.NumRows()) {
			text = encode.Text(text[:0], batch.Column(0), i)
			hasher.Add(text)
		}
	}
	if persons := hasher.Subjects(); len(persons) > 0 {
		if err := s.h.Ledger.Keep(s.c.ctx, s.sha, persons); err != nil {
			return s.h.unwritten(s.c, err)
		}
	}
	return nil
}
